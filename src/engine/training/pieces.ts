// A part of a batch, for where memory does not suffice for the whole.
import type { TrainingBatch } from "./recipe.js";

/** Images `from` up to, not including, `to`; a view, not a copy. */
export function pieceOf(batch: TrainingBatch, from: number, to: number): TrainingBatch {
  if (from === 0 && to === batch.labels.length) return batch;
  const size = batch.images.length / batch.labels.length;
  return {
    images: batch.images.subarray(from * size, to * size),
    shape: [to - from, ...batch.shape.slice(1)],
    labels: batch.labels.subarray(from, to),
  };
}
