// The shape of everything that flows through a graph, or which layer does not fit there.
import { networkError } from "./failure.js";
import { type Graph, INPUT, type Node } from "./graph.js";
import { parametersOf } from "./parameters.js";
import { isMap, type Shape, writeShape } from "./shape.js";
import { outputShape } from "./sizes.js";

/**
 * Shape of every node's output, as `graph.nodes`. Throws NetworkError at the first layer that does not fit: see
 * `outputShape`, and `channels-do-not-match`, `weights-do-not-fit`.
 */
export function shapesOf(graph: Graph): readonly Shape[] {
  const shapes: Shape[] = [];
  for (const [index, node] of graph.nodes.entries()) {
    const inputs = node.inputs.map((from) => declared(node, shapeAt(graph.input, shapes, from)));
    const [input = graph.input] = inputs;
    checkExpected(node, input);
    const shape = outputShape(node.layer, inputs, node.entry);
    const lender = node.weights === index ? undefined : graph.nodes[node.weights];
    if (lender !== undefined) checkShared(node, input, lender, readBy(graph, shapes, lender));
    shapes.push(shape);
  }
  return shapes;
}

/** Shape of a node's output, or of the network's input. */
export function shapeAt(input: Shape, shapes: readonly Shape[], from: number): Shape {
  return from === INPUT ? input : (shapes[from] ?? input);
}

/** Shape of what a node reads; of a join, what it reads first. */
export function readBy(graph: Graph, shapes: readonly Shape[], node: Node): Shape {
  return declared(node, shapeAt(graph.input, shapes, node.inputs[0] ?? INPUT));
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

/** Equal workings mean equally shaped weights; of the same layer on the same input nothing need be worked. */
function checkShared(node: Node, input: Shape, lender: Node, lent: Shape): void {
  if (node.layer === lender.layer && input.length === lent.length && input.every((size, axis) => size === lent[axis]))
    return;
  const [has, needs] = [
    `${lender.layer.kind} ${parametersOf(lender.layer, lent).working()}`,
    `${node.layer.kind} ${parametersOf(node.layer, input).working()}`,
  ];
  if (has === needs) return;
  throw networkError(
    "weights-do-not-fit",
    `This ${node.layer.kind} layer cannot use the shared weights: they are ${has}, it would need ${needs}.`,
    "Repeat with shared weights only what gives as many channels as it takes, or leave out the word shared.",
    node.entry,
  );
}
