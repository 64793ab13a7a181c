// How good a model is on images that it does not learn from: loss, accuracy, and which class is taken for which.
import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { crossEntropy } from "./loss.js";
import { isOutOfMemory, tooLittleMemory } from "./out-of-memory.js";
import { pieceOf } from "./pieces.js";
import type { TrainingBatch } from "./recipe.js";

export interface Evaluation {
  readonly images: number;
  /** Mean cross-entropy, without label smoothing. */
  readonly loss: number;
  readonly accuracy: number;
  /** Rows: the true class; columns: the predicted one. */
  readonly confusion: readonly (readonly number[])[];
}

/** Runs the model as in a prediction (dropout off, moving averages) over all batches. */
export async function evaluate(
  model: LayersModel,
  batches: AsyncIterable<TrainingBatch>,
  classes: number,
): Promise<Evaluation> {
  const confusion = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  let images = 0;
  let loss = 0;
  for await (const batch of batches) {
    for await (const { found, meanLoss, labels } of predictions(model, batch)) {
      loss += meanLoss * labels.length;
      images += labels.length;
      for (const [index, label] of labels.entries()) {
        const row = confusion[label];
        const predicted = found[index];
        if (row === undefined || predicted === undefined) throw new Error(`label ${label} outside ${classes} classes`);
        row[predicted] = (row[predicted] ?? 0) + 1;
      }
    }
  }
  const correct = confusion.reduce((sum, row, label) => sum + (row[label] ?? 0), 0);
  return { images, loss: loss / images, accuracy: correct / images, confusion };
}

interface Predictions {
  readonly found: ArrayLike<number>;
  readonly meanLoss: number;
  readonly labels: Int32Array;
}

/** Of a batch, in halves where memory does not suffice for the whole. @throws UserError `out-of-memory` */
async function* predictions(model: LayersModel, batch: TrainingBatch): AsyncGenerator<Predictions> {
  const images = batch.labels.length;
  try {
    yield await predict(model, batch);
    return;
  } catch (error) {
    if (!isOutOfMemory(error)) throw error;
    if (images <= 1) throw tooLittleMemory(error);
  }
  yield* predictions(model, pieceOf(batch, 0, images >> 1));
  yield* predictions(model, pieceOf(batch, images >> 1, images));
}

async function predict(model: LayersModel, batch: TrainingBatch): Promise<Predictions> {
  const [loss, predicted] = tf.tidy(() => {
    const labels = tf.tensor1d(batch.labels, "int32");
    const logits = forward(model, tf.tensor(batch.images, [...batch.shape]), false);
    return [crossEntropy(logits, labels), tf.argMax(logits, 1)];
  });
  try {
    const [meanLoss = Number.NaN] = await loss.data();
    return { found: await predicted.data(), meanLoss, labels: batch.labels };
  } finally {
    tf.dispose([loss, predicted]);
  }
}

/** Logits [n, classes] of a batch; `training` switches dropout on and makes batch normalization use the batch. */
export function forward(model: LayersModel, images: tf.Tensor, training: boolean): tf.Tensor {
  const logits = model.apply(images, { training });
  if (!(logits instanceof tf.Tensor)) throw new Error(`${model.name} has more than one output`);
  return logits;
}
