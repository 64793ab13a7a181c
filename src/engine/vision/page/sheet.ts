// The sheet that is written on, where its edges show: a surface with straight sides that another surface lies beyond.
import type { Picture } from "../picture.js";
import { areaOf, awayFrom, crossing, type Point, type Side } from "./outline.js";
import { LEAST_AREA, smallPicture } from "./regions.js";
import { type Line, linesOf, placeOn, pointOn, SHARP, turnBetween, turnOf, within } from "./sheet-lines.js";

export interface Sheet {
  /** Two to four of its sides, in pixels of the picture, clockwise; where fewer than four, the picture ends first. */
  readonly sides: readonly Side[];
  /** Where all four show: its corners, from the one at its upper left clockwise; they may lie a little outside the picture. */
  readonly corners?: readonly Point[];
  /** Share of the picture that it takes. */
  readonly area: number;
  /** The more of its sides show, the better they do, and the larger it is. */
  readonly score: number;
}

/** Pixels of the shorter side below which no desk is to be seen. */
const SMALLEST = 160;
/** Shapes that are compared. */
const MOST_SHAPES = 12;
/**
 * What is asked of a sheet, by how many of its sides show: the fewer, the more, since the picture's edge must close it. `seen`: of each
 * side, the share that was found to be a step; `sharp`: of the whole step, the share that a few pixels show; `beyond`: share of the places far
 * outside, at all sides together, that are another surface; `area`: share of the picture.
 */
const ASKED = [
  { sides: 4, seen: 0.55, sharp: SHARP, beyond: 0.6, area: LEAST_AREA },
  { sides: 3, seen: 0.8, sharp: 0.5, beyond: 0.6, area: 0.12 },
  { sides: 2, seen: 0.8, sharp: 0.7, beyond: 0.8, area: 0.25 },
] as const;
/** Of a side: how far the step may go on beyond the corners, on grain, or at the edge of something else. */
const OVERSHOT = 0.6;
/** A sheet within another surface with edges (a mat, a table) is the one that counts, unless it is a small part of it. */
const NESTED = 0.3;
/** Of the largest: others beside it that may be written on, too. */
const COMPARABLE = 0.4;
const MOST_SHEETS = 2;

/** Largest first; none where no sheet's edges show. Bounded: a constant number of passes over some 12,000 blocks, and of lines of pixels. */
export function sheetsOf(picture: Picture): Sheet[] {
  if (Math.min(picture.width, picture.height) < SMALLEST) return [];
  const sheets: Sheet[] = [];
  for (const shape of shapesOf(linesOf(smallPicture(picture), picture), picture).slice(0, MOST_SHAPES)) {
    const sheet = sheetOf(shape, picture);
    if (sheet !== undefined) sheets.push(sheet);
  }
  return chosen(sheets);
}

interface Shape {
  /** As far as the picture shows them. */
  readonly sides: readonly Side[];
  readonly area: number;
  readonly score: number;
}

/** Sets of lines that close to a sheet, the picture's edge helping: best first. */
function shapesOf(lines: readonly Line[], { width, height }: Picture): Shape[] {
  const found: Shape[] = [];
  const sorted = lines.toSorted((a, b) => turnOf(a) - turnOf(b));
  const extend = (chosen: readonly Line[], next: number): void => {
    if (chosen.length >= 2) {
      const shape = shapeOf(chosen, width, height);
      if (shape !== undefined) found.push(shape);
    }
    if (chosen.length === 4) return;
    for (let at = next; at < sorted.length; at++) {
      const line = sorted[at];
      if (line !== undefined && chosen.every((other) => turnBetween(other, line) > LEAST_TURN))
        extend([...chosen, line], at + 1);
    }
  };
  extend([], 0);
  return found.toSorted((a, b) => b.score - a.score);
}

/** Degrees between neighbouring sides. */
const [LEAST_TURN, MOST_TURN] = [50, 130];

const askedOf = (sides: readonly Side[]) => ASKED.find((asked) => asked.sides === sides.length);

