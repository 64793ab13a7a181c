// Gradients of a depthwise convolution, both missing in the package; any depth multiplier.

import * as tf from "@tensorflow/tfjs-core";
import { convolution, spread } from "./geometry.js";
import { floats, type Inputs, replaceKernel, uninitialized } from "./kernel.js";

export function registerDepthwise(): void {
  replaceKernel(tf.DepthwiseConv2dNativeBackpropFilter, filterGradient);
  replaceKernel(tf.DepthwiseConv2dNativeBackpropInput, inputGradient);
}

/** x [n, h, w, c], dy [n, oh, ow, c · m] → [kh, kw, c, m] */
function filterGradient({ x, dy }: Inputs<"x" | "dy">, attrs: tf.DepthwiseConv2dNativeBackpropFilterAttrs): tf.Tensor {
  const info = convolution(x.shape, attrs.filterShape, attrs, true);
  const [kh, kw, c, m] = attrs.filterShape;
  const { inHeight, inWidth, outHeight, outWidth, strideHeight, strideWidth, padInfo } = info;
  const out = uninitialized(attrs.filterShape);
  const [image, gradient, sums] = [floats(x), floats(dy), floats(out).fill(0)];
  for (let n = 0; n < info.batchSize; n++) {
    for (let oy = 0; oy < outHeight; oy++) {
      for (let ky = 0; ky < kh; ky++) {
        const y = oy * strideHeight - padInfo.top + ky * info.dilationHeight;
        if (y < 0 || y >= inHeight) continue;
        for (let ox = 0; ox < outWidth; ox++) {
          const from = ((n * outHeight + oy) * outWidth + ox) * c * m;
          for (let kx = 0; kx < kw; kx++) {
            const x0 = ox * strideWidth - padInfo.left + kx * info.dilationWidth;
            if (x0 < 0 || x0 >= inWidth) continue;
            const pixel = ((n * inHeight + y) * inWidth + x0) * c;
            const tap = (ky * kw + kx) * c * m;
            for (let i = 0; i < c * m; i++) {
              const at = pixel + (m === 1 ? i : Math.floor(i / m));
              sums[tap + i] = (sums[tap + i] ?? 0) + (image[at] ?? 0) * (gradient[from + i] ?? 0);
            }
          }
        }
      }
    }
  }
  return out;
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
