// The graph builder and the reader by themselves: what does not fit is refused where it is built, what is damaged where it is read.

import fc from "fast-check";
import * as ort from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { GraphBuilder, GraphError } from "../../../src/engine/onnx/graph.js";
import { readOnnx } from "../../../src/engine/onnx/read.js";
import { UserError } from "../../../src/errors.js";

/** y = relu(x W + b), with the sum before it as a second output. */
function twoOutputs(): Uint8Array {
  const graph = new GraphBuilder();
  graph.reserve(["y", "sum"]);
  const x = graph.input("x", ["N", 2]);
  const weights = graph.constant("W", [2, 3], Float32Array.of(1, 2, 3, 4, 5, 6));
  const sum = graph.node("Gemm", "sum", [x, weights, graph.constant("b", [3], Float32Array.of(0, -20, 0))]);
  graph.output("y", graph.node("Relu", "relu", [sum]));
  graph.output("sum", sum);
  return graph.build({ name: "two", metadata: { labels: '["ä","b"]' } });
}

function numbers(tensor: ort.Tensor | undefined): number[] {
  return tensor?.data instanceof Float32Array ? [...tensor.data] : [];
}

describe("building", () => {
  test("gives a file that ONNX Runtime runs with any batch", async () => {
    const session = await ort.InferenceSession.create(twoOutputs());
    const { y, sum } = await session.run({ x: new ort.Tensor("float32", Float32Array.of(1, 1, 0, 2), [2, 2]) });
    expect(numbers(sum)).toEqual([5, -13, 9, 8, -10, 12]);
    expect(numbers(y)).toEqual([5, 0, 9, 8, 0, 12]);
  });

  test.each([
    [
      "Conv",
      [
        ["N", 3, 8, 8],
        [4, 2, 3, 3],
      ],
      {},
      /3 channels do not fit a kernel of depth 2/,
    ],
    [
      "Conv",
      [
        ["N", 2, 2, 2],
        [4, 2, 3, 3],
      ],
      {},
      /result would be \[N, 4, 0, 0\]/,
    ],
    [
      "Gemm",
      [
        ["N", 5],
        [4, 3],
      ],
      {},
      /5 features do not fit a weight matrix of 4 rows/,
    ],
    [
      "Add",
      [
        ["N", 3],
        ["N", 4],
      ],
      {},
      /\[N, 3\] and \[N, 4\] do not fit/,
    ],
    [
      "Concat",
      [
        ["N", 3, 2, 2],
        ["N", 3, 2, 3],
      ],
      { axis: 1 },
      /differ in another axis than 1/,
    ],
    ["Transpose", [["N", 3, 2, 2]], { perm: [0, 1, 2] }, /is no order of 4 axes/],
    ["Einsum", [["N", 3]], {}, /not known here/],
  ] as const)("%s of %j is refused with the node and the shapes", (op, shapes, attributes, message) => {
    const graph = new GraphBuilder();
    const inputs = shapes.map((shape, at) => graph.input(`x${at}`, shape));
    const build = () => graph.node(op, "the_node", inputs, attributes);
    expect(build).toThrow(GraphError);
    expect(build).toThrow(message);
    expect(build).toThrow(/Node "the_node(_2|_3)?"/);
  });

  test("a constant of another size than its shape is refused", () => {
    expect(() => new GraphBuilder().constant("c", [2, 2], new Float32Array(3))).toThrow(/3 numbers given for \[2, 2\]/);
  });
});

describe("reading", () => {
  test("gives back what was written", () => {
    const { irVersion, opset, inputs, outputs, initializers, operators, metadata } = readOnnx(twoOutputs());
    expect({ irVersion, opset, metadata }).toEqual({ irVersion: 8, opset: 17, metadata: { labels: '["ä","b"]' } });
    expect(inputs).toEqual([{ name: "x", type: "float32", shape: ["N", 2] }]);
    expect(outputs.map(({ name, shape }) => [name, shape])).toEqual([
      ["y", ["N", 3]],
      ["sum", ["N", 3]],
    ]);
    expect(initializers.map(({ name, shape }) => [name, shape])).toEqual([
      ["W", [2, 3]],
      ["b", [3]],
    ]);
    expect(operators).toEqual(["Gemm", "Relu", "Identity", "Identity"]);
  });

  test("whatever the bytes are, it reads them or refuses them as a UserError", () => {
    const file = twoOutputs();
    const damage = fc.array(fc.record({ at: fc.nat(file.length - 1), byte: fc.nat(255) }), { maxLength: 6 });
    const altered = fc.tuple(damage, fc.nat(file.length)).map(([changes, length]) => {
      const copy = file.slice(0, length);
      for (const { at, byte } of changes) if (at < length) copy[at] = byte;
      return copy;
    });
    fc.assert(
      fc.property(fc.oneof(altered, fc.uint8Array({ maxLength: 300 })), (bytes) => {
        try {
          readOnnx(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(UserError);
        }
      }),
      { numRuns: 3000 },
    );
  });
});
