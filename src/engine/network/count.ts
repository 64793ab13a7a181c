// A graph counted: shape, parameters and MACs of every written layer and in total, with the arithmetic, and the receptive field.
import { networkError } from "./failure.js";
import { type Entry, type Graph, INPUT, type Node } from "./graph.js";
import type { Pair } from "./layer.js";
import { LARGEST_COUNT } from "./limits.js";
import { macsOf } from "./macs.js";
import { parametersOf, written } from "./parameters.js";
import { receptiveField } from "./receptive-field.js";
import { isMap, type Shape } from "./shape.js";
import { readBy, shapeAt, shapesOf } from "./shapes.js";

/** One written layer, with whatever belongs to it (`conv 8 bn relu` is one). */
export interface LayerCount {
  readonly name: string;
  readonly type: string;
  readonly output: Shape;
  readonly parameters: number;
  readonly trainable: number;
  /** Null where a size is not known. */
  readonly macs: number | null;
  /** The arithmetic of its parameters, one line a step: `(3·3·100 + 1)·200 = 180,200`, `bn 4·200 = 800`. Made when asked for. */
  readonly working: () => readonly string[];
  /** The arithmetic of its MACs: `50·75·3·3·100·200 = 675,000,000`. */
  readonly macsWorking: () => readonly string[];
}

export interface NetworkCount {
  readonly graph: Graph;
  readonly input: Shape;
  readonly output: Shape;
  /** As `graph.entries`. */
  readonly layers: readonly LayerCount[];
  /** Shape of every node's output, as `graph.nodes`. */
  readonly shapes: readonly Shape[];
  readonly parameters: { readonly total: number; readonly trainable: number; readonly nonTrainable: number };
  /** For one instance; null where a size is not known. */
  readonly macs: number | null;
  /** [height, width] in pixels; see `receptiveField`. */
  readonly receptiveField: Pair | null;
  readonly notes: readonly string[];
}

/**
 * Throws NetworkError where layers do not fit together or a count would not be exact. Shapes come first, so that what does
 * not fit is refused before anything is counted; the arithmetic is worked again when asked for, and nothing of it kept.
 */
export function countGraph(graph: Graph): NetworkCount {
  const shapes = shapesOf(graph);
  const tallies = graph.entries.map((): Tally => ({ nodes: [], parameters: 0, trainable: 0, macs: 0 }));
  let buffers = 0;
  for (const [index, node] of graph.nodes.entries()) {
    const tally = tallies[node.entry];
    if (tally === undefined) throw new Error(`node ${index} belongs to no entry`);
    const input = readBy(graph, shapes, node);
    tally.nodes.push(index);
    if (node.weights === index) {
      const own = parametersOf(node.layer, input);
      buffers += own.buffers;
      tally.parameters += own.trainable + own.nonTrainable;
      tally.trainable += node.frozen ? 0 : own.trainable;
    }
    if (tally.macs === null || node.auxiliary) continue;
    const { macs } = macsOf(node.layer, input, shapeAt(graph.input, shapes, index));
    tally.macs = macs === null ? null : tally.macs + macs;
  }
  const layers = graph.entries.map((entry, index) => layerCount(graph, shapes, entry, tallies[index]));
  const total = sumOf(layers, "parameters", "parameters") ?? 0;
  const trainable = sumOf(layers, "trainable", "parameters") ?? 0;
  return {
    graph,
    input: graph.input,
    output: shapeAt(graph.input, shapes, graph.output),
    layers,
    shapes,
    parameters: { total, trainable, nonTrainable: total - trainable },
    macs: sumOf(layers, "macs", "multiply-accumulates"),
    receptiveField: receptiveField(graph.input, graph.nodes, shapes, graph.output),
    notes: [...graph.notes, ...notesOn(graph, shapes, buffers)],
  };
}

/** What the nodes of one entry come to; filled node by node. */
interface Tally {
  readonly nodes: number[];
  parameters: number;
  trainable: number;
  macs: number | null;
}

function layerCount(
  graph: Graph,
  shapes: readonly Shape[],
  { name, type }: Entry,
  { nodes, parameters, trainable, macs }: Tally = { nodes: [], parameters: 0, trainable: 0, macs: 0 },
): LayerCount {
  /** One line for each node of which `work` has something to say. */
  const lines = (work: (node: Node, index: number) => string): string[] =>
    nodes.flatMap((index) => {
      const node = graph.nodes[index];
      const text = node === undefined ? "" : work(node, index);
      if (node === undefined || text === "") return [];
      return [node.layer.kind === type ? text : `${node.layer.kind} ${text}`];
    });
  return {
    name,
    type,
    output: shapeAt(graph.input, shapes, nodes.at(-1) ?? INPUT),
    parameters,
    trainable,
    macs,
    working: () =>
      lines((node, index) => {
        const text = parametersOf(node.layer, readBy(graph, shapes, node)).working();
        const lender = node.weights === index ? undefined : graph.nodes[node.weights];
        return text === "" || lender === undefined ? text : `uses the weights of ${graph.entries[lender.entry]?.name}`;
      }),
    macsWorking: () =>
      lines((node, index) =>
        node.auxiliary
          ? ""
          : macsOf(node.layer, readBy(graph, shapes, node), shapeAt(graph.input, shapes, index)).working(),
      ),
  };
}

function notesOn(graph: Graph, shapes: readonly Shape[], buffers: number): string[] {
  const notes: string[] = [];
  if (
    graph.nodes.some(
      ({ layer, inputs: [from = INPUT] }) => layer.kind === "dense" && isMap(shapeAt(graph.input, shapes, from)),
    )
  )
    notes.push(
      "dense on maps is applied at every position with the same weights, as in Keras; flatten or gap first if one vector is meant.",
    );
  if (graph.nodes.some(({ layer }) => layer.kind === "se"))
    notes.push("The receptive field passes over the global pooling inside squeeze-and-excitation.");
  if (buffers > 0)
    notes.push(
      `Batch norm's running statistics (${written(buffers)} numbers) are buffers, as PyTorch counts: in neither the total nor the non-trainable parameters.`,
    );
  return notes;
}

/** Null where one of them is; `too-large` at the layer where the sum stops being exact. */
function sumOf(layers: readonly LayerCount[], count: "parameters" | "trainable" | "macs", what: string): number | null {
  let sum = 0;
  let known = true;
  for (const [layer, { [count]: own }] of layers.entries()) {
    if (own === null) known = false;
    sum += own ?? 0;
    if (sum > LARGEST_COUNT)
      throw networkError(
        "too-large",
        `More ${what} than can be counted exactly.`,
        `Keep every count below ${written(LARGEST_COUNT)}.`,
        layer,
      );
  }
  return known ? sum : null;
}
