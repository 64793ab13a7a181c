// Building an ONNX graph, node by node; every shape is inferred and checked as it grows.
import { encodeModel } from "./encode.js";
import { inferShape, Misfit } from "./shapes.js";
import {
  type Attributes,
  type ElementType,
  elements,
  type GraphNode,
  type Initializer,
  type Shape,
  type Value,
  writeDimensions,
} from "./value.js";

/** A graph that cannot be: names the node and the shapes. A bug of who builds it, or a network that has no such form. */
export class GraphError extends Error {
  readonly node: string;

  constructor(node: string, message: string) {
    super(`Node "${node}": ${message}`);
    this.name = "GraphError";
    this.node = node;
  }
}

export interface ModelInfo {
  readonly name: string;
  /** Written into the file as `metadata_props`. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/**
 * The graph in the making. Names are made unique here; values are float32 unless said otherwise.
 * A dimension that is a string ("N", "height") is known only when the graph runs.
 */
export class GraphBuilder {
  private readonly names = new Set<string>();
  private readonly reserved = new Set<string>();
  private readonly inputs: Value[] = [];
  private readonly outputs: Value[] = [];
  private readonly nodes: GraphNode[] = [];
  private readonly initializers: Initializer[] = [];

  input(name: string, shape: Shape, type: ElementType = "float32"): Value {
    const value = { name: this.unused(name), type, shape };
    this.inputs.push(value);
    return value;
  }

  /** A constant. Data of float16 is given as its 16 bits a number. */
  constant(
    name: string,
    shape: readonly number[],
    data: Float32Array | Int32Array | BigInt64Array | Uint16Array,
  ): Value {
    const type = typeOf(data);
    if (elements(shape) !== data.length) {
      throw new GraphError(name, `${data.length} numbers given for ${writeDimensions(shape)}`);
    }
    const known = data instanceof BigInt64Array || data.length <= 8 ? Array.from(data, Number) : undefined;
    const value = { name: this.unused(name), type, shape, ...(known === undefined ? {} : { constant: known }) };
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    this.initializers.push({ value, bytes });
    return value;
  }

  /** int64 constants, such as pads and target shapes. */
  integers(name: string, values: readonly number[]): Value {
    return this.constant(name, [values.length], BigInt64Array.from(values, BigInt));
  }

  /** Throws GraphError where the inputs do not fit. `null` is an optional input left out. */
  node(op: string, name: string, inputs: readonly (Value | null)[], attributes: Attributes = {}): Value {
    const unique = this.unused(name);
    try {
      const shape = inferShape(op, inputs, attributes, unique);
      const type = attributes.to === 1 && op === "Cast" ? "float32" : (inputs[0]?.type ?? "float32");
      const output = { name: unique, type, shape } as const;
      this.nodes.push({ name: unique, op, inputs, output, attributes });
      return output;
    } catch (error) {
      if (!(error instanceof Misfit)) throw error;
      const shapes = inputs.map((input) => (input === null ? "none" : writeDimensions(input.shape))).join(", ");
      throw new GraphError(unique, `${op} of ${shapes}: ${error.message}.`);
    }
  }

  /** The operator whose output this is; undefined for inputs and constants. */
  operatorOf(value: Value): string | undefined {
    return this.nodes.find(({ output }) => output === value)?.op;
  }

  /** Keeps these names for outputs, so that no node takes them before. Throws GraphError where one is wished twice. */
  reserve(names: readonly string[]): void {
    for (const name of names) {
      if (this.names.has(name)) throw new GraphError(name, "two outputs would have this name.");
      this.names.add(name);
      this.reserved.add(name);
    }
  }

  /** Makes a value an output of the graph, under this name. */
  output(name: string, value: Value): Value {
    const output = {
      name: this.reserved.delete(name) ? name : this.unused(name),
      type: value.type,
      shape: value.shape,
    };
    this.nodes.push({ name: output.name, op: "Identity", inputs: [value], output, attributes: {} });
    this.outputs.push(output);
    return output;
  }

  /** The file's bytes. */
  build({ name, metadata = {} }: ModelInfo): Uint8Array {
    if (this.inputs.length === 0 || this.outputs.length === 0) throw new GraphError(name, "no input or no output");
    const { inputs, outputs, nodes, initializers } = this;
    return encodeModel({ name, inputs, outputs, nodes, initializers, metadata });
  }

  private unused(wished: string): string {
    let name = wished;
    for (let count = 2; this.names.has(name); count += 1) name = `${wished}_${count}`;
    this.names.add(name);
    return name;
  }
}

function typeOf(data: Float32Array | Int32Array | BigInt64Array | Uint16Array): ElementType {
  if (data instanceof Float32Array) return "float32";
  if (data instanceof Uint16Array) return "float16";
  return data instanceof Int32Array ? "int32" : "int64";
}
