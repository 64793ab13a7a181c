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
  let at = 0;
  for (let n = 0; n < info.batchSize; n++) {
    for (let oy = 0; oy < info.outHeight; oy++) {
      const y0 = oy * strideHeight - padInfo.top;
      const [top, bottom] = [Math.max(0, y0), Math.min(inHeight, y0 + filterHeight)];
      for (let ox = 0; ox < info.outWidth; ox++) {
        const x0 = ox * strideWidth - padInfo.left;
        const [left, right] = [Math.max(0, x0), Math.min(inWidth, x0 + filterWidth)];
        for (let channel = 0; channel < c; channel++, at++) {
          let best = ((n * inHeight + top) * inWidth + left) * c + channel;
          for (let y = top; y < bottom; y++) {
            for (let x = left; x < right; x++) {
              const place = ((n * inHeight + y) * inWidth + x) * c + channel;
              if ((values[place] ?? 0) > (values[best] ?? 0)) best = place;
            }
          }
          to[best] = (to[best] ?? 0) + (from[at] ?? 0);
        }
      }
    }
  }
  return out;
}
