// What flows through an ONNX graph: values with a type and a shape, and constants that are stored in the file.

/** TensorProto.DataType of onnx.proto3. */
export const ELEMENT_TYPES = { float32: 1, int32: 6, int64: 7, float16: 10 } as const;
export type ElementType = keyof typeof ELEMENT_TYPES;

/** A size, or the name of one that is known only when the graph runs. */
export type Dimension = number | string;
export type Shape = readonly Dimension[];

/** An edge of the graph. */
export interface Value {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: Shape;
  /** For int64 constants: what shape inference must know (pads, scales, target shapes). */
  readonly constant?: readonly number[];
}

export type AttributeValue =
  | number
  | string
  | readonly number[]
  /** A number is written as an integer unless it is said to be a float. */
  | { readonly float: number };
export type Attributes = Readonly<Record<string, AttributeValue>>;

export interface GraphNode {
  readonly name: string;
  readonly op: string;
  readonly inputs: readonly (Value | null)[];
  readonly output: Value;
  readonly attributes: Attributes;
}

export interface Initializer {
  readonly value: Value;
  /** Little-endian, as `raw_data` wants it. */
  readonly bytes: Uint8Array;
}

/** `[N, 3, 224, 224]` */
export function writeDimensions(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}

export function elements(shape: Shape): number | null {
  let product = 1;
  for (const size of shape) {
    if (typeof size !== "number") return null;
    product *= size;
  }
  return product;
}
