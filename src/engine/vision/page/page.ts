// A picture of a page → the digits on it, from left to right, each where it is and as MNIST would have it.
import type { Grey, Picture } from "../picture.js";
import { type Component, componentsOf } from "./components.js";
import { SIDE, toMnist } from "./geometry.js";
import { cutsOf, type Glyph, rowOf } from "./glyphs.js";
import { greyOf, type Ink, inkOf, type Polarity, polarityOf } from "./ink.js";
import { withoutLines } from "./lines.js";
import { type Sheet, sheetsOf } from "./sheet.js";
import { sheetView, type View, wholeView } from "./view.js";

export interface FoundDigit {
  /** x, y, width, height in pixels of the whole upright picture. */
  readonly box: readonly [number, number, number, number];
  /** 28 × 28, 0 (page) to 1 (ink). */
  readonly image: Float32Array;
  /** Where it is wide enough to be several that touch: those, from left to right. Who knows digits chooses. */
  readonly parts?: readonly FoundDigit[];
}

/** What the page looked like, apart from any digit's name: what tells a number from a text or a photo. */
export interface PageEvidence {
  /** Share of light that the ink takes. */
  readonly contrast: number;
  /** Share of the picture that is ink. */
  readonly inkShare: number;
  /** Figures in the row that was chosen: more than `MOST_DIGITS` are none that is read. */
  readonly figures: number;
  /** Rows of figures of similar size. */
  readonly rows: number;
  /** Share that the digits have of all ink in strokes; the edge of a page and a shadow are none. */
  readonly digitShare: number;
  /** Pieces of ink, dust left out. */
  readonly pieces: number;
  /** Pieces that the most broken figure is made of: a face in a circle has many, a 5 in two strokes two. */
  readonly broken: number;
  /** Median figure's height as a share of the picture's shorter side. */
  readonly size: number;
}

export interface PageFindings {
  readonly digits: readonly FoundDigit[];
  readonly polarity: Polarity;
  readonly evidence: PageEvidence;
}

/** More is a text; nobody photographs a longer number for a lesson. */
export const MOST_DIGITS = 24;
/** Pixels of the longer side below which a picture is enlarged before anything is looked for. */
const SMALL = 120;
/** Share of the picture: on a smaller sheet without digits, it may be the sheet that is no page. */
const LEAST_BLANK = 0.1;
/** Pixels of a piece that counts. */
const LEAST_PIECE = 12;

const NOTHING: PageEvidence = {
  contrast: 0,
  inkShare: 0,
  figures: 0,
  rows: 0,
  digitShare: 0,
  pieces: 0,
  broken: 0,
  size: 0,
};

/** Never throws for what is on a picture: an empty page has no digits. */
export function findDigits(picture: Picture): PageFindings {
  const grey = greyOf(picture);
  if (grey.width === SIDE && grey.height === SIDE) return likeMnist(grey, picture);
  const sheets = sheetsOf(picture);
  const seen = sheets.map((sheet) => lookIn(sheetView(grey, sheet, picture)));
  const written = seen.filter(({ digits }) => digits.length > 0);
  const [only, another] = written;
  // Written on two sheets: no number that is one.
  if (only !== undefined && another !== undefined) {
    return { ...only, evidence: { ...only.evidence, rows: only.evidence.rows + another.evidence.rows } };
  }
  if (only !== undefined) return only;
  const [largest] = seen;
  const area = sheets[0]?.area ?? 0;
  if (largest !== undefined && area >= LEAST_BLANK) return largest;
  const whole = lookIn(wholeView(enlargedTo(grey, SMALL), picture));
  // Around a small sheet something may be written; its own edge is not.
  return largest !== undefined && sheets.some((sheet) => isOutlined(sheet, whole.digits, picture)) ? largest : whole;
}

