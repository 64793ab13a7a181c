// Threads that make batches beside training; a queue of bounded length is always in work, however long a training step blocks.
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { UserError } from "../../../errors.js";
import type { BatchGeometry } from "./batch-images.js";
import type { BatchJob, JobResult, WorkerSource, WorkerStart } from "./batch-job.js";
import type { DataSet, Sample } from "./data-set.js";
import { pixelCacheMemory } from "./pixel-cache.js";

export interface BatchWorkersSettings {
  /** One less than the cores, 1 to 4, by default. */
  readonly workers?: number;
  /** Bytes of decoded pictures that are kept for later epochs (image folders only). */
  readonly cacheBytes?: number;
}

/** One picture of a batch: its sample and its place in its split. */
export interface BatchItem {
  readonly sample: Sample;
  readonly index: number;
}

export interface BatchWorkers {
  readonly workers: number;
  /** Begins at once; rejects with the UserError of a file that cannot be read. */
  make(items: readonly BatchItem[], plan: BatchGeometry): Promise<Float32Array>;
  /** Batches finished so far; it counts on while the main thread is blocked. */
  made(): number;
  /** Ends the threads, whatever they are doing; further calls of `make` are a bug. */
  close(): Promise<void>;
}

/** 3,000 photos of 192 pixels at the shorter side take 440 MB. */
const CACHE_BYTES = 512 * 2 ** 20;
const MOST_WORKERS = 4;

/** The data set must have a `source`. The threads do not keep a process alive that waits for no batch. */
export function startBatchWorkers(dataSet: DataSet, settings: BatchWorkersSettings = {}): BatchWorkers {
  const count = settings.workers ?? Math.min(MOST_WORKERS, Math.max(1, availableParallelism() - 1));
  const places = placesOf(dataSet);
  const made = new SharedArrayBuffer(4);
  const start: WorkerStart = { source: workerSource(dataSet, settings.cacheBytes ?? CACHE_BYTES), made };
  const waiting = new Map<number, { resolve: (images: Float32Array) => void; reject: (error: unknown) => void }>();
  let jobs = 0;
  let closed = false;
  const hold = (): void => {
    for (const thread of threads) waiting.size > 0 ? thread.ref() : thread.unref();
  };
  const fail = (error: unknown): void => {
    const all = [...waiting.values()];
    waiting.clear();
    for (const { reject } of all) reject(error);
  };
  const threads = Array.from({ length: count }, () => {
    const thread = startThread(start);
    thread.on("message", (result: JobResult) => {
      const job = waiting.get(result.job);
      waiting.delete(result.job);
      hold();
      if ("images" in result) job?.resolve(result.images);
      else job?.reject(errorOf(result.error));
    });
    thread.on("error", fail);
    thread.on("exit", (code) => fail(new Error(`a thread that makes batches ended with ${code}`)));
    thread.unref();
    return thread;
  });
  return {
    workers: count,
    make(items, plan) {
      if (closed) throw new Error("the batch workers are closed");
      const job = jobs++;
      const message: BatchJob = {
        job,
        plan,
        items: items.map((item) => ({ ...places(item.sample), index: item.index })),
      };
      const result = new Promise<Float32Array>((resolve, reject) => waiting.set(job, { resolve, reject }));
      threads[job % count]?.postMessage(message);
      hold();
      return result;
    },
    made: () => Atomics.load(new Int32Array(made), 0),
    async close() {
      closed = true;
      fail(new Error("the batch workers are closed"));
      await Promise.all(threads.map((thread) => thread.terminate()));
    },
  };
}

function placesOf({ source, splits }: DataSet): (sample: Sample) => { id: string; slot: number; offset: number } {
  const slots = new Map<string, number>();
  for (const samples of Object.values(splits)) for (const { id } of samples) slots.set(id, slots.size);
  return ({ id }) => {
    const slot = slots.get(id);
    const offset = source?.kind === "memory" ? source.offsets.get(id) : 0;
    if (slot === undefined || offset === undefined) throw new RangeError(`no sample ${id} in the data set`);
    return { id, slot, offset };
  };
}

function workerSource({ source, splits }: DataSet, cacheBytes: number): WorkerSource {
  if (source === undefined) throw new TypeError("a data set without a source is read by the main thread");
  if (source.kind === "files") {
    const pictures = Object.values(splits).reduce((sum, samples) => sum + samples.length, 0);
    return { ...source, cache: pixelCacheMemory(pictures, cacheBytes) };
  }
  const { kind, memory, height, width, channels } = source;
  return { kind, memory, height, width, channels };
}

/** Flags of the process (--input-type, --import …) are not the thread's. Compiled: batch-worker.js. From the sources (tsx, vitest): batch-worker.ts, through tsx, which such a run has. */
function startThread(start: WorkerStart): Worker {
  if (!import.meta.url.endsWith(".ts")) {
    return new Worker(new URL("./batch-worker.js", import.meta.url), { workerData: start, execArgv: [] });
  }
  // Resolved from a file of the project: a thread made from text has no folder of its own.
  const tsx = new URL(
    "./dist/esm/api/index.mjs",
    pathToFileURL(createRequire(import.meta.url).resolve("tsx/package.json")),
  ).href;
  const file = new URL("./batch-worker.ts", import.meta.url).href;
  const code = `import(${JSON.stringify(tsx)}).then((tsx) => { tsx.register(); return import(${JSON.stringify(file)}); })`;
  return new Worker(code, { eval: true, workerData: start, execArgv: [] });
}

function errorOf({ message, code, what, fix }: Extract<JobResult, { error: unknown }>["error"]): Error {
  return code !== undefined && what !== undefined && fix !== undefined
    ? new UserError(code, what, fix)
    : new Error(message);
}
