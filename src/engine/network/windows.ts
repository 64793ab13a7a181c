// Sizes of what slides over a map: convolutions, pools and their transposes, as Keras and PyTorch compute them.
import { type NetworkError, networkError } from "./failure.js";
import type { Padding, Pair, Pool, TransposedConv } from "./layer.js";
import { isMap, type Shape, type Size, writeShape } from "./shape.js";

export interface Window {
  readonly kind: string;
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly padding: Padding;
  readonly dilation: Pair;
}

/** Pixels that a dilated kernel spans along one axis: (k − 1)·d + 1. */
export function span(kernel: number, dilation: number): number {
  return (kernel - 1) * dilation + 1;
}

/** Convolution and pooling: TensorFlow's `same`, else floor((in + 2·pad − span) / stride) + 1. Throws `kernel-too-large`. */
export function window(input: Shape, layer: Window, channels: number, entry: number): Shape {
  const [height, width] = maps(input, layer.kind, entry);
  const size = (length: Size, axis: 0 | 1): Size => {
    if (length === null) return null;
    const { padding } = layer;
    const stride = layer.stride[axis];
    if (padding === "same") return Math.ceil(length / stride);
    const free =
      length + 2 * (padding === "valid" ? 0 : padding[axis]) - span(layer.kernel[axis], layer.dilation[axis]);
    if (free < 0) throw kernelTooLarge(layer, [height, width], entry);
    return Math.floor(free / stride) + 1;
  };
  return [size(height, 0), size(width, 1), channels];
}

/** PyTorch's pooling_output_shape; without `ceil` the same as a convolution's. */
export function pooled(input: Shape, layer: Pool, channels: number, entry: number): Shape {
  const { padding } = layer;
  if (padding !== "same" && padding !== "valid" && layer.kernel.some((side, axis) => (padding[axis] ?? 0) > side / 2))
    throw networkError(
      "pool-padding",
      `pad ${padding.join("x")} is more than half of a ${layer.kernel.join("×")} pooling window, so that a window could see nothing but padding.`,
      `Use pad ${layer.kernel.map((side) => Math.floor(side / 2)).join("x")} at most.`,
      entry,
    );
  if (!layer.ceil || padding === "same") return window(input, { ...layer, dilation: [1, 1] }, channels, entry);
  const [height, width] = maps(input, layer.kind, entry);
  const size = (length: Size, axis: 0 | 1): Size => {
    if (length === null) return null;
    const stride = layer.stride[axis];
    const before = padding === "valid" ? 0 : padding[axis];
    const output = Math.ceil((length + 2 * before - layer.kernel[axis]) / stride) + 1;
    const kept = (output - 1) * stride >= length + before ? output - 1 : output;
    if (kept < 1) throw kernelTooLarge({ ...layer, dilation: [1, 1] }, [height, width], entry);
    return kept;
  };
  return [size(height, 0), size(width, 1), channels];
}

function kernelTooLarge(layer: Window, [height, width]: readonly [Size, Size], entry: number): NetworkError {
  const { padding, dilation } = layer;
  const margin: Pair = padding === "same" || padding === "valid" ? [0, 0] : padding;
  const fits = ([height, width] as const).map((length, axis) => {
    const room = length === null ? Number.POSITIVE_INFINITY : length + 2 * (margin[axis] ?? 0);
    return Math.min(layer.kernel[axis] ?? 1, Math.floor((room - 1) / (dilation[axis] ?? 1)) + 1);
  });
  const dilated = dilation[0] > 1 || dilation[1] > 1 ? ` with dilation ${dilation.join("×")}` : "";
  const how = typeof padding === "string" ? `'${padding}'` : `pad ${padding.join("x")}`;
  return networkError(
    "kernel-too-large",
    `${layer.kernel.join("×")} ${how}${dilated} does not fit into ${height ?? "?"}×${width ?? "?"}.`,
    `Use 'same' or a kernel of at most ${fits.join("×")}.`,
    entry,
  );
}

/** Keras' deconv_output_length for `same` and `valid`, PyTorch's ConvTranspose2d for explicit padding. */
export function transposed(layer: TransposedConv, length: Size, axis: 0 | 1, entry: number): Size {
  if (length === null) return null;
  const stride = layer.stride[axis];
  const reach = span(layer.kernel[axis], layer.dilation[axis]);
  if (layer.padding === "same") return length * stride;
  if (layer.padding === "valid") return length * stride + Math.max(reach - stride, 0);
  const output = (length - 1) * stride - 2 * layer.padding[axis] + reach + layer.outpad[axis];
  if (output >= 1) return output;
  throw networkError(
    "nothing-left",
    `tconv with pad ${layer.padding.join("x")} leaves nothing of ${length} pixels.`,
    "Pad less: pad is cut off the output of a transposed convolution.",
    entry,
  );
}

/** The input's height, width and channels, or why the layer cannot work on a vector. */
export function maps(input: Shape, word: string, entry: number): readonly [Size, Size, number] {
  if (isMap(input)) return input;
  throw networkError(
    "needs-maps",
    `${word} works on maps (height × width × channels), but gets a vector of ${writeShape(input)} here.`,
    `Put ${word} before the flatten, global pooling or dense layer that makes the vector.`,
    entry,
  );
}
