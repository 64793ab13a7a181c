// Gradients of a depthwise convolution, both missing in the package; any depth multiplier.

import * as tf from "@tensorflow/tfjs-core";
import { convolution, enlarged, spread } from "./geometry.js";
import { floats, type Inputs, replaceKernel, uninitialized } from "./kernel.js";

export function registerDepthwise(): void {
  replaceKernel(tf.DepthwiseConv2dNativeBackpropFilter, filterGradient);
  replaceKernel(tf.DepthwiseConv2dNativeBackpropInput, inputGradient);
}

/** x [n, h, w, c], dy [n, oh, ow, c · m] → [kh, kw, c, m], added in double precision. */
function filterGradient({ x, dy }: Inputs<"x" | "dy">, attrs: tf.DepthwiseConv2dNativeBackpropFilterAttrs): tf.Tensor {
  const info = convolution(x.shape, attrs.filterShape, attrs, true);
  const [kh, kw, c, m] = attrs.filterShape;
  // With the padding written out every window is whole, and the innermost loop asks nothing.
  const image = enlarged(x, info);
  const [, height = 0, width = 0] = image.shape;
  const out = uninitialized(attrs.filterShape);
  const sums = new Float64Array(kh * kw * c * m);
  const row = kw === 3 && info.dilationWidth === 1 ? addRowOfThree : addRow;
  const step = { across: info.strideWidth * c, between: info.dilationWidth * c, count: info.outWidth, c, m, kw };
  const [pixels, gradients] = [floats(image), floats(dy)];
  for (let n = 0; n < info.batchSize; n++) {
    for (let oy = 0; oy < info.outHeight; oy++) {
      const from = (n * info.outHeight + oy) * info.outWidth * c * m;
      for (let ky = 0; ky < kh; ky++) {
        const y = oy * info.strideHeight + ky * info.dilationHeight;
        row(sums, ky * kw * c * m, pixels, (n * height + y) * width * c, gradients, from, step);
      }
    }
  }
  floats(out).set(sums);
  return out;
}

/** Steps through one row of windows, in floats. */
interface Step {
  /** From a window to the next, and from a tap to the next. */
  readonly across: number;
  readonly between: number;
  /** Windows in the row, channels, maps of a channel, taps in a row. */
  readonly count: number;
  readonly c: number;
  readonly m: number;
  readonly kw: number;
}

/** Adds a row of windows to the sums of one row of the filter, tap by tap. */
function addRow(
  sums: Float64Array,
  to: number,
  pixels: Float32Array,
  at: number,
  gradients: Float32Array,
  from: number,
  { across, between, count, c, m, kw }: Step,
): void {
  const maps = c * m;
  for (let kx = 0; kx < kw; kx++) {
    for (let map = 0; map < maps; map++) {
      let [pixel, gradient, sum] = [at + kx * between + Math.floor(map / m), from + map, 0];
      for (let i = 0; i < count; i++, pixel += across, gradient += maps) {
        sum += (pixels[pixel] as number) * (gradients[gradient] as number);
      }
      const tap = to + kx * maps + map;
      sums[tap] = (sums[tap] as number) + sum;
    }
  }
}

/** The same for three taps side by side, nearly every network's: each gradient is read once. */
function addRowOfThree(
  sums: Float64Array,
  to: number,
  pixels: Float32Array,
  at: number,
  gradients: Float32Array,
  from: number,
  { across, count, c, m }: Step,
): void {
  const maps = c * m;
  for (let map = 0; map < maps; map++) {
    let pixel = at + (m === 1 ? map : Math.floor(map / m));
    let gradient = from + map;
    let [left, middle, right] = [0, 0, 0];
    for (let i = 0; i < count; i++, pixel += across, gradient += maps) {
      const value = gradients[gradient] as number;
      left += (pixels[pixel] as number) * value;
      middle += (pixels[pixel + c] as number) * value;
      right += (pixels[pixel + 2 * c] as number) * value;
    }
    const tap = to + map;
    sums[tap] = (sums[tap] as number) + left;
    sums[tap + maps] = (sums[tap + maps] as number) + middle;
    sums[tap + 2 * maps] = (sums[tap + 2 * maps] as number) + right;
  }
}

/** dy [n, oh, ow, c · m], filter [kh, kw, c, m] → [n, h, w, c] */
function inputGradient(
  { dy, filter }: Inputs<"dy" | "filter">,
  attrs: tf.DepthwiseConv2dNativeBackpropInputAttrs,
): tf.Tensor {
  const info = convolution(attrs.inputShape, filter.shape, attrs, true);
  const [kh = 1, kw = 1, c = 1, m = 1] = filter.shape;
  // Every map of the output is a channel of its own on the way back; those of one input channel are added up.
  const turned = tf.reshape(tf.reverse(filter, [0, 1]), [kh, kw, c * m, 1]) as tf.Tensor4D;
  const { dilationHeight, dilationWidth } = info;
  const maps = tf.depthwiseConv2d(spread(dy, info) as tf.Tensor4D, turned, 1, "valid", "NHWC", [
    dilationHeight,
    dilationWidth,
  ]);
  return m === 1 ? maps : tf.sum(tf.reshape(maps, [...attrs.inputShape, m]), 4);
}
