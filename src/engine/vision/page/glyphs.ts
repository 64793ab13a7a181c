// Which pieces of ink are digits: pieces of one height in one row; broken strokes joined, touching ones parted, left to right.
import type { Component } from "./components.js";

/** One figure on the page: the pieces it is made of, and the part of them that it takes. */
export interface Glyph {
  readonly labels: ReadonlySet<number>;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly area: number;
}

export interface Row {
  /** From left to right. */
  readonly glyphs: readonly Glyph[];
  /** Rows of similar figures on the page: more than one is a text, not a number. */
  readonly rows: number;
  /** Share of the page's ink that the row has. */
  readonly share: number;
}

/** Pixels; below nobody reads a digit. */
const LEAST_HEIGHT = 9;
/** Of the picture's shorter side. */
const LEAST_SHARE = 0.025;
/** Of the row's tallest figure: lower is a piece or dust. */
const LOWEST = 0.45;
/** A figure that is wider than this, in heights, may be several. */
const WIDEST = 0.9;
/** So many times as long as it is wide, no piece that the picture's edge cuts is a figure. */
const SLIM = 12;
/**
 * Ink per pixel of length, as a share of what the middle pixel of all ink belongs to: an 8 has three times what a 1 of the same pen
 * has, a pressed and a light stroke differ by two.
 */
const LEAST_PEN = 0.125;
/** How far below and above, in heights, a figure's centre may be from its neighbour's. */
const ROW_DRIFT = 0.5;

/** Undefined where no piece looks like a stroke. `shorter`: side of the whole picture, if what is looked at is a part of it. */
export function rowOf(
  components: readonly Component[],
  width: number,
  height: number,
  shorter = Math.min(width, height),
): Row | undefined {
  const least = Math.max(LEAST_HEIGHT, LEAST_SHARE * shorter);
  const inside = ofOnePen(components.filter((piece) => isStroke(piece, width, height)));
  const tall = inside.filter((piece) => piece.height >= least || piece.width >= 1.5 * least);
  if (tall.length === 0) return undefined;
  const pieces = joined(tall, inside);
  const rows = rowsOf(pieces.filter((piece) => piece.height >= least));
  const [best] = rows.toSorted((a, b) => prominence(b) - prominence(a));
  if (best === undefined) return undefined;
  const similar = rows.filter((row) => prominence(row) > 0.25 * prominence(best) && tallest(row) > 0.4 * tallest(best));
  const ink = pieces.reduce((sum, piece) => sum + piece.area, 0);
  const own = best.reduce((sum, piece) => sum + piece.area, 0);
  return { glyphs: best.toSorted((a, b) => a.x - b.x), rows: similar.length, share: own / ink };
}

/** Pieces at the picture's edge that go along it are table, fingers and shadow. */
function isStroke(piece: Component, width: number, height: number): boolean {
  const { x, y } = piece;
  const edges = [x <= 1, y <= 1, x + piece.width >= width - 1, y + piece.height >= height - 1];
  const touched = edges.filter(Boolean).length;
  const fill = piece.area / (piece.width * piece.height);
  // A fold, a seam or the edge of something, from one side of the picture to the other or nearly.
  if (touched > 0 && Math.max(piece.width, piece.height) > SLIM * Math.min(piece.width, piece.height)) return false;
  if (touched > 0 && (piece.width > 0.7 * width || piece.height > 0.9 * height)) return touched < 2 && fill < 0.4;
  if (touched > 0 && fill > 0.55 && Math.min(piece.width, piece.height) > 0.12 * Math.min(width, height)) return false;
  if (touched >= 2) return false;
  // A slim piece at the edge is the edge of something.
  if (touched > 0 && Math.max(piece.width, piece.height) > 5 * Math.min(piece.width, piece.height)) return false;
  const isLine = piece.width > 6 * piece.height && piece.width > 0.2 * width;
  return !isLine && !(fill > 0.75 && piece.width > 0.75 * piece.height && piece.area > 0.05 * width * height);
}

/** Without what is far thinner than most of the ink: what was left of a ruled line, a crease. */
function ofOnePen(pieces: readonly Component[]): readonly Component[] {
  const thickness = ({ area, width, height }: Component): number => area / Math.max(width, height);
  const sorted = pieces.toSorted((a, b) => thickness(a) - thickness(b));
  const ink = pieces.reduce((sum, piece) => sum + piece.area, 0);
  let below = 0;
  const middle = sorted.find(({ area }) => {
    below += area;
    return below >= ink / 2;
  });
  return middle === undefined ? pieces : pieces.filter((piece) => thickness(piece) >= LEAST_PEN * thickness(middle));
}

