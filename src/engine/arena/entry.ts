// What may enter the arena: a network from 28×28×1 to ten numbers that is small enough, fits into memory, and can be trained here.
import { totalmem } from "node:os";
import { UserError } from "../../errors.js";
import { writeBytesShort } from "../network/bytes.js";
import type { NetworkCount } from "../network/count.js";
import { type NetworkError, networkError } from "../network/failure.js";
import { memoryOf } from "../network/memory.js";
import { countNetwork } from "../network/network.js";
import { written } from "../network/parameters.js";
import { isMap, writeShape } from "../network/shape.js";
import { readBy, shapeAt } from "../network/shapes.js";
import { logitsOf, obstacleOf } from "./trainable.js";

/** Images of a training step. */
export const ARENA_BATCH = 64;
export const ARENA_INPUT = [28, 28, 1] as const;
export const ARENA_CLASSES = 10;

export interface ArenaLimits {
  /** Parameters, all of them. */
  readonly parameters: number;
  /** Of training, validation between the epochs included. */
  readonly seconds: number;
}

/** Half a million parameters are eight times LeNet-5; two minutes of two cores give such a network several epochs. */
export const ARENA_LIMITS: ArenaLimits = { parameters: 500_000, seconds: 120 };

/** For one image: the first epoch, which is always whole, should take no longer than the default two minutes on two cores with WebAssembly. */
const MOST_MACS = 25_000_000;
/** Building a model takes a moment for each layer. */
const MOST_NODES = 400;
/** Bytes of the lower bound of training: the real need is about four times as much, and WebAssembly has 4 GiB. */
const MOST_MEMORY = 2 ** 30;

export interface ArenaEntry {
  readonly count: NetworkCount;
  /** Bytes: the lower bound of training with Adam and `ARENA_BATCH` images. */
  readonly memory: number;
}

/**
 * Throws NetworkError where the text is no network or a layer cannot be trained (code `arena-layer`), and UserError `arena-input`,
 * `arena-output`, `arena-parameters`, `arena-layers`, `arena-macs`, `arena-memory`.
 */
export function readEntry(network: string, limits: ArenaLimits = ARENA_LIMITS): ArenaEntry {
  const count = countNetwork(network);
  refuseShapes(count);
  // First of the limits: what would not fit is told how much it needs, whatever else is too much about it.
  const memory = neededMemory(count, limits);
  const { total } = count.parameters;
  if (total > limits.parameters) {
    throw new UserError(
      "arena-parameters",
      `This network has ${written(total)} parameters; the arena takes at most ${written(limits.parameters)}.`,
      lighter(count),
    );
  }
  if (count.graph.nodes.length > MOST_NODES) {
    throw new UserError(
      "arena-layers",
      `This network has ${written(count.graph.nodes.length)} layers; the arena takes at most ${MOST_NODES}.`,
      "Repeat less often.",
    );
  }
  refuseLayers(count);
  const macs = count.macs ?? 0;
  if (macs > MOST_MACS) {
    throw new UserError(
      "arena-macs",
      `One image takes ${written(macs)} multiply-accumulates; the arena takes at most ${written(MOST_MACS)}, so that the time is enough to learn.`,
      "Use a stride or a pooling earlier, or fewer filters at 28×28.",
    );
  }
  return { count, memory };
}

function refuseShapes({ input, output }: NetworkCount): void {
  if (input.join() !== ARENA_INPUT.join()) {
    throw new UserError(
      "arena-input",
      `This network takes ${writeShape(input)}, and the arena's digits are 28×28×1.`,
      "Begin with input 28x28.",
    );
  }
  if (!isMap(output) && output[0] === ARENA_CLASSES) return;
  throw new UserError(
    "arena-output",
    `This network gives ${writeShape(output)}, and there are ten digits to tell apart.`,
    isMap(output) ? "End with gap; dense 10 or with flatten; dense 10." : "End with dense 10.",
  );
}

function refuseLayers({ graph, shapes, layers }: NetworkCount): void {
  const logits = logitsOf(graph.nodes, graph.output);
  for (const [index, node] of graph.nodes.entries()) {
    if (index === graph.output && index !== logits) continue;
    const found = obstacleOf(node, readBy(graph, shapes, node), shapeAt(graph.input, shapes, index));
    if (found === undefined) continue;
    throw layerError(`${layers[node.entry]?.name ?? "A layer"}: ${found.what}`, found.fix, node.entry);
  }
}

function layerError(what: string, fix: string, layer: number): NetworkError {
  return networkError("arena-layer", what, fix, layer);
}

/** @returns bytes of the lower bound of training @throws UserError `arena-memory` */
function neededMemory(count: NetworkCount, { parameters }: ArenaLimits): number {
  const total = memoryOf(count, { batch: ARENA_BATCH, optimizer: "adam" }).training?.total ?? 0;
  const most = Math.min(MOST_MEMORY, totalmem() / 4);
  if (total <= most) return total;
  throw new UserError(
    "arena-memory",
    `Training it with ${ARENA_BATCH} images takes at least ${writeBytesShort(total)}; there is room for ${writeBytesShort(most)}.`,
    count.parameters.total > parameters
      ? lighter(count)
      : "Use a stride or a pooling earlier, or fewer filters at 28×28.",
  );
}

const lighter = (count: NetworkCount): string =>
  `Most parameters are in ${heaviest(count)}: make it smaller, or end with gap in place of flatten.`;

function heaviest({ layers }: NetworkCount): string {
  const [first] = layers.toSorted((a, b) => b.parameters - a.parameters);
  return first === undefined ? "its layers" : `${first.name} (${written(first.parameters)})`;
}
