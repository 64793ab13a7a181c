// What is looked at for digits: the whole picture, or a sheet on it, straightened, and what of that is sheet.
import type { Grey, Picture } from "../picture.js";
import { awayFrom, type Point } from "./outline.js";
import { clipped, type Sheet } from "./sheet.js";
import { lengthOf, turnOf } from "./sheet-lines.js";

export interface View {
  readonly grey: Grey;
  /** 1 where the sheet is; absent where it is everywhere. */
  readonly inside?: Uint8Array;
  readonly isSheet: boolean;
  /** Pixels of the whole picture's shorter side, at the view's scale. */
  readonly shorter: number;
  /** Pixel of the view → pixel of the whole upright picture. */
  readonly toPicture: (x: number, y: number) => Point;
}

/** `grey`: the whole picture, of any size. */
export function wholeView(grey: Grey, { original }: Picture): View {
  const [across, down] = [original.width / grey.width, original.height / grey.height];
  return {
    grey,
    isSheet: false,
    shorter: Math.min(grey.width, grey.height),
    toPicture: (x, y) => [x * across, y * down],
  };
}

/** Of the sheet's shorter side, left out along its edges: what is there is the edge's own shade, not ink. */
const [BORDER, LEAST_BORDER] = [0.012, 4];

/** The sheet upright: in perspective, where its corners are known, otherwise turned back. */
export function sheetView(grey: Grey, sheet: Sheet, picture: Picture): View {
  const plan = sheet.corners === undefined ? turnedPlan(sheet, grey) : straightPlan(sheet.corners);
  const { width, height } = plan;
  const border = Math.max(LEAST_BORDER, BORDER * Math.sqrt(sheet.area * grey.width * grey.height));
  const out = new Float32Array(width * height);
  const inside = new Uint8Array(width * height);
  let missing = 0;
  // Per row: numerators and denominator are linear in x.
  const [a, b, c, d, e, f, g, h] = plan.matrix;
  const limits = plan.isCut ? sheet.sides.map((side) => sideTest(side, border)) : [];
  const { data, width: stride } = grey;
  const [lastX, lastY] = [grey.width - 1, grey.height - 1];
  for (let y = 0; y < height; y++) {
    const rowX = b * y + c;
    const rowY = e * y + f;
    const below = h * y + 1;
    const [first, last] = plan.isCut ? rowWithin(limits, plan.matrix, y, width) : [0, width];
    missing += width - Math.max(0, last - first);
    for (let x = first, at = y * width + first; x < last; x++, at++) {
      const depth = 1 / (g * x + below);
      const fromX = (a * x + rowX) * depth;
      const fromY = (d * x + rowY) * depth;
      const isSeen = fromX >= 0 && fromY >= 0 && fromX < lastX && fromY < lastY;
      if (!isSeen) {
        missing++;
        continue;
      }
      const left = fromX | 0;
      const top = fromY | 0;
      const partX = fromX - left;
      const partY = fromY - top;
      const from = top * stride + left;
      const here = data[from] ?? 0;
      const right = data[from + 1] ?? 0;
      const lower = data[from + stride] ?? 0;
      const corner = data[from + stride + 1] ?? 0;
      const upper = here + partX * (right - here);
      out[at] = upper + partY * (lower + partX * (corner - lower) - upper);
      inside[at] = 1;
    }
  }
  const [across, down] = [picture.original.width / grey.width, picture.original.height / grey.height];
  const toPicture = (x: number, y: number): Point => {
    const depth = 1 / (g * x + h * y + 1);
    return [(a * x + b * y + c) * depth * across, (d * x + e * y + f) * depth * down];
  };
  if (missing > 0) fillOutside(out, inside, width, height);
  return {
    grey: { data: out, width, height },
    isSheet: true,
    shorter: Math.min(grey.width, grey.height),
    toPicture,
    ...(missing > 0 ? { inside } : {}),
  };
}

/** x' = (a·x + b·y + c) / (g·x + h·y + 1), y' = (d·x + e·y + f) / (g·x + h·y + 1): view → picture. */
type Matrix = readonly [number, number, number, number, number, number, number, number];

interface Plan {
  readonly width: number;
  readonly height: number;
  readonly matrix: Matrix;
  /** Whether the view shows what lies beyond the sheet's sides. */
  readonly isCut: boolean;
}

/** The rectangle within the border, as long and as wide as the sides are on average. */
function straightPlan(corners: readonly Point[]): Plan {
  const [a = ORIGIN, b = ORIGIN, c = ORIGIN, d = ORIGIN] = corners;
  const [top, right] = [lengthOf({ from: a, to: b }), lengthOf({ from: b, to: c })];
  const [bottom, left] = [lengthOf({ from: d, to: c }), lengthOf({ from: a, to: d })];
  const [wide, high] = [(top + bottom) / 2, (left + right) / 2];
  const border = Math.max(LEAST_BORDER, BORDER * Math.min(wide, high));
  const [width, height] = [Math.max(1, Math.round(wide - 2 * border)), Math.max(1, Math.round(high - 2 * border))];
  const unit = fromUnitSquare(a, b, c, d);
  // A pixel of the view is at (border + x) / wide, (border + y) / high of the unit square.
  return { width, height, matrix: composed(unit, 1 / wide, 1 / high, border / wide, border / high), isCut: false };
}

