// A graph counted: shape, parameters and MACs of every written layer and in total, with the arithmetic, and the receptive field.
import { networkError } from "./failure.js";
import { type Graph, INPUT, type Node } from "./graph.js";
import type { Pair } from "./layer.js";
import { LARGEST_COUNT } from "./limits.js";
import { macsOf } from "./macs.js";
import { parametersOf, written } from "./parameters.js";
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
  /** One line a step: `(3·3·100 + 1)·200 = 180,200`, `bn 4·200 = 800`. */
  readonly working: readonly string[];
  readonly macsWorking: readonly string[];
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
  const workings: string[] = [];
  const layers = graph.entries.map(({ name, type }) => ({
    name,
    type,
    output: graph.input,
    parameters: 0,
    trainable: 0,
    macs: 0 as number | null,
    working: [] as string[],
    macsWorking: [] as string[],
  }));
  const notes = new Set(graph.notes);
  let buffers = 0;
  for (const [index, node] of graph.nodes.entries()) {
    const layer = layers[node.entry];
    if (layer === undefined) throw new Error(`node ${index} belongs to no entry`);
    const inputs = node.inputs.map((from) => shapeAt(graph.input, shapes, from));
    const [input = graph.input] = inputs;
    expected(node, input);
    const shape = outputShape(node.layer, inputs, node.entry);
    shapes.push(shape);
    layer.output = shape;
    const { trainable, nonTrainable, buffers: statistics, working } = parametersOf(node.layer, input);
    workings.push(`${node.layer.kind} ${working}`);
    if (node.weights === index) {
      layer.parameters += trainable + nonTrainable;
      layer.trainable += node.frozen ? 0 : trainable;
      buffers += statistics;
      if (working !== "") layer.working.push(label(node, layer.type, working));
    } else if (working !== "") {
      sharing(node, workings[node.weights], `${node.layer.kind} ${working}`);
      layer.working.push(
        label(node, layer.type, `the weights of ${layers[graph.nodes[node.weights]?.entry ?? 0]?.name}`),
      );
    }
    if (!node.auxiliary) {
      const macs = macsOf(node.layer, input, shape);
      layer.macs = macs.macs === null || layer.macs === null ? null : layer.macs + macs.macs;
      if (macs.working !== "") layer.macsWorking.push(label(node, layer.type, macs.working));
    }
    if (node.layer.kind === "dense" && isMap(input))
      notes.add(
        "dense on maps is applied at every position with the same weights, as in Keras; flatten or gap first if one vector is meant.",
      );
    if (node.layer.kind === "se")
      notes.add("The receptive field passes over the global pooling inside squeeze-and-excitation.");
  }
  if (buffers > 0)
    notes.add(
      `Batch norm's running statistics (${written(buffers)} numbers) are buffers, as PyTorch counts: in neither the total nor the non-trainable parameters.`,
    );
  const total = sumOf(
    layers.map((each) => each.parameters),
    "parameters",
  );
  const trainable = sumOf(
    layers.map((each) => each.trainable),
    "parameters",
  );
  const macs = layers.map((each) => each.macs);
  return {
    graph,
    input: graph.input,
    output: shapeAt(graph.input, shapes, graph.output),
    layers,
    shapes,
    parameters: { total, trainable, nonTrainable: total - trainable },
    macs: macs.every((each) => each !== null) ? sumOf(macs, "multiply-accumulates") : null,
    receptiveField: receptiveField(graph.input, graph.nodes, shapes, graph.output),
    notes: [...notes],
  };
}

/** Shape of a node's output, or of the network's input. */
export function shapeAt(input: Shape, shapes: readonly Shape[], from: number): Shape {
  return from === INPUT ? input : (shapes[from] ?? input);
}

function label(node: Node, type: string, working: string): string {
  return node.layer.kind === type ? working : `${node.layer.kind} ${working}`;
}

function expected(node: Node, input: Shape): void {
  const found = input[input.length - 1];
  if (node.expects === null || node.expects === found) return;
  throw networkError(
    "channels-do-not-match",
    `This ${node.layer.kind} layer declares ${node.expects} inputs, but gets ${writeShape(input)}.`,
    `Declare ${found ?? "the true number"}, or change the layer before.`,
    node.entry,
  );
}

function sharing(node: Node, owner: string | undefined, own: string): void {
  if (owner === own) return;
  throw networkError(
    "weights-do-not-fit",
    `This ${node.layer.kind} layer cannot use the shared weights: they are ${owner}, it would need ${own}.`,
    "Repeat with shared weights only what gives as many channels as it takes, or leave out the word shared.",
    node.entry,
  );
}

function sumOf(counts: readonly number[], what: string): number {
  let sum = 0;
  for (const [layer, count] of counts.entries()) {
    sum += count;
    if (sum > LARGEST_COUNT)
      throw networkError(
        "too-large",
        `More ${what} than can be counted exactly.`,
        `Keep every count below ${LARGEST_COUNT.toLocaleString("en")}.`,
        layer,
      );
  }
  return sum;
}
