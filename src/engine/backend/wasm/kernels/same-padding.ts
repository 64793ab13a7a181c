// "same" where a stride is larger than its window: XNNPACK counts a negative padding as an error, and the package gives zeros without a word.

import * as tf from "@tensorflow/tfjs-core";
import type { Windows } from "./geometry.js";
import { share } from "./kernel.js";

type Shape4 = [number, number, number, number];
type Explicit = tf.backend_util.ExplicitPadding;

/** Names the padding in numbers instead, which are then zeros along such an axis. */
export function registerSamePadding(): void {
  for (const kernel of [tf.Conv2D, tf.FusedConv2D, tf.DepthwiseConv2dNative, tf.FusedDepthwiseConv2D]) {
    const depthwise = kernel === tf.DepthwiseConv2dNative || kernel === tf.FusedDepthwiseConv2D;
    share(kernel, ({ inputs: { x, filter }, attrs }, base) => {
      if (attrs.pad !== "same" || x === undefined || filter === undefined) return base();
      const { strides, dilations } = attrs as object as Windows;
      const info = tf.backend_util.computeConv2DInfo(
        x.shape as Shape4,
        filter.shape as Shape4,
        strides,
        dilations ?? 1,
        "same",
        undefined,
        depthwise,
      );
      const isShort =
        (info.outHeight - 1) * info.strideHeight + info.effectiveFilterHeight < info.inHeight ||
        (info.outWidth - 1) * info.strideWidth + info.effectiveFilterWidth < info.inWidth;
      if (!isShort) return base();
      const { top, bottom, left, right } = info.padInfo;
      const pad: Explicit = [
        [0, 0],
        [top, bottom],
        [left, right],
        [0, 0],
      ];
      return base({ ...attrs, pad });
    });
  }
}
