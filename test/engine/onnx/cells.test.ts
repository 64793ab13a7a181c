// The head of a served model at every cell of its last maps: exactly the answer's parts, and in the right places.
import * as ort from "onnxruntime-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ModelRegistry } from "../../../src/engine/models/registry.js";
import { type CellGrid, withCells } from "../../../src/engine/onnx/cells.js";
import { GraphBuilder } from "../../../src/engine/onnx/graph.js";
import type { Value } from "../../../src/engine/onnx/value.js";
import { type Lease, Serving } from "../../../src/engine/vision/serve.js";
import { randomOf } from "../../support/random.js";

const registry = new ModelRegistry("no such folder");
const serving = new Serving(registry);
afterAll(() => serving.close());

describe.each(["digits", "flowers"])("%s", (name) => {
  let model: Lease;
  beforeAll(async () => {
    model = await serving.lease(name);
  });
  afterAll(() => model.done());

  test("the mean of the cells' logits is the answer, image by image, and the answer is that of the file as it was saved", async () => {
    const { height, width, channels } = model.manifest.preprocessing;
    const [images, random] = [3, randomOf(5)];
    const inputs = Float32Array.from({ length: images * height * width * channels }, random.next);
    const outputs = await model.ask(inputs, images);
    const [logits, cells] = [outputs[0] ?? [], outputs.at(-1) ?? new Float32Array()];
    const { rows, columns } = model.cells ?? { rows: 0, columns: 0 };
    const classes = model.manifest.labels.length;
    expect(cells).toHaveLength(images * rows * columns * classes);
    const means = Array.from(logits, (_, at) => {
      const [image, label] = [Math.floor(at / classes), at % classes];
      const own = Array.from(
        { length: rows * columns },
        (_, cell) => cells[(image * rows * columns + cell) * classes + label] ?? 0,
      );
      return own.reduce((sum, value) => sum + value, 0) / own.length;
    });
    for (const [at, value] of means.entries()) expect(value).toBeCloseTo(logits[at] ?? 0, 4);
    // What the head is given: of each image its own, in a batch as alone.
    const features = outputs[model.featuresAt ?? -1] ?? new Float32Array();
    const alone = (await model.ask(inputs.subarray(0, height * width * channels), 1))[model.featuresAt ?? -1];
    expect(features).toHaveLength(images * (alone?.length ?? 0));
    expect(Math.max(...features)).toBeGreaterThan(0);
    for (const [at, value] of alone?.entries() ?? []) expect(features[at]).toBeCloseTo(value, 4);
    const { onnx } = await registry.open(name);
    const saved = await ort.InferenceSession.create(onnx);
    const result = await saved.run({ input: new ort.Tensor("float32", inputs, [images, height, width, channels]) });
    const expected = Array.from(result.output?.data ?? [], Number);
    for (const [at, value] of expected.entries()) expect(logits[at]).toBeCloseTo(value, 4);
    await saved.release();
  });

  test("what changes at a place of the picture changes the cells there, neither left nor right nor above nor below of it", async () => {
    const { height, width, channels } = model.manifest.preprocessing;
    const cells = model.cells;
    if (cells === undefined) throw new Error("no cells");
    const half = Math.round(width / 12);
    const shares = [0.3, 0.5, 0.7];
    const spots = shares.flatMap((y) => shares.map((x) => [Math.round(x * width), Math.round(y * height)] as const));
    const blank = new Float32Array(height * width * channels);
    const withPatch = ([x, y]: readonly [number, number]) => {
      const picture = blank.slice();
      for (let row = y - half; row < y + half; row++)
        picture.fill(1, (row * width + x - half) * channels, (row * width + x + half) * channels);
      return picture;
    };
    const ask = async (picture: Float32Array) => (await model.ask(picture, 1)).at(-1) ?? new Float32Array();
    const before = await ask(blank);
    const found = await Promise.all(
      spots.map(async (spot) =>
        centreOfChange(before, await ask(withPatch(spot)), cells, model.manifest.labels.length),
      ),
    );
    // A large receptive field draws every centre to the middle; on average over places around it less than half a cell is left.
    const errors = found.map(
      ([x, y], at) => [x - (spots[at]?.[0] ?? 0) + 0.5, y - (spots[at]?.[1] ?? 0) + 0.5] as const,
    );
    const mean = (axis: 0 | 1) => errors.reduce((sum, error) => sum + error[axis], 0) / errors.length;
    expect(Math.abs(mean(0))).toBeLessThan(cells.across.step / 2);
    expect(Math.abs(mean(1))).toBeLessThan(cells.down.step / 2);
    expect(found[0]?.[0]).toBeLessThan(found[2]?.[0] ?? 0);
    expect(found[0]?.[1]).toBeLessThan(found[6]?.[1] ?? 0);
  });
});

/** x and y in pixels of the input, weighted by how much each cell changed. */
function centreOfChange(
  before: Float32Array,
  after: Float32Array,
  { columns, across, down }: CellGrid,
  classes: number,
): readonly [number, number] {
  let [sum, x, y] = [0, 0, 0];
  for (const [at, value] of after.entries()) {
    const cell = Math.floor(at / classes);
    const change = (value - (before[at] ?? 0)) ** 2;
    sum += change;
    x += change * (across.first + (cell % columns) * across.step);
    y += change * (down.first + Math.floor(cell / columns) * down.step);
  }
  return [x / sum, y / sum];
}

test("MobileNetV2's cells lie half a cell lower and further right than a division of the picture would have them", async () => {
  const { onnx } = await registry.open("flowers");
  // Five convolutions of stride 2, padded below and to the right alone: pixel 32 i + 31, not 32 i + 15.5.
  expect(withCells(onnx)?.cells).toEqual({
    rows: 7,
    columns: 7,
    down: { first: 31, step: 32 },
    across: { first: 31, step: 32 },
  });
});

describe("no cells where the head is none of that kind", () => {
  const graph = (head: (build: GraphBuilder, maps: Value) => Value): Uint8Array => {
    const build = new GraphBuilder();
    const input = build.input("input", ["N", 2, 4, 4]);
    const maps = build.node("Relu", "maps", [input]);
    build.output("output", head(build, maps));
    return build.build({ name: "small" });
  };
  const dense = (build: GraphBuilder, name: string, x: Value, from: number, to: number) =>
    build.node("Gemm", name, [x, build.constant(`${name}.kernel`, [from, to], new Float32Array(from * to).fill(0.5))]);
  const pooled = (build: GraphBuilder, maps: Value) =>
    build.node("Flatten", "flat", [build.node("GlobalAveragePool", "pool", [maps])], { axis: 1 });

  test("a linear head has cells", () => {
    expect(withCells(graph((build, maps) => dense(build, "logits", pooled(build, maps), 2, 3)))?.cells.rows).toBe(4);
  });

  test.each<[string, (build: GraphBuilder, maps: Value) => Value]>([
    [
      "flattened maps",
      (build, maps) => dense(build, "logits", build.node("Flatten", "flat", [maps], { axis: 1 }), 32, 3),
    ],
    [
      "a hidden layer",
      (build, maps) => {
        const hidden = build.node("Relu", "relu", [dense(build, "hidden", pooled(build, maps), 2, 3)]);
        return dense(build, "logits", hidden, 3, 3);
      },
    ],
    [
      "features multiplied with each other",
      (build, maps) => {
        const features = pooled(build, maps);
        return dense(build, "logits", build.node("Mul", "square", [features, features]), 2, 3);
      },
    ],
  ])("%s", (_, head) => {
    expect(withCells(graph(head))).toBeUndefined();
  });
});
