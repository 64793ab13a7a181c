// A picture of a page → the digits on it, from left to right, each where it is and as MNIST would have it.
import type { Grey, Picture } from "../picture.js";
import { type Component, componentsOf } from "./components.js";
import { digitOf } from "./cutting.js";
import { magnified } from "./filters.js";
import { SIDE } from "./geometry.js";
import { type Glyph, rowOf } from "./glyphs.js";
import { greyOf, inkOf, type Polarity, polarityOf } from "./ink.js";
import { withoutLines } from "./lines.js";
import { marksIn } from "./marks.js";
import { type Sheet, sheetsOf } from "./sheet.js";
import { ownPieces } from "./sheet-pieces.js";
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
  /** Other ink inside a figure's box, as a share of the figure's own: a clock's face and a drum are no 0. The largest of all figures. */
  readonly enclosed: number;
  /** Median figure's height as a share of the picture's shorter side. */
  readonly size: number;
  /** Marks in the row that are no figures: points, dashes, slashes, plus signs. They are not read. */
  readonly marks: number;
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
  enclosed: 0,
  size: 0,
  marks: 0,
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
  const whole = lookIn(wholeView(magnified(grey, SMALL), picture));
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
  const evidence = {
    contrast: most,
    inkShare,
    figures: 1,
    rows: 1,
    digitShare: 1,
    pieces: 1,
    broken: 1,
    enclosed: 0,
    size: 1,
    marks: 0,
  };
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
  const pieces = ownPieces(list, labels, view).filter((piece) => piece.area >= LEAST_PIECE);
  const inked = pieces.reduce((sum, piece) => sum + piece.area, 0);
  const evidence = { ...NOTHING, contrast: ink.contrast, inkShare: inked / mask.length, pieces: pieces.length };
  const row = rowOf(pieces, width, height, view.shorter);
  if (row === undefined) return { digits: [], polarity, evidence };
  const { glyphs } = row;
  const figures = glyphs.length;
  if (figures > MOST_DIGITS) return { digits: [], polarity, evidence: { ...evidence, figures } };
  const digits = glyphs.map((glyph) => digitOf(glyph, mask, ink, labels, view));
  const marks = marksIn(glyphs, pieces, labels, width);
  const broken = Math.max(...glyphs.map((glyph) => glyph.labels.size));
  const enclosed = Math.max(...glyphs.map((glyph) => inkWithin(glyph, pieces, glyphs) / glyph.area));
  const heights = glyphs.map((glyph) => glyph.height).toSorted((a, b) => a - b);
  const size = (heights[Math.floor(heights.length / 2)] ?? 0) / Math.min(width, height);
  return {
    digits,
    polarity,
    evidence: { ...evidence, figures, rows: row.rows, digitShare: row.share, broken, enclosed, size, marks },
  };
}

/** Pixels of pieces that lie in the figure's box whole, and are of no figure. */
function inkWithin(glyph: Glyph, pieces: readonly Component[], glyphs: readonly Glyph[]): number {
  return pieces
    .filter(({ label, x, y, width, height }) => {
      const isInside =
        x > glyph.x && y > glyph.y && x + width < glyph.x + glyph.width && y + height < glyph.y + glyph.height;
      return isInside && !glyphs.some(({ labels }) => labels.has(label));
    })
    .reduce((sum, { area }) => sum + area, 0);
}
