// An exercise of the calculator: a network made for a level, what is asked of it, and the right number, counted by the engine.
import type { NetworkCount } from "../../engine/network/count.js";
import { NetworkError } from "../../engine/network/failure.js";
import { memoryOf } from "../../engine/network/memory.js";
import { countNetwork } from "../../engine/network/network.js";
import { isMap } from "../../engine/network/shape.js";

export const PRACTICE_KINDS = ["params", "memory", "shapes", "receptive-field"] as const;
export type PracticeKind = (typeof PRACTICE_KINDS)[number];

export const LEVELS = [1, 2, 3, 4, 5] as const;
export type Level = (typeof LEVELS)[number];

/** What defines an exercise, and all that a button must carry: the right number is counted anew from it. */
export interface Exercise {
  readonly kind: PracticeKind;
  /** In the notation. */
  readonly network: string;
  /** Of `memory`: images of a training step; 0 asks for one prediction. */
  readonly batch: number;
}

export interface Task extends Exercise {
  readonly count: NetworkCount;
  /** Parameters, bytes, [height, width, channels] or pixels of one side. */
  readonly right: number | readonly number[];
}

/** A new exercise of this level; `random` gives 0 ≤ x < 1. */
export function newExercise(kind: PracticeKind, level: Level, random: () => number): Exercise {
  const batch = kind === "memory" && random() < 0.5 ? pick([8, 16, 32, 50, 64, 100], random) : 0;
  // A "valid" kernel may outgrow its maps: rare, and drawn again.
  for (let draw = 0; draw < MOST_DRAWS; draw += 1) {
    const network = newNetwork(kind, level, random);
    if (fitsTogether(network)) return { kind, network, batch };
  }
  throw new Error(`no network of level ${level} in ${MOST_DRAWS} draws`);
}

const MOST_DRAWS = 100;

function fitsTogether(network: string): boolean {
  try {
    countNetwork(network);
    return true;
  } catch (error) {
    if (error instanceof NetworkError) return false;
    throw error;
  }
}

/** Throws NetworkError where the network cannot be counted, as a button of another version might carry one. */
export function taskOf(exercise: Exercise): Task {
  const count = countNetwork(exercise.network);
  return { ...exercise, count, right: rightOf(exercise, count) };
}

function rightOf({ kind, batch }: Exercise, count: NetworkCount): number | readonly number[] {
  switch (kind) {
    case "params":
      return count.parameters.trainable;
    case "memory": {
      const { prediction, training } = memoryOf(count, { batch: Math.max(1, batch) });
      return batch === 0 ? prediction.bytes : (training?.lowerBound ?? 0);
    }
    case "shapes":
      return count.output.map((size) => size ?? 0);
    case "receptive-field":
      return count.receptiveField?.[0] ?? 0;
  }
}

/**
 * Level 1: two convolutions, stride 1 or 2, "same". 2: three, a pool, "valid". 3: batch norm, and a dense end where
 * parameters are asked for. 4: dilation and depthwise. 5: a residual unit. Kernels are square: one number is the field.
 */
function newNetwork(kind: PracticeKind, level: Level, random: () => number): string {
  const side = (): number => pick(level < 3 ? [24, 32, 48, 64, 96] : [33, 49, 50, 75, 100, 150], random);
  const layers = [`input ${side()}x${side()}x${pick([1, 3], random)}`];
  let filters = pick([4, 8, 10, 16, 20], random);
  const body = level === 1 ? 2 : 3;
  for (let layer = 0; layer < body; layer += 1) {
    layers.push(newConv(level, filters, random));
    if (level >= 2 && layer === 0 && random() < 0.6) layers.push(pick(["maxpool 2x2", "maxpool 3x3 /2"], random));
    filters *= pick([1, 2], random);
  }
  if (level >= 5) layers.push(`conv ${filters} 3x3; residual (conv ${filters} 3x3 relu; conv ${filters} 3x3)`);
  const units = pick([5, 10, 20], random);
  if (level >= 3 && kind === "params") layers.push(pick([`flatten; dense ${units}`, `gap; dense ${units}`], random));
  return layers.join("; ");
}

function newConv(level: Level, filters: number, random: () => number): string {
  const kernel = pick(level === 1 ? [3, 5] : [1, 3, 5, 7], random);
  const stride = random() < 0.5 ? " /2" : "";
  const padding = level >= 2 && random() < 0.4 ? " valid" : "";
  const norm = level >= 3 && random() < 0.5 ? " bn" : "";
  if (level >= 4 && random() < 0.3) return `depthwise 3x3${stride}${padding}${norm}`;
  const dilation = level >= 4 && stride === "" && random() < 0.4 ? " dilation 2" : "";
  return `conv ${filters} ${kernel}x${kernel}${stride}${padding}${dilation}${norm} relu`;
}

function pick<Value>(values: readonly Value[], random: () => number): Value {
  const value = values[Math.min(values.length - 1, Math.floor(random() * values.length))];
  if (value === undefined) throw new RangeError("nothing to pick from");
  return value;
}

/** The question in a sentence. */
export function promptOf({ kind, batch, count }: Task): string {
  switch (kind) {
    case "params":
      return count.parameters.nonTrainable > 0
        ? "How many trainable parameters has this network?"
        : "How many parameters has this network?";
    case "memory":
      return batch === 0
        ? "How much memory does one prediction need? 32-bit floats; parameters and the maps that are alive at once, without the input image. Write the unit."
        : `What is the lower bound of the memory that training on a mini-batch of ${batch} needs? 32-bit floats; parameters, the inputs and all maps. Write the unit.`;
    case "shapes":
      return isMap(count.output)
        ? "What is the shape of the last layer's output? Write height × width × channels."
        : "What is the size of the output?";
    case "receptive-field":
      return "How many pixels wide is the receptive field of one unit of the last map?";
  }
}
