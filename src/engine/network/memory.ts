// Memory of a network in bytes: for one prediction with liveness of its maps, and the lower bound of training.

import type { NetworkCount } from "./count.js";
import { networkError } from "./failure.js";
import { type Graph, INPUT } from "./graph.js";
import type { LayerKind } from "./layer.js";
import { LARGEST_COUNT } from "./limits.js";
import { written } from "./parameters.js";
import { volume } from "./shape.js";
import { shapeAt } from "./shapes.js";

export const OPTIMIZERS = ["none", "sgd", "momentum", "adam"] as const;
export type Optimizer = (typeof OPTIMIZERS)[number];

export const PRECISIONS = ["32", "16", "8", "mixed"] as const;
export type Precision = (typeof PRECISIONS)[number];

export interface MemoryOptions {
  /** Instances of a training step. */
  readonly batch?: number;
  readonly optimizer?: Optimizer;
  readonly precision?: Precision;
  /** The input image counts as a buffer throughout a prediction. */
  readonly keepInput?: boolean;
  /** Memory of the GPU in bytes, for the largest batch. */
  readonly gpu?: number;
}

/** Bytes, all of them. */
export interface NetworkMemory {
  readonly prediction: {
    readonly bytes: number;
    readonly parameters: number;
    /** The largest sum of buffers alive at once. */
    readonly maps: number;
    /** Written layers (indexes into `graph.entries`) whose buffers are alive at that moment, the running one last. */
    readonly alive: readonly { readonly layer: number; readonly bytes: number }[];
  };
  /** Null at 8 bits, which is for prediction only. */
  readonly training: TrainingMemory | null;
  /** Null without a GPU's size or without training. */
  readonly largestBatch: number | null;
  /** The written layer with the largest buffers, bytes of one instance; null where none has a buffer. */
  readonly largestLayer: { readonly layer: number; readonly bytes: number } | null;
  /** Bytes of each written layer's buffers for one instance, as `graph.entries`. */
  readonly layers: readonly number[];
  readonly notes: readonly string[];
}

export interface TrainingMemory {
  readonly batch: number;
  /** parameters + batch × (input + every buffer) */
  readonly lowerBound: number;
  readonly gradients: number;
  readonly optimizer: number;
  readonly master: number;
  readonly total: number;
  /** What grows with the batch: input + every buffer of one instance. */
  readonly perInstance: number;
}

/** Copies of the trainable parameters that an optimizer keeps: gradients and state. */
const COPIES: Readonly<Record<Optimizer, { readonly gradients: number; readonly state: number }>> = {
  none: { gradients: 0, state: 0 },
  sgd: { gradients: 1, state: 0 },
  momentum: { gradients: 1, state: 1 },
  adam: { gradients: 1, state: 2 },
};

/** Bytes a number: parameters, maps and gradients; optimizer state; master copy. Mixed: Micikevicius et al., 2018. */
const BYTES: Readonly<Record<Precision, { readonly number: number; readonly state: number; readonly master: number }>> =
  {
    "32": { number: 4, state: 4, master: 0 },
    "16": { number: 2, state: 2, master: 0 },
    "8": { number: 1, state: 1, master: 0 },
    mixed: { number: 2, state: 4, master: 4 },
  };

/** Layers with a buffer of their own; the others work in place. */
const BUFFERED: ReadonlySet<LayerKind> = new Set<LayerKind>([
  "conv",
  "depthwise",
  "separable",
  "tconv",
  "maxpool",
  "avgpool",
  "subsample",
  "gap",
  "gmp",
  "adaptivepool",
  "dense",
  "rbf",
  "zeropad",
  "crop",
  "upsample",
  "concat",
  "add",
  "multiply",
]);

