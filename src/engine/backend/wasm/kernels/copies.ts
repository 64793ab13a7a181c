// Clones, casts to the same type and slices without copies that nobody asked for: the package copies a clone's values, and before a slice the whole
// tensor that it is cut from.

import * as tf from "@tensorflow/tfjs-core";
import { share, wasm } from "./kernel.js";

export function registerCopies(): void {
  share(tf.Identity, ({ inputs: { x } }, base) => (x === undefined || x.dtype === "string" ? base() : sameMemory(x)));
  // Every gradient of relu casts floats to floats.
  share(tf.Cast, ({ inputs: { x }, attrs }, base) =>
    x === undefined || x.dtype !== attrs.dtype ? base() : sameMemory(x),
  );
  share(tf.Slice, ({ inputs: { x }, attrs }, base) => {
    if (x === undefined || x.dtype === "string") return base();
    const { begin, size } = attrs as tf.SliceAttrs & tf.NamedAttrMap;
    const [from = [], extent = []] = tf.slice_util.parseSliceParams(x as tf.Tensor, begin, size);
    if (!tf.slice_util.isSliceContinous(x.shape, from, extent)) return base();
    const out = wasm().makeOutput(extent, x.dtype);
    const start = tf.slice_util.computeFlatOffset(from, tf.util.computeStrides(x.shape));
    const values = wasm().typedArrayFromHeap(x);
    wasm()
      .typedArrayFromHeap(out)
      .set(values.subarray(start, start + tf.util.sizeFromShape(extent)));
    return out;
  });
}

/** Values of tensors never change in place, so that a clone can be the same memory, as on the other backends. */
function sameMemory({ dataId, shape, dtype }: tf.TensorInfo): tf.TensorInfo {
  wasm().incRef(dataId);
  return { dataId, shape, dtype };
}
