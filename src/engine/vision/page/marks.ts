// Marks between and beside the figures of a row that are no figures: points, colons, dashes, slashes, plus signs.
import type { Component } from "./components.js";
import type { Glyph } from "./glyphs.js";

/** Widths of the pen that a point is high and wide, and that a dash is thick. */
const POINT = { least: 0.6, most: 2.8 };
const DASH = { least: 0.5, most: 2 };
/** In heights of the figures: how far beside the row a mark may be, and how long a dash is. */
const BESIDE = 1;
const LONGEST_DASH = 1.1;
/** Share of the figures' strength that a mark has at least: it is of the same pen. */
const STRENGTH = 0.7;
/** So many times as many pieces like points elsewhere as in the row: paper that is speckled, or rests of its squares. */
const SPECKLED = 2;
/** Figures whose pen is measured: the others have the same. */
const MOST_MEASURED = 3;

/** How many. `glyphs`: the row's, from left to right; `pieces`: all ink in the view; `labels`: its pieces' numbers, `width` to a row. */
export function marksIn(
  glyphs: readonly Glyph[],
  pieces: readonly Component[],
  labels: Int32Array,
  width: number,
): number {
  const figures = glyphs.flatMap((glyph) => {
    const main = mainOf(glyph, pieces);
    return main === undefined ? [] : { main, body: bodyOf(glyph, main) };
  });
  const mains = figures.map(({ main }) => main);
  if (mains.length === 0) return 0;
  const height = middle(glyphs.map((glyph) => glyph.height));
  const pen = middle(mains.slice(0, MOST_MEASURED).map((main) => penOf(main, labels, width)));
  const strength = middle(mains.map(strengthOf));
  const others = pieces.filter((piece) => !mains.includes(piece) && strengthOf(piece) >= STRENGTH * strength);
  const row: Row = { mains, bodies: figures.map(({ body }) => body), height, pen, lean: leanOf(mains) };
  const points = others.filter((piece) => isPoint(piece, pen));
  const near = points.filter((piece) => isInRow(piece, row));
  const isSpeckled = points.length - near.length > SPECKLED * near.length;
  const dashes = others.filter((piece) => isDash(piece, row) && isInRow(piece, row));
  const commas = others.filter((piece) => !near.includes(piece) && isComma(piece, row) && isInRow(piece, row));
  const taken = mains.filter((_, at) => isSlash(at, row, labels, width) || isPlus(at, row, labels, width));
  const alone = others.filter((piece) => isSmallPlus(piece, row, labels, width) && isInRow(piece, row));
  return (isSpeckled ? 0 : near.length) + dashes.length + commas.length + taken.length + alone.length;
}

interface Row {
  /** The largest piece of each figure. */
  readonly mains: readonly Component[];
  /** Where each figure is, without marks that were taken for parts of it. */
  readonly bodies: readonly Box[];
  /** Median height of the figures, and width of the pen, in pixels. */
  readonly height: number;
  readonly pen: number;
  /** Degrees that the row falls from left to right. */
  readonly lean: number;
}

type Box = Pick<Glyph, "x" | "y" | "width" | "height">;

/** Of the highest piece's share of a figure: lower, and the figure is broken. */
const WHOLE = 0.7;

function bodyOf(glyph: Glyph, main: Component): Box {
  if (main.height >= WHOLE * glyph.height) return main;
  return { x: main.x, width: main.width, y: glyph.y, height: glyph.height };
}

function mainOf(glyph: Glyph, pieces: readonly Component[]): Component | undefined {
  return pieces.filter(({ label }) => glyph.labels.has(label)).toSorted((a, b) => b.area - a.area)[0];
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}

const strengthOf = ({ weight, area }: Component): number => weight / area;

/** Median over the piece's pixels of the shorter one of the runs of ink across and down. */
function penOf(piece: Component, labels: Int32Array, width: number): number {
  const { x: left, y: top, width: wide, height: high, label } = piece;
  const own = new Uint8Array(wide * high);
  for (let y = 0, at = 0; y < high; y++) {
    for (let x = 0; x < wide; x++, at++) if (labels[(top + y) * width + left + x] === label) own[at] = 1;
  }
  const shorter = new Uint16Array(own.length);
  shortened(own, shorter, high, wide, wide, 1);
  shortened(own, shorter, wide, 1, high, wide);
  const inked = shorter.filter((run) => run > 0).sort();
  return inked[inked.length >> 1] ?? 0;
}

