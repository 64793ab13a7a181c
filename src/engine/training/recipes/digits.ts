// Recipe `digits`: handwritten digits, a small convolutional network from scratch (question 9).

import type { SymbolicTensor } from "@tensorflow/tfjs-layers";
import {
  initializers,
  type LayersModel,
  layers,
  model as layersModel,
  input as modelInput,
} from "@tensorflow/tfjs-layers";
import type { Preprocessing } from "../../models/model.js";
import { type BatchWorkers, startBatchWorkers } from "../data/batch-workers.js";
import { batchSource, fixedBatches } from "../data/batches.js";
import { besides } from "../data/besides.js";
import type { DataSet, Split } from "../data/data-set.js";
import { openMnist } from "../data/mnist.js";
import { withOthers } from "../data/others/others.js";
import { batchNormalization } from "../layers/batch-normalization.js";
import { dropout } from "../layers/dropout.js";
import { seededRandom, shuffled } from "../random.js";
import type { Plan, Recipe } from "../recipe.js";
import { oneCycle } from "../schedule.js";
import { type DigitsSettings, digitsSettings } from "./digits-settings.js";

const SIDE = 28;
/** Images of a batch that is only looked at: no gradient is kept, so it may be larger. */
const EVALUATION_BATCH = 500;
/** Mean and standard deviation of MNIST's training pixels, in 0 … 1. */
const MEAN = 0.1307;
const DEVIATION = 0.3081;

/** White ink on black, standardised. */
export const MNIST_PREPROCESSING: Preprocessing = {
  height: SIDE,
  width: SIDE,
  channels: 1,
  fit: "digit",
  scale: [1 / 255 / DEVIATION],
  offset: [-MEAN / DEVIATION],
  order: "grey",
};

/** How batches of MNIST's pictures are made, whatever network looks at them. */
export function mnistPictures(dataSet: DataSet, workers: BatchWorkers) {
  const { scale, offset } = MNIST_PREPROCESSING;
  return {
    dataSet,
    height: SIDE,
    width: SIDE,
    channels: 1,
    preprocess: { scale, offset, order: "grey" },
    workers,
  } as const;
}

export const digits: Recipe<DigitsSettings> = {
  name: "digits",
  settings: digitsSettings,
  async open(folder, { limit }, seed, beside) {
    const data = await besides(await openMnist(folder, { seed }), beside);
    return limit === undefined ? data : limited(data, limit, seed);
  },
  async plan({ data, settings, seed }): Promise<Plan> {
    const model = network(settings, seed, data.labels.length);
    const learned = await withOthers(data, settings.others, seed);
    const steps = Math.ceil(learned.splits.train.length / settings.batch);
    const workers = startBatchWorkers(learned);
    const picture = mnistPictures(learned, workers);
    const evaluation = (split: Split) => fixedBatches({ ...picture, split, batchSize: EVALUATION_BATCH });
    return {
      model,
      preprocessing: MNIST_PREPROCESSING,
      card: CARD,
      evaluation,
      close: () => workers.close(),
      phases: [
        {
          name: "train",
          what: "the whole network, from random weights",
          epochs: settings.epochs,
          steps,
          part: model,
          train: (epoch, from) =>
            batchSource({
              ...picture,
              split: "train",
              batchSize: settings.batch,
              seed,
              epoch,
              shuffle: true,
              skip: from,
              ...(settings.augmentation ? { augment: { kind: "digits" } } : {}),
            }),
          validation: () => evaluation("validation"),
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
 * 28×28×1 → a stem of two convolutions that halves, four 3×3 convolutions with a pooling between, global average pooling, logits;
 * batch normalization behind every convolution.
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
  let x = conv("stem1", width / 2, 3)(image);
  x = conv("stem2", width, 5, 2)(x);
  x = conv("conv1", width * 2, 3)(x);
  x = layers.maxPooling2d({ name: "pool1", poolSize: 2 }).apply(x) as SymbolicTensor;
  x = conv("conv2", width * 3, 3)(x);
  x = conv("conv3", width * 3, 3)(x);
  x = conv("conv4", width * 4, 3, 1, "valid")(x);
  x = layers.globalAveragePooling2d({ name: "pool2" }).apply(x) as SymbolicTensor;
  x = dropout({ name: "dropout", rate: settings.dropout, seed: seedOfNext() }).apply(x) as SymbolicTensor;
  const logits = layers
    .dense({ name: "logits", units: classes, kernelInitializer: initializers.glorotUniform({ seed: seedOfNext() }) })
    .apply(x) as SymbolicTensor;
  return layersModel({ inputs: image, outputs: logits, name: "digits" });
}

const CARD: Plan["card"] = {
  title: "Handwritten digits",
  purpose:
    "Reads one handwritten digit, 0 to 9, in class: to see what a small convolutional network learns from scratch.",
  notFor:
    "Anything that depends on a digit being read rightly: forms, meters, grades. Where there is no digit it should be sure of nothing, and sometimes is not.",
  dataLicence:
    "MNIST (LeCun, Cortes, Burges), CC BY-SA 3.0: scanned digits of employees of the US Census Bureau and of school pupils.",
  training:
    "From random weights with AdamW and a one-cycle learning rate; shifted, turned, scaled, sheared, bent images with thinner and " +
    "thicker strokes; beside them letters, signs, drawn shapes and digits in disorder, of which it learns to be sure of nothing (outlier " +
    "exposure); dropout before the last layer; label smoothing; the average of the weights is kept, of the epoch with the best " +
    "validation accuracy. The test split was looked at once, at the end.",
  limitations: [
    "It knows white ink on black, 28×28 pixels, centred by mass as MNIST is; other pictures must be brought into this form.",
    "American digits of the early 1990s: a 1 with a long upstroke or a crossed 7 are rare in its data.",
  ],
};

/** The same data set with the first n training images of a seeded order. */
function limited(data: DataSet, limit: number, seed: number): DataSet {
  const train = shuffled(data.splits.train, seededRandom(`limit/${seed}`)).slice(0, limit);
  return { ...data, splits: { ...data.splits, train } };
}
