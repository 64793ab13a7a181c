// The two phases of transfer learning (question 10): first the head on frozen features, then the layers below it, gently.
import type { AugmentSettings } from "../data/augment.js";
import type { BatchPreprocess } from "../data/batch-images.js";
import type { BatchWorkers } from "../data/batch-workers.js";
import { batchSource } from "../data/batches.js";
import type { DataSet, Split } from "../data/data-set.js";
import type { Features } from "../features/features.js";
import type { Phase, TrainingBatch } from "../recipe.js";
import { cosineWithWarmUp } from "../schedule.js";
import { type FeatureSource, rowsInOrder, shuffledRows } from "./feature-source.js";
import { cutAt, LOGITS, learningNames, type TransferNetwork } from "./network.js";
import { stagesOf, type TransferSettings } from "./settings.js";

export interface TransferPhases {
  readonly network: TransferNetwork;
  readonly settings: TransferSettings;
  readonly data: DataSet;
  readonly seed: number;
  readonly source: FeatureSource;
  /** For training images, whose size differs from that of the others. */
  readonly workers: BatchWorkers;
  readonly preprocess: BatchPreprocess;
  readonly augment: AugmentSettings;
  evaluation(split: Split): AsyncIterable<TrainingBatch>;
}

/** Features of images that are validated on go through the head in one piece. */
const VALIDATION_ROWS = 1024;
/** The learning rate falls to this share of its peak. */
const LOWEST = 0.01;

/** The backbone is frozen: its features are computed and standardised once, and an epoch of the head takes a moment. */
export function headPhase(transfer: TransferPhases, features: HeadFeatures): Phase {
  const { network, settings, data, seed } = transfer;
  const steps = Math.ceil(data.splits.train.length / settings.headBatch);
  return {
    name: "head",
    what: "the head, on features of the frozen backbone",
    epochs: settings.headEpochs,
    steps,
    prepare: () => features.prepare(),
    part: network.classifier,
    learns: [LOGITS],
    async *train(epoch, skip) {
      const { train } = await features.get();
      yield* shuffledRows({ data, features: train, batch: settings.headBatch, skip }, seed, epoch);
    },
    async *validation() {
      const { validation } = await features.get();
      yield* rowsInOrder({ data, split: "validation", features: validation, batch: VALIDATION_ROWS });
    },
    optimizer: { kind: "adam", weightDecay: settings.headDecay },
    learningRate: cosineWithWarmUp({ peak: settings.headRate, steps: settings.headEpochs * steps }),
    labelSmoothing: settings.labelSmoothing,
  };
}

/** Every layer learns, on images that are augmented afresh in every epoch, smaller ones first. */
export function everyLayerPhase(transfer: TransferPhases, features: HeadFeatures): Phase {
  const { network, settings, data, seed } = transfer;
  const stages = stagesOf(settings);
  const sides = stages.flatMap(({ side, epochs }) => new Array<number>(epochs).fill(side));
  const resize = Math.round(Math.max(...sides) * ROOM);
  return {
    ...gently(transfer, sides.length),
    name: "all",
    what: "every layer, on augmented images",
    prepare: () => features.prepare(),
    part: network.anySize,
    learns: learningNames(network.anySize),
    train(epoch, skip) {
      const side = sides[epoch - 1] ?? settings.side;
      return batchSource({
        dataSet: data,
        split: "train",
        batchSize: settings.batch,
        seed,
        epoch,
        shuffle: true,
        height: side,
        width: side,
        channels: 3,
        preprocess: { ...transfer.preprocess, resize },
        workers: transfer.workers,
        augment: transfer.augment,
        skip,
      });
    },
    validation: () => transfer.evaluation("validation"),
  };
}

/** An augmented crop is taken out of a photo whose shorter side is 8/7 of the input's, as networks for ImageNet are trained. */
const ROOM = 8 / 7;

/**
 * The blocks from `settings.from` on learn. What the frozen ones before them give is computed once and cached, for `views`
 * augmented views of the training images that the epochs take in turn: only the tail costs.
 */
export function tailPhase(transfer: TransferPhases, features: HeadFeatures): Phase {
  const { network, settings, data, seed, source } = transfer;
  const { from, side } = settings;
  const { frozen, tail } = cutAt(network, from, side);
  const epochs = stagesOf(settings).reduce((sum, stage) => sum + stage.epochs, 0);
  return {
    ...gently(transfer, epochs),
    name: "tail",
    what: `the layers from ${from} on, on maps of the frozen ones before`,
    prepare: () => features.prepare(),
    part: tail,
    learns: learningNames(tail),
    async *train(epoch, skip) {
      const view = await source.ofView(frozen, from, ((epoch - 1) % settings.views) + 1);
      yield* shuffledRows({ data, features: view, batch: settings.batch, skip }, seed, epoch);
    },
    async *validation() {
      const maps = await source.of(frozen, "validation", from);
      yield* rowsInOrder({ data, split: "validation", features: maps, batch: settings.batch });
    },
  };
}

/** A low rate that rises slowly at first, so that a head that is not yet sure does not throw the pretrained weights about. */
function gently(
  { settings, data }: TransferPhases,
  epochs: number,
): Pick<Phase, "epochs" | "steps" | "optimizer" | "learningRate" | "labelSmoothing" | "patience" | "averaging"> {
  const steps = Math.ceil(data.splits.train.length / settings.batch);
  return {
    epochs,
    steps,
    optimizer: { kind: "adam", weightDecay: settings.weightDecay },
    learningRate: cosineWithWarmUp({
      peak: settings.learningRate,
      steps: epochs * steps,
      warmUp: Math.min(settings.warmUp, steps),
      end: settings.learningRate * LOWEST,
    }),
    labelSmoothing: settings.labelSmoothing,
    patience: settings.patience,
    ...(settings.averaging > 0 ? { averaging: { decay: settings.averaging, every: 1 } } : {}),
  };
}

/** Standardised features of the whole frozen backbone, computed when they are first asked for; the head's first layer is set by them. */
export interface HeadFeatures {
  prepare(): Promise<void>;
  get(): Promise<{ train: Features; validation: Features }>;
}

export function headFeatures({ network, source }: Pick<TransferPhases, "network" | "source">): HeadFeatures {
  let made: Promise<{ train: Features; validation: Features }> | undefined;
  const get = (): Promise<{ train: Features; validation: Features }> => {
    made ??= (async () => {
      const train = await source.of(network.frozen, "train", "features");
      const validation = await source.of(network.frozen, "validation", "features");
      network.standardise(train);
      return { train: await network.standardised(train), validation: await network.standardised(validation) };
    })();
    return made;
  };
  return {
    get,
    async prepare() {
      await get();
    },
  };
}
