// Sums by segment, the gradient of `gather` and so of an embedding; missing in the package.

import * as tf from "@tensorflow/tfjs-core";
import { floats, type Inputs, replaceKernel, uninitialized, wasm } from "./kernel.js";

export function registerSegmentSum(): void {
  replaceKernel(tf.UnsortedSegmentSum, segmentSum);
}

/** x [n, ...], segmentIds [n] (int32) → [numSegments, ...]; ids out of range take no part, as on the cpu backend. */
function segmentSum({ x, segmentIds }: Inputs<"x" | "segmentIds">, attrs: tf.UnsortedSegmentSumAttrs): tf.Tensor {
  const rest = x.shape.slice(segmentIds.rank);
  const size = tf.util.sizeFromShape(rest);
  const out = uninitialized([attrs.numSegments, ...rest]);
  const ids = wasm().typedArrayFromHeap(segmentIds);
  const [values, sums] = [floats(x), floats(out).fill(0)];
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i] as number;
    if (id < 0 || id >= attrs.numSegments) continue;
    for (let j = 0; j < size; j++) {
      sums[id * size + j] = (sums[id * size + j] as number) + (values[i * size + j] as number);
    }
  }
  return out;
}
