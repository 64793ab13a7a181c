// What a frozen backbone makes of a split's images, computed once and kept on disk: it never changes while the backbone is frozen.
import { mkdir, open, readFile, rename, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { z } from "zod";
import { jsonOf } from "../../../json.js";
import { sha256 } from "../../hash.js";
import { cacheFolder } from "../data/cache-folder.js";
import type { Split } from "../data/data-set.js";
import { diskError } from "../data/disk-error.js";
import type { TrainingBatch } from "../recipe.js";
import { openBackboneSession } from "./backbone-session.js";

export interface FeatureRequest {
  /** The part of the backbone that is frozen: images → maps or vectors. */
  readonly frozen: LayersModel;
  readonly split: Split;
  /** Images of the split, in its order. */
  readonly images: number;
  /** Everything that the values depend on besides the split: data version, weights' hash, input size, preprocessing, cut, view. */
  readonly key: Readonly<Record<string, unknown>>;
  /** Images of a batch. */
  readonly batch: number;
  /** The split's images in its order, without the first `skip` batches. */
  batches(skip: number): AsyncIterable<Pick<TrainingBatch, "images" | "shape">>;
  /** Told after every batch. */
  progress?(done: number, of: number): void;
  /** Folder of the cache; the operating system's by default. */
  readonly cache?: string;
  /** Threads of ONNX Runtime; all cores by default. */
  readonly threads?: number;
}

export interface Features {
  /** Row-major, in the order of the split's images. */
  readonly values: Float32Array;
  readonly images: number;
  /** Of one image. */
  readonly shape: readonly number[];
  /** It was there already, all of it. */
  readonly cached: boolean;
  /** Images that were computed now: all, none, or those that an earlier run did not come to. */
  readonly computed: number;
}

const DESCRIPTION = z.object({
  v: z.literal(1),
  images: z.int().min(0),
  shape: z.array(z.int().min(1)),
  sha256: z.string(),
});

/**
 * Values that were begun by a run that ended are gone on with; a file that was altered is made anew.
 * Throws UserError: disk-full, folder-unusable.
 */
export async function frozenFeatures(request: FeatureRequest): Promise<Features> {
  const folder = join(request.cache ?? cacheFolder(), "features");
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw diskError(error, folder, "cache");
  });
  const name = sha256(JSON.stringify({ ...request.key, split: request.split }));
  const base = join(folder, name.slice(0, 32));
  try {
    return (await readCached(base, request.images)) ?? (await compute(base, request));
  } catch (error) {
    throw diskError(error, base, "cache");
  }
}

async function readCached(base: string, images: number): Promise<Features | undefined> {
  const text = await readIfThere(`${base}.json`);
  const bytes = text === undefined ? undefined : await readIfThere(`${base}.f32`);
  if (text === undefined || bytes === undefined) return undefined;
  const parsed = DESCRIPTION.safeParse(jsonOf(text.toString("utf8")));
  if (!parsed.success || parsed.data.images !== images || sha256(bytes) !== parsed.data.sha256) return undefined;
  return { values: floatsOf(bytes), images, shape: parsed.data.shape, cached: true, computed: 0 };
}

/** Appends batch by batch to a `.part` file, so that at most one batch is lost; renamed when it is whole. */
async function compute(base: string, request: FeatureRequest): Promise<Features> {
  const { frozen, images, progress } = request;
  const shape = frozen.outputShape.slice(1).map((size) => {
    if (typeof size !== "number") throw new Error(`${frozen.name} has an output of open size`);
    return size;
  });
  const rowBytes = shape.reduce((product, size) => product * size, Float32Array.BYTES_PER_ELEMENT);
  const part = `${base}.part`;
  const rows = Math.floor((await sizeOf(part)) / rowBytes);
  const skip = Math.min(Math.floor(images / request.batch), Math.floor(rows / request.batch));
  const had = skip * request.batch;
  if (had > 0) await truncate(part, had * rowBytes);
  const session = await openBackboneSession(frozen, request.threads);
  try {
    const file = await open(part, had > 0 ? "a" : "w");
    try {
      let done = had;
      let writing: Promise<unknown> = Promise.resolve();
      for await (const batch of request.batches(skip)) {
        const { values } = await session.run(batch.images, batch.shape);
        await writing;
        writing = file.write(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
        done += batch.shape[0] ?? 0;
        progress?.(done, images);
      }
      await writing;
      await file.sync();
    } finally {
      await file.close();
    }
  } finally {
    await session.close();
  }
  const bytes = await readFile(part);
  if (bytes.length !== images * rowBytes) throw new Error(`${bytes.length} bytes of features of ${images} images`);
  await writeFile(`${base}.json`, JSON.stringify({ v: 1, images, shape, sha256: sha256(bytes), key: request.key }));
  await rename(part, `${base}.f32`);
  return { values: floatsOf(bytes), images, shape, cached: false, computed: images - had };
}

function floatsOf(bytes: Buffer): Float32Array {
  // A buffer may begin anywhere in its memory; floats need a multiple of 4.
  return bytes.byteOffset % 4 === 0
    ? new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4)
    : new Float32Array(Uint8Array.from(bytes).buffer);
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  return readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return 0;
      throw error;
    },
  );
}