/** Each pixel's run along lines that begin `lineStep` apart, of `length` pixels `step` apart, where it is shorter than what is there. */
function shortened(
  own: Uint8Array,
  shorter: Uint16Array,
  lines: number,
  lineStep: number,
  length: number,
  step: number,
): void {
  for (let line = 0; line < lines; line++) {
    const start = line * lineStep;
    for (let from = 0; from < length; from++) {
      if (own[start + from * step] !== 1) continue;
      let end = from;
      while (end < length && own[start + end * step] === 1) end++;
      for (let at = from; at < end; at++) {
        const pixel = start + at * step;
        const before = shorter[pixel] ?? 0;
        if (before === 0 || end - from < before) shorter[pixel] = end - from;
      }
      from = end;
    }
  }
}

/** Degrees of the line through the figures' middles (least squares). */
function leanOf(mains: readonly Component[]): number {
  const points = mains.map(({ x, y, width, height }) => [x + width / 2, y + height / 2] as const);
  const [meanX, meanY] = ([0, 1] as const).map(
    (axis) => points.reduce((sum, point) => sum + point[axis], 0) / points.length,
  );
  let [both, square] = [0, 0];
  for (const [x, y] of points) {
    both += (x - (meanX ?? 0)) * (y - (meanY ?? 0));
    square += (x - (meanX ?? 0)) ** 2;
  }
  return square === 0 ? 0 : (Math.atan2(both, square) * 180) / Math.PI;
}

function isPoint({ width, height, area }: Component, pen: number): boolean {
  const [short, long] = [Math.min(width, height), Math.max(width, height)];
  return short >= POINT.least * pen && long <= POINT.most * pen && area >= 0.5 * width * height && long <= 2.2 * short;
}

/** Of decimals: a short stroke that begins about at the base line of the figure beside it, and goes down. */
function isComma({ x, y, width, height, area }: Component, { bodies, pen, height: figure }: Row): boolean {
  if (height < width || height > 0.45 * figure || Math.min(width, height) < POINT.least * pen) return false;
  if (area / height > 2 * pen || area / height < DASH.least * pen) return false;
  const distance = (body: Box) => Math.abs(body.x + body.width / 2 - x - width / 2);
  const [beside] = bodies.toSorted((a, b) => distance(a) - distance(b));
  if (beside === undefined) return false;
  const base = beside.y + beside.height;
  return y > base - 0.3 * figure && y + height > base + 0.02 * figure;
}

function isDash({ width, height, area }: Component, { pen, height: figure }: Row): boolean {
  const thick = area / Math.max(width, 1);
  return (
    width >= 2 * pen &&
    width <= LONGEST_DASH * figure &&
    width >= 2 * height &&
    thick >= DASH.least * pen &&
    thick <= DASH.most * pen
  );
}

/** Widths of the pen that a mark is away from a figure at least: a broken figure's rest is nearer, but hardly ever at the base line. */
const NEAR = { low: 0.25, high: 0.6 };
/** In heights, from above. */
const LOW = 0.85;

/** Beside a figure or under it, not in it or over it; of a broken figure, its rest is nearer to it than a pen is wide. */
function isInRow(piece: Component, { bodies, height, pen }: Row): boolean {
  const [x, y] = [piece.x + piece.width / 2, piece.y + piece.height / 2];
  const gap = (body: Box) => Math.max(body.x - piece.x - piece.width, piece.x - body.x - body.width);
  const [nearest] = bodies.toSorted((a, b) => gap(a) - gap(b));
  if (nearest === undefined) return false;
  const apart = gap(nearest);
  const down = (y - nearest.y) / nearest.height;
  const isBelow = nearest.y + nearest.height < piece.y && x > nearest.x;
  // The rest of a 5 or a 2 is to its right.
  const isMinus = piece.x < nearest.x && piece.width > 2 * piece.height && down > 0.3 && down < 0.75;
  const least = down > LOW || isMinus ? NEAR.low : NEAR.high;
  if (apart < least * pen && !(isBelow && apart > -0.5 * piece.width)) return false;
  return apart <= BESIDE * height && down > 0.15 && down < 1.25;
}

