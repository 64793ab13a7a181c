// Which shape each ONNX operator gives: a misfit is found while the graph is built, not when a runtime loads it.
// Source: the operators' specifications, onnx.ai/onnx/operators (opset 17).
import { type Attributes, type Dimension, elements, type Shape, type Value } from "./value.js";

/** Thrown where inputs do not fit an operator; the builder adds the node's name and the shapes. */
export class Misfit extends Error {}

type Inference = (inputs: readonly (Value | null)[], attributes: Attributes, node: string) => Shape;

const same: Inference = (inputs) => shapeOf(inputs, 0);
const broadcastAll: Inference = (inputs) => inputs.map((_, at) => shapeOf(inputs, at)).reduce(broadcast);

const INFERENCES: Readonly<Record<string, Inference>> = {
  Abs: same,
  Add: broadcastAll,
  AveragePool: (inputs, attributes, node) => {
    const [batch = 0, channels = 0, ...sizes] = shapeOf(inputs, 0, 4);
    return [batch, channels, ...slide(sizes, ints(attributes, "kernel_shape"), attributes, node)];
  },
  Cast: same,
  Clip: same,
  Concat: concat,
  Conv: (inputs, attributes, node) => {
    const [batch = 0, channels = 0, ...sizes] = shapeOf(inputs, 0, 4);
    const [filters = 0, depth = 0, ...kernel] = shapeOf(inputs, 1, 4);
    const group = int(attributes, "group", 1);
    if (typeof depth !== "number" || channels !== depth * group) {
      throw new Misfit(`${channels} channels do not fit a kernel of depth ${depth} in ${group} groups`);
    }
    if (typeof filters !== "number" || filters % group !== 0) throw new Misfit(`${filters} filters in ${group} groups`);
    fitsBias(inputs, filters);
    return [batch, filters, ...slide(sizes, kernel.map(Number), attributes, node)];
  },
  ConvTranspose: (inputs, attributes, node) => {
    const [batch = 0, channels = 0, ...sizes] = shapeOf(inputs, 0, 4);
    const [depth = 0, filters = 0, ...kernel] = shapeOf(inputs, 1, 4);
    if (channels !== depth) throw new Misfit(`${channels} channels do not fit a kernel of depth ${depth}`);
    fitsBias(inputs, filters);
    const [pads, strides] = [ints(attributes, "pads", [0, 0, 0, 0]), ints(attributes, "strides", [1, 1])];
    const extra = ints(attributes, "output_padding", [0, 0]);
    const grown = sizes.map((size, at) =>
      typeof size === "number"
        ? (size - 1) * (strides[at] ?? 1) +
          Number(kernel[at]) +
          (extra[at] ?? 0) -
          (pads[at] ?? 0) -
          (pads[at + 2] ?? 0)
        : unknown(node, at),
    );
    return [batch, filters, ...grown];
  },
  Elu: same,
  Erf: same,
  Flatten: (inputs, attributes, node) => {
    const shape = shapeOf(inputs, 0);
    const axis = int(attributes, "axis", 1);
    return [product(shape.slice(0, axis), node, 0), product(shape.slice(axis), node, 1)];
  },
  Gemm: (inputs) => {
    const [batch = 0, depth = 0] = shapeOf(inputs, 0, 2);
    const [rows = 0, units = 0] = shapeOf(inputs, 1, 2);
    if (depth !== rows) throw new Misfit(`${depth} features do not fit a weight matrix of ${rows} rows`);
    fitsBias(inputs, units);
    return [batch, units];
  },
  GlobalAveragePool: globalPool,
  GlobalMaxPool: globalPool,
  HardSigmoid: same,
  Identity: same,
  LeakyRelu: same,
  LogSoftmax: same,
  MatMul: (inputs) => {
    const left = shapeOf(inputs, 0);
    const [rows = 0, units = 0] = shapeOf(inputs, 1, 2);
    if (left.at(-1) !== rows) throw new Misfit(`${left.at(-1)} features do not fit a weight matrix of ${rows} rows`);
    return [...left.slice(0, -1), units];
  },
  Max: broadcastAll,
  MaxPool: (inputs, attributes, node) => {
    const [batch = 0, channels = 0, ...sizes] = shapeOf(inputs, 0, 4);
    return [batch, channels, ...slide(sizes, ints(attributes, "kernel_shape"), attributes, node)];
  },
  Mean: broadcastAll,
  Min: broadcastAll,
  Mul: broadcastAll,
  PRelu: (inputs) => {
    const shape = shapeOf(inputs, 0);
    if (!sameShape(broadcast(shape, shapeOf(inputs, 1)), shape)) throw new Misfit("the slopes do not fit the input");
    return shape;
  },
  Pad: (inputs, _, node) => {
    const shape = shapeOf(inputs, 0);
    const pads = constantOf(inputs, 1, shape.length * 2);
    return shape.map((size, at) => {
      const more = (pads[at] ?? 0) + (pads[at + shape.length] ?? 0);
      return typeof size === "number" ? size + more : more === 0 ? size : unknown(node, at);
    });
  },
  Relu: same,
  Reshape: reshape,
  Resize: (inputs, _, node) => {
    const shape = shapeOf(inputs, 0);
    const scales = constantOf(inputs, 2, shape.length);
    return shape.map((size, at) => {
      const scale = scales[at] ?? 1;
      return typeof size === "number" ? Math.floor(size * scale) : scale === 1 ? size : unknown(node, at);
    });
  },
  Selu: same,
  Sigmoid: same,
  Slice: slice,
  Softmax: same,
  Softplus: same,
  Softsign: same,
  Sum: broadcastAll,
  Tanh: same,
  ThresholdedRelu: same,
  Transpose: (inputs, attributes) => {
    const shape = shapeOf(inputs, 0);
    const order = ints(attributes, "perm");
    if (order.toSorted((a, b) => a - b).some((axis, at) => axis !== at) || order.length !== shape.length) {
      throw new Misfit(`${order.join(", ")} is no order of ${shape.length} axes`);
    }
    return order.map((axis) => shape[axis] ?? 0);
  },
};

