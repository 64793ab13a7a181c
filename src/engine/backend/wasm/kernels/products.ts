// Products of matrices on the compiled loops; of a convolution's, the matrix of its windows is never written out.

import * as tf from "@tensorflow/tfjs-core";
import type { Info } from "./geometry.js";
import { address, integers, loops, uninitialized } from "./kernel.js";

const BYTES = 4;
/** Windows that meet one block of a filter's taps after the other, and taps of such a block: they stay in the first cache. */
const [WINDOWS, TAPS] = [32, 256];
/** Bytes of an output's gradient that stay in the first cache while all taps of the filter meet them. */
const GRADIENT_BYTES = 24_576;

/** A matrix whose value (i, j) lies at x[rows[i] + columns[j]]; the offsets are in bytes. */
interface Gathered {
  readonly x: tf.Tensor;
  readonly rows: Int32Array;
  readonly columns: Int32Array;
}

/** The windows of image [n, h, w, ci], which has its padding: [n · oh · ow, kh · kw · ci]. */
function windowsOf(image: tf.Tensor, info: Info): Gathered {
  const [, height = 0, width = 0, channels = 0] = image.shape;
  const { strideHeight, strideWidth, dilationHeight, dilationWidth } = info;
  const pixel = channels * BYTES;
  const line = width * pixel;
  const starts = grid(
    [info.batchSize, info.outHeight, info.outWidth],
    [height * line, strideHeight * line, strideWidth * pixel],
  );
  const taps = grid(
    [info.filterHeight, info.filterWidth, channels],
    [dilationHeight * line, dilationWidth * pixel, BYTES],
  );
  return { x: image, rows: starts, columns: taps };
}

function matrixOf(matrix: tf.Tensor): Gathered {
  const [rows = 0, columns = 0] = matrix.shape;
  return {
    x: matrix,
    rows: grid([1, 1, rows], [0, 0, columns * BYTES]),
    columns: grid([1, 1, columns], [0, 0, BYTES]),
  };
}

type Three = readonly [number, number, number];

/** Offsets of a grid's places, the last axis fastest. */
function grid([a, b, c]: Three, [stepA, stepB, stepC]: Three): Int32Array {
  const out = new Int32Array(a * b * c);
  let at = 0;
  for (let i = 0; i < a; i++) {
    for (let j = 0; j < b; j++) for (let k = 0; k < c; k++) out[at++] = i * stepA + j * stepB + k * stepC;
  }
  return out;
}

const transposedOf = ({ x, rows, columns }: Gathered): Gathered => ({ x, rows: columns, columns: rows });

/** image [n, h, w, ci] with its padding, filter [kh, kw, ci, co] → [n, oh, ow, co] */
export function convolved(image: tf.Tensor, filter: tf.Tensor, info: Info): tf.Tensor {
  const out = multiplied(windowsOf(image, info), filter);
  return tf.reshape(out, [info.batchSize, info.outHeight, info.outWidth, info.outChannels]);
}

/** image [n, h, w, ci] with its padding, dy [n, oh, ow, co] → [kh · kw · ci, co], summed over all windows. */
export function correlated(image: tf.Tensor, dy: tf.Tensor, info: Info): tf.Tensor {
  return summed(transposedOf(windowsOf(image, info)), dy);
}

/** a [m, k], b [k, n] → [m, n] */
export function product(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  return multiplied(matrixOf(a), b);
}

/** a [k, m], b [k, n] → aᵀb [m, n] */
export function transposedProduct(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  return summed(transposedOf(matrixOf(a)), b);
}

/** Many rows, sums that are not long: weights [columns, n] → [rows, n]. */
function multiplied(matrix: Gathered, weights: tf.Tensor): tf.Tensor {
  return run(matrix, weights, [WINDOWS, TAPS]);
}

/** Long sums, rows that are not many: dy [columns, n] → [rows, n]. */
function summed(matrix: Gathered, dy: tf.Tensor): tf.Tensor {
  const width = dy.shape.at(-1) ?? 1;
  return run(matrix, dy, [matrix.rows.length, Math.max(8, Math.floor(GRADIENT_BYTES / BYTES / width))]);
}

function run(
  { x, rows, columns }: Gathered,
  factors: tf.Tensor,
  block: readonly [rows: number, sums: number],
): tf.Tensor {
  const width = factors.shape.at(-1) ?? 0;
  const [starts, sums] = [integers(rows), integers(columns)];
  const out = uninitialized([rows.length, width]);
  const numbers = [
    address(x),
    address(starts),
    address(sums),
    sums.size,
    address(factors),
    width,
    address(out),
    ...block,
  ];
  loops().run("multiply", numbers, rows.length, 4, rows.length * sums.size * width);
  return out;
}
