// Gradients of a convolution with respect to its filter (missing in the package) and to its input (plain loops there).

import * as tf from "@tensorflow/tfjs-core";
import { convolution, fitted, type Info, isPointwise, spread } from "./geometry.js";
import { type Inputs, replaceKernel } from "./kernel.js";

export function registerConv2d(): void {
  replaceKernel(tf.Conv2DBackpropFilter, filterGradient);
  replaceKernel(tf.Conv2DBackpropInput, inputGradient);
}

/** x [n, h, w, ci], dy [n, oh, ow, co] → [kh, kw, ci, co] */
function filterGradient({ x, dy }: Inputs<"x" | "dy">, attrs: tf.Conv2DBackpropFilterAttrs): tf.Tensor {
  const info = convolution(x.shape, attrs.filterShape, attrs, false);
  const [, , ci, co] = attrs.filterShape;
  if (isPointwise(info)) {
    const matrix = tf.matMul(tf.reshape(x, [-1, ci]), tf.reshape(dy, [-1, co]), true);
    return tf.reshape(matrix, attrs.filterShape);
  }
  return correlated(x, dy, info);
}

/**
 * The filter's gradient is itself a convolution: channels take the batch's place, dy is the filter, and stride and dilation
 * change places. XNNPACK computes it without ever writing the windows out.
 */
function correlated(x: tf.Tensor, dy: tf.Tensor, info: Info): tf.Tensor {
  const { filterHeight: kh, filterWidth: kw, outHeight, outWidth, inHeight, inWidth, padInfo } = info;
  const spanY = kh + (outHeight - 1) * info.strideHeight;
  const spanX = kw + (outWidth - 1) * info.strideWidth;
  // Rows and columns beyond the last window take no part.
  const image = fitted(x, padInfo.top, spanY - inHeight - padInfo.top, padInfo.left, spanX - inWidth - padInfo.left);
  const channels = tf.transpose(image, [3, 1, 2, 0]) as tf.Tensor4D;
  const filter = tf.transpose(dy, [1, 2, 0, 3]) as tf.Tensor4D;
  const gradient = tf.conv2d(channels, filter, 1, "valid", "NHWC", [info.strideHeight, info.strideWidth]);
  return tf.transpose(gradient, [1, 2, 0, 3]);
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
  return tf.conv2d(spread(dy, info) as tf.Tensor4D, turned, 1, "valid");
}
