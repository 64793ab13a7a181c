// Gradient of max pooling. The package's kernel starts its maximum at the smallest positive float, so that a window without a
// positive value has none; this one starts at the window's first value.

import * as tf from "@tensorflow/tfjs-core";
import { address, type Inputs, loops, replaceKernel, uninitialized } from "./kernel.js";

export function registerMaxPool(): void {
  replaceKernel(tf.MaxPoolGrad, gradient);
}

type Shape4 = [number, number, number, number];

/** input [n, h, w, c], dy [n, oh, ow, c] → [n, h, w, c]; of equal values the first in reading order gets all, as on TensorFlow. */
function gradient({ dy, input }: Inputs<"dy" | "input">, attrs: tf.MaxPoolGradAttrs): tf.Tensor {
  const { filterSize, strides, pad, dimRoundingMode } = attrs;
  const info = tf.backend_util.computePool2DInfo(input.shape as Shape4, filterSize, strides, 1, pad, dimRoundingMode);
  const out = uninitialized(input.shape);
  const numbers = [
    ...[address(input), address(dy), address(out)],
    ...[info.inHeight, info.inWidth, info.inChannels, info.outHeight, info.outWidth],
    ...[info.filterHeight, info.filterWidth, info.strideHeight, info.strideWidth, info.padInfo.top, info.padInfo.left],
  ];
  loops().run("maxPoolGradient", numbers, info.batchSize, 1, dy.size * info.filterHeight * info.filterWidth);
  return out;
}
