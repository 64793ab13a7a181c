// What an expression of pasted code stands for: numbers, layers, tensors; and what is not known but may be ignored.
import type { Layer } from "../layer.js";
import type { Size } from "../shape.js";
import type { Statement } from "./statement.js";

/** A layer as written, not yet applied. One object is one set of weights. */
export interface LayerValue {
  readonly kind: "layer";
  /** The notation's word for it. */
  readonly type: string;
  name: string | null;
  /** The layer and what belongs to it (`activation="relu"`). */
  readonly parts: readonly Layer[];
  /** Channels or features that it declares to take. */
  readonly expects: number | null;
  /** The first layer of a Sequential may say what goes in. */
  readonly input: readonly Size[] | null;
  /** Takes a list of tensors (Add, Concatenate). */
  readonly joins: boolean;
  /** Changes only the form of the input (`Reshape` of a network's input): the form. */
  readonly form: readonly Size[] | null;
  frozen: boolean;
  /** Layers with the same object are one written layer (a row of the answer's table); null: it is one by itself. */
  readonly entry: object | null;
  readonly line: number;
}

export interface SequenceValue {
  readonly kind: "sequence";
  readonly layers: (LayerValue | SequenceValue | ObjectValue | ModelValue)[];
  input: InputValue | null;
  /** Another network contains it. */
  inside: boolean;
  readonly line: number;
}

/** A network's input; its sizes are as the code gives them (Keras: H, W, C), null where they must be found elsewhere. */
export interface InputValue {
  readonly kind: "input";
  readonly sizes: readonly Size[] | null;
  readonly line: number;
}

/** The result of a layer. */
export interface MadeValue {
  readonly kind: "made";
  readonly layer: LayerValue;
  readonly from: readonly TensorValue[];
  /** Running number: what is made later reads only what was made before. */
  readonly order: number;
  readonly line: number;
}

export type TensorValue = InputValue | MadeValue;

/** Keras' `Model(inputs, outputs)`. */
export interface ModelValue {
  readonly kind: "model";
  readonly input: InputValue;
  readonly output: TensorValue;
  inside: boolean;
  readonly line: number;
}

/** `Net()` of a class with a `forward` (or Keras' `call`). */
export interface ObjectValue {
  readonly kind: "object";
  readonly type: ClassValue;
  readonly attributes: Map<string, Value>;
  inside: boolean;
  readonly line: number;
}

export interface ClassValue {
  readonly kind: "class";
  readonly name: string;
  readonly methods: ReadonlyMap<string, FunctionValue>;
  readonly line: number;
}

export interface FunctionValue {
  readonly kind: "function";
  readonly name: string;
  readonly parameters: readonly { readonly name: string; readonly standard: Value | undefined }[];
  readonly body: readonly Statement[];
  called: boolean;
  readonly line: number;
}

export interface ListValue {
  readonly kind: "list";
  readonly items: Value[];
  readonly line: number;
}

export interface DictValue {
  readonly kind: "dict";
  readonly entries: readonly (readonly [Value, Value])[];
  readonly line: number;
}

/** A dotted name that the code does not define: a library's. */
export interface NameValue {
  readonly kind: "name";
  readonly path: readonly string[];
  readonly line: number;
}

/** A method of a value: `model.add`, `x.view`. */
export interface MethodValue {
  readonly kind: "method";
  readonly of: SequenceValue | TensorValue | ModelValue | ListValue | ObjectValue;
  readonly name: string;
  readonly line: number;
}

/** Not known, and no error until a layer needs it. */
export interface UnknownValue {
  readonly kind: "unknown";
  /** As a reader would name it. */
  readonly what: string;
  readonly line: number;
}

export type NetworkValue = SequenceValue | ModelValue | ObjectValue;

export type Value =
  | number
  | string
  | boolean
  | null
  | LayerValue
  | SequenceValue
  | TensorValue
  | ModelValue
  | ObjectValue
  | ClassValue
  | FunctionValue
  | ListValue
  | DictValue
  | NameValue
  | MethodValue
  | UnknownValue;

/** The value's kind; null for numbers, strings, booleans and None. */
export function kindOf(value: Value): string | null {
  return typeof value === "object" && value !== null ? value.kind : null;
}

export function isTensor(value: Value | undefined): value is TensorValue {
  return typeof value === "object" && value !== null && (value.kind === "made" || value.kind === "input");
}

export function isList(value: Value | undefined): value is ListValue {
  return typeof value === "object" && value !== null && value.kind === "list";
}

export function isLayer(value: Value | undefined): value is LayerValue {
  return typeof value === "object" && value !== null && value.kind === "layer";
}

export function isNetwork(value: Value | undefined): value is NetworkValue {
  return (
    typeof value === "object" &&
    value !== null &&
    (value.kind === "sequence" || value.kind === "model" || value.kind === "object")
  );
}

/** For error messages: `"same"`, `(3, 3)`, `learning_rate`. */
export function writeValue(value: Value | undefined): string {
  if (value === undefined) return "nothing";
  if (value === null) return "None";
  if (typeof value === "string") return `"${value.slice(0, 40)}"`;
  if (typeof value === "number") return String(value);
  if (typeof value === "boolean") return value ? "True" : "False";
  if (value.kind === "list") return `(${value.items.slice(0, 6).map(writeShallow).join(", ")})`;
  return writeShallow(value);
}

function writeShallow(value: Value): string {
  if (typeof value !== "object" || value === null) return writeValue(value);
  if (value.kind === "name") return value.path.join(".").slice(0, 60);
  if (value.kind === "unknown") return value.what;
  if (value.kind === "layer") return `a ${value.type} layer`;
  return (
    { made: "a tensor", input: "an input", sequence: "a network", model: "a network", object: "a network" }[
      value.kind as string
    ] ?? `a ${value.kind}`
  );
}
