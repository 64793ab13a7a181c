// Products of matrices on the compiled loops; of a convolution's, the matrix of its windows is never written out.

import * as tf from "@tensorflow/tfjs-core";
import type { Info } from "./geometry.js";
import { address, integers, loops, uninitialized } from "./kernel.js";

const BYTES = 4;

/** Where the windows lie in a padded image, in bytes. */
interface Layout {
  /** Of each tap and channel, from the window's start: [kh · kw · ci]. */
  readonly offsets: tf.Tensor;
  /** From image to image, line to line and window to window. */
  readonly steps: readonly [image: number, line: number, step: number];
}

/** image [n, h, w, ci] has its padding. */
function layout(image: tf.Tensor, info: Info): Layout {
  const [, height = 0, width = 0, channels = 0] = image.shape;
  const offsets: number[] = [];
  for (let ky = 0; ky < info.filterHeight; ky++) {
    for (let kx = 0; kx < info.filterWidth; kx++) {
      const tap = (ky * info.dilationHeight * width + kx * info.dilationWidth) * channels;
      for (let channel = 0; channel < channels; channel++) offsets.push((tap + channel) * BYTES);
    }
  }
  const line = width * channels * BYTES;
  return {
    offsets: integers(offsets),
    steps: [height * line, info.strideHeight * line, info.strideWidth * channels * BYTES],
  };
}

/** A matrix as an image of one line, its rows the windows of one tap. */
function rowsOf(matrix: tf.Tensor): Layout {
  const [, columns = 0] = matrix.shape;
  return {
    offsets: integers(Array.from({ length: columns }, (_, column) => column * BYTES)),
    steps: [0, 0, columns * BYTES],
  };
}

/** image [n, h, w, ci] with its padding, filter [kh, kw, ci, co] → [n, oh, ow, co] */
export function convolved(image: tf.Tensor, filter: tf.Tensor, info: Info): tf.Tensor {
  return multiplied(image, layout(image, info), filter, [info.batchSize, info.outHeight, info.outWidth]);
}

/** image [n, h, w, ci] with its padding, dy [n, oh, ow, co] → [kh · kw · ci, co], summed over all windows. */
export function correlated(image: tf.Tensor, dy: tf.Tensor, info: Info): tf.Tensor {
  return summed(image, layout(image, info), dy, [info.batchSize, info.outHeight, info.outWidth]);
}

/** a [m, k], b [k, n] → [m, n] */
export function product(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  const out = multiplied(a, rowsOf(a), b, [1, 1, a.shape[0] ?? 0]);
  return tf.reshape(out, [a.shape[0] ?? 0, b.shape[1] ?? 0]);
}

/** a [k, m], b [k, n] → aᵀb [m, n] */
export function transposedProduct(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  return summed(a, rowsOf(a), b, [1, 1, a.shape[0] ?? 0]);
}

type Places = readonly [images: number, height: number, width: number];

function multiplied(x: tf.Tensor, { offsets, steps }: Layout, weights: tf.Tensor, places: Places): tf.Tensor {
  const channels = weights.shape.at(-1) ?? 0;
  const out = uninitialized([...places, channels]);
  const [images, height, width] = places;
  const [rows, pixels] = [offsets.size, images * height * width];
  const numbers = [
    address(x),
    address(offsets),
    rows,
    address(weights),
    channels,
    address(out),
    ...steps,
    height,
    width,
  ];
  loops().run("convolve", numbers, pixels, 4, pixels * rows * channels);
  return out;
}

function summed(x: tf.Tensor, { offsets, steps }: Layout, dy: tf.Tensor, places: Places): tf.Tensor {
  const channels = dy.shape.at(-1) ?? 0;
  const rows = offsets.size;
  const out = uninitialized([rows, channels]);
  const numbers = [address(x), address(offsets), address(dy), channels, address(out), ...steps, ...places];
  loops().run("correlate", numbers, rows, 4, dy.size * rows);
  return out;
}