/** Whether one of the digits is about as large as the sheet and in its place. */
function isOutlined({ sides }: Sheet, digits: readonly FoundDigit[], { width, original }: Picture): boolean {
  const scale = original.width / width;
  const ends = sides.flatMap(({ from, to }) => [from, to]);
  const span = (axis: 0 | 1) => {
    const places = ends.map((end) => end[axis] * scale);
    return [Math.min(...places), Math.max(...places)] as const;
  };
  const spans = [span(0), span(1)] as const;
  return digits.some(({ box: [x, y, wide, high] }) => {
    const shared = [[x, x + wide] as const, [y, y + high] as const].map(([from, to], axis) => {
      const [first, last] = spans[axis] ?? [0, 0];
      return Math.max(0, Math.min(to, last) - Math.max(from, first)) / Math.max(to - from, last - first);
    });
    return shared.every((share) => share > 0.5);
  });
}

/** MNIST's own form is taken as it is: light ink on black, 28 × 28. */
function likeMnist(grey: Grey, picture: Picture): PageFindings {
  const edge: number[] = [];
  for (let at = 0; at < SIDE; at++) {
    for (const place of [at, (SIDE - 1) * SIDE + at, at * SIDE, at * SIDE + SIDE - 1]) edge.push(grey.data[place] ?? 0);
  }
  const page = edge.toSorted((a, b) => a - b)[Math.floor(edge.length / 2)] ?? 0;
  const isLight = page > 127;
  const image = grey.data.map((value) => (isLight ? 255 - value : value) / 255);
  const most = image.reduce((a, b) => Math.max(a, b), 0);
  const polarity = isLight ? "dark-on-light" : "light-on-dark";
  if (most - (isLight ? 255 - page : page) / 255 < 0.1) return { digits: [], polarity, evidence: NOTHING };
  const { width, height } = picture.original;
  const inkShare = image.reduce((sum, value) => sum + value, 0) / image.length;
  const evidence = { contrast: most, inkShare, figures: 1, rows: 1, digitShare: 1, pieces: 1, broken: 1, size: 1 };
  return { digits: [{ box: [0, 0, width, height], image }], polarity, evidence };
}

/** In both polarities, the likelier one first. */
function lookIn(view: View): PageFindings {
  const first = polarityOf(view.grey);
  const found = lookFor(view, first);
  if (found.evidence.figures > 0) return found;
  const other = lookFor(view, first === "dark-on-light" ? "light-on-dark" : "dark-on-light");
  return other.digits.length > 0 ? other : found;
}

function lookFor(view: View, polarity: Polarity): PageFindings {
  const { grey } = view;
  const { width, height } = grey;
  const ink = inkOf(grey, polarity, view.inside);
  if (ink === undefined) return { digits: [], polarity, evidence: NOTHING };
  const { data: mask } = withoutLines({ data: ink.mask, width, height }, ink.strength.data);
  const { labels, list } = componentsOf(mask, ink.strength.data, width, height);
  const cut = view.inside === undefined ? NONE : cutPieces(labels, view.inside, width);
  const pieces = list.filter(
    (piece) => piece.area >= LEAST_PIECE && !cut.has(piece.label) && !isAtSheetEdge(piece, view),
  );
  const inked = pieces.reduce((sum, piece) => sum + piece.area, 0);
  const evidence = { ...NOTHING, contrast: ink.contrast, inkShare: inked / mask.length, pieces: pieces.length };
  const row = rowOf(pieces, width, height);
  if (row === undefined) return { digits: [], polarity, evidence };
  const { glyphs } = row;
  const figures = glyphs.length;
  if (figures > MOST_DIGITS) return { digits: [], polarity, evidence: { ...evidence, figures } };
  const digits = glyphs.map((glyph) => {
    const parts = parted(glyph, mask, width);
    const whole = digitOf(glyph, ink, labels, view);
    return parts.length < 2 ? whole : { ...whole, parts: parts.map((part) => digitOf(part, ink, labels, view)) };
  });
  const broken = Math.max(...glyphs.map((glyph) => glyph.labels.size));
  const heights = glyphs.map((glyph) => glyph.height).toSorted((a, b) => a - b);
  const size = (heights[Math.floor(heights.length / 2)] ?? 0) / Math.min(width, height);
  return {
    digits,
    polarity,
    evidence: { ...evidence, figures, rows: row.rows, digitShare: row.share, broken, size },
  };
}

