// The first convolution of a shipped network, by itself: its filters, and its maps of a picture of any size.
import { UserError } from "../../errors.js";
import { GraphBuilder } from "../onnx/graph.js";
import { readConstant, readNodes } from "../onnx/nodes.js";
import { type Maps, runOnce } from "./maps.js";

export interface FirstLayer {
  /** filters × channels × height × width. */
  readonly kernel: Float32Array;
  readonly bias: Float32Array;
  readonly filters: number;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly stride: number;
  /** Top, left, bottom, right. */
  readonly pads: readonly number[];
}

/** Throws UserError `model-no-convolution`, and `onnx-unreadable`. */
export function firstLayerOf(file: Uint8Array): FirstLayer {
  const conv = readNodes(file).find(({ op }) => op === "Conv");
  const kernel = readConstant(file, conv?.inputs[1]);
  if (conv === undefined || kernel === undefined) {
    throw new UserError(
      "model-no-convolution",
      "The model in service does not begin with a convolution.",
      "Put one of the recipes digits or flowers into service.",
    );
  }
  const [filters = 1, channels = 1, height = 1, width = 1] = kernel.shape;
  const bias = readConstant(file, conv.inputs[2]);
  const { strides, pads } = conv.attributes;
  return {
    kernel: kernel.values,
    bias: bias?.values ?? new Float32Array(filters),
    filters,
    channels,
    height,
    width,
    stride: Array.isArray(strides) ? Number(strides[0] ?? 1) : 1,
    pads: Array.isArray(pads) ? pads.map(Number) : [0, 0, 0, 0],
  };
}

/**
 * Its maps behind ReLU: max(0, w·x + b). `edges`: "padded" as in the network, or "inside", only where a filter lies within the
 * picture, so that the strongest response is never that to the zeros around it.
 */
export async function mapsOf(layer: FirstLayer, input: Maps, edges: "padded" | "inside"): Promise<Maps> {
  const { kernel, bias, filters, channels, stride } = layer;
  const pads = edges === "padded" ? layer.pads : [0, 0, 0, 0];
  const builder = new GraphBuilder();
  const x = builder.input("input", [1, channels, input.height, input.width]);
  const w = builder.constant("kernel", [filters, channels, layer.height, layer.width], kernel);
  const b = builder.constant("bias", [filters], bias);
  const conv = builder.node("Conv", "conv", [x, w, b], { strides: [stride, stride], pads });
  const output = builder.output("output", builder.node("Relu", "relu", [conv]));
  const [, , height = 0, width = 0] = output.shape.map(Number);
  const data = await runOnce(builder.build({ name: "first layer" }), input.data, x.shape.map(Number));
  return { data, channels: filters, height, width };
}
