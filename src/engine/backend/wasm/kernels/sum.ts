// Sums over the leading axes, the gradient of every bias: the package turns the tensor around first, this adds row by row.

import * as tf from "@tensorflow/tfjs-core";
import { floats, type Inputs, registered, replaceKernel, uninitialized } from "./kernel.js";

const ours = new WeakSet<tf.KernelFunc>();

export function registerSum(): void {
  const base = registered(tf.Sum)?.kernelFunc;
  if (base === undefined || ours.has(base)) return;
  replaceKernel(tf.Sum, ({ x }: Inputs<"x">, attrs: tf.SumAttrs) => {
    const axes = tf.util.parseAxisParam(attrs.axis, x.shape);
    const leading = axes.length > 0 && axes.length < x.rank && axes.every((axis) => axis < axes.length);
    if (leading && x.dtype === "float32") return sumOfRows(x, axes.length, attrs.keepDims);
    const made = base({ inputs: { x }, backend: tf.backend(), attrs: { ...attrs } });
    return tf.engine().makeTensorFromTensorInfo(made as tf.TensorInfo);
  });
  const now = registered(tf.Sum)?.kernelFunc;
  if (now !== undefined) ours.add(now);
}

/** x [..., columns] over its first `count` axes; added in double precision. */
function sumOfRows(x: tf.Tensor, count: number, keepDims: boolean): tf.Tensor {
  const kept = x.shape.slice(count);
  const columns = tf.util.sizeFromShape(kept);
  const out = uninitialized(keepDims ? [...Array<number>(count).fill(1), ...kept] : kept);
  const values = floats(x);
  const sums = new Float64Array(columns);
  for (let at = 0; at < values.length; at += columns) {
    for (let column = 0; column < columns; column++) {
      sums[column] = (sums[column] as number) + (values[at + column] as number);
    }
  }
  floats(out).set(sums);
  return out;
}