/** Degrees from upright, to the right, that a slash leans more than the row's figures stand: fewer, if it is so many times as high as they. */
const SLASH = { least: 19, most: 65, tall: 1.15, tallLeast: 12 };

/** One straight slanted stroke between two figures, that no other figure looks like. */
function isSlash(at: number, { mains, lean, pen, height }: Row, labels: Int32Array, width: number): boolean {
  const own = mains[at];
  if (own === undefined || at === 0 || at === mains.length - 1 || own.height < 0.8 * height) return false;
  const slant = slantOf(own, labels, width);
  if (slant === undefined || slant.thickness > 1.5 * pen) return false;
  // A page that is turned to the right leans all its figures.
  const leans = slant.degrees - lean;
  return leans >= (own.height > SLASH.tall * height ? SLASH.tallLeast : SLASH.least) && leans <= SLASH.most;
}

/** Of a piece that is about a straight stroke: degrees from upright, to the right, and thickness in pixels. */
function slantOf(piece: Component, labels: Int32Array, width: number) {
  let [count, sumX, sumY, xx, yy, xy] = [0, 0, 0, 0, 0, 0];
  for (let y = 0; y < piece.height; y++) {
    for (let x = 0; x < piece.width; x++) {
      if (labels[(piece.y + y) * width + piece.x + x] !== piece.label) continue;
      count++;
      sumX += x;
      sumY += y;
      xx += x * x;
      yy += y * y;
      xy += x * y;
    }
  }
  const [a, b, c] = [
    xx / count - (sumX / count) ** 2,
    xy / count - (sumX * sumY) / count ** 2,
    yy / count - (sumY / count) ** 2,
  ];
  const [half, root] = [(a + c) / 2, Math.hypot((a - c) / 2, b)];
  const [long, short] = [half + root, Math.max(0, half - root)];
  if (short > 0.012 * long) return undefined;
  // The main axis; y is downwards, so that a slash has x falling with y.
  const angle = Math.atan2(long - a, b);
  const upright = (Math.atan2(-Math.cos(angle), Math.sin(angle)) * 180) / Math.PI;
  return {
    degrees: upright > 90 ? upright - 180 : upright < -90 ? upright + 180 : upright,
    thickness: Math.sqrt(12 * short),
  };
}

/** Of the figures' height. */
const LOWER = 0.75;

/** Lower than the figures beside it. */
function isPlus(at: number, row: Row, labels: Int32Array, width: number): boolean {
  const own = row.mains[at];
  const others = row.mains.filter((main) => main !== own);
  if (own === undefined || others.length === 0 || own.height > LOWER * middle(others.map(({ height }) => height)))
    return false;
  return isCross(own, labels, width);
}

function isSmallPlus(piece: Component, { pen }: Row, labels: Int32Array, width: number): boolean {
  return Math.min(piece.width, piece.height) > 2.5 * pen && isCross(piece, labels, width);
}

/** Ink in the middle of every side, none in the corners: +; or in the corners and the middle only: ×. */
function isCross(piece: Component, labels: Int32Array, width: number): boolean {
  const shape = piece.width / piece.height;
  if (shape < 0.55 || shape > 1.8) return false;
  const counts = new Int32Array(9);
  for (let y = 0; y < piece.height; y++) {
    for (let x = 0; x < piece.width; x++) {
      if (labels[(piece.y + y) * width + piece.x + x] !== piece.label) continue;
      const cell = thirdOf(y, piece.height) * 3 + thirdOf(x, piece.width);
      counts[cell] = (counts[cell] ?? 0) + 1;
    }
  }
  const share = (cell: number) => (counts[cell] ?? 0) / piece.area;
  const isUpright = CORNERS.every((cell) => share(cell) < 0.05) && SIDES.every((cell) => share(cell) > 0.08);
  const isSlanted = SIDES.every((cell) => share(cell) < 0.08) && CORNERS.every((cell) => share(cell) > 0.1);
  return share(4) > 0.08 && (isUpright || isSlanted);
}

/** Of nine cells, row by row. */
const CORNERS = [0, 2, 6, 8];
const SIDES = [1, 3, 5, 7];

const thirdOf = (at: number, size: number): number => (at < 0.32 * size ? 0 : at < 0.68 * size ? 1 : 2);
