// Recipe `digits`: handwritten digits, a small convolutional network from scratch (question 9).

import type { SymbolicTensor } from "@tensorflow/tfjs-layers";
import {
  initializers,
  type LayersModel,
  layers,
  model as layersModel,
  input as modelInput,
} from "@tensorflow/tfjs-layers";
import { z } from "zod";
import type { Preprocessing } from "../../models/model.js";
import type { DataSet, Split } from "../data/data-set.js";
import { openMnist } from "../data/mnist.js";
import { batchNormalization } from "../layers/batch-normalization.js";
import { dropout } from "../layers/dropout.js";
import { seededRandom } from "../random.js";
import type { Plan, Recipe, TrainingBatch } from "../recipe.js";
import { oneCycle } from "../schedule.js";

const settings = z.strictObject({
  epochs: z.number().int().min(1).max(1000).default(28),
  batch: z.number().int().min(1).max(4096).default(128),
  /** At the top of the cycle. */
  learningRate: z.number().positive().max(1).default(0.004),
  weightDecay: z.number().min(0).max(1).default(0.02),
  dropout: z.number().min(0).max(0.9).default(0.3),
  labelSmoothing: z.number().min(0).max(0.5).default(0.05),
  /** How far the augmentation goes; 1 is what the recipe was tuned for, 0 none. */
  augmentation: z.number().min(0).max(3).default(1),
  patience: z.number().int().min(1).default(12),
  /** Channels of the three stages are this × 1, 2 and 3. */
  width: z.number().int().min(2).max(128).default(32),
  /** Trains on the first n images only: for a quick try. */
  limit: z.number().int().min(1).optional(),
});
export type DigitsSettings = z.infer<typeof settings>;

const SIDE = 28;
/** Mean and standard deviation of MNIST's training pixels, in 0 … 1. */
const MEAN = 0.1307;
const DEVIATION = 0.3081;

const preprocessing: Preprocessing = {
  height: SIDE,
  width: SIDE,
  channels: 1,
  fit: "digit",
  scale: [1 / 255 / DEVIATION],
  offset: [-MEAN / DEVIATION],
  order: "grey",
};

export const digits: Recipe<DigitsSettings> = {
  name: "digits",
  settings,
  open: (folder, _settings, seed) => openMnist(folder, { seed }),
  async plan({ data, settings, seed }): Promise<Plan> {
    const model = network(settings, seed, data.labels.length);
    const images = settings.limit ?? data.splits.train.length;
    const steps = Math.ceil(Math.min(images, data.splits.train.length) / settings.batch);
    return {
      model,
      preprocessing,
      evaluation: (split) => inOrder(data, split, 500),
      phases: [
        {
          name: "train",
          what: "the whole network, from random weights",
          epochs: settings.epochs,
          steps,
          part: model,
          train: (epoch, from) => augmented(data, settings, seed, epoch, from),
          validation: () => inOrder(data, "validation", 500),
          optimizer: { kind: "adam", weightDecay: settings.weightDecay },
          learningRate: oneCycle({ peak: settings.learningRate, steps: settings.epochs * steps }),
          labelSmoothing: settings.labelSmoothing,
          patience: settings.patience,
          averaging: { decay: 0.99, every: 8 },
        },
      ],
    };
  },
};

/**
 * 28×28×1 → a stem that halves, three stages of 3×3 convolutions with batch normalization, global average pooling, logits.
 */
function network(settings: DigitsSettings, seed: number, classes: number): LayersModel {
  const { width } = settings;
  let seeds = 0;
  const seedOfNext = () => Math.floor(seededRandom(`digits/${seed}/${seeds++}`).next() * 2 ** 31);
  const conv = (name: string, filters: number, kernelSize: number, strides = 1, padding: "same" | "valid" = "same") => {
    return (x: SymbolicTensor): SymbolicTensor => {
      const convolved = layers
        .conv2d({
          name,
          filters,
          kernelSize,
          strides,
          padding,
          useBias: false,
          kernelInitializer: initializers.heNormal({ seed: seedOfNext() }),
        })
        .apply(x) as SymbolicTensor;
      const normalized = batchNormalization({ name: `${name}_norm` }).apply(convolved) as SymbolicTensor;
      return layers.reLU({ name: `${name}_relu` }).apply(normalized) as SymbolicTensor;
    };
  };
  const image = modelInput({ shape: [SIDE, SIDE, 1], name: "image" });
  let x = conv("stem", width, 5, 2)(image);
  x = conv("conv1", width * 2, 3)(x);
  x = layers.maxPooling2d({ name: "pool1", poolSize: 2 }).apply(x) as SymbolicTensor;
  x = conv("conv2", width * 3, 3)(x);
  x = conv("conv3", width * 4, 3, 1, "valid")(x);
  x = layers.globalAveragePooling2d({ name: "pool2" }).apply(x) as SymbolicTensor;
  x = dropout({ name: "dropout", rate: settings.dropout, seed: seedOfNext() }).apply(x) as SymbolicTensor;
  const logits = layers
    .dense({ name: "logits", units: classes, kernelInitializer: initializers.glorotUniform({ seed: seedOfNext() }) })
    .apply(x) as SymbolicTensor;
  return layersModel({ inputs: image, outputs: logits, name: "digits" });
}