const ORIGIN: Point = [0, 0];

/** Heckbert, "Fundamentals of texture mapping and image warping" (1989): square to quadrilateral. */
function fromUnitSquare(a: Point, b: Point, c: Point, d: Point): Matrix {
  const [dx1, dx2, dx3] = [b[0] - c[0], d[0] - c[0], a[0] - b[0] + c[0] - d[0]];
  const [dy1, dy2, dy3] = [b[1] - c[1], d[1] - c[1], a[1] - b[1] + c[1] - d[1]];
  const below = dx1 * dy2 - dx2 * dy1;
  const [g, h] = [(dx3 * dy2 - dx2 * dy3) / below, (dx1 * dy3 - dx3 * dy1) / below];
  return [
    b[0] - a[0] + g * b[0],
    d[0] - a[0] + h * d[0],
    a[0],
    b[1] - a[1] + g * b[1],
    d[1] - a[1] + h * d[1],
    a[1],
    g,
    h,
  ];
}

/** The matrix at (sx·x + tx, sy·y + ty). */
function composed([a, b, c, d, e, f, g, h]: Matrix, sx: number, sy: number, tx: number, ty: number): Matrix {
  const rest = g * tx + h * ty + 1;
  return [
    (a * sx) / rest,
    (b * sy) / rest,
    (a * tx + b * ty + c) / rest,
    (d * sx) / rest,
    (e * sy) / rest,
    (d * tx + e * ty + f) / rest,
    (g * sx) / rest,
    (h * sy) / rest,
  ];
}

/** Degrees below which a sheet lies straight. */
const STRAIGHT = 1.5;

/** The box around what shows of the sheet, turned so that its sides are upright. */
function turnedPlan({ sides }: Sheet, { width, height }: Grey): Plan {
  let [sum, weight] = [0, 0];
  for (const side of sides) {
    const turn = turnOf(side);
    sum += (turn - 90 * Math.round(turn / 90)) * lengthOf(side);
    weight += lengthOf(side);
  }
  const mean = sum / Math.max(weight, 1e-9);
  const angle = Math.abs(mean) < STRAIGHT ? 0 : (mean * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const shape = clipped(sides, width, height).map(([x, y]) => [cos * x + sin * y, cos * y - sin * x] as const);
  const edge = (axis: 0 | 1, choose: (...values: number[]) => number) => choose(...shape.map((point) => point[axis]));
  const [left, top] = [Math.floor(edge(0, Math.min)), Math.floor(edge(1, Math.min))];
  const [right, bottom] = [Math.ceil(edge(0, Math.max)), Math.ceil(edge(1, Math.max))];
  return {
    width: Math.max(1, right - left),
    height: Math.max(1, bottom - top),
    matrix: [cos, -sin, cos * left - sin * top, sin, cos, sin * left + cos * top, 0, 0],
    isCut: true,
  };
}

/** Above 0 beyond the side, or on its border. */
function sideTest({ from, to }: Sheet["sides"][number], border: number): (x: number, y: number) => number {
  const side = { from, to };
  const [zero, right, down] = [awayFrom(side, [0, 0]), awayFrom(side, [1, 0]), awayFrom(side, [0, 1])];
  return (x, y) => zero + border + (right - zero) * x + (down - zero) * y;
}

/** First column of a row within all the sides, and the first one after; the view is turned only, so that all is linear along the row. */
function rowWithin(
  limits: readonly ((x: number, y: number) => number)[],
  [a, b, c, d, e, f]: Matrix,
  y: number,
  width: number,
): readonly [number, number] {
  let [first, last] = [0, width];
  for (const limit of limits) {
    const start = limit(b * y + c, e * y + f);
    const step = limit(a + b * y + c, d + e * y + f) - start;
    if (Math.abs(step) < 1e-9) {
      if (start > 0) return [0, 0];
    } else if (step > 0) last = Math.min(last, Math.floor(-start / step) + 1);
    else first = Math.max(first, Math.ceil(-start / step));
  }
  return first < last ? [first, last] : [0, 0];
}

/** What is no sheet looks like the sheet beside it: in its row, or in the row before. */
function fillOutside(data: Float32Array, inside: Uint8Array, width: number, height: number): void {
  const rows = Array.from({ length: height }, (_, y) => y);
  const filled = rows.filter((y) => fillRow(data, inside, y * width, width));
  const [first, last] = [filled[0], filled.at(-1)];
  if (first === undefined || last === undefined) return;
  for (let y = 0; y < height; y++) {
    if (y >= first && y <= last) continue;
    const from = (y < first ? first : last) * width;
    data.copyWithin(y * width, from, from + width);
  }
}

/** @returns whether there is sheet in the row */
function fillRow(data: Float32Array, inside: Uint8Array, start: number, width: number): boolean {
  let [first, last] = [-1, -1];
  for (let x = 0; x < width; x++) {
    if (inside[start + x] !== 1) continue;
    if (first === -1) first = x;
    last = x;
  }
  if (first === -1) return false;
  data.fill(data[start + first] ?? 0, start, start + first);
  data.fill(data[start + last] ?? 0, start + last + 1, start + width);
  return true;
}