/** Throws Misfit; an operator that is not known here cannot be built. */
export function inferShape(op: string, inputs: readonly (Value | null)[], attributes: Attributes, node: string): Shape {
  const infer = INFERENCES[op];
  if (infer === undefined) throw new Misfit(`the shape that ${op} gives is not known here`);
  const shape = infer(inputs, attributes, node);
  if (shape.some((size) => typeof size === "number" && (!Number.isInteger(size) || size < 1))) {
    throw new Misfit(`the result would be [${shape.join(", ")}]`);
  }
  return shape;
}

/** Windows that slide: floor((size + pads − dilated kernel) / stride) + 1; ceil(size / stride) where the runtime pads. */
function slide(sizes: Shape, kernel: readonly number[], attributes: Attributes, node: string): Dimension[] {
  const [pads, strides] = [ints(attributes, "pads", [0, 0, 0, 0]), ints(attributes, "strides", [1, 1])];
  const dilations = ints(attributes, "dilations", [1, 1]);
  return sizes.map((size, at) => {
    const stride = strides[at] ?? 1;
    if (typeof size !== "number") return unknown(node, at);
    if (attributes.auto_pad === "SAME_UPPER") return Math.ceil(size / stride);
    const window = ((kernel[at] ?? 1) - 1) * (dilations[at] ?? 1) + 1;
    return Math.floor((size + (pads[at] ?? 0) + (pads[at + 2] ?? 0) - window) / stride) + 1;
  });
}

function globalPool(inputs: readonly (Value | null)[]): Shape {
  const [batch = 0, channels = 0] = shapeOf(inputs, 0, 4);
  return [batch, channels, 1, 1];
}

function concat(inputs: readonly (Value | null)[], attributes: Attributes, node: string): Shape {
  const axis = int(attributes, "axis", 0);
  const shapes = inputs.map((_, at) => shapeOf(inputs, at));
  const [first = []] = shapes;
  for (const shape of shapes) {
    if (shape.length !== first.length || shape.some((size, at) => at !== axis && !agree(size, first[at] ?? 0))) {
      throw new Misfit(`they differ in another axis than ${axis}`);
    }
  }
  const sizes = shapes.map((shape) => shape[axis] ?? 0);
  const total = sizes.reduce((sum: Dimension, size) =>
    typeof sum === "number" && typeof size === "number" ? sum + size : unknown(node, axis),
  );
  return first.map((size, at) => (at === axis ? total : size));
}

