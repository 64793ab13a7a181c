// Question 7: the digits network, fully convolutional, over a whole page at once; its grid of answers drawn over the page.
import type { Mark, Raster } from "../../charts/tiles.js";
import { energyOf, probabilitiesOf } from "../vision/decide.js";
import type { Grey } from "../vision/picture.js";
import { counted, type Demonstration, type Net, said } from "./demonstration.js";
import { type FullyConvolutional, toFullyConvolutional } from "./fully-convolutional.js";
import { DIGIT, inkPage } from "./ink-page.js";
import { greyInput, greyRaster, runOnce } from "./maps.js";

/** How dark ink is drawn under the grid, 0 to 1. */
const INK = 0.75;
/** Windows in which the original network is asked, too. */
const MOST_CHECKED = 96;

export async function slidingDemo(picture: Raster, net: Net): Promise<Demonstration> {
  const { preprocessing } = net.manifest;
  const window = { height: preprocessing.height, width: preprocessing.width, channels: preprocessing.channels };
  const { ink, isScaled } = await inkPage(picture, window.width);
  const network = toFullyConvolutional(net.onnx, window, ink);
  const input = greyInput({ ...ink, data: ink.data.map((value) => value * 255) }, preprocessing);
  const logits = await runOnce(network.onnx, input.data, [1, ink.height, ink.width, 1]);
  const cells = cellsOf(logits, network, net, ink);
  const lines = detections(cells);
  const found = lines.flat();
  const checked = await slide(net, network, { ...ink, data: input.data }, chosen(cells));
  const exact = await sameNumbers(net, { ...ink, data: input.data }, found[0] ?? cells[0]);
  const sure = cells.filter(({ isSure }) => isSure).length;
  const read = lines.map((line) => line.map(({ label }) => label).join(" ")).join(" / ");
  const times = (network.windowMultiplications * cells.length) / network.multiplications;
  const { height, width, features } = network.head;
  const weights = features * network.classes + network.classes;
  const numbers = {
    rows: network.rows,
    columns: network.columns,
    sure,
    exact,
    times,
    checked: checked.windows,
    agreeing: checked.agreeing,
    digits: found.length,
  };
  return {
    sheet: {
      title: "7 · The digits network, fully convolutional, over the whole page",
      legend: "A square is one answer of the grid, filled where it is sure; a frame is the 28×28 that it looks at",
      rows: [
        {
          kind: "tiles",
          tiles: [
            {
              raster: greyRaster({ ...ink, data: ink.data.map((value) => 255 * (1 - INK * value)) }),
              smooth: true,
              caption: `${ink.width}×${ink.height} pixels${isScaled ? `, digits scaled to ${DIGIT} high` : ""}; grid of ${network.columns}×${network.rows} answers`,
              marks: [
                ...cells.flatMap((cell) => cellMark(cell, network)),
                ...found.flatMap((cell) => windowMarks(cell)),
              ],
            },
          ],
        },
      ],
    },
    sentences: [
      `The network's only dense layer, ${features} → ${network.classes} behind an average over ${width}×${height} maps, became a 1×1 convolution with the same ${said(weights)} numbers; on one 28×28 window of this picture both networks give the same ten values (largest difference ${said(exact)}).`,
      `One pass over ${ink.width}×${ink.height} pixels gives ${network.columns}×${network.rows} answers, one every ${network.stride} pixels; ${sure === 0 ? `none of them is sure of a digit${cells.some(({ isInked }) => isInked) ? "" : ", for no strokes are seen in it"}` : `${counted(sure, "is", "are")} sure, and ${found.length === 1 ? `read ${read}` : `line by line they read ${read}`}`}.`,
      `That pass takes ${millions(network.multiplications)} multiplications, ${times < 1.05 ? "as many as" : `${said(times)} times fewer than`} sliding the network window by window; ${agreement(checked)}.`,
    ],
    alt: `The page with a grid of ${network.columns}×${network.rows} squares over it, ${sure} of them filled. ${found.length === 0 ? "No digit is framed." : `Framed and labelled, line by line: ${read}.`}`,
    numbers,
  };
}

interface Cell {
  readonly row: number;
  readonly column: number;
  /** Upper left corner of its window. */
  readonly x: number;
  readonly y: number;
  readonly label: string;
  readonly probability: number;
  readonly isSure: boolean;
  /** Strokes in the middle of its window. */
  readonly isInked: boolean;
  readonly energy: number;
}

function cellsOf(
  logits: Float32Array,
  { rows, columns, classes, stride }: FullyConvolutional,
  { manifest }: Net,
  ink: Grey,
) {
  const sureProbability = manifest.decision?.sureProbability ?? 0.9;
  const sureEnergy = manifest.decision?.sureEnergy ?? Number.NEGATIVE_INFINITY;
  return Array.from({ length: rows * columns }, (_, at): Cell => {
    const values = logits.subarray(at * classes, (at + 1) * classes);
    const probabilities = probabilitiesOf(values, manifest.temperature);
    const probability = Math.max(...probabilities);
    const [row, column] = [Math.floor(at / columns), at % columns];
    const place = { row, column, x: column * stride, y: row * stride };
    const energy = energyOf(values);
    const isInked = hasInk(ink, place);
    const isSure = isInked && probability >= sureProbability && energy >= sureEnergy;
    const label = manifest.labels[probabilities.indexOf(probability)] ?? "?";
    return { ...place, label, probability, isSure, isInked, energy };
  });
}

