// The exponential moving average of the weights (Polyak & Juditsky 1992): smoother than the last step's, and often better.
import * as tf from "@tensorflow/tfjs-core";
import type { Averaging } from "./recipe.js";
import { readWeights, type Weight, type WeightValues, writeWeights } from "./weights.js";

export interface Average {
  /** To be called after step `step` (from 0). */
  update(step: number): void;
  /** The model computes with the average until the function that comes back is called. */
  swapIn(): () => void;
  read(weights: readonly Weight[]): Promise<WeightValues[]>;
  restore(values: readonly WeightValues[], weights: readonly Weight[]): void;
  dispose(): void;
}

const NONE: Average = {
  update() {},
  swapIn: () => () => {},
  read: async () => [],
  restore() {},
  dispose() {},
};

/** Of trainable weights and moving averages alike, so that both fit each other. */
export function averageOf(settings: Averaging | undefined, weights: readonly Weight[]): Average {
  if (settings === undefined) return NONE;
  const { decay, every } = settings;
  const averages = weights.map((weight) => ({
    ...weight,
    variable: tf.tidy(() => tf.variable(tf.clone(weight.variable), false)),
  }));
  return {
    update(step) {
      if ((step + 1) % every !== 0) return;
      // Young averages follow faster, or the first, random weights would stay in them for long (as TensorFlow's num_updates does).
      const updates = (step + 1) / every;
      const keep = Math.min(decay, (1 + updates) / (10 + updates));
      for (const [index, { variable }] of weights.entries()) {
        const average = averages[index]?.variable;
        tf.tidy(() => average?.assign(tf.add(average, tf.mul(tf.sub(variable, average), 1 - keep))));
      }
    },
    swapIn() {
      const own = weights.map(({ variable }) => tf.clone(variable));
      for (const [index, { variable }] of weights.entries()) {
        const average = averages[index]?.variable;
        if (average !== undefined) tf.tidy(() => variable.assign(tf.clone(average)));
      }
      return () => {
        for (const [index, { variable }] of weights.entries()) {
          const before = own[index];
          if (before !== undefined) variable.assign(before);
        }
        tf.dispose(own);
      };
    },
    read: () => readWeights(averages),
    restore: (values) => writeWeights(averages, values),
    dispose: () => tf.dispose(averages.map(({ variable }) => variable)),
  };
}
