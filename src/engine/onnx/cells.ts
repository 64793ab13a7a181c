// What a classifier says of each place of its last maps: the head behind the global average pooling, applied to every cell, too.
// The head is linear there, so the cells' mean is exactly the answer: class activation maps (Zhou et al., "Learning deep features
// for discriminative localization", 2016), which Grad-CAM equals for such a network (Selvaraju et al., 2017, appendix).
import { encodeValue } from "./encode.js";
import { Fields } from "./fields.js";
import { type CellPlaces, placeOf } from "./place.js";
import { Message } from "./protobuf.js";
import { type WiredNode, type Wiring, wiringOf } from "./wiring.js";

export interface CellsGraph {
  /** The model with two outputs more: what is pooled, [N, channels], and, the last, logits of every cell, [N × rows × columns, labels]. */
  readonly onnx: Uint8Array;
  /** Name of the output of what is pooled; absent where the graph does not flatten it. */
  readonly features?: string;
  readonly cells: CellGrid;
}

/** Of the last maps. */
export interface CellGrid {
  readonly rows: number;
  readonly columns: number;
  /** Where they lie in the input picture. */
  readonly down: CellPlaces;
  readonly across: CellPlaces;
}

/** Operators that keep an average an average: f(mean of cells) = mean of f(cells), given constants as their other inputs. */
const LINEAR = new Set(["Mul", "Add", "Sub", "Div", "Gemm", "MatMul", "Identity"]);
/** What brings [N, channels, 1, 1] to [N, channels]; a cell has that shape already. */
const FLATTENING = new Set(["Flatten", "Squeeze", "Reshape"]);
/** Names that no exported layer has. */
const PREFIX = "convo.cells";

/**
 * undefined where the graph does not end in global average pooling and a linear head, or does not say how large its last maps are.
 * Throws UserError `onnx-unreadable`.
 */
export function withCells(onnx: Uint8Array): CellsGraph | undefined {
  const graph = new Fields(onnx).message(7);
  if (graph === undefined) return undefined;
  const nodes = wiringOf(graph);
  const head = headOf(graph, nodes);
  if (head === undefined) return undefined;
  const size = mapsOf(graph, head.maps);
  const place = placeOf(nodes, head.maps);
  if (size === undefined || place === undefined) return undefined;
  // Parts of a message that stand apart are joined by every reader of protocol buffers: the file is kept as it is, and this follows it.
  const addition = new Message().message(7, additionTo(head, size.channels)).finish();
  const whole = new Uint8Array(onnx.length + addition.length);
  whole.set(onnx);
  whole.set(addition, onnx.length);
  const { rows, columns } = size;
  const features = featuresOf(head);
  const cells = { rows, columns, down: place.rows, across: place.columns };
  return { onnx: whole, ...(features === undefined ? {} : { features }), cells };
}

interface Head {
  /** What is pooled: [N, channels, rows, columns]. */
  readonly maps: string;
  /** From the pooling's output to the graph's, flattening left out. */
  readonly nodes: readonly WiredNode[];
  /** The pooling's output, which the first of them takes. */
  readonly pooled: string;
  /** Other names of it, behind a flattening. */
  readonly flattened: ReadonlySet<string>;
}

/** Walks from the first output back to the pooling. */
function headOf(graph: Fields, nodes: Wiring): Head | undefined {
  const linear: WiredNode[] = [];
  const flattened = new Set<string>();
  let name = graph.messages(12)[0]?.text(1) ?? "";
  for (let node = nodes.by.get(name); node !== undefined; node = nodes.by.get(name)) {
    const [from, another] = nodes.moving(node);
    if (from === undefined || another !== undefined) return undefined;
    if (node.op === "GlobalAveragePool") return { maps: from, nodes: linear, pooled: name, flattened };
    if (FLATTENING.has(node.op)) flattened.add(node.output);
    // A layer before the flattening has constants of another shape than a cell's.
    else if (isLinear(node, from) && flattened.size === 0) linear.unshift(node);
    else return undefined;
    name = from;
  }
  return undefined;
}

/** The name nearest to the head: it is flat for certain. */
function featuresOf({ flattened }: Head): string | undefined {
  return [...flattened][0];
}

function isLinear({ op, inputs }: WiredNode, moving: string): boolean {
  return LINEAR.has(op) && (op !== "Div" || inputs[0] === moving);
}

function mapsOf(graph: Fields, name: string): { channels: number; rows: number; columns: number } | undefined {
  const value = graph.messages(13).find((one) => one.text(1) === name);
  const dimensions = value?.message(2)?.message(1)?.message(2)?.messages(1) ?? [];
  const [, channels, rows, columns] = dimensions.map((dimension) => dimension.integer(1));
  return channels === undefined || rows === undefined || columns === undefined
    ? undefined
    : { channels, rows, columns };
}

/** GraphProto: the cells as rows of one matrix, then the head's layers with their own constants. */
function additionTo(head: Head, channels: number): Message {
  const { maps, nodes, pooled, flattened } = head;
  const shape = new Message().integer(1, 2).integer(2, 7).text(8, `${PREFIX}.shape`);
  const sizes = new Uint8Array(BigInt64Array.of(-1n, BigInt(channels)).buffer);
  const order = new Message().text(1, "perm");
  for (const axis of [0, 2, 3, 1]) order.integer(8, axis);
  const addition = new Message()
    .message(1, nodeMessage("Transpose", [maps], `${PREFIX}.last`, [order.integer(20, 7).finish()]))
    .message(1, nodeMessage("Reshape", [`${PREFIX}.last`, `${PREFIX}.shape`], `${PREFIX}.rows`, []))
    .message(5, shape.raw(9, sizes));
  const renamed = new Map([pooled, ...flattened].map((name) => [name, `${PREFIX}.rows`]));
  let last = `${PREFIX}.rows`;
  for (const { op, inputs, output, attributes } of nodes) {
    last = `${PREFIX}.${output}`;
    renamed.set(output, last);
    const given = inputs.map((input) => renamed.get(input) ?? input);
    addition.message(1, nodeMessage(op, given, last, attributes));
  }
  const features = featuresOf(head);
  if (features !== undefined) {
    const shape = [`${PREFIX}.images`, `${PREFIX}.channels`];
    addition.message(12, encodeValue({ name: features, type: "float32", shape }));
  }
  return addition.message(
    12,
    encodeValue({ name: last, type: "float32", shape: [`${PREFIX}.count`, `${PREFIX}.labels`] }),
  );
}

/** NodeProto. */
function nodeMessage(
  op: string,
  inputs: readonly string[],
  output: string,
  attributes: readonly Uint8Array[],
): Message {
  const node = new Message();
  for (const input of inputs) node.text(1, input);
  node.text(2, output).text(3, output).text(4, op);
  for (const attribute of attributes) node.raw(5, attribute);
  return node;
}
