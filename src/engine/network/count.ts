// A graph counted: shape, parameters and MACs of every written layer and in total, with the arithmetic, and the receptive field.
import { networkError } from "./failure.js";
import { type Entry, type Graph, INPUT, type Node } from "./graph.js";
import type { Pair } from "./layer.js";
import { LARGEST_COUNT } from "./limits.js";
import { type Macs, macsOf, NO_MACS } from "./macs.js";
import { type Parameters, parametersOf, written } from "./parameters.js";
import { receptiveField } from "./receptive-field.js";
import { isMap, type Shape, writeShape } from "./shape.js";
import { outputShape } from "./sizes.js";

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

/** Throws NetworkError where layers do not fit together or a count would not be exact. */
export function countGraph(graph: Graph): NetworkCount {
  const shapes: Shape[] = [];
  const parameters: Parameters[] = [];
  const tallies = graph.entries.map(() => new Tally());
  let buffers = 0;
  for (const [index, node] of graph.nodes.entries()) {
    const tally = tallies[node.entry];
    if (tally === undefined) throw new Error(`node ${index} belongs to no entry`);
    const inputs = node.inputs.map((from) => declared(node, shapeAt(graph.input, shapes, from)));
    const [input = graph.input] = inputs;
    checkExpected(node, input);
    const shape = outputShape(node.layer, inputs, node.entry);
    const own = parametersOf(node.layer, input);
    shapes.push(shape);
    parameters.push(own);
    const lender = node.weights === index ? undefined : graph.nodes[node.weights];
    if (lender === undefined) buffers += own.buffers;
    else checkShared(node, lender, parameters[node.weights], own);
    tally.add(node, shape, own, node.auxiliary ? NO_MACS : macsOf(node.layer, input, shape), lender);
  }
  const layers = graph.entries.map((entry, index) => layerCount(graph, entry, tallies[index] ?? new Tally()));
  const total =
    sumOf(
      layers.map((each) => each.parameters),
      "parameters",
    ) ?? 0;
  const trainable =
    sumOf(
      layers.map((each) => each.trainable),
      "parameters",
    ) ?? 0;
  return {
    graph,
    input: graph.input,
    output: shapeAt(graph.input, shapes, graph.output),
    layers,
    shapes,
    parameters: { total, trainable, nonTrainable: total - trainable },
    macs: sumOf(
      layers.map((each) => each.macs),
      "multiply-accumulates",
    ),
    receptiveField: receptiveField(graph.input, graph.nodes, shapes, graph.output),
    notes: [...graph.notes, ...notesOn(graph, shapes, buffers)],
  };
}

/** What the nodes of one entry come to; filled node by node. */
class Tally {
  parameters = 0;
  trainable = 0;
  macs: number | null = 0;
  output: Shape | undefined;
  readonly steps: {
    readonly node: Node;
    readonly own: Parameters;
    readonly macs: Macs;
    readonly lender: Node | undefined;
  }[] = [];

  add(node: Node, output: Shape, own: Parameters, macs: Macs, lender: Node | undefined): void {
    if (lender === undefined) {
      this.parameters += own.trainable + own.nonTrainable;
      this.trainable += node.frozen ? 0 : own.trainable;
    }
    this.macs = macs.macs === null || this.macs === null ? null : this.macs + macs.macs;
    this.output = output;
    this.steps.push({ node, own, macs, lender });
  }
}

function layerCount(
  graph: Graph,
  { name, type }: Entry,
  { output, parameters, trainable, macs, steps }: Tally,
): LayerCount {
  const labelled = (node: Node, text: string): string =>
    node.layer.kind === type ? text : `${node.layer.kind} ${text}`;
  return {
    name,
    type,
    output: output ?? graph.input,
    parameters,
    trainable,
    macs,
    working: () =>
      steps.flatMap(({ node, own, lender }) => {
        const text = own.working();
        if (text === "") return [];
        return [
          labelled(node, lender === undefined ? text : `uses the weights of ${graph.entries[lender.entry]?.name}`),
        ];
      }),
    macsWorking: () =>
      steps.flatMap(({ node, macs }) => {
        const text = macs.working();
        return text === "" ? [] : [labelled(node, text)];
      }),
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

/** Shape of a node's output, or of the network's input. */
export function shapeAt(input: Shape, shapes: readonly Shape[], from: number): Shape {
  return from === INPUT ? input : (shapes[from] ?? input);
}

/** A flattened map of unknown size has as many features as the layer that reads it declares. */
function declared(node: Node, input: Shape): Shape {
  return node.expects !== null && !isMap(input) && input[0] === null ? [node.expects] : input;
}

function checkExpected(node: Node, input: Shape): void {
  if (node.layer.kind === "dense" && node.layer.vectorOnly === true && isMap(input)) return;
  const found = input[input.length - 1];
  if (node.expects === null || node.expects === found) return;
  throw networkError(
    "channels-do-not-match",
    `This ${node.layer.kind} layer declares ${node.expects} inputs, but gets ${writeShape(input)}.`,
    `Declare ${found ?? "the true number"}, or change the layer before.`,
    node.entry,
  );
}

function checkShared(node: Node, lender: Node, lent: Parameters | undefined, own: Parameters): void {
  const [has, needs] = [`${lender.layer.kind} ${lent?.working() ?? ""}`, `${node.layer.kind} ${own.working()}`];
  if (has === needs) return;
  throw networkError(
    "weights-do-not-fit",
    `This ${node.layer.kind} layer cannot use the shared weights: they are ${has}, it would need ${needs}.`,
    "Repeat with shared weights only what gives as many channels as it takes, or leave out the word shared.",
    node.entry,
  );
}

/** Null where one of them is; `too-large` at the layer where the sum stops being exact. */
function sumOf(counts: readonly (number | null)[], what: string): number | null {
  let sum = 0;
  for (const [layer, count] of counts.entries()) {
    sum += count ?? 0;
    if (sum > LARGEST_COUNT)
      throw networkError(
        "too-large",
        `More ${what} than can be counted exactly.`,
        `Keep every count below ${written(LARGEST_COUNT)}.`,
        layer,
      );
  }
  return counts.includes(null) ? null : sum;
}