const NONE: ReadonlySet<number> = new Set();

/** What goes on beyond the sheet: a finger, a pen that lies there, rings of a binding. */
function cutPieces(labels: Int32Array, inside: Uint8Array, width: number): ReadonlySet<number> {
  const cut = new Set<number>();
  for (let at = 0; at < labels.length; at++) {
    const label = labels[at] ?? 0;
    if (label === 0) continue;
    if (inside[at - 1] === 0 || inside[at + 1] === 0 || inside[at - width] === 0 || inside[at + width] === 0)
      cut.add(label);
  }
  return cut;
}

/** Of the sheet's height: a piece at its edge that is lower is no digit; and how near that is, of its shorter side. */
const [LOW, NEAR] = [0.3, 0.015];

function isAtSheetEdge({ x, y, width, height }: Component, { grey, inside, isSheet }: View): boolean {
  if (!isSheet || height > LOW * grey.height) return false;
  const near = Math.ceil(NEAR * Math.min(grey.width, grey.height));
  const [left, top, right, bottom] = [x - near, y - near, x + width - 1 + near, y + height - 1 + near];
  if (left < 0 || top < 0 || right >= grey.width || bottom >= grey.height) return true;
  const isOutside = (atX: number, atY: number): boolean =>
    inside?.[Math.round(atY) * grey.width + Math.round(atX)] === 0;
  const [middleX, middleY] = [x + width / 2, y + height / 2];
  return isOutside(left, middleY) || isOutside(right, middleY) || isOutside(middleX, top) || isOutside(middleX, bottom);
}

function digitOf(glyph: Glyph, ink: Ink, labels: Int32Array, view: View): FoundDigit {
  return { box: boxOf(glyph, labels, view), image: toMnist(cutOut(glyph, ink, labels)) };
}

/** Around its ink's ends in every row, where those are on the picture. */
function boxOf(glyph: Glyph, labels: Int32Array, { grey: { width }, toPicture }: View): FoundDigit["box"] {
  let [left, top, right, bottom] = [FAR, FAR, -FAR, -FAR];
  const reach = (x: number, y: number): void => {
    const [atX, atY] = toPicture(x, y);
    [left, top] = [Math.min(left, atX), Math.min(top, atY)];
    [right, bottom] = [Math.max(right, atX), Math.max(bottom, atY)];
  };
  for (let y = glyph.y; y < glyph.y + glyph.height; y++) {
    const row = labels.subarray(y * width + glyph.x, y * width + glyph.x + glyph.width);
    const isOwn = (label: number): boolean => isOneOf(glyph.labels, label);
    const [first, last] = [row.findIndex(isOwn), row.findLastIndex(isOwn)];
    if (first === -1) continue;
    for (const edge of [y, y + 1]) {
      reach(glyph.x + first, edge);
      reach(glyph.x + last + 1, edge);
    }
  }
  const [x, y] = [Math.round(left), Math.round(top)];
  return [x, y, Math.max(1, Math.round(right - left)), Math.max(1, Math.round(bottom - top))];
}

const FAR = 1e9;

/** Touching digits, one by one, each as high as its own ink. */
function parted(glyph: Glyph, mask: Uint8Array, width: number): Glyph[] {
  const columns = Array.from({ length: glyph.width }, (_, x) => {
    let ink = 0;
    for (let y = glyph.y; y < glyph.y + glyph.height; y++) ink += mask[y * width + glyph.x + x] ?? 0;
    return ink;
  });
  const cuts = cutsOf(glyph, columns);
  const ends = [...cuts, glyph.width];
  return ends.map((end, index) => {
    const start = cuts[index - 1] ?? 0;
    return trimmed({ ...glyph, x: glyph.x + start, width: Math.max(1, end - start) }, mask, width);
  });
}

