// Where a convolution's windows lie: the one place that turns strides, dilations and padding into numbers.

import * as tf from "@tensorflow/tfjs-core";

export type Info = tf.backend_util.Conv2DInfo;
type Shape4 = [number, number, number, number];

export interface Windows {
  readonly strides: [number, number] | number;
  readonly dilations?: [number, number] | number;
  readonly pad: "valid" | "same" | number | tf.backend_util.ExplicitPadding;
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
  readonly dataFormat?: "NHWC" | "NCHW";
}

/** Throws where the tensors are channels first: tfjs-layers turns those around before they come here. */
export function convolution(
  input: readonly number[],
  filter: readonly number[],
  windows: Windows,
  depthwise: boolean,
): Info {
  const { strides, dilations = 1, pad, dimRoundingMode, dataFormat = "NHWC" } = windows;
  if (dataFormat !== "NHWC") throw new Error("WebAssembly computes gradients of convolutions in NHWC only.");
  return tf.backend_util.computeConv2DInfo(
    input as Shape4,
    filter as Shape4,
    strides,
    dilations,
    pad,
    dimRoundingMode,
    depthwise,
  );
}

/** Images [n, h, w, c] with the zeros around them that the windows reach into. */
export function enlarged(x: tf.Tensor, { padInfo: { top, bottom, left, right } }: Info): tf.Tensor {
  return fitted(x, top, bottom, left, right);
}

/** Rows and columns added at the edges (zeros), or taken away where a number is negative. [n, h, w, c] */
function fitted(x: tf.Tensor, top: number, bottom: number, left: number, right: number): tf.Tensor {
  const edges = [0, top, left, 0].map((before, i) => [before, [0, bottom, right, 0][i] ?? 0] as const);
  let out = x;
  if (edges.flat().some((edge) => edge < 0)) {
    const begin = edges.map(([before]) => Math.max(0, -before));
    const size = edges.map(([before, after], i) => (x.shape[i] ?? 1) + Math.min(0, before) + Math.min(0, after));
    out = tf.slice(out, begin, size);
  }
  if (edges.flat().some((edge) => edge > 0)) {
    out = tf.pad(
      out,
      edges.map(([before, after]) => [Math.max(0, before), Math.max(0, after)] as [number, number]),
    );
  }
  return out;
}

/**
 * The output's gradient dy [n, oh, ow, c] with stride - 1 zeros between its pixels and edges such that a convolution of
 * stride 1 with the turned filter gives the input's gradient. [n, inHeight + reach, inWidth + reach, c], where reach is the
 * dilated kernel's size - 1. (Dumoulin and Visin, "A guide to convolution arithmetic", section 4.)
 */
export function spread(dy: tf.Tensor, info: Info): tf.Tensor {
  const { strideHeight: sh, strideWidth: sw, padInfo, inHeight, inWidth } = info;
  const reachY = (info.filterHeight - 1) * info.dilationHeight;
  const reachX = (info.filterWidth - 1) * info.dilationWidth;
  const [n = 1, h = 1, w = 1, c = 1] = dy.shape;
  let out = dy;
  if (sw > 1) {
    out = tf.pad(tf.reshape(out, [n * h, w, 1, c]), [
      [0, 0],
      [0, 0],
      [0, sw - 1],
      [0, 0],
    ]);
  }
  if (sh > 1) {
    out = tf.pad(tf.reshape(out, [n, h, 1, w * sw * c]), [
      [0, 0],
      [0, 0],
      [0, sh - 1],
      [0, 0],
    ]);
  }
  out = tf.reshape(out, [n, h * sh, w * sw, c]);
  const top = reachY - padInfo.top;
  const left = reachX - padInfo.left;
  return fitted(out, top, inHeight + reachY - h * sh - top, left, inWidth + reachX - w * sw - left);
}
