// A data set and a network small enough for tfjs in plain JavaScript: two classes of points, told apart by a tiny network.
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { initializers, type LayersModel, layers, sequential } from "@tensorflow/tfjs-layers";
import type { Checkpoint } from "../../../../src/engine/training/checkpoint.js";
import { batchNormalization } from "../../../../src/engine/training/layers/batch-normalization.js";
import { dropout } from "../../../../src/engine/training/layers/dropout.js";
import { seededRandom, shuffled } from "../../../../src/engine/training/random.js";
import type { Phase, Plan, TrainingBatch } from "../../../../src/engine/training/recipe.js";
import type { RunEvent } from "../../../../src/engine/training/run.js";
import { constant } from "../../../../src/engine/training/schedule.js";
import { type Trained, train } from "../../../../src/engine/training/trainer.js";

export async function plainJavaScript(): Promise<void> {
  await tf.setBackend("cpu");
  await tf.ready();
}

export const IMAGES = 90;
const BATCH = 16;
const FEATURES = 6;

interface Point {
  readonly values: readonly number[];
  readonly label: number;
}

/** Class 1 where a hidden linear function is positive. */
function points(name: string, count: number): Point[] {
  const hidden = seededRandom("hidden");
  const direction = Array.from({ length: FEATURES }, () => hidden.normal());
  const random = seededRandom(name);
  return Array.from({ length: count }, () => {
    const values = Array.from({ length: FEATURES }, () => random.normal());
    const label = values.reduce((sum, value, at) => sum + value * (direction[at] ?? 0), 0) > 0 ? 1 : 0;
    return { values, label };
  });
}

async function* batches(of: readonly Point[], from = 0): AsyncGenerator<TrainingBatch> {
  for (let at = from * BATCH; at < of.length; at += BATCH) {
    const part = of.slice(at, at + BATCH);
    yield {
      images: Float32Array.from(part.flatMap(({ values }) => values)),
      shape: [part.length, FEATURES],
      labels: Int32Array.from(part, ({ label }) => label),
    };
  }
}

export interface ToySettings {
  readonly normalize?: boolean;
  readonly dropout?: number;
  readonly phase?: Partial<Phase>;
}

export function toyPlan({ normalize = true, dropout: rate = 0.2, phase = {} }: ToySettings = {}): Plan {
  const dense = (name: string, units: number, seed: number) =>
    layers.dense({
      name,
      units,
      kernelInitializer: initializers.glorotUniform({ seed }),
      ...(name === "first" ? { inputShape: [FEATURES] } : {}),
    });
  const model: LayersModel = sequential({
    layers: [
      dense("first", 8, 1),
      ...(normalize ? [batchNormalization({ name: "norm" })] : []),
      layers.reLU({ name: "relu" }),
      ...(rate > 0 ? [dropout({ name: "dropout", rate, seed: 3 })] : []),
      dense("logits", 2, 2),
    ],
  });
  const training = points("training", IMAGES);
  return {
    model,
    preprocessing: { height: 1, width: FEATURES, channels: 1, fit: "digit", scale: [1], offset: [0], order: "grey" },
    card: { title: "", purpose: "", notFor: "", dataLicence: "", training: "", limitations: [] },
    evaluation: (split) => batches(points(split, 60)),
    phases: [
      {
        name: "train",
        what: "all of it",
        epochs: 3,
        steps: Math.ceil(IMAGES / BATCH),
        part: model,
        train: (epoch, from) => batches(shuffled(training, seededRandom(`order ${epoch}`)), from),
        validation: () => batches(points("validation", 60)),
        optimizer: { kind: "adam", weightDecay: 0.01 },
        learningRate: constant(0.02),
        averaging: { decay: 0.9, every: 2 },
        ...phase,
      },
    ],
  };
}

export interface ToyRun {
  readonly trained: Trained;
  readonly events: readonly RunEvent[];
  readonly checkpoints: readonly Checkpoint[];
}

/** Trains; stops after the given number of steps of this process. */
export async function trainToy(plan: Plan, how: { from?: Checkpoint; stopAfter?: number } = {}): Promise<ToyRun> {
  const events: RunEvent[] = [];
  const checkpoints: Checkpoint[] = [];
  const stop = new AbortController();
  let steps = 0;
  const counted = plan.phases.map((phase) => ({
    ...phase,
    async *train(epoch: number, from: number) {
      for await (const batch of phase.train(epoch, from)) {
        if (++steps === how.stopAfter) stop.abort();
        yield batch;
      }
    },
  }));
  const trained = await train({
    plan: { ...plan, phases: counted },
    classes: 2,
    identity: { seed: 1, recipe: "toy", settings: {}, dataVersion: "1" },
    ...(how.from === undefined ? {} : { from: how.from }),
    emit: (event) => events.push(event),
    save: async (checkpoint) => {
      checkpoints.push(structuredClone(checkpoint));
      return "checkpoint.bin";
    },
    signal: stop.signal,
  });
  return { trained, events, checkpoints };
}

/** All weights, moving averages included, one after the other. */
export function weightsNow(model: LayersModel): number[] {
  return model.weights.flatMap((weight) => [...weight.read().dataSync()]);
}
