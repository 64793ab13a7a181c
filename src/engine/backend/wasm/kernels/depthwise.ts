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
  const step = { across: info.strideWidth * c, between: info.dilationWidth * c, count: info.outWidth, c, m, kw };
  const square = kh === 3 && kw === 3 && info.dilationHeight === 1 && info.dilationWidth === 1;
  const [pixels, gradients] = [floats(image), floats(dy)];
  for (let n = 0; n < info.batchSize; n++) {
    for (let oy = 0; oy < info.outHeight; oy++) {
      const from = (n * info.outHeight + oy) * info.outWidth * c * m;
      const line = width * c;
      const at = (n * height + oy * info.strideHeight) * line;
      if (square) {
        addThreeByThree(sums, pixels, at, line, gradients, from, step);
        continue;
      }
      for (let ky = 0; ky < kh; ky++) {
        addRow(sums, ky * kw * c * m, pixels, at + ky * info.dilationHeight * line, gradients, from, step);
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

/** The same for all rows of a filter of three by three taps, nearly every network's: each value is read once, or nearly so. */
function addThreeByThree(
  sums: Float64Array,
  pixels: Float32Array,
  at: number,
  line: number,
  gradients: Float32Array,
  from: number,
  { across, count, c, m }: Step,
): void {
  const maps = c * m;
  const next = across === c;
  for (let map = 0; map < maps; map++) {
    let pixel = at + (m === 1 ? map : Math.floor(map / m));
    let gradient = from + map;
    let a0 = pixels[pixel] as number;
    let a1 = pixels[pixel + c] as number;
    let b0 = pixels[pixel + line] as number;
    let b1 = pixels[pixel + line + c] as number;
    let c0 = pixels[pixel + 2 * line] as number;
    let c1 = pixels[pixel + 2 * line + c] as number;
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    let s4 = 0;
    let s5 = 0;
    let s6 = 0;
    let s7 = 0;
    let s8 = 0;
    for (let i = 0; i < count; i++, gradient += maps) {
      const value = gradients[gradient] as number;
      const last = pixel + 2 * c;
      const a2 = pixels[last] as number;
      const b2 = pixels[last + line] as number;
      const c2 = pixels[last + 2 * line] as number;
      s0 += a0 * value;
      s1 += a1 * value;
      s2 += a2 * value;
      s3 += b0 * value;
      s4 += b1 * value;
      s5 += b2 * value;
      s6 += c0 * value;
      s7 += c1 * value;
      s8 += c2 * value;
      pixel += across;
      if (next) {
        // With stride 1 two columns of the next window are two of this one.
        a0 = a1;
        a1 = a2;
        b0 = b1;
        b1 = b2;
        c0 = c1;
        c1 = c2;
      } else if (i + 1 < count) {
        a0 = pixels[pixel] as number;
        a1 = pixels[pixel + c] as number;
        b0 = pixels[pixel + line] as number;
        b1 = pixels[pixel + line + c] as number;
        c0 = pixels[pixel + 2 * line] as number;
        c1 = pixels[pixel + 2 * line + c] as number;
      }
    }
    sums[map] = (sums[map] as number) + s0;
    sums[maps + map] = (sums[maps + map] as number) + s1;
    sums[2 * maps + map] = (sums[2 * maps + map] as number) + s2;
    sums[3 * maps + map] = (sums[3 * maps + map] as number) + s3;
    sums[4 * maps + map] = (sums[4 * maps + map] as number) + s4;
    sums[5 * maps + map] = (sums[5 * maps + map] as number) + s5;
    sums[6 * maps + map] = (sums[6 * maps + map] as number) + s6;
    sums[7 * maps + map] = (sums[7 * maps + map] as number) + s7;
    sums[8 * maps + map] = (sums[8 * maps + map] as number) + s8;
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
