// What a phase works with (weights, optimizer, average), into a checkpoint and out of one again.
import * as tf from "@tensorflow/tfjs-core";
import { type Average, averageOf } from "./average.js";
import type { Checkpoint, Tensors } from "./checkpoint.js";
import { createOptimizer, type Optimizer } from "./optimizer.js";
import type { Phase } from "./recipe.js";
import {
  freezeNormalization,
  learningLayers,
  learningWeights,
  readWeights,
  type Weight,
  type WeightValues,
  weightsOf,
  writeWeights,
} from "./weights.js";

export interface PhaseWork {
  readonly phase: Phase;
  /** That learn in this phase. */
  readonly weights: readonly Weight[];
  /** That learn in this phase or learned in one before. */
  readonly learned: readonly Weight[];
  readonly optimizer: Optimizer;
  readonly average: Average;
  dispose(): void;
}

/** `before`: the phases that were trained already. */
export function beginPhase(phase: Phase, before: readonly Phase[]): PhaseWork {
  const weights = learningWeights(phase);
  const trainable = weights.filter((weight) => weight.trainable).map(({ variable }) => variable);
  const unfreeze = freezeNormalization(phase);
  const optimizer = createOptimizer(phase.optimizer, trainable);
  const average = averageOf(phase.averaging, weights);
  return {
    phase,
    weights,
    learned: weightsOf([...new Set([...before, phase].flatMap(learningLayers))]),
    optimizer,
    average,
    dispose() {
      unfreeze();
      optimizer.dispose();
      average.dispose();
    },
  };
}

/** Everything as it was when the checkpoint of this very phase was written. */
export function restorePhase({ learned, weights, optimizer, average }: PhaseWork, from: Checkpoint): void {
  writeWeights(learned, from.tensors.weights);
  tf.tidy(() => {
    const state = from.tensors.optimizer.map(({ values, shape }) => tf.tensor(values, [...shape]));
    optimizer.restore(from.progress.optimizerSteps, state);
  });
  average.restore(from.tensors.average, weights);
}

/** What of a phase goes into a checkpoint. */
export async function tensorsOf(work: PhaseWork, best: readonly WeightValues[]): Promise<Tensors> {
  const { learned, weights, optimizer, average } = work;
  const moments = optimizer.state().map(async (moment, index) => ({
    name: String(index),
    shape: moment.shape,
    values: Float32Array.from(await moment.data()),
  }));
  return {
    weights: await readWeights(learned),
    optimizer: await Promise.all(moments),
    average: await average.read(weights),
    best,
  };
}
