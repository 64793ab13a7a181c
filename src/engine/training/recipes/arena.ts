// Recipe `arena`: a network that a learner wrote in the notation, from scratch on a part of MNIST, for a bounded time (question 9).
import { z } from "zod";
import { ARENA_BATCH, ARENA_LIMITS, readEntry } from "../../arena/entry.js";
import { buildNetwork } from "../arena/build.js";
import { startBatchWorkers } from "../data/batch-workers.js";
import { batchSource, fixedBatches } from "../data/batches.js";
import type { Split } from "../data/data-set.js";
import { openMnistSubset } from "../data/mnist-subset.js";
import type { Plan, Recipe } from "../recipe.js";
import { constant } from "../schedule.js";
import { MNIST_PREPROCESSING, mnistPictures } from "./digits.js";

const settings = z.strictObject({
  /** In the notation of the calculator. */
  network: z.string().min(1),
  /** Of training and validation; the epoch that runs then is the last. */
  seconds: z.number().positive().max(3600).default(ARENA_LIMITS.seconds),
  epochs: z.number().int().min(1).max(100).default(12),
  parameters: z.number().int().min(1).default(ARENA_LIMITS.parameters),
});
export type ArenaSettings = z.infer<typeof settings>;

/** The same for all, and no schedule: nobody knows beforehand how many steps the time allows. */
const LEARNING_RATE = 0.002;
/** Images of a batch that is only looked at. */
const EVALUATION_BATCH = 250;

export const arena: Recipe<ArenaSettings> = {
  name: "arena",
  settings,
  async open(folder, { network, parameters }) {
    // Refused before fifty megabytes are read.
    readEntry(network, { ...ARENA_LIMITS, parameters });
    return openMnistSubset(folder);
  },
  async plan({ data, settings, seed }): Promise<Plan> {
    const { network, seconds, epochs, parameters } = settings;
    const model = buildNetwork(readEntry(network, { ...ARENA_LIMITS, parameters }).count, seed);
    const workers = startBatchWorkers(data);
    const picture = mnistPictures(data, workers);
    const evaluation = (split: Split) => fixedBatches({ ...picture, split, batchSize: EVALUATION_BATCH });
    return {
      model,
      preprocessing: MNIST_PREPROCESSING,
      card: CARD,
      saved: false,
      evaluation,
      close: () => workers.close(),
      phases: [
        {
          name: "train",
          what: "the whole network, from random weights",
          epochs,
          seconds,
          steps: Math.ceil(data.splits.train.length / ARENA_BATCH),
          part: model,
          train: (epoch, from) =>
            batchSource({ ...picture, split: "train", batchSize: ARENA_BATCH, seed, epoch, shuffle: true, skip: from }),
          validation: () => evaluation("validation"),
          optimizer: { kind: "adam" },
          learningRate: constant(LEARNING_RATE),
          // The average of the last steps' weights is what a falling rate would come to.
          averaging: { decay: 0.98, every: 4 },
        },
      ],
    };
  },
};

const CARD: Plan["card"] = {
  title: "An entry of the arena",
  purpose: "Ranked beside others of the same class; it is not kept.",
  notFor: "Anything else.",
  dataLicence: "MNIST (LeCun, Cortes, Burges), CC BY-SA 3.0.",
  training: "Adam with a constant rate, for a bounded time, on 10,000 images; the average of the weights is ranked.",
  limitations: ["How far it gets depends on the machine, too: the time is bounded, not the steps."],
};
