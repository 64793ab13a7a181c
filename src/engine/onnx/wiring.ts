// The nodes of an ONNX file, by what they give: to walk through a graph that was read, backwards from its output.
import { Fields } from "./fields.js";

export interface WiredNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly output: string;
  /** AttributeProto, as they stand in the file. */
  readonly attributes: readonly Uint8Array[];
}

export interface Wiring {
  /** By the name of the output. */
  readonly by: ReadonlyMap<string, WiredNode>;
  /** TensorProto of a constant, also of one that is stored as float16 and cast. */
  constant(name: string): Fields | undefined;
  /** Inputs that are no constants. */
  moving(node: WiredNode): readonly string[];
}

/** `graph`: GraphProto. Throws UserError `onnx-unreadable`. */
export function wiringOf(graph: Fields): Wiring {
  const by = new Map(graph.messages(1).map((found) => [found.text(2), nodeOf(found)]));
  const constants = new Map(graph.messages(5).map((tensor) => [tensor.text(8), tensor]));
  const constant = (name: string): Fields | undefined => {
    const node = by.get(name);
    return constants.get(node?.op === "Cast" ? (node.inputs[0] ?? "") : name);
  };
  const moving = ({ inputs }: WiredNode) => inputs.filter((name) => name !== "" && constant(name) === undefined);
  return { by, constant, moving };
}

function nodeOf(found: Fields): WiredNode {
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return {
    op: found.text(4),
    inputs: found.allBytes(1).map(decode),
    output: found.text(2),
    attributes: found.allBytes(5),
  };
}

/** An attribute of integers (strides, pads); undefined where it is not given. */
export function integersOf({ attributes }: WiredNode, name: string): readonly number[] | undefined {
  return attributes
    .map((bytes) => new Fields(bytes))
    .find((attribute) => attribute.text(1) === name)
    ?.integers(8);
}
