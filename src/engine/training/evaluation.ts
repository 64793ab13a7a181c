// How good a model is on images that it does not learn from: loss, accuracy, and which class is taken for which.
import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import type { Interval } from "../models/model.js";
import { crossEntropy } from "./loss.js";
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
    const [meanLoss, predicted] = tf.tidy(() => {
      const labels = tf.tensor1d(batch.labels, "int32");
      const logits = forward(model, tf.tensor(batch.images, [...batch.shape]), false);
      return [crossEntropy(logits, labels), tf.argMax(logits, 1)];
    });
    const [value] = await meanLoss.data();
    const classesFound = await predicted.data();
    tf.dispose([meanLoss, predicted]);
    loss += (value ?? Number.NaN) * batch.labels.length;
    images += batch.labels.length;
    for (const [index, label] of batch.labels.entries()) {
      const row = confusion[label];
      const found = classesFound[index];
      if (row === undefined || found === undefined) throw new Error(`label ${label} outside ${classes} classes`);
      row[found] = (row[found] ?? 0) + 1;
    }
  }
  const correct = confusion.reduce((sum, row, label) => sum + (row[label] ?? 0), 0);
  return { images, loss: loss / images, accuracy: correct / images, confusion };
}

/** Logits [n, classes] of a batch; `training` switches dropout on and makes batch normalization use the batch. */
export function forward(model: LayersModel, images: tf.Tensor, training: boolean): tf.Tensor {
  const logits = model.apply(images, { training });
  if (!(logits instanceof tf.Tensor)) throw new Error(`${model.name} has more than one output`);
  return logits;
}

/** Wilson's score interval of a share at 95 % (Wilson 1927): right near 0 and 1, where the normal one is not. */
export function wilson(correct: number, images: number): Interval {
  const z = 1.959963984540054;
  const value = correct / images;
  const middle = (value + (z * z) / (2 * images)) / (1 + (z * z) / images);
  const reach = (z / (1 + (z * z) / images)) * Math.sqrt((value * (1 - value)) / images + (z / (2 * images)) ** 2);
  return { value, low: Math.max(0, middle - reach), high: Math.min(1, middle + reach) };
}
