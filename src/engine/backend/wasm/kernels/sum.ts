// Sums over the leading axes, the gradient of every bias: the package turns the tensor around first, the compiled loop adds row by row.

import * as tf from "@tensorflow/tfjs-core";
import { address, loops, share, uninitialized } from "./kernel.js";

export function registerSum(): void {
  share(tf.Sum, ({ inputs: { x }, attrs }, base) => {
    if (x === undefined || x.dtype !== "float32") return base();
    const { axis, keepDims } = attrs as tf.SumAttrs & tf.NamedAttrMap;
    const axes = tf.util.parseAxisParam(axis, x.shape);
    const leading = axes.length > 0 && axes.length < x.shape.length && axes.every((each) => each < axes.length);
    return leading ? sumOfRows(x as tf.Tensor, axes.length, keepDims) : base();
  });
}

/** x [..., columns] over its first `count` axes; added in double precision. */
function sumOfRows(x: tf.Tensor, count: number, keepDims: boolean): tf.Tensor {
  const kept = x.shape.slice(count);
  const columns = tf.util.sizeFromShape(kept);
  const out = uninitialized(keepDims ? [...Array<number>(count).fill(1), ...kept] : kept);
  const rows = x.size / columns;
  loops().run("sumRows", [address(x), rows, columns, address(out)], columns, 8, x.size);
  return out;
}