/** Small pieces go to the tall figure they lie in or close to: the bar of a 5, the rest of a broken stroke. */
function joined(tall: readonly Component[], all: readonly Component[]): Glyph[] {
  const top = Math.max(...tall.map((piece) => piece.height));
  const isMain = (piece: Component) => piece.height >= LOWEST * top;
  let glyphs = overlapping(tall.filter(isMain).map(glyphOf));
  const rest = all.filter((piece) => !isMain(piece) && Math.max(piece.width, piece.height) >= 0.12 * top);
  const alone: Glyph[] = [];
  for (const piece of rest.toSorted((a, b) => b.area - a.area)) {
    const owner = glyphs.filter((glyph) => belongs(glyph, piece)).toSorted((a, b) => gap(a, piece) - gap(b, piece))[0];
    if (owner === undefined) alone.push(glyphOf(piece));
    else glyphs = glyphs.map((glyph) => (glyph === owner ? union(glyph, glyphOf(piece)) : glyph));
  }
  return [...glyphs, ...alone];
}

function belongs(glyph: Glyph, piece: Component): boolean {
  const [across, down] = gaps(glyph, piece);
  const whole = union(glyph, glyphOf(piece));
  return across <= 0.15 * glyph.height && down <= 0.25 * glyph.height && whole.width <= 1.1 * whole.height;
}

/** Two tall pieces one of which stands over the other are one figure in two pieces. */
function overlapping(glyphs: readonly Glyph[]): Glyph[] {
  const out: Glyph[] = [];
  for (const glyph of glyphs.toSorted((a, b) => a.x - b.x)) {
    const last = out.at(-1);
    const shared = last === undefined ? 0 : Math.min(last.x + last.width, glyph.x + glyph.width) - glyph.x;
    const whole = last === undefined ? glyph : union(last, glyph);
    const isOne =
      last !== undefined &&
      shared > 0.6 * Math.min(last.width, glyph.width) &&
      gaps(last, glyph)[1] < 0.25 * Math.max(last.height, glyph.height) &&
      whole.width < 0.95 * whole.height;
    if (isOne) out[out.length - 1] = whole;
    else out.push(glyph);
  }
  return out;
}

/** Chains of neighbours whose centres differ by less than half their height. */
function rowsOf(glyphs: readonly Glyph[]): Glyph[][] {
  const rows: Glyph[][] = [];
  for (const glyph of glyphs.toSorted((a, b) => a.x - b.x)) {
    const row = rows.find((candidate) => {
      const last = candidate.at(-1);
      if (last === undefined) return false;
      const size = Math.max(last.height, glyph.height);
      const drift = Math.abs(centre(last) - centre(glyph));
      const apart = glyph.x - (last.x + last.width);
      return drift < ROW_DRIFT * size && Math.min(last.height, glyph.height) > LOWEST * size && apart < 3.5 * size;
    });
    if (row === undefined) rows.push([glyph]);
    else row.push(glyph);
  }
  return rows;
}

/** Widths at which a wide figure is parted: at the columns with the least ink near equal parts; none where it is one figure. */
export function cutsOf(glyph: Glyph, columns: readonly number[]): number[] {
  if (glyph.width < WIDEST * glyph.height) return [];
  const parts = Math.min(8, Math.max(2, Math.round(glyph.width / (0.8 * glyph.height))));
  const part = glyph.width / parts;
  return Array.from({ length: parts - 1 }, (_, index) => {
    const middle = part * (index + 1);
    const from = Math.round(middle - 0.3 * part);
    let best = { at: Math.round(middle), cost: Number.POSITIVE_INFINITY };
    for (let at = from; at <= middle + 0.3 * part; at++) {
      const cost = (columns[at] ?? 0) * (1 + (0.5 * Math.abs(at - middle)) / part);
      if (cost < best.cost) best = { at, cost };
    }
    return best.at;
  });
}

function prominence(row: readonly Glyph[]): number {
  return row.reduce((sum, glyph) => sum + glyph.height * Math.sqrt(glyph.area), 0);
}

function tallest(row: readonly Glyph[]): number {
  return Math.max(...row.map((glyph) => glyph.height));
}

function centre(glyph: Glyph): number {
  return glyph.y + glyph.height / 2;
}

type Box = Pick<Glyph, "x" | "y" | "width" | "height">;

/** Pixels between two boxes, across and down; below 0 where they overlap. */
function gaps(a: Box, b: Box): readonly [number, number] {
  return [
    Math.max(a.x, b.x) - Math.min(a.x + a.width, b.x + b.width),
    Math.max(a.y, b.y) - Math.min(a.y + a.height, b.y + b.height),
  ];
}

function gap(a: Box, b: Box): number {
  const [across, down] = gaps(a, b);
  return Math.max(0, across) + Math.max(0, down);
}

function glyphOf({ label, x, y, width, height, area }: Component): Glyph {
  return { labels: new Set([label]), x, y, width, height, area };
}

function union(a: Glyph, b: Glyph): Glyph {
  const [x, y] = [Math.min(a.x, b.x), Math.min(a.y, b.y)];
  return {
    labels: new Set([...a.labels, ...b.labels]),
    x,
    y,
    width: Math.max(a.x + a.width, b.x + b.width) - x,
    height: Math.max(a.y + a.height, b.y + b.height) - y,
    area: a.area + b.area,
  };
}
