// TensorFlow's "same" and "valid" as ONNX writes them.
import type { Attributes, Value } from "../value.js";
import type { LayerToExport } from "./emit.js";
import { unsupported } from "./unsupported.js";

export interface Window {
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations?: readonly [number, number];
}

/**
 * Attributes of a sliding window. "same": max((ceil(n / s) − 1) s + window − n, 0) zeros in all, the odd one at the end
 * (tensorflow.org/api_docs/python/tf/nn, "Notes on padding"); where the size is open, ONNX' SAME_UPPER says the same.
 */
export function windowAttributes(
  { layer, config }: LayerToExport,
  input: Value,
  { kernel, strides, dilations = [1, 1] }: Window,
): Attributes {
  const padding = config.text("padding", "valid");
  const shared = { strides, ...(dilations.some((step) => step !== 1) ? { dilations } : {}) };
  if (padding === "valid") return shared;
  if (padding !== "same") throw unsupported(layer, `its padding is ${padding}`);
  const [, , ...sizes] = input.shape;
  if (sizes.some((size) => typeof size === "string")) return { ...shared, auto_pad: "SAME_UPPER" };
  const total = sizes.map((size, axis) => {
    const [stride, reach] = [strides[axis] ?? 1, ((kernel[axis] ?? 1) - 1) * (dilations[axis] ?? 1) + 1];
    return Math.max((Math.ceil(Number(size) / stride) - 1) * stride + reach - Number(size), 0);
  });
  const before = total.map((zeros) => Math.floor(zeros / 2));
  return { ...shared, pads: [...before, ...total.map((zeros, axis) => zeros - (before[axis] ?? 0))] };
}

/** tfjs can hold maps channels-first; we export the usual order alone. */
export function refuseChannelsFirst({ layer, config }: LayerToExport): void {
  if (config.text("dataFormat", "channelsLast") !== "channelsLast") {
    throw unsupported(layer, "its data format is channelsFirst");
  }
}
