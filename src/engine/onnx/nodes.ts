// The nodes of an ONNX file, and the same network built anew for pictures of another size, whole or with parts replaced.
import { UserError } from "../../errors.js";
import { damaged, Fields } from "./fields.js";
import type { GraphBuilder } from "./graph.js";
import { fromHalf } from "./half.js";
import { type OnnxTensor, readOnnx } from "./read.js";
import type { AttributeValue, Value } from "./value.js";

export interface OnnxNode {
  readonly name: string;
  readonly op: string;
  /** null: an optional input left out. */
  readonly inputs: readonly (string | null)[];
  readonly output: string;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}

/** In the file's order, which is one in which they can be run. Throws UserError `onnx-unreadable`. */
export function readNodes(file: Uint8Array): readonly OnnxNode[] {
  const graph = new Fields(file).message(7);
  if (graph === undefined) throw damaged("it has no graph");
  return graph.messages(1).map((node) => ({
    name: node.text(3),
    op: node.text(4),
    inputs: node.texts(1).map((name) => (name === "" ? null : name)),
    output: node.texts(2)[0] ?? "",
    attributes: Object.fromEntries(node.messages(5).map((entry) => [entry.text(1), readAttribute(entry)])),
  }));
}

/** AttributeProto by its type: FLOAT 1, INT 2, STRING 3, INTS 7; no others are written here. */
function readAttribute(entry: Fields): AttributeValue {
  switch (entry.integer(20)) {
    case 1:
      return { float: entry.float(2) ?? 0 };
    case 2:
      return entry.integer(3) ?? 0;
    case 3:
      return entry.text(4);
    case 7:
      return entry.integers(8);
    default:
      throw damaged(`the attribute "${entry.text(1)}" is of a kind that is not known here`);
  }
}

export interface OnnxConstant {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** The numbers of a constant, also of one that is stored as float16 and cast; undefined where `name` is none of floats. */
export function readConstant(file: Uint8Array, name: string | null | undefined): OnnxConstant | undefined {
  const cast = readNodes(file).find(({ op, output }) => op === "Cast" && output === name);
  const wanted = cast?.inputs[0] ?? name;
  const tensor = readOnnx(file).initializers.find((each) => each.name === wanted);
  if (tensor?.type !== "float32" && tensor?.type !== "float16") return undefined;
  const bytes = Uint8Array.from(tensor.bytes).buffer;
  const values =
    tensor.type === "float16" ? Float32Array.from(new Uint16Array(bytes), fromHalf) : new Float32Array(bytes);
  return { shape: tensor.shape.map(Number), values };
}

/** Takes the place of a node: gives its value, or undefined where the node is to be copied as it is. */
export type Replace = (node: OnnxNode, inputs: readonly (Value | null)[]) => Value | undefined;

export interface Rebuilt {
  /** Of every node and constant, by the name that it has in the file. */
  readonly values: ReadonlyMap<string, Value>;
  /** What the file's first output is here. */
  readonly output: Value;
}

/**
 * The network of `file` as nodes of `builder`, from `input` ([N, height, width, channels], any size that the layers take).
 * Throws UserError `onnx-unreadable`, and GraphError where a layer does not take the size.
 */
export function rebuild(
  file: Uint8Array,
  builder: GraphBuilder,
  input: Value,
  replace: Replace = () => undefined,
): Rebuilt {
  const { inputs, outputs, initializers } = readOnnx(file);
  const values = new Map<string, Value>([[inputs[0]?.name ?? "input", input]]);
  const constants = new Map(initializers.map((tensor) => [tensor.name, tensor]));
  const valueNamed = (name: string | null): Value | null => {
    if (name === null) return null;
    const known = values.get(name);
    if (known !== undefined) return known;
    const tensor = constants.get(name);
    if (tensor === undefined) throw damaged(`nothing gives "${name}"`);
    const value = constantOf(builder, tensor);
    values.set(name, value);
    return value;
  };
  for (const node of readNodes(file)) {
    const given = node.inputs.map(valueNamed);
    values.set(node.output, replace(node, given) ?? builder.node(node.op, node.name, given, node.attributes));
  }
  const output = values.get(outputs[0]?.name ?? "");
  if (output === undefined) throw damaged("nothing gives its output");
  return { values, output };
}

function constantOf(builder: GraphBuilder, tensor: OnnxTensor): Value {
  const shape = tensor.shape.map(Number);
  const bytes = Uint8Array.from(tensor.bytes).buffer;
  switch (tensor.type) {
    case "float32":
      return builder.constant(tensor.name, shape, new Float32Array(bytes));
    case "float16":
      return builder.constant(tensor.name, shape, new Uint16Array(bytes));
    case "int32":
      return builder.constant(tensor.name, shape, new Int32Array(bytes));
    case "int64":
      return builder.constant(tensor.name, shape, new BigInt64Array(bytes));
    default:
      throw new UserError(
        "onnx-unreadable",
        `The constant "${tensor.name}" is of a type that is not read here.`,
        "Export the model again with convo.",
      );
  }
}
