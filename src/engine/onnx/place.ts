// Where in the picture a cell of some maps lies: the centre of its receptive field, followed back through strides and paddings.
// Source: Araujo, Norris, Sim, "Computing receptive fields of convolutional neural networks" (Distill, 2019).
import { integersOf, type WiredNode, type Wiring } from "./wiring.js";

/** Along one axis: cell `i` has its centre at pixel `first + i × step` of the input, counted from 0. */
export interface CellPlaces {
  readonly first: number;
  readonly step: number;
}

interface Place {
  readonly rows: CellPlaces;
  readonly columns: CellPlaces;
}

const WINDOWS = new Set(["Conv", "MaxPool", "AveragePool"]);
/** They change neither size nor place; where two meet, both lie alike. */
const STILL = new Set([
  "Relu",
  "Clip",
  "Add",
  "Mul",
  "Sub",
  "Div",
  "LeakyRelu",
  "PRelu",
  "Elu",
  "Sigmoid",
  "Tanh",
  "BatchNormalization",
  "Identity",
  "Concat",
  "Sum",
]);

/** Of the value `name` of a graph. undefined where something on the way is neither known nor in one place. */
export function placeOf(nodes: Wiring, name: string): Place | undefined {
  let place: Place = { rows: { first: 0, step: 1 }, columns: { first: 0, step: 1 } };
  let at = name;
  for (let node = nodes.by.get(at); node !== undefined; node = nodes.by.get(at)) {
    if (node.op === "Transpose") return place;
    const before = through(node, place, nodes);
    const [from] = nodes.moving(node);
    if (before === undefined || from === undefined) return undefined;
    [place, at] = [before, from];
  }
  return place;
}

function through(node: WiredNode, { rows, columns }: Place, nodes: Wiring): Place | undefined {
  if (STILL.has(node.op)) return { rows, columns };
  if (node.op === "Pad") {
    const bytes = nodes.constant(node.inputs[1] ?? "")?.bytes(9);
    if (bytes?.length !== 64) return undefined;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const before = (axis: number, { first, step }: CellPlaces) => ({
      first: first - Number(view.getBigInt64(8 * axis, true)),
      step,
    });
    return { rows: before(2, rows), columns: before(3, columns) };
  }
  if (!WINDOWS.has(node.op)) return undefined;
  const kernel =
    integersOf(node, "kernel_shape") ??
    nodes
      .constant(node.inputs[1] ?? "")
      ?.integers(1)
      .slice(2);
  const [strides, pads, dilations] = ["strides", "pads", "dilations"].map((name) => integersOf(node, name));
  if (kernel?.length !== 2) return undefined;
  const before = (axis: number, { first, step }: CellPlaces): CellPlaces => {
    const stride = strides?.[axis] ?? 1;
    const reach = ((kernel[axis] ?? 1) - 1) * (dilations?.[axis] ?? 1);
    return { first: first * stride + reach / 2 - (pads?.[axis] ?? 0), step: step * stride };
  };
  return { rows: before(0, rows), columns: before(1, columns) };
}