/** Defaults: batch 1, optimizer none, 32 bits. Throws `unknown-size` where the input has a `?`, `too-large` above exact counts. */
export function memoryOf(count: NetworkCount, options: MemoryOptions = {}): NetworkMemory {
  const { batch = 1, optimizer = "none", precision = "32", keepInput = false, gpu } = options;
  const { graph } = count;
  const bytes = BYTES[precision];
  const image = known(volume(count.input)) * bytes.number;
  const buffers = graph.nodes.map((node, index) =>
    BUFFERED.has(node.layer.kind) ? known(volume(shapeAt(count.input, count.shapes, index))) * bytes.number : 0,
  );
  const parameters = exact(count.parameters.total * bytes.number);
  const peak = largestAlive(graph, buffers);
  const maps = exact(peak.bytes + (keepInput ? image : 0));
  const layers = graph.entries.map(() => 0);
  for (const [index, node] of graph.nodes.entries())
    layers[node.entry] = (layers[node.entry] ?? 0) + (buffers[index] ?? 0);
  const perInstance = exact(image + buffers.reduce((sum, each) => sum + each, 0));
  const { trainable } = count.parameters;
  const copies = COPIES[optimizer];
  const fixed = {
    gradients: exact(copies.gradients * trainable * bytes.number),
    optimizer: exact(copies.state * trainable * bytes.state),
    master: exact(trainable * bytes.master),
  };
  const lowerBound = parameters + exact(batch * perInstance);
  const total = exact(lowerBound + fixed.gradients + fixed.optimizer + fixed.master);
  const training = precision === "8" ? null : { batch, lowerBound, ...fixed, total, perInstance };
  const room = gpu === undefined ? null : gpu - (total - batch * perInstance);
  return {
    prediction: { bytes: exact(parameters + maps), parameters, maps, alive: peak.alive },
    training,
    largestBatch: training === null || room === null ? null : Math.max(0, Math.floor(room / perInstance)),
    largestLayer: largest(layers),
    layers,
    notes: notesOn(count, precision, keepInput),
  };
}

function notesOn(count: NetworkCount, precision: Precision, keepInput: boolean): string[] {
  const notes = [
    "Prediction: parameters + the largest sum of maps alive at once; activations, normalization, dropout and flatten work in place.",
    keepInput
      ? "The input image is kept and counts."
      : "The input image does not count for a prediction (keep input would count it).",
  ];
  if (precision === "8") notes.push("8 bits are for prediction only, so there is no training memory.");
  else
    notes.push(
      "Training is a lower bound: parameters + batch × (input + every map); frameworks need workspace and the maps' gradients beside it.",
    );
  if (precision === "mixed")
    notes.push(
      "Mixed precision: parameters, maps and gradients 2 bytes, a master copy and optimizer state 4 bytes each.",
    );
  if (count.graph.nodes.some((node) => node.auxiliary))
    notes.push("Auxiliary heads run in training only: their maps count there and not in a prediction.");
  return notes;
}

/**
 * The moment with the largest sum of buffers. A buffer lives from its layer until the last layer that reads it, directly
 * or through layers that work in place, has run; while a layer runs, what it reads and what it writes are alive.
 */
function largestAlive(
  graph: Graph,
  buffers: readonly number[],
): { bytes: number; alive: { layer: number; bytes: number }[] } {
  const running = graph.nodes.flatMap((node, index) => (node.auxiliary ? [] : [index]));
  const home: number[] = [];
  const lastRead: number[] = [];
  for (const index of running) {
    const node = graph.nodes[index];
    if (node === undefined) continue;
    const [read = INPUT] = node.inputs;
    const own = BUFFERED.has(node.layer.kind);
    home[index] = own || read === INPUT ? (own ? index : INPUT) : (home[read] ?? INPUT);
    lastRead[index] = index;
    for (const from of node.inputs) {
      const buffer = from === INPUT ? INPUT : (home[from] ?? INPUT);
      if (buffer !== INPUT) lastRead[buffer] = index;
    }
  }
  let alive: number[] = [];
  let [sum, best, bestAlive] = [0, 0, [] as number[]];
  for (const index of running) {
    if (home[index] === index) {
      alive.push(index);
      sum += buffers[index] ?? 0;
    }
    if (sum > best) [best, bestAlive] = [sum, [...alive]];
    const still = alive.filter((buffer) => (lastRead[buffer] ?? 0) > index);
    if (still.length !== alive.length) {
      alive = still;
      sum = alive.reduce((total, buffer) => total + (buffers[buffer] ?? 0), 0);
    }
  }
  return {
    bytes: best,
    alive: bestAlive.map((index) => ({ layer: graph.nodes[index]?.entry ?? 0, bytes: buffers[index] ?? 0 })),
  };
}

function largest(layers: readonly number[]): { layer: number; bytes: number } | null {
  const bytes = layers.reduce((most, each) => Math.max(most, each), 0);
  return bytes === 0 ? null : { layer: layers.indexOf(bytes), bytes };
}

function known(numbers: number | null): number {
  if (numbers !== null) return numbers;
  throw networkError(
    "unknown-size",
    `The memory depends on the maps' sizes, and the input has a "?".`,
    "Give the input's height and width, such as input 224x224x3.",
    null,
  );
}

function exact(bytes: number): number {
  if (bytes <= LARGEST_COUNT) return bytes;
  throw networkError(
    "too-large",
    "That is more memory than can be counted exactly.",
    `Keep every count below ${written(LARGEST_COUNT)} bytes.`,
    null,
  );
}
