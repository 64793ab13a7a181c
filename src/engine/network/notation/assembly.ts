// A graph being assembled from written layers: where the next layer goes, and how layers, joins and known networks are put there.
import { networkError } from "../failure.js";
import { type Graph, GraphBuilder, INPUT } from "../graph.js";
import type { Block } from "../known/blocks.js";
import type { KnownChoice } from "../known/choose.js";
import type { Layer } from "../layer.js";
import type { Shape } from "../shape.js";
import type { WrittenLayer } from "./forms.js";
import type { Leaf } from "./tree.js";

/** Where the next layer goes: reads `from`, inside `frozen ( … )` or not, with the weights of an earlier run or its own. */
export interface State {
  readonly builder: GraphBuilder;
  /** The text began with `input`. */
  readonly inputWritten: boolean;
  /** What has been read: a repeat reads its layers once, however often it puts them. */
  readonly read: Map<Leaf, WrittenLayer>;
  from: number;
  frozen: boolean;
  auxiliary: boolean;
  /** With `repeat N shared`: owners of the first run's weights, in order; the next of them lends its own. */
  lenders: Iterator<number> | undefined;
}

/** Nothing yet but the input. */
export function begin(input: Shape, inputWritten: boolean): State {
  return {
    builder: new GraphBuilder(input),
    inputWritten,
    read: new Map(),
    from: INPUT,
    frozen: false,
    auxiliary: false,
    lenders: undefined,
  };
}

/** Throws `empty-network` where no layer was put. */
export function finish({ builder, from }: State): Graph {
  if (builder.nextEntry === 0)
    throw networkError("empty-network", "There is an input and no layer.", "Add a layer, such as conv 8 3x3.", null);
  return builder.finish(from);
}
/** A written layer with its nodes, one after the other. */
export function addEntry(state: State, type: string, name: string | undefined, layers: readonly Layer[]): void {
  state.builder.beginEntry(type, name);
  for (const layer of layers) addNode(state, layer, [state.from]);
}

/** One node of the entry opened last. */
export function addNode(state: State, layer: Layer, inputs: readonly number[]): void {
  const lent = state.lenders?.next();
  const weights = lent === undefined || lent.done === true ? undefined : lent.value;
  const { frozen, auxiliary } = state;
  state.from = state.builder.add(layer, inputs, { frozen, auxiliary, weights });
}
/** A known network in place: with its own input first, or on the maps that there are; it cannot bring a second input. */
export function addKnown(state: State, choice: KnownChoice): void {
  if (choice.givenInput && (state.inputWritten || state.builder.nextEntry > 0))
    throw networkError(
      "input-again",
      "A network has one input, and it comes first.",
      "Leave out the size here.",
      state.builder.nextEntry,
    );
  for (const note of choice.notes) state.builder.note(note);
  for (const block of choice.blocks) addBlock(state, block);
}

function addBlock(state: State, block: Block): void {
  switch (block.kind) {
    case "layers":
      addEntry(state, block.type, block.name, block.layers);
      return;
    case "auxiliary": {
      const { from } = state;
      state.auxiliary = true;
      for (const each of block.blocks) addBlock(state, each);
      state.auxiliary = false;
      state.from = from;
      return;
    }
    case "join": {
      const source = state.from;
      const ends = block.branches.map((branch) => {
        state.from = source;
        for (const each of branch) addBlock(state, each);
        return state.from;
      });
      state.builder.beginEntry(block.join, block.name);
      addNode(state, { kind: block.join }, ends);
      for (const each of block.after) addNode(state, each, [state.from]);
    }
  }
}
