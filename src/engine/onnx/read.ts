// Reading an ONNX file: what goes in and comes out, its constants and its metadata; for checks, not to run it.
import { damaged, Fields } from "./fields.js";
import { type Dimension, ELEMENT_TYPES, type ElementType, type Shape } from "./value.js";

export interface OnnxValue {
  readonly name: string;
  /** undefined: a type that we do not write. */
  readonly type: ElementType | undefined;
  readonly shape: Shape;
}

export interface OnnxTensor extends OnnxValue {
  /** Little-endian, a view into the file. */
  readonly bytes: Uint8Array;
}

export interface OnnxModel {
  readonly irVersion: number;
  readonly opset: number;
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  readonly initializers: readonly OnnxTensor[];
  /** Their operators, in order. */
  readonly operators: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Time and memory are bounded by the file's size: nothing is copied, and nesting is as deep as the schema.
 * Throws UserError `onnx-unreadable`.
 */
export function readOnnx(file: Uint8Array): OnnxModel {
  const model = new Fields(file);
  const graph = model.message(7);
  if (graph === undefined) throw damaged("it has no graph");
  const opsets = model.messages(8).filter((opset) => opset.text(1) === "" || opset.text(1) === "ai.onnx");
  const opset = opsets[0]?.integer(2);
  if (opset === undefined) throw damaged("it does not say which operators it uses");
  const metadata = model.messages(14).map((entry): [string, string] => [entry.text(1), entry.text(2)]);
  return {
    irVersion: model.integer(1) ?? 0,
    opset,
    inputs: graph.messages(11).map(readValue),
    outputs: graph.messages(12).map(readValue),
    initializers: graph.messages(5).map(readTensor),
    operators: graph.messages(1).map((node) => node.text(4)),
    metadata: Object.fromEntries(metadata),
  };
}

function readValue(value: Fields): OnnxValue {
  const tensor = value.message(2)?.message(1);
  const dimensions = tensor?.message(2)?.messages(1) ?? [];
  return { name: value.text(1), type: typeOf(tensor?.integer(1)), shape: dimensions.map(readDimension) };
}

function readDimension(dimension: Fields): Dimension {
  return dimension.integer(1) ?? dimension.text(2);
}

const BYTES: Readonly<Record<ElementType, number>> = { float32: 4, int32: 4, int64: 8, float16: 2 };

/** `data_location` 1 (EXTERNAL) would have a runtime open a file that this one names. */
function readTensor(tensor: Fields): OnnxTensor {
  if (tensor.integer(14) === 1) throw damaged("a constant lies in another file");
  const [type, shape, bytes] = [typeOf(tensor.integer(2)), tensor.integers(1), tensor.bytes(9)];
  const wanted = shape.reduce((product, size) => product * size, type === undefined ? Number.NaN : BYTES[type]);
  if (bytes !== undefined && type !== undefined && wanted !== bytes.length) {
    throw damaged(`a constant has ${bytes.length} bytes where its shape needs ${wanted}`);
  }
  return { name: tensor.text(8), type, shape, bytes: bytes ?? new Uint8Array() };
}

function typeOf(code: number | undefined): ElementType | undefined {
  switch (code) {
    case ELEMENT_TYPES.float32:
      return "float32";
    case ELEMENT_TYPES.int32:
      return "int32";
    case ELEMENT_TYPES.int64:
      return "int64";
    case ELEMENT_TYPES.float16:
      return "float16";
    default:
      return undefined;
  }
}
