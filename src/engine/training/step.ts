// One training step: the gradient of a batch, in as many pieces as memory asks for, checked before the optimizer takes it.
import * as tf from "@tensorflow/tfjs-core";
import { forward } from "./evaluation.js";
import { setDropoutStep } from "./layers/dropout.js";
import { countCorrect, crossEntropy } from "./loss.js";
import { isOutOfMemory, tooLittleMemory } from "./out-of-memory.js";
import { pieceOf } from "./pieces.js";
import type { Phase, TrainingBatch } from "./recipe.js";
import type { Weight } from "./weights.js";

export interface StepResult {
  /** Mean over the batch. */
  readonly loss: number;
  readonly correct: number;
  /** Mean over the batch, in the order of the trainable weights; the caller disposes of them. */
  readonly gradients: tf.Tensor[];
}

export interface StepWork {
  readonly phase: Pick<Phase, "part" | "labelSmoothing">;
  /** All that learn in the phase. */
  readonly weights: readonly Weight[];
  /** Counted through the phase; dropout draws its masks from it. */
  readonly step: number;
}

/**
 * Gradient of one batch. Where memory does not suffice, the piece is halved and tried again, down to one image; the pieces'
 * gradients are added up, so that the step is that of the whole batch (batch normalization alone sees the pieces).
 * @param limit most images in one piece
 * @returns the result and the limit that worked @throws UserError `out-of-memory` where one image is too much
 */
export async function gradientOf(
  work: StepWork,
  batch: TrainingBatch,
  limit: number,
): Promise<StepResult & { limit: number }> {
  const images = batch.labels.length;
  // Moving averages are moved by the forward pass: an attempt that fails must not count twice.
  const own = work.weights.filter((weight) => !weight.trainable);
  for (let size = Math.min(limit, images); ; size = Math.floor(size / 2)) {
    const before = own.map(({ variable }) => tf.clone(variable));
    try {
      const result = await accumulate(work, batch, size);
      return { ...result, limit: size < images ? size : limit };
    } catch (error) {
      if (!isOutOfMemory(error)) throw error;
      for (const [index, { variable }] of own.entries()) variable.assign(before[index] ?? variable);
      if (size <= 1) throw tooLittleMemory(error);
    } finally {
      tf.dispose(before);
    }
  }
}

async function accumulate(work: StepWork, batch: TrainingBatch, size: number): Promise<StepResult> {
  const images = batch.labels.length;
  let gradients: tf.Tensor[] | undefined;
  let loss = 0;
  let correct = 0;
  try {
    for (let from = 0, piece = 0; from < images; from += size, piece++) {
      const part = pieceOf(batch, from, Math.min(images, from + size));
      const share = part.labels.length / images;
      const one = backward(work, part, piece);
      const sum = gradients;
      gradients = tf.tidy(() =>
        one.gradients.map((gradient, index) => {
          const weighted = share === 1 ? tf.clone(gradient) : tf.mul(gradient, share);
          const before = sum?.[index];
          return before === undefined ? weighted : tf.add(before, weighted);
        }),
      );
      tf.dispose([...one.gradients, ...(sum ?? [])]);
      const [pieceLoss, pieceCorrect] = await one.figures.data();
      one.figures.dispose();
      loss += (pieceLoss ?? Number.NaN) * share;
      correct += pieceCorrect ?? 0;
    }
  } catch (error) {
    tf.dispose(gradients ?? []);
    throw error;
  }
  return { loss, correct, gradients: gradients ?? [] };
}

/** Gradients of a piece's mean loss, and [loss, correct]. */
function backward(
  { phase, weights, step }: StepWork,
  piece: TrainingBatch,
  number: number,
): { gradients: tf.Tensor[]; figures: tf.Tensor } {
  setDropoutStep(phase.part.layers, step, number);
  const trainable = weights.filter((weight) => weight.trainable).map(({ variable }) => variable);
  const counted: tf.Tensor[] = [];
  try {
    return tf.tidy(() => {
      const images = tf.tensor(piece.images, [...piece.shape]);
      const labels = tf.tensor1d(piece.labels, "int32");
      const { value, grads } = tf.variableGrads(() => {
        const logits = forward(phase.part, images, true);
        counted.push(tf.keep(countCorrect(logits, labels)));
        return crossEntropy(logits, labels, phase.labelSmoothing);
      }, trainable);
      const figures = tf.stack([value, ...counted]);
      return { gradients: trainable.map(({ name, shape }) => grads[name] ?? tf.zeros(shape)), figures };
    });
  } catch (error) {
    releaseTape();
    throw error;
  } finally {
    tf.dispose(counted);
  }
}

/**
 * tfjs 4.22 keeps the tensors that it saved for the backward pass when an error breaks a gradient off: without this, the
 * memory that ran out would never come back.
 */
function releaseTape(): void {
  const { state } = tf.engine();
  for (const node of state.activeTape ?? []) tf.dispose(node.saved ?? []);
  state.activeTape = [];
}