function reshape(inputs: readonly (Value | null)[], _: Attributes, node: string): Shape {
  const shape = shapeOf(inputs, 0);
  const target = constantOf(inputs, 1).map((size, at): Dimension => (size === 0 ? (shape[at] ?? 0) : size));
  // An unknown size that stands on both sides cancels.
  const rest = [...shape];
  const open: Dimension[] = [];
  for (const size of target) {
    if (typeof size === "string" && rest.includes(size)) rest.splice(rest.indexOf(size), 1);
    else open.push(size);
  }
  const [from, known] = [elements(rest), elements(open.filter((size) => size !== -1))];
  if (from === null || known === null) return target.map((size, at) => (size === -1 ? unknown(node, at) : size));
  const inferred = from / known;
  if (open.includes(-1) ? !Number.isInteger(inferred) : inferred !== 1) {
    throw new Misfit(`${from} numbers do not fit [${target.join(", ")}]`);
  }
  return target.map((size) => (size === -1 ? inferred : size));
}

function slice(inputs: readonly (Value | null)[], _: Attributes, node: string): Shape {
  const shape = [...shapeOf(inputs, 0)];
  const axes = constantOf(inputs, 3);
  const [starts, ends] = [constantOf(inputs, 1, axes.length), constantOf(inputs, 2, axes.length)];
  for (const [at, axis] of axes.entries()) {
    const size = shape[axis];
    if (typeof size !== "number") {
      shape[axis] = unknown(node, axis);
      continue;
    }
    const [start = 0, end = 0] = [starts[at], ends[at]];
    shape[axis] = (end < 0 ? size + end : Math.min(end, size)) - (start < 0 ? size + start : start);
  }
  return shape;
}

function broadcast(left: Shape, right: Shape): Shape {
  const rank = Math.max(left.length, right.length);
  return Array.from({ length: rank }, (_, at): Dimension => {
    const a = left[at - rank + left.length] ?? 1;
    const b = right[at - rank + right.length] ?? 1;
    if (a === 1) return b;
    if (b === 1) return a;
    if (agree(a, b)) return typeof a === "number" ? a : b;
    throw new Misfit(`[${left.join(", ")}] and [${right.join(", ")}] do not fit`);
  });
}

/** Two unknown sizes may turn out to be the same. */
function agree(a: Dimension, b: Dimension): boolean {
  return a === b || typeof a === "string" || typeof b === "string";
}

function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, at) => size === b[at]);
}

function product(shape: Shape, node: string, at: number): Dimension {
  return shape.length === 1 ? (shape[0] ?? 1) : (elements(shape) ?? unknown(node, at));
}

function unknown(node: string, axis: number): string {
  return `${node}.${axis}`;
}

function fitsBias(inputs: readonly (Value | null)[], units: Dimension): void {
  if (inputs[2] === undefined || inputs[2] === null) return;
  const [length] = shapeOf(inputs, 2, 1);
  if (length !== units) throw new Misfit(`${length} biases for ${units} outputs`);
}

function shapeOf(inputs: readonly (Value | null)[], at: number, rank?: number): Shape {
  const shape = inputs[at]?.shape;
  if (shape === undefined) throw new Misfit(`input ${at + 1} is missing`);
  if (rank !== undefined && shape.length !== rank) throw new Misfit(`input ${at + 1} should have ${rank} axes`);
  return shape;
}

function constantOf(inputs: readonly (Value | null)[], at: number, length?: number): readonly number[] {
  const constant = inputs[at]?.constant;
  if (constant === undefined) throw new Misfit(`input ${at + 1} should be a constant`);
  if (length !== undefined && constant.length !== length) {
    throw new Misfit(`input ${at + 1} has ${constant.length} numbers, ${length} are needed`);
  }
  return constant;
}

function ints(attributes: Attributes, name: string, fallback?: readonly number[]): readonly number[] {
  const value = attributes[name];
  if (Array.isArray(value)) return value;
  if (fallback !== undefined) return fallback;
  throw new Misfit(`the attribute ${name} is missing`);
}

function int(attributes: Attributes, name: string, fallback: number): number {
  const value = attributes[name];
  return typeof value === "number" ? value : fallback;
}