// Stand-in until the batch source is there.
async function* augmented(
  data: DataSet,
  settings: DigitsSettings,
  seed: number,
  epoch: number,
  from: number,
): AsyncGenerator<TrainingBatch> {
  const { shuffled } = await import("../random.js");
  const all = shuffled(data.splits.train, seededRandom(`limit/${seed}`));
  const chosen = all.slice(0, settings.limit ?? Number.POSITIVE_INFINITY);
  const order = shuffled(chosen, seededRandom(`order/${seed}/${epoch}`));
  for (let at = from * settings.batch; at < order.length; at += settings.batch) {
    const part = order.slice(at, at + settings.batch);
    const random = seededRandom(`augment/${seed}/${epoch}/${at}`);
    const images = new Float32Array(part.length * SIDE * SIDE);
    for (const [index, sample] of part.entries()) {
      const { data: bytes } = await data.read(sample);
      const target = images.subarray(index * SIDE * SIDE, (index + 1) * SIDE * SIDE);
      const strength = settings.augmentation;
      const angle = ((random.between(-12, 12) * Math.PI) / 180) * strength;
      const scaleX = 1 + random.between(-0.12, 0.12) * strength;
      const scaleY = 1 + random.between(-0.12, 0.12) * strength;
      const shear = random.between(-0.15, 0.15) * strength;
      const dx = random.between(-2.5, 2.5) * strength;
      const dy = random.between(-2.5, 2.5) * strength;
      const gamma = Math.exp(random.between(-0.4, 0.4) * strength);
      const c = (SIDE - 1) / 2;
      const cos = Math.cos(angle);
      const sin = Math.sin(angle);
      for (let y = 0; y < SIDE; y++) {
        for (let x = 0; x < SIDE; x++) {
          const u = (x - c - dx) / scaleX;
          const v = (y - c - dy) / scaleY;
          const sx = cos * u + sin * v + shear * v + c;
          const sy = -sin * u + cos * v + c;
          target[y * SIDE + x] = (bilinear(bytes, sx, sy) ** gamma - MEAN) / DEVIATION;
        }
      }
    }
    yield { images, shape: [part.length, SIDE, SIDE, 1], labels: Int32Array.from(part, ({ label }) => label) };
  }
}

function bilinear(bytes: Uint8Array, x: number, y: number): number {
  const x0 = Math.floor(x);
  const y0 = Math.floor(y);
  if (x0 < -1 || y0 < -1 || x0 >= SIDE || y0 >= SIDE) return 0;
  const fx = x - x0;
  const fy = y - y0;
  const value = (xx: number, yy: number) =>
    xx < 0 || yy < 0 || xx >= SIDE || yy >= SIDE ? 0 : (bytes[yy * SIDE + xx] ?? 0);
  return (
    ((value(x0, y0) * (1 - fx) + value(x0 + 1, y0) * fx) * (1 - fy) +
      (value(x0, y0 + 1) * (1 - fx) + value(x0 + 1, y0 + 1) * fx) * fy) /
    255
  );
}

async function* inOrder(data: DataSet, split: Split, size: number): AsyncGenerator<TrainingBatch> {
  const samples = data.splits[split];
  for (let at = 0; at < samples.length; at += size) {
    const part = samples.slice(at, at + size);
    const images = new Float32Array(part.length * SIDE * SIDE);
    for (const [index, sample] of part.entries()) {
      const { data: bytes } = await data.read(sample);
      for (const [pixel, byte] of bytes.entries()) {
        images[index * SIDE * SIDE + pixel] = (byte / 255 - MEAN) / DEVIATION;
      }
    }
    yield { images, shape: [part.length, SIDE, SIDE, 1], labels: Int32Array.from(part, ({ label }) => label) };
  }
}
