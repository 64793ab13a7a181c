// Features and maps of a data set's splits from a frozen network, and batches of them.
import type { LayersModel } from "@tensorflow/tfjs-layers";
import type { AugmentSettings } from "../data/augment.js";
import type { BatchPreprocess } from "../data/batch-images.js";
import type { BatchWorkers } from "../data/batch-workers.js";
import { batchSource, fixedBatches } from "../data/batches.js";
import type { DataSet, Split } from "../data/data-set.js";
import { type Features, frozenFeatures } from "../features/features.js";
import { seededRandom, shuffled } from "../random.js";
import type { RecipeStart, TrainingBatch } from "../recipe.js";

/** Images of a batch that only goes forward. */
export const FORWARD_BATCH = 32;

export interface FeatureSource {
  /** Of the images as they are. */
  of(frozen: LayersModel, split: Split, cut: string): Promise<Features>;
  /** Of an augmented view of the training images, `view` from 1; the same seed and view give the same crops and colours. */
  ofView(frozen: LayersModel, cut: string, view: number): Promise<Features>;
}

export interface FeatureSourceSettings extends Pick<RecipeStart<unknown>, "data" | "seed" | "note"> {
  /** Name and hash of the weights that the frozen network has. */
  readonly backbone: { readonly name: string; readonly hash: string };
  readonly side: number;
  readonly preprocess: BatchPreprocess;
  readonly workers: BatchWorkers;
  readonly augment: AugmentSettings;
  readonly cache?: string;
}

export function featureSource(settings: FeatureSourceSettings): FeatureSource {
  const { data, seed, note, backbone, side, preprocess, workers, augment } = settings;
  const pixels = { dataSet: data, height: side, width: side, channels: 3, preprocess, workers } as const;
  const key = { data: data.version, backbone: backbone.name, weights: backbone.hash, side, preprocess };
  const compute = async (
    frozen: LayersModel,
    split: Split,
    what: string,
    rest: { key: Record<string, unknown>; batches: (skip: number) => AsyncIterable<TrainingBatch> },
  ): Promise<Features> => {
    const began = performance.now();
    const features = await frozenFeatures({
      frozen,
      split,
      images: data.splits[split].length,
      batch: FORWARD_BATCH,
      key: { ...key, ...rest.key },
      batches: rest.batches,
      ...(settings.cache === undefined ? {} : { cache: settings.cache }),
    });
    if (!features.cached) {
      const seconds = (performance.now() - began) / 1000;
      const rate = Math.round(features.computed / seconds);
      note(
        "features",
        `${what} of ${features.computed} images computed once: ${seconds.toFixed(1)} s, ${rate} a second.`,
      );
    }
    return features;
  };
  return {
    of: (frozen, split, cut) =>
      compute(frozen, split, `Features (${split}, at ${cut})`, {
        key: { cut },
        batches: (skip) => fixedBatches({ ...pixels, split, batchSize: FORWARD_BATCH, skip }),
      }),
    ofView: (frozen, cut, view) =>
      compute(frozen, "train", `Features (train, at ${cut}, augmented view ${view})`, {
        key: { cut, view, seed, augment },
        batches: (skip) =>
          batchSource({
            ...pixels,
            split: "train",
            batchSize: FORWARD_BATCH,
            seed,
            epoch: view,
            shuffle: false,
            augment,
            skip,
          }),
      }),
  };
}

/** Batches of features in an order that seed and epoch decide, from batch number `skip` on. */
export function* shuffledRows(
  rows: { data: DataSet; features: Features; batch: number; skip: number },
  seed: number,
  epoch: number,
): Generator<TrainingBatch> {
  const order = shuffled([...rows.data.splits.train.keys()], seededRandom(seed).fork(`features/${epoch}`));
  yield* rowsOf({ ...rows, split: "train" }, order);
}

/** Batches of features in the split's order. */
export function* rowsInOrder(rows: {
  data: DataSet;
  split: Split;
  features: Features;
  batch: number;
}): Generator<TrainingBatch> {
  yield* rowsOf({ ...rows, skip: 0 }, [...rows.data.splits[rows.split].keys()]);
}

function* rowsOf(
  rows: { data: DataSet; split: Split; features: Features; batch: number; skip: number },
  order: readonly number[],
): Generator<TrainingBatch> {
  const { values, shape } = rows.features;
  const samples = rows.data.splits[rows.split];
  const area = shape.reduce((product, size) => product * size, 1);
  for (let at = rows.skip * rows.batch; at < order.length; at += rows.batch) {
    const chosen = order.slice(at, at + rows.batch);
    const images = new Float32Array(chosen.length * area);
    const labels = new Int32Array(chosen.length);
    for (const [row, index] of chosen.entries()) {
      images.set(values.subarray(index * area, (index + 1) * area), row * area);
      const sample = samples[index];
      if (sample === undefined) throw new RangeError(`no image ${index} in ${rows.split}`);
      labels[row] = sample.label;
    }
    yield { images, shape: [chosen.length, ...shape], labels };
  }
}
