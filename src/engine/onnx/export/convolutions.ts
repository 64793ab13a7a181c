// Convolutions and dense layers; a batch normalization after them is folded into their weights.
import type { Attributes, Value } from "../value.js";
import { activate, onlyInput } from "./activations.js";
import type { LayerExport, LayerToExport } from "./emit.js";
import { unsupported } from "./unsupported.js";
import { foldBias, permute, scaleOutputs, type Weights } from "./weights.js";
import { refuseChannelsFirst, type Window, windowAttributes } from "./windows.js";

export const CONVOLUTION_LAYERS: Readonly<Record<string, LayerExport>> = {
  // Kernel [height, width, in, out] → [out, in, height, width].
  Conv2D: (given) => {
    const { kernel, bias } = folded(given, weightsOf(given, "kernel"));
    const attributes = windowAttributes(given, onlyInput(given), windowOf(given, kernel));
    return activate(given, convolve(given, onlyInput(given), permute(kernel, [3, 2, 0, 1]), bias, attributes));
  },
  // Kernel [height, width, in, multiplier] → [in × multiplier, 1, height, width]; output in × multiplier + m in both.
  DepthwiseConv2D: (given) => {
    if (given.config.pair("dilationRate", 1).some((step) => step !== 1)) {
      throw unsupported(given.layer, "tfjs takes no notice of its dilation rate");
    }
    const { kernel, bias } = folded(given, weightsOf(given, "depthwise_kernel", "kernel"));
    const attributes = windowAttributes(given, onlyInput(given), windowOf(given, kernel));
    return activate(given, depthwise(given, kernel, bias, attributes));
  },
  SeparableConv2D: (given) => {
    const inner = weightsOf(given, "depthwise_kernel");
    const { kernel, bias } = folded(given, weightsOf(given, "pointwise_kernel"));
    const attributes = windowAttributes(given, onlyInput(given), windowOf(given, inner));
    const maps = depthwise({ ...given, name: `${given.name}.depthwise` }, inner, undefined, attributes);
    return activate(given, convolve(given, maps, permute(kernel, [3, 2, 0, 1]), bias, {}));
  },
  // Kernel [height, width, out, in] → [in, out, height, width].
  Conv2DTranspose: (given) => {
    const kernel = weightsOf(given, "kernel");
    const { kernel: scaled, bias } = folded(given, permute(kernel, [0, 1, 3, 2]));
    const attributes = transposedAttributes(given, windowOf(given, kernel));
    refuseChannelsFirst(given);
    return activate(given, convolve(given, onlyInput(given), permute(scaled, [2, 3, 0, 1]), bias, attributes, true));
  },
  Dense: (given) => activate(given, dense(given, onlyInput(given))),
};

function convolve(
  { name, emit }: LayerToExport,
  input: Value,
  kernel: Weights,
  bias: Float32Array | undefined,
  attributes: Attributes,
  transposed = false,
): Value {
  const parts = [input, emit.weights(`${name}.kernel`, kernel)];
  if (bias !== undefined) parts.push(emit.graph.constant(`${name}.bias`, [bias.length], bias));
  return emit.graph.node(transposed ? "ConvTranspose" : "Conv", name, parts, attributes);
}

function depthwise(
  given: LayerToExport,
  kernel: Weights,
  bias: Float32Array | undefined,
  attributes: Attributes,
): Value {
  const [height = 1, width = 1, depth = 1, multiplier = 1] = kernel.shape;
  const flat = { shape: [height, width, 1, depth * multiplier], data: kernel.data };
  return convolve(given, onlyInput(given), permute(flat, [3, 2, 0, 1]), bias, { ...attributes, group: depth });
}

/**
 * The gradient of a convolution: "same" gives n × stride and cuts max(k − s, 0) off, the odd one at the end; "valid" gives
 * n × stride + max(k − s, 0) (tfjs-layers, `deconvLength`).
 */
function transposedAttributes({ layer, config }: LayerToExport, { kernel, strides }: Window): Attributes {
  const padding = config.text("padding", "valid");
  if (padding !== "valid" && padding !== "same") throw unsupported(layer, `its padding is ${padding}`);
  if (config.pair("dilationRate", 1).some((step) => step !== 1)) throw unsupported(layer, "it is dilated");
  const over = kernel.map((size, axis) => size - (strides[axis] ?? 1));
  const cut = over.map((zeros) => (padding === "same" ? Math.max(zeros, 0) : 0));
  const before = cut.map((zeros) => Math.floor(zeros / 2));
  return {
    strides,
    pads: [...before, ...cut.map((zeros, axis) => zeros - (before[axis] ?? 0))],
    output_padding: over.map((zeros) => Math.max(-zeros, 0)),
  };
}

/** On the last axis, however many come before it. */
function dense(given: LayerToExport, input: Value): Value {
  const { name, emit } = given;
  const { kernel, bias } = folded(given, weightsOf(given, "kernel"));
  if (input.shape.length === 4) {
    const [depth = 1, units = 1] = kernel.shape;
    const square = permute({ shape: [1, 1, depth, units], data: kernel.data }, [3, 2, 0, 1]);
    return convolve(given, input, square, bias, {});
  }
  const matrix = emit.weights(`${name}.kernel`, kernel);
  if (input.shape.length === 2) {
    const parts = [input, matrix];
    if (bias !== undefined) parts.push(emit.graph.constant(`${name}.bias`, [bias.length], bias));
    return emit.graph.node("Gemm", name, parts);
  }
  const product = emit.graph.node("MatMul", bias === undefined ? name : `${name}.product`, [input, matrix]);
  if (bias === undefined) return product;
  return emit.graph.node("Add", name, [product, emit.graph.constant(`${name}.bias`, [bias.length], bias)]);
}

/** The kernel (output channels last) and bias with the batch normalization in them. */
function folded(
  { weights, fold }: LayerToExport,
  kernel: Weights,
): { readonly kernel: Weights; readonly bias: Float32Array | undefined } {
  const bias = weights.get("bias")?.data;
  if (fold === undefined) return { kernel, bias };
  return { kernel: scaleOutputs(kernel, fold.scale), bias: foldBias(bias, fold) };
}

function windowOf(given: LayerToExport, kernel: Weights): Window {
  refuseChannelsFirst(given);
  const [height = 1, width = 1] = kernel.shape;
  return {
    kernel: [height, width],
    strides: given.config.pair("strides", 1),
    dilations: given.config.pair("dilationRate", 1),
  };
}

function weightsOf({ layer, weights }: LayerToExport, ...names: readonly string[]): Weights {
  for (const name of names) {
    const found = weights.get(name);
    if (found !== undefined) return found;
  }
  throw unsupported(layer, `it has no ${names[0] ?? "weights"}`);
}
