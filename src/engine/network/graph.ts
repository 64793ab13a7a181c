// A network as a graph: layers in the order in which they run, each with the layers that it reads, and the builder of one.

import { networkError } from "./failure.js";
import type { Layer } from "./layer.js";
import { MOST_JOINED, MOST_LAYERS } from "./limits.js";
import { written } from "./parameters.js";
import type { Shape } from "./shape.js";

/** What one layer of a graph is and reads. */
export interface Node {
  readonly layer: Layer;
  /** Indexes into `Graph.nodes`, all smaller than the node's own; `INPUT` is the network's input. One, but for joins. */
  readonly inputs: readonly number[];
  /** Index into `Graph.entries`: the written layer that it belongs to (`conv 8 bn relu` is one entry with three nodes). */
  readonly entry: number;
  /** Its parameters do not train. */
  readonly frozen: boolean;
  /** The node whose weights it uses; its own index unless it shares them. Shared weights are counted at their owner. */
  readonly weights: number;
  /** Runs in training only (GoogLeNet's auxiliary heads): parameters and training memory count, MACs and prediction do not. */
  readonly auxiliary: boolean;
  /** Input channels (features) that pasted code declares, as in `nn.Conv2d(3, 64, 3)`; null where it declares none. */
  readonly expects: number | null;
}

/** What a person wrote as one layer, the input apart: a row of the answer's table, and what `layer` in an error counts. */
export interface Entry {
  /** Unique: `conv1`, `conv2`, or a known network's own name. */
  readonly name: string;
  /** The word of the notation: `conv`, `maxpool`, `relu`, `add`, … */
  readonly type: string;
}

/** In `Node.inputs` and `Graph.output`: the network's input. */
export const INPUT = -1;

export interface Graph {
  /** [height, width, channels] or [features]; null is a size that is not known yet (`?`). */
  readonly input: Shape;
  /** In an order in which they can run. */
  readonly nodes: readonly Node[];
  readonly entries: readonly Entry[];
  /** The node whose result is the network's. */
  readonly output: number;
  /** What a reader should know: which variant of a known network this is, what was assumed. Whole sentences. */
  readonly notes: readonly string[];
}

export interface NodeOptions {
  readonly frozen?: boolean;
  /** The node whose weights it uses. */
  readonly weights?: number | undefined;
  readonly auxiliary?: boolean;
  readonly expects?: number | null;
}

/**
 * Collects a graph: first `beginEntry`, then `add` for each of its nodes, at last `finish`.
 * Throws `too-many-layers` beyond MOST_LAYERS, `too-many-branches` beyond MOST_JOINED.
 */
export class GraphBuilder {
  readonly #input: Shape;
  readonly #nodes: Node[] = [];
  readonly #entries: Entry[] = [];
  readonly #notes = new Set<string>();
  readonly #taken = new Map<string, number>();
  readonly #names = new Set<string>();
  #joined = 0;

  constructor(input: Shape) {
    this.#input = input;
  }

  /** Index that the next entry gets: what an error found now should name. */
  get nextEntry(): number {
    return this.#entries.length;
  }

  /** The node added last; `INPUT` before the first. */
  get last(): number {
    return this.#nodes.length - 1;
  }

  /** The node whose weights this one uses. */
  ownerOf(node: number): number {
    return this.#nodes[node]?.weights ?? node;
  }

  /** Opens a written layer; without a name it is the type with a running number. */
  beginEntry(type: string, name?: string): void {
    if (this.#entries.length >= MOST_LAYERS) throw tooManyLayers(this.#entries.length);
    this.#entries.push({ type, name: this.#uniqueName(type, name) });
  }

  /** Adds a node to the entry opened last and returns its index. */
  add(layer: Layer, inputs: readonly number[], options: NodeOptions = {}): number {
    if (this.#nodes.length >= 4 * MOST_LAYERS) throw tooManyLayers(this.#entries.length - 1);
    this.#joined += inputs.length - 1;
    if (this.#joined > MOST_JOINED)
      throw networkError(
        "too-many-branches",
        `The joins of this network read more than ${written(MOST_JOINED)} branches.`,
        "Join fewer branches, or repeat less often.",
        this.#entries.length - 1,
      );
    const index = this.#nodes.length;
    this.#nodes.push({
      layer,
      inputs,
      entry: this.#entries.length - 1,
      frozen: options.frozen ?? false,
      weights: options.weights ?? index,
      auxiliary: options.auxiliary ?? false,
      expects: options.expects ?? null,
    });
    return index;
  }

  /** A sentence for the reader; the same one twice counts once. */
  note(sentence: string): void {
    this.#notes.add(sentence);
  }

  finish(output: number): Graph {
    return { input: this.#input, nodes: this.#nodes, entries: this.#entries, output, notes: [...this.#notes] };
  }

  #uniqueName(type: string, wished: string | undefined): string {
    const stem = wished ?? type;
    for (;;) {
      const number = (this.#taken.get(stem) ?? 0) + 1;
      this.#taken.set(stem, number);
      const name = wished !== undefined && number === 1 ? stem : `${stem}${number}`;
      if (this.#names.has(name)) continue;
      this.#names.add(name);
      return name;
    }
  }
}

/** More layers than are counted; `layer` is the entry at which the limit was reached. */
export function tooManyLayers(layer: number): Error {
  return networkError(
    "too-many-layers",
    `This network has more than ${written(MOST_LAYERS)} layers.`,
    "Repeat less often.",
    layer,
  );
}
