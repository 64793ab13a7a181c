// Batches: every sample once, the same pixels whatever the workers, made while the main thread computes, ended cleanly.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { type BatchWorkers, startBatchWorkers } from "../../../../src/engine/training/data/batch-workers.js";
import { type BatchSettings, batchSource, fixedBatches } from "../../../../src/engine/training/data/batches.js";
import type { Batch, DataSet } from "../../../../src/engine/training/data/data-set.js";
import { openImageFolder } from "../../../../src/engine/training/data/image-folder.js";
import { convo } from "../../../support/convo.js";
import { imageFolder } from "./pictures.js";

async function all(batches: AsyncIterable<Batch>): Promise<Batch[]> {
  const list: Batch[] = [];
  for await (const batch of batches) list.push(batch);
  return list;
}
/** Pixels by sample. */
const bySample = (batches: readonly Batch[]): Map<string, string> =>
  new Map(
    batches.flatMap(({ images, samples }) =>
      samples.map(({ id }, at): [string, string] => {
        const length = images.length / samples.length;
        return [id, Buffer.from(images.slice(at * length, (at + 1) * length).buffer).toString("base64")];
      }),
    ),
  );
const order = (batches: readonly Batch[]): string[] => batches.flatMap(({ samples }) => samples.map(({ id }) => id));

let dataSet: DataSet;
let shared: BatchWorkers;
let made: { folder: string; cache: string };
beforeAll(async () => {
  made = await imageFolder({ cat: 30, dog: 30 });
  dataSet = await openImageFolder(made.folder, { cache: made.cache });
  shared = startBatchWorkers(dataSet, { workers: 2 });
});
afterAll(() => shared.close());
const settings = (more: Partial<BatchSettings> = {}): BatchSettings => ({
  dataSet,
  split: "train",
  batchSize: 8,
  seed: 5,
  epoch: 1,
  shuffle: true,
  height: 32,
  width: 32,
  channels: 3,
  preprocess: { scale: 1 / 127.5, offset: -1, order: "rgb", resize: 40 },
  augment: { kind: "photos" },
  workers: shared,
  ...more,
});

describe("an epoch", () => {
  test("has every sample once, labelled, in the network's range", async () => {
    const batches = await all(batchSource(settings()));
    expect(batches.map(({ shape }) => shape[0])).toEqual([8, 8, 8, 8, 8, 2]);
    expect(order(batches).sort()).toEqual(dataSet.splits.train.map(({ id }) => id).sort());
    for (const { labels, samples, images, shape } of batches) {
      expect([...labels]).toEqual(samples.map(({ label }) => label));
      expect(images.length).toBe(shape.reduce((product, size) => product * size));
      expect(images.every((value) => value >= -1 && value <= 1)).toBe(true);
    }
  });

  test("is the same for any number of workers and any batch size, on the main thread and from the cache", async () => {
    const reference = await all(batchSource(settings({ workers: 1 })));
    const pixels = bySample(reference);
    const workers = startBatchWorkers(dataSet, { workers: 3 });
    const { source: _, ...onMainThread } = dataSet;
    try {
      for (const other of [{}, { workers }, { workers }, { dataSet: onMainThread }]) {
        const batches = await all(batchSource(settings(other)));
        expect(order(batches)).toEqual(order(reference));
        expect(bySample(batches)).toEqual(pixels);
      }
      expect(bySample(await all(batchSource(settings({ workers, batchSize: 5 }))))).toEqual(pixels);
    } finally {
      await workers.close();
    }
  });

  test("differs from the next one in order and pixels, and goes on in the middle", async () => {
    const [first, second] = [await all(batchSource(settings())), await all(batchSource(settings({ epoch: 2 })))];
    expect(order(second)).not.toEqual(order(first));
    const [id = ""] = order(first);
    expect(bySample(second).get(id)).not.toBe(bySample(first).get(id));
    expect(await all(batchSource(settings({ skip: 3 })))).toEqual(first.slice(3));
  });

  test("for evaluation keeps the split's order and the picture's centre", async () => {
    const {
      shuffle: _,
      augment: __,
      seed: ___,
      epoch: ____,
      ...fixed
    } = settings({ split: "validation", preprocess: { scale: 1, offset: 0, order: "bgr" } });
    const [batch] = await all(fixedBatches({ ...fixed, batchSize: 100 }));
    expect(batch?.samples).toEqual(dataSet.splits.validation);
    const sample = dataSet.splits.validation[0];
    if (sample === undefined || batch === undefined) throw new Error("no sample");
    const picture = await dataSet.read(sample, 32);
    const left = Math.floor((picture.width - 32) / 2);
    expect([...batch.images.subarray(0, 3)]).toEqual([...picture.data.subarray(left * 3, left * 3 + 3)].reverse());
  });

  test("of another split is never augmented", async () => {
    await expect(all(batchSource(settings({ split: "test" })))).rejects.toThrow("not augmented");
  });
});

