// What a data set is to training: labelled samples in three disjoint splits, and a hash of all that is in it.
import type { ImageFiles } from "./image-file.js";
import type { Fingerprint } from "./near-duplicates.js";

export const SPLITS = ["train", "validation", "test"] as const;
export type Split = (typeof SPLITS)[number];

/** Of a training picture that is none of the classes: the network learns to be sure of nothing there. */
export const NO_CLASS = -1;

export interface Sample {
  /** Stable and unique in its data set: the file's path from the folder, with /, or `t10k/00042`. */
  readonly id: string;
  /** Index into the data set's labels, or `NO_CLASS`. */
  readonly label: number;
}

/** Pixels as stored: height × width × channels, one byte each, upright. */
export interface Pixels {
  readonly data: Uint8Array;
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
}

export interface DataSet {
  /** `mnist`, or the folder's name. */
  readonly name: string;
  /** Absolute path of the folder it was read from. */
  readonly folder: string;
  /** In the order of the class index. */
  readonly labels: readonly string[];
  /** SHA-256, hex, over names, labels, splits and contents: two data sets with one version hold the same pictures. */
  readonly version: string;
  readonly splits: Readonly<Record<Split, readonly Sample[]>>;
  /** What a reader should know: files left out and why, classes that are small. */
  readonly notes: readonly string[];
  /** Of the pictures' contents, by id, where they were taken: what is nearly the same is found by them. */
  readonly prints?: ReadonlyMap<string, Fingerprint>;
  /** How the workers that make batches get at the pixels; without it the main thread reads them by `read`. */
  readonly source?: PixelSource;
  /** Decoded, the shorter side exactly `size` pixels where a size is given; pictures in memory ignore it. */
  read(sample: Sample, size?: number): Promise<Pixels>;
}

/** All pictures of one size, side by side in memory that threads share. */
export interface SharedPixels {
  readonly kind: "memory";
  readonly memory: SharedArrayBuffer;
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
}

/** What can be handed to another thread: shared memory with each sample's offset, or folders whose files are the ids. */
export type PixelSource =
  | (SharedPixels & { readonly offsets: ReadonlyMap<string, number> })
  | ({ readonly kind: "files" } & ImageFiles);

/** A batch as a model takes it. */
export interface Batch {
  /** size × height × width × channels, row-major, in the recipe's own range (its preprocessing is done). */
  readonly images: Float32Array;
  readonly shape: readonly [size: number, height: number, width: number, channels: number];
  /** Class indices, one an image. */
  readonly labels: Int32Array;
  readonly samples: readonly Sample[];
}
