// Sums over the leading axes, the gradient of every bias: the package turns the tensor around first, this adds row by row.

import * as tf from "@tensorflow/tfjs-core";
import { floats, share, uninitialized } from "./kernel.js";

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
  const values = floats(x);
  const sums = new Float64Array(columns);
  let row = 0;
  // Four rows at once, so that a sum is read and written once for four values.
  for (const end = values.length - 3 * columns; row < end; row += 4 * columns) {
    for (let column = 0; column < columns; column++) {
      const at = row + column;
      const upper = (values[at] as number) + (values[at + columns] as number);
      const lower = (values[at + 2 * columns] as number) + (values[at + 3 * columns] as number);
      sums[column] = (sums[column] as number) + (upper + lower);
    }
  }
  for (; row < values.length; row += columns) {
    for (let column = 0; column < columns; column++) {
      sums[column] = (sums[column] as number) + (values[row + column] as number);
    }
  }
  floats(out).set(sums);
  return out;
}
