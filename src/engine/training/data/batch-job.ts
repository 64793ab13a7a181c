// What the main thread and the workers that make batches say to each other.
import type { BatchGeometry } from "./batch-images.js";
import type { SharedPixels } from "./data-set.js";
import type { ImageFiles } from "./image-file.js";
import type { PixelCacheMemory } from "./pixel-cache.js";

export type WorkerSource = SharedPixels | ({ readonly kind: "files"; readonly cache: PixelCacheMemory } & ImageFiles);

export interface WorkerStart {
  readonly source: WorkerSource;
  /** One Int32: batches finished by all workers; it can be read while the main thread computes. */
  readonly made: SharedArrayBuffer;
}

export interface JobItem {
  readonly id: string;
  /** Place in its split. */
  readonly index: number;
  /** Number in the data set. */
  readonly slot: number;
  /** Byte in the memory; 0 for files. */
  readonly offset: number;
}

export interface BatchJob {
  readonly job: number;
  readonly plan: BatchGeometry;
  readonly items: readonly JobItem[];
}

export type JobResult =
  | { readonly job: number; readonly images: Float32Array }
  | {
      readonly job: number;
      readonly error: {
        readonly message: string;
        readonly code?: string;
        readonly what?: string;
        readonly fix?: string;
      };
    };