function shapeOf(lines: readonly Line[], width: number, height: number): Shape | undefined {
  const turns = lines.map((line, at) => turnBetween(line, lines[(at + 1) % lines.length] ?? line));
  if (turns.some((turn) => turn < LEAST_TURN)) return undefined;
  // Of four sides each turns into the next; of fewer, the picture's edge stands for one or two.
  const open = turns.filter((turn) => turn > MOST_TURN);
  if (lines.length === 4 ? open.length > 0 : lines.length === 3 ? open.length !== 1 : open.length === 0)
    return undefined;
  const asked = askedOf(lines);
  const beyond = lines.reduce((sum, line) => sum + line.beyond, 0) / lines.length;
  if (asked === undefined || beyond < asked.beyond || lines.some((line) => line.sharpness < asked.sharp))
    return undefined;
  const shape = clipped(lines, width, height);
  const area = areaOf(shape) / (width * height);
  if (area < asked.area) return undefined;
  const sides: Side[] = [];
  let shown = 0;
  for (const line of lines) {
    const on = shape.filter((point) => Math.abs(awayFrom(line, point)) < 0.5).map((point) => placeOn(line, point));
    const [from, to] = [Math.min(...on), Math.max(...on)];
    if (on.length < 2 || to - from < 0.12 * Math.min(width, height)) return undefined;
    const [first, last] = lookedAt(line, from, to, width, height);
    const long = Math.max(last - first, 1);
    const seen = line.seen.reduce((sum, [a, b]) => sum + Math.max(0, Math.min(b, last) - Math.max(a, first)), 0);
    const own = line.seen.filter(([a, b]) => b > from && a < to);
    const over = Math.max(from - (own[0]?.[0] ?? from), (own.at(-1)?.[1] ?? to) - to);
    if (seen < asked.seen * long || over > OVERSHOT * (to - from)) return undefined;
    shown += Math.max(0, seen / long - 0.4 * Math.max(0, over / (to - from))) / lines.length;
    sides.push({ from: pointOn(line, from), to: pointOn(line, to) });
  }
  return { sides, area, score: lines.length + Math.sqrt(area) * shown * shown * beyond };
}

/** Pixels along the picture's edge where no step can be seen. */
const BLIND = 14;

/** The part of a side that is not too near to the picture's edge. */
function lookedAt(line: Side, from: number, to: number, width: number, height: number): readonly [number, number] {
  const moved = ([x, y]: Point): Point => [x - BLIND, y - BLIND];
  const side = { from: moved(pointOn(line, from)), to: moved(pointOn(line, to)) };
  const shown = within(side, width - 2 * BLIND, height - 2 * BLIND);
  return shown === undefined ? [from, from] : [from + placeOn(side, shown.from), from + placeOn(side, shown.to)];
}

/** Undefined where four sides do not close to a plausible sheet. */
function sheetOf({ sides, area, score }: Shape, { width, height }: Picture): Sheet | undefined {
  if (sides.length < 4) return { sides, area, score };
  const corners = cornersOf(sides, width, height);
  return corners && { sides, corners, area, score };
}

/** The picture cut along the sides (Sutherland and Hodgman): what of the sheet it shows. */
export function clipped(sides: readonly Side[], width: number, height: number): Point[] {
  let shape: Point[] = [
    [0, 0],
    [width, 0],
    [width, height],
    [0, height],
  ];
  for (const side of sides) {
    shape = shape.flatMap((point, at) => {
      const next = shape[(at + 1) % shape.length] ?? point;
      const [here, there] = [awayFrom(side, point), awayFrom(side, next)];
      const kept = here <= 0 ? [point] : [];
      if (here <= 0 === there <= 0) return kept;
      const part = here / (here - there);
      const cut: Point = [point[0] + (next[0] - point[0]) * part, point[1] + (next[1] - point[1]) * part];
      return [...kept, cut];
    });
  }
  return shape;
}

/** Share of the picture that a corner may lie outside of it. */
const OUTSIDE = 0.4;