function trimmed(glyph: Glyph, mask: Uint8Array, width: number): Glyph {
  const isInked = (y: number): boolean =>
    mask.subarray(y * width + glyph.x, y * width + glyph.x + glyph.width).includes(1);
  let [top, bottom] = [glyph.y, glyph.y + glyph.height];
  while (top < bottom - 1 && !isInked(top)) top++;
  while (bottom > top + 1 && !isInked(bottom - 1)) bottom--;
  return { ...glyph, y: top, height: bottom - top };
}

/** The glyph's own ink, its brightest tenth as 1, with the soft edge around it. */
function cutOut(glyph: Glyph, { strength }: Ink, labels: Int32Array): Grey {
  const { width } = strength;
  const data = new Float32Array(glyph.width * glyph.height);
  const own = new Float32Array(data.length);
  let count = 0;
  for (let y = 0; y < glyph.height; y++) {
    for (let x = 0; x < glyph.width; x++) {
      const at = (glyph.y + y) * width + glyph.x + x;
      const label = labels[at] ?? 0;
      const isOwn = isOneOf(glyph.labels, label);
      if (!isOwn && (label !== 0 || !isBeside(glyph, labels, at, width))) continue;
      const value = strength.data[at] ?? 0;
      data[y * glyph.width + x] = value;
      if (isOwn) own[count++] = value;
    }
  }
  const level = own.subarray(0, count).sort()[Math.floor(count * 0.75)] ?? 1;
  for (let at = 0; at < data.length; at++) data[at] = Math.min(1, (data[at] ?? 0) / Math.max(level, 0.1));
  return { data, width: glyph.width, height: glyph.height };
}

function isBeside({ labels: own }: Glyph, labels: Int32Array, at: number, width: number): boolean {
  return (
    isOneOf(own, labels[at - 1]) ||
    isOneOf(own, labels[at + 1]) ||
    isOneOf(own, labels[at - width]) ||
    isOneOf(own, labels[at + width])
  );
}

/** Most pixels are page, whose label is 0 and no glyph's. */
const isOneOf = (own: ReadonlySet<number>, label = 0): boolean => label !== 0 && own.has(label);

/** Twice as large as it must be, where its longer side is below `least` pixels. */
function enlargedTo(grey: Grey, least: number): Grey {
  const times = Math.max(1, Math.ceil(least / Math.max(grey.width, grey.height)));
  return times === 1 ? grey : enlarged(grey, Math.min(times * 2, 16));
}

/** Bilinear, `times` as large. */
function enlarged({ data, width, height }: Grey, times: number): Grey {
  const [wide, high] = [width * times, height * times];
  const out = new Float32Array(wide * high);
  for (let y = 0; y < high; y++) {
    const atY = Math.min(Math.max((y + 0.5) / times - 0.5, 0), height - 1);
    const top = Math.min(Math.floor(atY), Math.max(0, height - 2));
    const below = Math.min(top + 1, height - 1);
    for (let x = 0; x < wide; x++) {
      const atX = Math.min(Math.max((x + 0.5) / times - 0.5, 0), width - 1);
      const left = Math.min(Math.floor(atX), Math.max(0, width - 2));
      const right = Math.min(left + 1, width - 1);
      const [partX, partY] = [atX - left, atY - top];
      const upper = (data[top * width + left] ?? 0) * (1 - partX) + (data[top * width + right] ?? 0) * partX;
      const lower = (data[below * width + left] ?? 0) * (1 - partX) + (data[below * width + right] ?? 0) * partX;
      out[y * wide + x] = upper * (1 - partY) + lower * partY;
    }
  }
  return { data: out, width: wide, height: high };
}
