// The picture of a network: a row a layer, from the input down; its maps as a block, skips as arcs, bars for parameters and memory.
import { escapeXml, toPng } from "./svg.js";

export interface NetworkRow {
  readonly label: string;
  /** "100×150×100", as the layer's output is written. */
  readonly shape: string;
  /** Height and width of the output's maps in pixels, larger of the two; undefined for a vector or where it is unknown. */
  readonly side?: number;
  readonly parameters: number;
  /** Bytes of the layer's output for one instance; 0 for a layer that works in place. */
  readonly bytes: number;
  /** Earlier rows, by index, that this one also takes as input, other than the row before it: drawn as arcs. */
  readonly from?: readonly number[];
}

export interface NetworkChart {
  readonly title: string;
  /** One line under the title: totals and the convention. */
  readonly summary: string;
  readonly rows: readonly NetworkRow[];
}

/** Beyond it a picture is no longer read on a phone: whoever calls sums up layers first. */
export const MOST_ROWS = 60;

/** Okabe and Ito's blue and orange: told apart under every common colour blindness, and each column says its name. */
const PARAMETERS = "#0072b2";
const MEMORY = "#e69f00";
const MAPS = "#bfd9ea";
const QUIET = "#57606a";

const WIDTH = 960;
const TOP = 128;
const ROW = 34;
const BAR = 16;
const COLUMN = { arcs: 72, block: 84, label: 138, shape: 408, parameters: 560, memory: 762 };
const LONGEST_BAR = 112;
/** Pixels of the largest drawn block; smaller maps are drawn in proportion. */
const LARGEST_BLOCK = 28;
const LONGEST_LABEL = 32;
const LONGEST_SHAPE = 17;

/** PNG of `networkSvg`, twice its nominal size. Throws RangeError beyond `MOST_ROWS`. */
export async function networkPng(chart: NetworkChart): Promise<Uint8Array> {
  return await toPng(networkSvg(chart));
}

/** As SVG: nominal pixels, own opaque background, so it reads on dark and on light. Throws RangeError beyond `MOST_ROWS`. */
export function networkSvg({ title, summary, rows }: NetworkChart): string {
  if (rows.length > MOST_ROWS) throw new RangeError(`${rows.length} rows; sum up layers to at most ${MOST_ROWS}`);
  const height = TOP + rows.length * ROW + 28;
  const largest = {
    side: Math.max(1, ...rows.map((row) => row.side ?? 0)),
    parameters: Math.max(1, ...rows.map((row) => row.parameters)),
    bytes: Math.max(1, ...rows.map((row) => row.bytes)),
  };
  const heads = [
    head(COLUMN.label, "layer"),
    head(COLUMN.shape, "output"),
    head(COLUMN.parameters, "parameters"),
    head(COLUMN.memory, "memory of its output"),
  ].join("");
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="DejaVu Sans" fill="#1b1f24">
<rect width="${WIDTH}" height="${height}" rx="14" fill="#ffffff"/>
<text x="28" y="44" font-size="21" font-weight="bold">${escapeXml(shortened(title, 70))}</text>
<text x="28" y="74" font-size="15" fill="${QUIET}">${escapeXml(shortened(summary, 110))}</text>
${heads}${rows.map((row, index) => rowSvg(row, index, largest)).join("")}${rows.flatMap(arcsOf).join("")}</svg>`;
}

interface Largest {
  readonly side: number;
  readonly parameters: number;
  readonly bytes: number;
}

function rowSvg(row: NetworkRow, index: number, largest: Largest): string {
  const y = middle(index);
  const band =
    index % 2 === 0
      ? `<rect x="14" y="${y - ROW / 2}" width="${WIDTH - 28}" height="${ROW}" rx="6" fill="#f4f6f8"/>`
      : "";
  return `${band}${blockSvg(row, y, largest)}<text x="${COLUMN.label}" y="${y + 5}" font-size="15">${escapeXml(shortened(row.label, LONGEST_LABEL))}</text><text x="${COLUMN.shape}" y="${y + 5}" font-size="14" fill="${QUIET}">${escapeXml(shortened(row.shape, LONGEST_SHAPE))}</text>${bar(COLUMN.parameters, y, row.parameters / largest.parameters, PARAMETERS, count(row.parameters))}${bar(COLUMN.memory, y, row.bytes / largest.bytes, MEMORY, bytes(row.bytes))}`;
}

/** The maps as a square whose side falls with theirs; a vector as an upright stroke. */
function blockSvg({ side }: NetworkRow, y: number, largest: Largest): string {
  const x = COLUMN.block + LARGEST_BLOCK / 2;
  if (side === undefined)
    return `<rect x="${x - 2}" y="${y - 11}" width="4" height="22" rx="1" fill="${PARAMETERS}" fill-opacity="0.55"/>`;
  // Square roots: with sides in proportion, a 7×7 map beside one of 224×224 would be a dot.
  const drawn = Math.max(3, LARGEST_BLOCK * Math.sqrt(side / largest.side));
  return `<rect x="${round(x - drawn / 2)}" y="${round(y - drawn / 2)}" width="${round(drawn)}" height="${round(drawn)}" fill="${MAPS}" stroke="${PARAMETERS}"/>`;
}

/** A bar and its figure behind it; nothing at all is a dash, and something is never less than a pixel. */
function bar(x: number, y: number, share: number, colour: string, figure: string): string {
  if (share === 0) return `<text x="${x}" y="${y + 5}" font-size="14" fill="${QUIET}">–</text>`;
  const width = Math.max(1, Math.round(LONGEST_BAR * share));
  return `<rect x="${x}" y="${y - BAR / 2}" width="${width}" height="${BAR}" fill="${colour}"/><text x="${x + width + 6}" y="${y + 5}" font-size="14">${figure}</text>`;
}

/** From a row to the one that also takes its output: the longer the skip, the wider the arc. */
function arcsOf(row: NetworkRow, index: number): string[] {
  return (row.from ?? []).map((source) => {
    const [from, to] = [middle(source), middle(index)];
    const x = COLUMN.arcs;
    const reach = x - Math.min(52, 14 + 9 * Math.log2(1 + index - source));
    return `<path class="skip" d="M${x} ${from} C${round(reach)} ${from} ${round(reach)} ${to} ${x - 6} ${to}" fill="none" stroke="${QUIET}" stroke-width="1.6"/><path d="M${x} ${to} l-8 -4 v8 z" fill="${QUIET}"/>`;
  });
}

const head = (x: number, text: string): string =>
  `<text x="${x}" y="${TOP - 12}" font-size="13" fill="${QUIET}">${text}</text>`;

const middle = (index: number): number => TOP + index * ROW + ROW / 2;

const round = (value: number): number => Math.round(value * 10) / 10;

const shortened = (text: string, longest: number): string =>
  text.length > longest ? `${text.slice(0, longest - 1)}…` : text;

function count(value: number): string {
  if (value < 1e6) return value.toLocaleString("en");
  return value < 1e9 ? `${threeDigits(value / 1e6)} M` : `${threeDigits(value / 1e9)} G`;
}

/** Decimal units, as everywhere: 1 MB = 10⁶ bytes. */
function bytes(value: number): string {
  if (value < 1_000) return `${value} B`;
  if (value < 1e6) return `${threeDigits(value / 1e3)} kB`;
  return value < 1e9 ? `${threeDigits(value / 1e6)} MB` : `${threeDigits(value / 1e9)} GB`;
}

/** 2.36, 23.6, 236: three digits that count. */
const threeDigits = (value: number): string => value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);
