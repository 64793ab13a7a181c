// Batches of a split, in an order and with an augmentation that seed and epoch decide, made beside training.
import { seededRandom, shuffled } from "../random.js";
import type { AugmentSettings } from "./augment.js";
import { type BatchGeometry, type BatchPreprocess, decodedSize, putImage } from "./batch-images.js";
import { type BatchItem, type BatchWorkers, startBatchWorkers } from "./batch-workers.js";
import type { Batch, DataSet, Split } from "./data-set.js";

export interface BatchSettings {
  readonly dataSet: DataSet;
  readonly split: Split;
  readonly batchSize: number;
  readonly seed: number;
  /** From 1. */
  readonly epoch: number;
  readonly shuffle: boolean;
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
  readonly preprocess: BatchPreprocess;
  /** On training data only: any other split with it is a bug. */
  readonly augment?: AugmentSettings;
  /** How many threads, ended with the iteration; or threads that go on to the next epoch with their decoded pictures. */
  readonly workers?: number | BatchWorkers;
  /** Batches to leave out at the beginning: where a run goes on in the middle of an epoch. */
  readonly skip?: number;
  /** Batches that are made ahead. */
  readonly prefetch?: number;
}

const PREFETCH = 4;

/**
 * Every sample of the split once; the last batch may be smaller. The same seed, epoch and place in the split give the same
 * pixels whatever the number of workers or the batch size. Leaving the loop ends the work.
 */
export async function* batchSource(settings: BatchSettings): AsyncGenerator<Batch, void, undefined> {
  const { dataSet, augment, split, height, width, channels } = settings;
  if (augment !== undefined && split !== "train") throw new TypeError(`the ${split} split is not augmented`);
  if (!Number.isInteger(settings.batchSize) || settings.batchSize < 1) throw new RangeError("batchSize is at least 1");
  const batches = batchesOf(settings).slice(settings.skip ?? 0);
  const plan: BatchGeometry = {
    seed: settings.seed,
    epoch: settings.epoch,
    height,
    width,
    channels,
    preprocess: settings.preprocess,
    ...(augment === undefined ? {} : { augment }),
  };
  if (batches.length === 0) return;
  if (dataSet.source === undefined) {
    for (const items of batches) yield batchOf(items, await makeHere(dataSet, items, plan), plan);
    return;
  }
  const own =
    typeof settings.workers === "object" ? undefined : startBatchWorkers(dataSet, ownSettings(settings.workers));
  const workers = typeof settings.workers === "object" ? settings.workers : own;
  if (workers === undefined) throw new TypeError("no workers");
  try {
    yield* prefetched(batches, workers, plan, settings.prefetch ?? Math.max(PREFETCH, 2 * workers.workers));
  } finally {
    await own?.close();
  }
}

/** For evaluation: in the split's order, nothing augmented. */
export function fixedBatches(
  settings: Omit<BatchSettings, "seed" | "epoch" | "shuffle" | "augment">,
): AsyncGenerator<Batch, void, undefined> {
  return batchSource({ ...settings, seed: 0, epoch: 0, shuffle: false });
}

async function* prefetched(
  batches: readonly (readonly BatchItem[])[],
  workers: BatchWorkers,
  plan: BatchGeometry,
  ahead: number,
): AsyncGenerator<Batch, void, undefined> {
  const begun: Promise<Float32Array>[] = [];
  const begin = (at: number): void => {
    const items = batches[at];
    if (items === undefined) return;
    const made = workers.make(items, plan);
    // A batch that nobody takes any more may fail in silence: who takes it is told by the promise itself.
    made.catch(() => undefined);
    begun.push(made);
  };
  for (let at = 0; at < ahead; at++) begin(at);
  for (const [at, items] of batches.entries()) {
    const next = begun.shift();
    if (next === undefined) return;
    const images = await next;
    begin(at + ahead);
    yield batchOf(items, images, plan);
  }
}

function ownSettings(workers: number | undefined): { workers?: number } {
  return workers === undefined ? {} : { workers };
}

function batchesOf({ dataSet, split, seed, epoch, shuffle, batchSize }: BatchSettings): BatchItem[][] {
  const items = dataSet.splits[split].map((sample, index) => ({ sample, index }));
  const order = shuffle ? shuffled(items, seededRandom(seed).fork(`order/${epoch}`)) : items;
  return Array.from({ length: Math.ceil(order.length / batchSize) }, (_, at) =>
    order.slice(at * batchSize, (at + 1) * batchSize),
  );
}

function batchOf(items: readonly BatchItem[], images: Float32Array, plan: BatchGeometry): Batch {
  return {
    images,
    shape: [items.length, plan.height, plan.width, plan.channels],
    labels: Int32Array.from(items, ({ sample }) => sample.label),
    samples: items.map(({ sample }) => sample),
  };
}

async function makeHere(dataSet: DataSet, items: readonly BatchItem[], plan: BatchGeometry): Promise<Float32Array> {
  const images = new Float32Array(items.length * plan.height * plan.width * plan.channels);
  const size = decodedSize(plan);
  for (const [at, { sample, index }] of items.entries()) {
    putImage(images, at, await dataSet.read(sample, size), index, plan);
  }
  return images;
}