/** The upper left corner first; undefined where the four sides do not close to a plausible sheet in the picture or near it. */
function cornersOf(sides: readonly Side[], width: number, height: number): Point[] | undefined {
  const corners: Point[] = [];
  for (const [at, side] of sides.entries()) {
    const corner = crossing(sides.at(at - 1) ?? side, side);
    if (corner === undefined) return undefined;
    const [x, y] = corner;
    if (x < -OUTSIDE * width || y < -OUTSIDE * height || x > (1 + OUTSIDE) * width || y > (1 + OUTSIDE) * height) {
      return undefined;
    }
    corners.push(corner);
  }
  if (!isPlausible(corners)) return undefined;
  // The upper side is the one that goes most to the right.
  const rightwards = corners.map((from, at) => {
    const to = corners[(at + 1) % 4] ?? from;
    return (to[0] - from[0]) / Math.max(Math.hypot(to[0] - from[0], to[1] - from[1]), 1e-9);
  });
  const start = rightwards.indexOf(Math.max(...rightwards));
  return [0, 1, 2, 3].map((at) => corners[(start + at) % 4] ?? [0, 0]);
}

/** Angles of 50 to 130 degrees, opposite sides that differ at most by two. */
function isPlausible(corners: readonly Point[]): boolean {
  const sides = corners.map((from, at): Point => {
    const to = corners[(at + 1) % 4] ?? from;
    return [to[0] - from[0], to[1] - from[1]];
  });
  const lengths = sides.map(([x, y]) => Math.hypot(x, y));
  return sides.every(([x, y], at) => {
    const [nextX, nextY] = sides[(at + 1) % 4] ?? [0, 0];
    const [long, next, opposite] = [lengths[at] ?? 0, lengths[(at + 1) % 4] ?? 0, lengths[(at + 2) % 4] ?? 0];
    const sine = (x * nextY - y * nextX) / Math.max(long * next, 1e-9);
    return sine > 0.76 && long < 2 * opposite;
  });
}

function chosen(sheets: readonly Sheet[]): Sheet[] {
  const kept = sheets.filter((sheet) => {
    const inner = sheets.filter((other) => other !== sheet && isWithin(other, sheet));
    return !inner.some((other) => other.area > NESTED * sheet.area && hasSidesOfItsOwn(other, sheet));
  });
  const apart: Sheet[] = [];
  for (const sheet of kept.toSorted((a, b) => b.score - a.score)) {
    if (!apart.some((other) => isWithin(sheet, other) || isWithin(other, sheet))) apart.push(sheet);
  }
  const sorted = apart.toSorted((a, b) => b.area - a.area);
  return sorted.filter(({ area }) => area >= COMPARABLE * (sorted[0]?.area ?? 0)).slice(0, MOST_SHEETS);
}

/** A part of a sheet that a shadow or a fold cuts off has most of its sides from the sheet; a sheet on a mat has none from there. */
function hasSidesOfItsOwn(inner: Sheet, outer: Sheet): boolean {
  const isOn = (side: Side, other: Side) =>
    [side.from, side.to].every((end) => Math.abs(awayFrom(other, end)) < 0.012 * Math.hypot(...sizeOf(outer)));
  const shared = inner.sides.filter((side) => outer.sides.some((other) => isOn(side, other)));
  return shared.length <= 1 && shared.length < inner.sides.length - 1;
}

/** Width and height of the box around what shows of its sides. */
function sizeOf({ sides }: Sheet): readonly [number, number] {
  const ends = sides.flatMap(({ from, to }) => [from, to]);
  const size = (axis: 0 | 1) => Math.max(...ends.map((end) => end[axis])) - Math.min(...ends.map((end) => end[axis]));
  return [size(0), size(1)];
}

/** Whether its middle lies in the other one, which is not smaller. */
function isWithin(inner: Sheet, outer: Sheet): boolean {
  if (inner.area > 1.02 * outer.area) return false;
  const middle = middleOf(inner);
  return outer.sides.every((side) => awayFrom(side, middle) <= 0);
}

function middleOf({ sides }: Sheet): Point {
  const ends = sides.flatMap(({ from, to }) => [from, to]);
  const mean = (axis: 0 | 1) => ends.reduce((sum, end) => sum + end[axis], 0) / ends.length;
  return [mean(0), mean(1)];
}
