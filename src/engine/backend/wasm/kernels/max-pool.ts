// Gradient of max pooling. The package's kernel starts its maximum at the smallest positive float, so that a window without a
// positive value has none; this one starts at the window's first value.

import * as tf from "@tensorflow/tfjs-core";
import { floats, type Inputs, replaceKernel, uninitialized } from "./kernel.js";

export function registerMaxPool(): void {
  replaceKernel(tf.MaxPoolGrad, gradient);
}

type Shape4 = [number, number, number, number];

/** input [n, h, w, c], dy [n, oh, ow, c] → [n, h, w, c]; of equal values the first in reading order gets all, as on TensorFlow. */
function gradient({ dy, input }: Inputs<"dy" | "input">, attrs: tf.MaxPoolGradAttrs): tf.Tensor {
  const { filterSize, strides, pad, dimRoundingMode } = attrs;
  const info = tf.backend_util.computePool2DInfo(input.shape as Shape4, filterSize, strides, 1, pad, dimRoundingMode);
  const { inChannels: c, inHeight, inWidth, filterHeight, filterWidth, strideHeight, strideWidth, padInfo } = info;
  const out = uninitialized(input.shape);
  const [values, from, to] = [floats(input), floats(dy), floats(out).fill(0)];
  const line = inWidth * c;
  let at = 0;
  for (let n = 0; n < info.batchSize; n++) {
    for (let oy = 0; oy < info.outHeight; oy++) {
      const y0 = oy * strideHeight - padInfo.top;
      const [top, bottom] = [Math.max(0, y0), Math.min(inHeight, y0 + filterHeight)];
      for (let ox = 0; ox < info.outWidth; ox++, at += c) {
        const x0 = ox * strideWidth - padInfo.left;
        const [left, right] = [Math.max(0, x0), Math.min(inWidth, x0 + filterWidth)];
        const window = ((n * inHeight + top) * inWidth + left) * c;
        if (bottom - top === 2 && right - left === 2) passToLargestOfFour(values, window, line, from, at, to, c);
        else passToLargest(values, window, line, bottom - top, right - left, from, at, to, c);
      }
    }
  }
  return out;
}

/** Adds each of a window's `c` gradients to the place of its channel's largest value. */
function passToLargest(
  values: Float32Array,
  window: number,
  line: number,
  height: number,
  width: number,
  from: Float32Array,
  at: number,
  to: Float32Array,
  c: number,
): void {
  for (let channel = 0; channel < c; channel++) {
    let best = window + channel;
    let largest = values[best] as number;
    for (let y = 0; y < height; y++) {
      let place = window + y * line + channel;
      for (let x = 0; x < width; x++, place += c) {
        const value = values[place] as number;
        if (value > largest) {
          largest = value;
          best = place;
        }
      }
    }
    to[best] = (to[best] as number) + (from[at + channel] as number);
  }
}

/** The same for two by two values, nearly every network's window. */
function passToLargestOfFour(
  values: Float32Array,
  window: number,
  line: number,
  from: Float32Array,
  at: number,
  to: Float32Array,
  c: number,
): void {
  for (let channel = 0; channel < c; channel++) {
    const first = window + channel;
    const second = first + c;
    const third = first + line;
    const fourth = third + c;
    const a = values[first] as number;
    const b = values[second] as number;
    const d = values[third] as number;
    const e = values[fourth] as number;
    const upper = a >= b ? a : b;
    const lower = d >= e ? d : e;
    const place = upper >= lower ? (a >= b ? first : second) : d >= e ? third : fourth;
    to[place] = (to[place] as number) + (from[at + channel] as number);
  }
}
