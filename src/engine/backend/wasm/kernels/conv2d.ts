// A convolution and its gradients, on the compiled loops: the package has no gradient with respect to the filter, plain loops for
// the one with respect to the input, and packs a filter anew in every step of a training.

import * as tf from "@tensorflow/tfjs-core";
import { convolution, enlarged, type Info, spread } from "./geometry.js";
import { type Inputs, replaceKernel, share } from "./kernel.js";
import { convolved, correlated } from "./products.js";

export function registerConv2d(): void {
  share(tf.Conv2D, ({ inputs, attrs }, base) => {
    const { x, filter } = inputs as Inputs<"x" | "filter">;
    const windows = attrs as object as tf.Conv2DAttrs;
    if (windows.dataFormat !== "NHWC") return base();
    return tf.tidy(() => {
      const info = convolution(x.shape, filter.shape, windows, false);
      return convolved(enlarged(x, info), filter, info);
    });
  });
  replaceKernel(tf.Conv2DBackpropFilter, filterGradient);
  replaceKernel(tf.Conv2DBackpropInput, inputGradient);
}

/** dy [n, oh, ow, co], filter [kh, kw, ci, co] → [n, h, w, ci] */
function inputGradient({ dy, filter }: Inputs<"dy" | "filter">, attrs: tf.Conv2DBackpropInputAttrs): tf.Tensor {
  const info = convolution(attrs.inputShape, filter.shape, attrs, false);
  const turned = tf.transpose(tf.reverse(filter, [0, 1]), [0, 1, 3, 2]);
  const image = spread(dy, info);
  const [, inHeight, inWidth] = attrs.inputShape;
  const back: Info = {
    ...info,
    outHeight: inHeight,
    outWidth: inWidth,
    outChannels: info.inChannels,
    strideHeight: 1,
    strideWidth: 1,
  };
  return convolved(image, turned, back);
}

/** x [n, h, w, ci], dy [n, oh, ow, co] → [kh, kw, ci, co] */
function filterGradient({ x, dy }: Inputs<"x" | "dy">, attrs: tf.Conv2DBackpropFilterAttrs): tf.Tensor {
  const info = convolution(x.shape, attrs.filterShape, attrs, false);
  return tf.reshape(correlated(enlarged(x, info), dy, info), attrs.filterShape);
}
