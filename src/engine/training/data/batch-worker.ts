// The worker thread: takes jobs in order, gives batches back. It goes on while the main thread computes.
import { parentPort, workerData } from "node:worker_threads";
import { UserError } from "../../../errors.js";
import { decodedSize, putImage } from "./batch-images.js";
import type { BatchJob, JobItem, JobResult, WorkerSource, WorkerStart } from "./batch-job.js";
import type { Pixels } from "./data-set.js";
import { type ImageFiles, readImage } from "./image-file.js";
import { type PixelCache, pixelCache } from "./pixel-cache.js";

/** Pictures that are decoded at once by one worker: libuv's own threads do it. */
const AT_ONCE = 4;

const port = parentPort;
if (port === null) throw new Error("batch-worker runs as a worker only");
const start = workerData as WorkerStart;
const made = new Int32Array(start.made);
const read = reader(start.source);
let queue: Promise<void> = Promise.resolve();

port.on("message", (job: BatchJob) => {
  queue = queue.then(async () => {
    const result = await work(job);
    Atomics.add(made, 0, 1);
    Atomics.notify(made, 0);
    port.postMessage(result, "images" in result ? [result.images.buffer as ArrayBuffer] : []);
  });
});

async function work({ job, plan, items }: BatchJob): Promise<JobResult> {
  try {
    const images = new Float32Array(items.length * plan.height * plan.width * plan.channels);
    const size = decodedSize(plan);
    let next = 0;
    const each = async (): Promise<void> => {
      for (let at = next++; at < items.length; at = next++) {
        const item = items[at];
        if (item !== undefined) putImage(images, at, await read(item, size), item.index, plan);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, each));
    return { job, images };
  } catch (error) {
    if (error instanceof UserError) {
      const { message, code, what, fix } = error;
      return { job, error: { message, code, what, fix } };
    }
    return { job, error: { message: error instanceof Error ? (error.stack ?? error.message) : String(error) } };
  }
}

function reader(source: WorkerSource): (item: JobItem, size: number) => Promise<Pixels> | Pixels {
  if (source.kind === "files") {
    const cache = pixelCache(source.cache);
    return (item, size) => cache.find(item.slot, size) ?? readAndKeep(source, item, size, cache);
  }
  const { height, width, channels } = source;
  const bytes = new Uint8Array(source.memory);
  const length = height * width * channels;
  return ({ offset }) => ({ data: bytes.subarray(offset, offset + length), height, width, channels });
}

async function readAndKeep(files: ImageFiles, item: JobItem, size: number, cache: PixelCache): Promise<Pixels> {
  const picture = await readImage(files, item.id, size);
  cache.keep(item.slot, size, picture);
  return picture;
}