/** Pixels of strong ink in the middle of a window, below which there is no stroke. */
const LEAST_INK = 8;

function hasInk({ data, width }: Grey, { x, y }: { readonly x: number; readonly y: number }): boolean {
  let count = 0;
  for (let row = y + 8; row < y + 20; row++) {
    for (let column = x + 8; column < x + 20; column++) if ((data[row * width + column] ?? 0) > 0.5) count++;
  }
  return count >= LEAST_INK;
}

/**
 * Sure answers within half a window of each other are one digit, named by the one of most energy and framed where the middle
 * of those is that agree with it; line by line from left to right.
 */
function detections(cells: readonly Cell[]): readonly (readonly Cell[])[] {
  const sure = cells.filter(({ isSure }) => isSure);
  const isNear = (one: Cell, other: Cell): boolean =>
    Math.abs(one.x - other.x) < 14 && Math.abs(one.y - other.y) < DIGIT;
  const named: Cell[] = [];
  for (const cell of sure.toSorted((a, b) => b.energy - a.energy)) {
    if (!named.some((other) => isNear(cell, other))) named.push(cell);
  }
  const kept = named.map((cell) => {
    const own = sure.filter((other) => other.label === cell.label && isNear(cell, other));
    const middle = { x: meanOf(own.map(({ x }) => x)), y: meanOf(own.map(({ y }) => y)) };
    const distance = ({ x, y }: Cell): number => Math.hypot(x - middle.x, y - middle.y);
    return own.toSorted((a, b) => distance(a) - distance(b))[0] ?? cell;
  });
  const lines: Cell[][] = [];
  for (const cell of kept.toSorted((a, b) => a.y - b.y)) {
    const line = lines.at(-1);
    if (line !== undefined && cell.y - (line[0]?.y ?? 0) < DIGIT) line.push(cell);
    else lines.push([cell]);
  }
  return lines.map((line) => line.toSorted((a, b) => a.x - b.x));
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Of the windows with ink, evenly over the grid. */
function chosen(cells: readonly Cell[]): readonly Cell[] {
  const inked = cells.filter(({ isInked }) => isInked);
  const step = Math.max(1, Math.ceil(inked.length / MOST_CHECKED));
  return inked.filter((_, at) => at % step === 0);
}

/** The original network in each window by itself: how often its label is the grid's. */
async function slide(
  { onnx, manifest }: Net,
  network: FullyConvolutional,
  page: Grey,
  cells: readonly Cell[],
): Promise<{ readonly windows: number; readonly agreeing: number }> {
  const { height, width } = manifest.preprocessing;
  if (cells.length === 0) return { windows: 0, agreeing: 0 };
  const windows = new Float32Array(cells.length * height * width);
  for (const [index, cell] of cells.entries()) windows.set(cutOut(page, cell, width, height), index * height * width);
  const logits = await runOnce(onnx, windows, [cells.length, height, width, 1]);
  let agreeing = 0;
  for (const [index, cell] of cells.entries()) {
    const values = logits.subarray(index * network.classes, (index + 1) * network.classes);
    if (manifest.labels[values.indexOf(Math.max(...values))] === cell.label) agreeing++;
  }
  return { windows: cells.length, agreeing };
}

/** Largest difference between both networks' values for one window by itself. */
async function sameNumbers({ onnx, manifest }: Net, page: Grey, cell: Cell | undefined): Promise<number> {
  const { height, width, channels } = manifest.preprocessing;
  const window = cutOut(page, cell ?? { x: 0, y: 0 }, width, height);
  const converted = toFullyConvolutional(onnx, { height, width, channels }, { height, width });
  const shape = [1, height, width, 1];
  const [one, other] = [await runOnce(onnx, window, shape), await runOnce(converted.onnx, window, shape)];
  return one.reduce((most, value, at) => Math.max(most, Math.abs(value - (other[at] ?? Number.NaN))), 0);
}

function cutOut(page: Grey, { x, y }: { readonly x: number; readonly y: number }, width: number, height: number) {
  const out = new Float32Array(width * height);
  for (let row = 0; row < height; row++) {
    const from = (y + row) * page.width + x;
    out.set(page.data.subarray(from, from + width), row * width);
  }
  return out;
}

/** The square of an answer lies in the middle of its window. */
function cellMark({ x, y, isSure, probability }: Cell, { stride }: FullyConvolutional): Mark[] {
  const place = { x: x + 14 - stride / 2 + 0.5, y: y + 14 - stride / 2 + 0.5, width: stride - 1, height: stride - 1 };
  return [{ kind: "box", ...place, fill: isSure ? 0.3 + 0.3 * probability : 0.08 }];
}

function windowMarks({ x, y, label }: Cell): Mark[] {
  return [
    { kind: "box", x, y, width: 28, height: 28 },
    { kind: "text", x: x + 4, y: y + 4, text: label, size: 26 },
  ];
}

/** Why they may differ: the zeros around a window that is cut out, and the neighbours that a whole page has instead. */
function agreement({ windows, agreeing }: { readonly windows: number; readonly agreeing: number }): string {
  if (windows === 0) return "there is no window with ink to compare the two in";
  const same = `of ${counted(windows, "window")} with ink tried both ways ${agreeing === windows ? "all" : said(agreeing)} got the same label`;
  return agreeing === windows
    ? same
    : `${same}, and not all, because a window cut out is padded with zeros at its edges where the whole page has neighbours`;
}

const millions = (value: number): string => `${said(value / 1e6)} million`;
