// Gradients of a convolution with respect to its filter (missing in the package) and to its input (plain loops there).

import * as tf from "@tensorflow/tfjs-core";
import { convolution, fitted, type Info, isPointwise, spread } from "./geometry.js";
import { floats, type Inputs, replaceKernel, rowsOf, uninitialized } from "./kernel.js";
import { transposed, turn } from "./transpose.js";

export function registerConv2d(): void {
  replaceKernel(tf.Conv2DBackpropFilter, filterGradient);
  replaceKernel(tf.Conv2DBackpropInput, inputGradient);
}

/** dy [n, oh, ow, co], filter [kh, kw, ci, co] → [n, h, w, ci] */
function inputGradient({ dy, filter }: Inputs<"dy" | "filter">, attrs: tf.Conv2DBackpropInputAttrs): tf.Tensor {
  const info = convolution(attrs.inputShape, filter.shape, attrs, false);
  const { inChannels: ci, outChannels: co } = info;
  if (isPointwise(info)) {
    const matrix = tf.matMul(tf.reshape(dy, [-1, co]), tf.reshape(filter, [ci, co]), false, true);
    return tf.reshape(matrix, attrs.inputShape);
  }
  const turned = tf.transpose(tf.reverse(filter, [0, 1]), [0, 1, 3, 2]) as tf.Tensor4D;
  const dilations: [number, number] = [info.dilationHeight, info.dilationWidth];
  return tf.conv2d(spread(dy, info) as tf.Tensor4D, turned, 1, "valid", "NHWC", dilations);
}

/**
 * x [n, h, w, ci], dy [n, oh, ow, co] → [kh, kw, ci, co]
 *
 * A product of matrices, windows × dy, summed over all pixels. With dy's rows as long as the image's (zeros where no window
 * starts), the pixels that one tap of the filter meets are an image's pixels, one behind the other, moved by a constant: the
 * windows are copies of whole images. It goes in chunks of pixels, which keep the matrices within the cache.
 */
function filterGradient({ x, dy }: Inputs<"x" | "dy">, attrs: tf.Conv2DBackpropFilterAttrs): tf.Tensor {
  const info = convolution(x.shape, attrs.filterShape, attrs, false);
  const [kh, kw, ci, co] = attrs.filterShape;
  const grid = gridOf(info);
  const gradients = tf.reshape(fitted(dy, 0, 0, 0, grid.columns - info.outWidth), [-1, co]);
  const pixels = gradients.shape[0] ?? 0;
  const rows = kh * kw * ci;
  const windows = isPointwise(info)
    ? pointwiseChunks(tf.reshape(x, [-1, ci]))
    : shiftedChunks(phases(x, info, grid), info, grid, ci);
  const length = chunkLength(rows, pixels);
  let sum: tf.Tensor | undefined;
  for (let from = 0; from < pixels; from += length) {
    const size = Math.min(length, pixels - from);
    const before = sum;
    sum = tf.tidy(() => {
      const product = tf.matMul(windows(from, size), rowsOf(gradients, from, size));
      return before === undefined ? product : tf.add(before, product);
    });
    before?.dispose();
  }
  return tf.reshape(sum ?? tf.zeros([rows, co]), [kh, kw, ci, co]);
}

/** Bytes of a chunk's windows, and the fewest pixels of one, as they measured best. */
const CHUNK_BYTES = 3 * 2 ** 20;
const CHUNK_PIXELS = 1024;

function chunkLength(rows: number, pixels: number): number {
  const most = Math.max(CHUNK_PIXELS, Math.floor(CHUNK_BYTES / 4 / rows));
  return Math.ceil(pixels / Math.ceil(pixels / most));
}

type Windows = (from: number, size: number) => tf.Tensor;

/** image [pixels, ci] → [ci, size] */
function pointwiseChunks(image: tf.Tensor): Windows {
  return (from, size) => transposed(rowsOf(image, from, size));
}

interface Tap {
  /** Among the image's phases, counted in images of `ci` channels. */
  readonly phase: number;
  /** Pixels of the grid from a window's start. */
  readonly shift: number;
}

/** image [phases · ci, n · rows · columns] → [taps · ci, size] of the pixels [n, outHeight, columns], one tap after the other. */
function shiftedChunks(image: tf.Tensor, info: Info, { rows, columns }: Grid, ci: number): Windows {
  const pixels = image.shape[1] ?? 0;
  const counted = info.outHeight * columns;
  const taps = tapsOf(info, columns);
  return (from, size) => {
    const out = uninitialized([taps.length * ci, size]);
    const [source, target] = [floats(image), floats(out)];
    let to = 0;
    for (const { phase, shift } of taps) {
      for (let channel = 0; channel < ci; channel++) {
        const start = (phase * ci + channel) * pixels;
        for (let pixel = from; pixel < from + size; ) {
          const within = pixel % counted;
          const length = Math.min(counted - within, from + size - pixel);
          const at = ((pixel - within) / counted) * rows * columns + within + shift;
          // Beyond the last row dy is zero: whatever stands there counts for nothing, but must be a number.
          const there = Math.min(length, pixels - at);
          target.set(source.subarray(start + at, start + at + there), to);
          if (there < length) target.fill(0, to + there, to + length);
          to += length;
          pixel += length;
        }
      }
    }
    return out;
  };
}

interface Grid {
  readonly rows: number;
  readonly columns: number;
}

/** Places of one phase of the padded image, from the first window's start to the last one's end. */
function gridOf(info: Info): Grid {
  const reachY = Math.floor(((info.filterHeight - 1) * info.dilationHeight) / info.strideHeight);
  const reachX = Math.floor(((info.filterWidth - 1) * info.dilationWidth) / info.strideWidth);
  return { rows: info.outHeight + reachY, columns: info.outWidth + reachX };
}

function tapsOf(info: Info, columns: number): Tap[] {
  const { strideHeight: sh, strideWidth: sw } = info;
  const taps: Tap[] = [];
  for (let ky = 0; ky < info.filterHeight; ky++) {
    for (let kx = 0; kx < info.filterWidth; kx++) {
      const [y, x] = [ky * info.dilationHeight, kx * info.dilationWidth];
      const phase = (y % sh) * sw + (x % sw);
      taps.push({ phase, shift: Math.floor(y / sh) * columns + Math.floor(x / sw) });
    }
  }
  return taps;
}

/** The padded image taken apart into stride × stride coarser ones, channels first: [sh · sw · ci, n · rows · columns]. */
function phases(x: tf.Tensor, info: Info, { rows, columns }: Grid): tf.Tensor {
  const { strideHeight: sh, strideWidth: sw, padInfo, inHeight, inWidth, inChannels: ci, batchSize: n } = info;
  const bottom = rows * sh - inHeight - padInfo.top;
  const right = columns * sw - inWidth - padInfo.left;
  const image = fitted(x, padInfo.top, bottom, padInfo.left, right);
  if (sh * sw === 1) return transposed(tf.reshape(image, [-1, ci]));
  const pixels = n * rows * columns;
  const out = uninitialized([sh * sw * ci, pixels]);
  const [source, target] = [floats(image), floats(out)];
  for (let line = 0; line < n * rows * sh; line++) {
    const to = (line % sh) * sw * ci * pixels + Math.floor(line / sh) * columns;
    turn(source, line * columns * sw * ci, columns, sw * ci, target, to, pixels);
  }
  return out;
}
