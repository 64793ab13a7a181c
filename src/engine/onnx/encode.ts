// A graph → the bytes of an ONNX file. Field numbers: onnx/onnx.proto3 of github.com/onnx/onnx (Apache-2.0), IR version 8.
import { Message } from "./protobuf.js";
import {
  type AttributeValue,
  type Dimension,
  ELEMENT_TYPES,
  type GraphNode,
  type Initializer,
  type Value,
} from "./value.js";

/** IR version 8 goes with opset 17 (ONNX 1.12, 2022): old enough for every runtime in use, new enough for what we write. */
export const IR_VERSION = 8;
export const OPSET = 17;

export interface GraphParts {
  readonly name: string;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly nodes: readonly GraphNode[];
  readonly initializers: readonly Initializer[];
  readonly metadata: Readonly<Record<string, string>>;
}

/** ModelProto. */
export function encodeModel(graph: GraphParts): Uint8Array {
  const model = new Message()
    .integer(1, IR_VERSION)
    .text(2, "convo")
    .message(7, encodeGraph(graph))
    .message(8, new Message().text(1, "").integer(2, OPSET));
  for (const [key, value] of Object.entries(graph.metadata)) {
    model.message(14, new Message().text(1, key).text(2, value));
  }
  return model.finish();
}

/** GraphProto. */
function encodeGraph({ name, inputs, outputs, nodes, initializers }: GraphParts): Message {
  const graph = new Message();
  for (const node of nodes) graph.message(1, encodeNode(node));
  graph.text(2, name);
  for (const { value, bytes } of initializers) {
    const tensor = new Message();
    for (const size of value.shape) tensor.integer(1, Number(size));
    graph.message(5, tensor.integer(2, ELEMENT_TYPES[value.type]).text(8, value.name).raw(9, bytes));
  }
  for (const value of inputs) graph.message(11, encodeValue(value));
  for (const value of outputs) graph.message(12, encodeValue(value));
  const known = new Set(outputs.map((value) => value.name));
  for (const { output } of nodes) if (!known.has(output.name)) graph.message(13, encodeValue(output));
  return graph;
}

/** NodeProto; an input that is left out has no name. */
function encodeNode({ name, op, inputs, output, attributes }: GraphNode): Message {
  const node = new Message();
  for (const input of inputs) node.text(1, input === null ? "" : input.name);
  node.text(2, output.name).text(3, name).text(4, op);
  for (const [key, value] of Object.entries(attributes)) node.message(5, encodeAttribute(key, value));
  return node;
}

/** AttributeProto with its type: FLOAT 1, INT 2, STRING 3, INTS 7. */
function encodeAttribute(name: string, value: AttributeValue): Message {
  const attribute = new Message().text(1, name);
  if (typeof value === "number") return attribute.integer(3, value).integer(20, 2);
  if (typeof value === "string") return attribute.text(4, value).integer(20, 3);
  if ("float" in value) return attribute.float(2, value.float).integer(20, 1);
  for (const item of value) attribute.integer(8, item);
  return attribute.integer(20, 7);
}

/** ValueInfoProto → TypeProto → TypeProto.Tensor → TensorShapeProto. */
export function encodeValue({ name, type, shape }: Value): Message {
  const dimensions = new Message();
  for (const size of shape) dimensions.message(1, encodeDimension(size));
  const tensor = new Message().integer(1, ELEMENT_TYPES[type]).message(2, dimensions);
  return new Message().text(1, name).message(2, new Message().message(1, tensor));
}

function encodeDimension(size: Dimension): Message {
  return typeof size === "number" ? new Message().integer(1, size) : new Message().text(2, size);
}
