// Question 7: a network with a dense head → a fully convolutional one with the same weights, for pictures of any size.
import { UserError } from "../../errors.js";
import { GraphBuilder } from "../onnx/graph.js";
import { type OnnxNode, type Replace, readConstant, readNodes, rebuild } from "../onnx/nodes.js";
import { elements, type Value } from "../onnx/value.js";

export interface FullyConvolutional {
  /** Input [1, height, width, channels] → output [1, rows, columns, classes]. */
  readonly onnx: Uint8Array;
  readonly rows: number;
  readonly columns: number;
  readonly classes: number;
  /** Pixels between two neighbouring outputs. */
  readonly stride: number;
  /** Multiplications of the convolutions for one picture of this size, and of the original network for one window. */
  readonly multiplications: number;
  readonly windowMultiplications: number;
  /** Height and width of the maps that the head pools, and features that its dense layer takes. */
  readonly head: { readonly height: number; readonly width: number; readonly features: number };
}

/** Dense layers, what works on each number alone, and constants stored as float16. */
const BEHIND_FLATTEN = new Set(["Gemm", "Identity", "Relu", "Cast"]);

/**
 * Global average pooling becomes average pooling over as many positions as the maps had, stride 1; the dense layer behind it a
 * 1×1 convolution, its weights (features, classes) reshaped to (classes, features, 1, 1). `window`: the size that the network was made for.
 * Throws UserError `model-other-head` where the network ends otherwise.
 */
export function toFullyConvolutional(
  file: Uint8Array,
  window: { readonly height: number; readonly width: number; readonly channels: number },
  size: { readonly height: number; readonly width: number },
): FullyConvolutional {
  const own = new GraphBuilder();
  const original = rebuild(file, own, own.input("input", [1, window.height, window.width, window.channels]));
  const builder = new GraphBuilder();
  const input = builder.input("input", [1, size.height, size.width, window.channels]);
  builder.reserve(["output"]);
  let isFlat = false;
  let head = { height: 0, width: 0, features: 0 };
  const replace: Replace = (node, [x, weights, bias]) => {
    if (node.op === "GlobalAveragePool" && x != null) {
      const [, , height = 1, width = 1] = original.values.get(node.inputs[0] ?? "")?.shape.map(Number) ?? [];
      head = { ...head, height, width };
      return builder.node("AveragePool", node.name, [x], { kernel_shape: [height, width], strides: [1, 1] });
    }
    if (node.op === "Flatten" && x != null && head.height > 0) {
      isFlat = true;
      return x;
    }
    // Whatever else works on a vector of features would do something else on maps.
    if (isFlat && !BEHIND_FLATTEN.has(node.op)) throw otherHead();
    if (node.op === "Gemm" && x != null && weights != null) {
      const kernel = denseKernel(file, node);
      head = { ...head, features: kernel.features };
      const shape = [kernel.classes, kernel.features, 1, 1];
      return builder.node("Conv", `${node.name}.conv`, [
        x,
        builder.constant(`${node.name}.kernel.1x1`, shape, kernel.values),
        bias ?? null,
      ]);
    }
    // The file's own output node would take the name that ours has.
    return node.op === "Identity" && x != null ? x : undefined;
  };
  const network = rebuild(file, builder, input, replace);
  const { output } = network;
  if (head.features === 0 || output.shape.length !== 4) throw otherHead();
  const grid = builder.output("output", builder.node("Transpose", "grid", [output], { perm: [0, 2, 3, 1] }));
  const [, rows = 0, columns = 0, classes = 0] = grid.shape.map(Number);
  return {
    onnx: builder.build({ name: "fully convolutional" }),
    rows,
    columns,
    classes,
    stride: strideOf(file),
    multiplications: multiplicationsOf(file, network.values),
    windowMultiplications: multiplicationsOf(file, original.values),
    head,
  };
}

/** The dense layer's weights, one filter a class. */
function denseKernel(
  file: Uint8Array,
  node: OnnxNode,
): { readonly values: Float32Array; readonly features: number; readonly classes: number } {
  const dense = readConstant(file, node.inputs[1]);
  if (dense === undefined) throw otherHead();
  const isTransposed = node.attributes.transB === 1;
  const [first = 0, second = 0] = dense.shape;
  const [features, classes] = isTransposed ? [second, first] : [first, second];
  if (isTransposed) return { values: dense.values, features, classes };
  const values = Float32Array.from(
    { length: dense.values.length },
    (_, at) => dense.values[(at % features) * classes + Math.floor(at / features)] ?? 0,
  );
  return { values, features, classes };
}

/** A convolution's output numbers times its kernel's height, width and depth; a dense layer's as the 1×1 convolution that it is. */
function multiplicationsOf(file: Uint8Array, values: ReadonlyMap<string, Value>): number {
  let sum = 0;
  for (const { op, inputs, output } of readNodes(file)) {
    if (op !== "Conv" && op !== "Gemm") continue;
    const weights = values.get(inputs[1] ?? "")?.shape.map(Number) ?? [];
    const depth = op === "Conv" ? weights.slice(1).reduce((product, size) => product * size, 1) : (weights[0] ?? 0);
    sum += (elements(values.get(output)?.shape ?? []) ?? 0) * depth;
  }
  return sum;
}

function strideOf(file: Uint8Array): number {
  return readNodes(file).reduce((product, { op, attributes: { strides } }) => {
    const isWindow = op === "Conv" || op === "MaxPool" || op === "AveragePool";
    return isWindow && Array.isArray(strides) ? product * Number(strides[0] ?? 1) : product;
  }, 1);
}

function otherHead(): UserError {
  return new UserError(
    "model-other-head",
    "The digits model in service does not end in global average pooling and one dense layer.",
    "Put a model of the recipe digits into service.",
  );
}
