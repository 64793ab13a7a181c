// What a recipe is: how one kind of model is made, written down as data that `trainer.ts` carries out.
// A recipe opens its data set, builds the model and names its phases; it never loops over steps itself.
import type { LayersModel } from "@tensorflow/tfjs-layers";
import type { z } from "zod";
import type { CardText } from "../models/card.js";
import type { Preprocessing } from "../models/model.js";
import type { DataSet, Split } from "./data/data-set.js";
import type { OptimizerSettings } from "./optimizer.js";
import type { RunDescription } from "./run.js";
import type { Schedule } from "./schedule.js";

export interface Recipe<Settings = unknown> {
  readonly name: RunDescription["recipe"];
  /** Checks `RunDescription.settings` and fills in the defaults; strict, so that a mistyped key is an error. */
  readonly settings: z.ZodType<Settings>;
  /** Opens and checks the data set in `folder` (absolute). @throws UserError for what its owner can mend */
  open(folder: string, settings: Settings, seed: number, beside?: Beside): Promise<DataSet>;
  /** Builds the model with its initial weights and says how it is trained. A backend is running. */
  plan(start: RecipeStart<Settings>): Promise<Plan>;
}

/** What is left out of a data set and what joins it. */
export type Beside = Pick<RunDescription, "gate" | "extra">;

export interface RecipeStart<Settings> {
  readonly data: DataSet;
  readonly settings: Settings;
  /** Of everything random: initial weights, order, augmentation, dropout. */
  readonly seed: number;
  /** Absolute folder of the run; what a recipe caches (features) lies in it. */
  readonly folder: string;
  /** Tells the person something; it is kept in the record. */
  note(code: string, message: string): void;
}

export interface Plan {
  /**
   * From preprocessed pixels [n, height, width, channels] to logits [n, classes]. Its weights are what a checkpoint holds, what
   * is tested once at the end, and what is saved. Every layer's initializer is seeded, so that all backends start alike.
   */
  readonly model: LayersModel;
  readonly preprocessing: Preprocessing;
  /** At least one; trained one after the other on the same weights. */
  readonly phases: readonly Phase[];
  /** What only the recipe knows for the model's card. */
  readonly card: Omit<CardText, "command" | "epochs">;
  /** False: what counts is how well it learned; nothing is saved into the registry. */
  readonly saved?: false;
  /** Storage of the saved weights; float32 by default. */
  readonly precision?: "float32" | "float16";
  /** Batches of a split as the whole model takes them: every image once, in the split's order, not augmented. */
  evaluation(split: Split): AsyncIterable<TrainingBatch>;
  /** Releases what the plan holds (threads, features). Called once, whatever happened. */
  close?(): Promise<void>;
}

export interface Phase {
  /** Short, unique in the plan: `train`, `head`, `tail`. */
  readonly name: string;
  /** For people, such as "the head, on features of the frozen backbone". */
  readonly what: string;
  readonly epochs: number;
  /** Steps of an epoch: ceil(images / batch). */
  readonly steps: number;
  /** Work before the first step, such as computing features; called once a process, on resume, too. */
  prepare?(): Promise<void>;
  /** What maps this phase's batches to logits: `plan.model`, or a part of it that shares its layers. */
  readonly part: LayersModel;
  /**
   * Names of the layers that learn; all of `part` where absent. The others' weights stay as they are, and a batch
   * normalization among them uses its moving averages and leaves them alone.
   */
  readonly learns?: readonly string[];
  /**
   * Batches of an epoch (from 1, counted in the phase), from step `from` (0: all of it). The same epoch gives the same batches,
   * bit for bit, in every process: a resumed run relies on it.
   */
  train(epoch: number, from: number): AsyncIterable<TrainingBatch>;
  validation(): AsyncIterable<TrainingBatch>;
  readonly optimizer: OptimizerSettings;
  /** Learning rate of a step (from 0, counted in the phase). */
  readonly learningRate: Schedule;
  /** Share of the target that is spread evenly over all classes (Szegedy et al. 2016, section 7); 0 by default. */
  readonly labelSmoothing?: number;
  /** Epochs without a better validation accuracy after which the phase ends early. */
  readonly patience?: number;
  /** Seconds of training and validation, in all processes of the run, after which the phase ends with the step that runs; its first epoch is always whole. */
  readonly seconds?: number;
  /** Exponential moving average of the weights; what is validated and kept is then the average. */
  readonly averaging?: Averaging;
}

export interface Averaging {
  /** average ← decay × average + (1 − decay) × weights, at every `every`-th step. */
  readonly decay: number;
  readonly every: number;
}

/** A `Batch` without its samples: a recipe that trains on features has none to name. */
export interface TrainingBatch {
  /** Row-major values of `shape`. */
  readonly images: Float32Array;
  /** [n, …the shape of one input of the phase's part]. */
  readonly shape: readonly number[];
  /** Class indices, one an image. */
  readonly labels: Int32Array;
}
