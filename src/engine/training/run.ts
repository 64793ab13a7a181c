// What a run is told (description) and what it tells (events, record). The trainer is a process that takes the one and gives the other.
import type { BackendName, Device } from "../backend/backend.js";

export interface RunDescription {
  readonly v: 1;
  readonly id: string;
  readonly recipe: "digits" | "flowers" | "images" | "arena";
  /** Name of the model that it makes; the recipe's by default. */
  readonly model: string;
  /** Absolute folder of the data set. */
  readonly data: string;
  /** Absolute folder of the run: description, record, checkpoints, pictures, the model at the end. */
  readonly folder: string;
  /** Absolute folder of the model registry that the result is saved into. */
  readonly models: string;
  readonly seed: number;
  /** Recipe's own settings (epochs, batch size, backbone, input size …), checked by the recipe; absent ones are its defaults. */
  readonly settings: Readonly<Record<string, number | string | boolean>>;
  readonly backend?: BackendName;
  readonly threads?: number;
  /** Go on from the newest checkpoint in the folder. */
  readonly resume?: boolean;
  /** The model is saved and no more: who goes into service, also where nothing is, is decided elsewhere. */
  readonly candidate?: boolean;
  /** Absolute folder of gate splits: the data set's is cut there where it has none yet, and left out of all that is trained on. */
  readonly gate?: string;
  /** Absolute folder of accepted corrections, a folder a label, that join the training split. */
  readonly extra?: string;
  /** Absolute folder that stands for the device: taken while the run lasts, so that no two train on it. */
  readonly device?: string;
}

export interface EpochMetrics {
  readonly phase: string;
  /** From 1, counted through all phases. */
  readonly epoch: number;
  readonly learningRate: number;
  readonly loss: number;
  readonly accuracy: number;
  readonly validationLoss: number;
  readonly validationAccuracy: number;
  readonly seconds: number;
  readonly imagesPerSecond: number;
}

/** One JSON object a line with `--json`; the same objects drive the progress bar and, later, the queue. */
export type RunEvent =
  | {
      readonly type: "started";
      readonly run: string;
      readonly recipe: string;
      readonly backend: BackendName;
      readonly device: Device;
      readonly data: {
        readonly name: string;
        readonly version: string;
        readonly images: Readonly<Record<string, number>>;
      };
      readonly parameters: number;
      readonly epochs: number;
      readonly resumedFrom?: number;
    }
  | { readonly type: "phase"; readonly phase: string; readonly what: string; readonly steps: number }
  | {
      readonly type: "step";
      readonly phase: string;
      readonly epoch: number;
      readonly step: number;
      readonly steps: number;
      readonly loss: number;
      readonly imagesPerSecond: number;
      readonly secondsLeft: number;
    }
  | ({ readonly type: "epoch" } & EpochMetrics)
  | { readonly type: "checkpoint"; readonly epoch: number; readonly file: string }
  | { readonly type: "note"; readonly code: string; readonly message: string }
  | {
      readonly type: "finished";
      readonly model: string;
      readonly version: string;
      readonly folder: string;
      readonly testAccuracy: number;
      /** Wilson's, 95 %. */
      readonly testInterval: { readonly low: number; readonly high: number };
      readonly seconds: number;
    }
  | { readonly type: "stopped"; readonly why: "cancelled" | "failed"; readonly code: string; readonly message: string };