describe("beside training", () => {
  test("batches are made while the main thread is blocked, and no more than asked for", async () => {
    const workers = startBatchWorkers(dataSet, { workers: 2 });
    try {
      const batches = batchSource(settings({ workers, prefetch: 3 }));
      await batches.next();
      // One was taken, so four have been asked for; the thread of this test stands still until they are there.
      const sleep = new Int32Array(new SharedArrayBuffer(4));
      for (let tries = 0; tries < 1_000 && workers.made() < 4; tries++) Atomics.wait(sleep, 0, 0, 20);
      expect(workers.made()).toBe(4);
      Atomics.wait(sleep, 0, 0, 100);
      expect(workers.made()).toBe(4);
      await batches.return();
    } finally {
      await workers.close();
    }
  });

  test("leaving the loop early ends the threads", async () => {
    const before = threads();
    for await (const _ of batchSource(settings({ workers: 2 }))) {
      expect(threads()).toBe(before + 2);
      break;
    }
    expect(threads()).toBe(before);
  });

  test("an image that was damaged meanwhile is named, and the threads end", async () => {
    const folder = await imageFolder({ cat: 12, dog: 12 });
    const other = await openImageFolder(folder.folder, { cache: folder.cache });
    const id = other.splits.train[3]?.id ?? "";
    await writeFile(join(folder.folder, id), "gone");
    const before = threads();
    await expect(all(batchSource(settings({ dataSet: other, workers: 2 })))).rejects.toMatchObject({
      code: "data-damaged",
      what: expect.stringContaining(id),
    });
    expect(threads()).toBe(before);
  });
});

/** Worker threads of this process, by Node's own report. */
function threads(): number {
  return z.object({ workers: z.array(z.unknown()) }).parse(process.report?.getReport()).workers.length;
}

test("the compiled program starts its threads, and ends by itself", async () => {
  // `data show` starts no thread, so a small program of the compiled modules does.
  expect((await convo(["data", "show", made.folder, "--json"], { env: { XDG_CACHE_HOME: made.cache } })).code).toBe(0);
  const { execFile } = await import("node:child_process");
  const { promisify } = await import("node:util");
  const dist = join(import.meta.dirname, "../../../../dist/engine/training/data");
  const program = `
    const { openImageFolder } = await import(${JSON.stringify(`${dist}/image-folder.js`)});
    const { batchSource } = await import(${JSON.stringify(`${dist}/batches.js`)});
    const dataSet = await openImageFolder(${JSON.stringify(made.folder)}, { cache: ${JSON.stringify(made.cache)} });
    const batches = batchSource({ dataSet, split: "test", batchSize: 4, seed: 0, epoch: 1, shuffle: false, height: 8, width: 8,
      channels: 3, preprocess: { scale: 1, offset: 0, order: "rgb" } });
    let images = 0;
    for await (const batch of batches) images += batch.labels.length;
    console.log(images);`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program]);
  expect(Number(stdout)).toBe(dataSet.splits.test.length);
});
