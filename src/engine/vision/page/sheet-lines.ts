// Lines on the picture along which a sheet may end: sides of all surfaces' outlines, where there is a step, those on one line joined.
import type { Picture } from "../picture.js";
import { awayFrom, outlineOf, type Point, type Side } from "./outline.js";
import { regionsOf, type SmallPicture } from "./regions.js";
import { type Edge, edgeOf } from "./sheet-edges.js";

/** In pixels of the picture, from its edge to its edge; what lies to its right is inside. */
export type Line = Pick<Edge, "from" | "to" | "seen" | "beyond" | "sharpness">;

/** Of the whole step, the share that a few pixels show at least: the rest is a shadow. */
export const SHARP = 0.35;
/** Of a side that may be one of a sheet only in part. */
const LEAST_HELD = 0.3;
/** Sides that are looked at, the longest ones first, and lines that are kept. */
const [MOST_SIDES, MOST_LINES] = [32, 14];
/** Small pixels by which one and the same side may differ. */
const SAME = 1.6;
/** Degrees, and share of the picture's diagonal, within which two sides are on one line. */
const [SAME_TURN, SAME_OFFSET] = [2.5, 0.007];

/** Longest first. */
export function linesOf(small: SmallPicture, picture: Picture): Line[] {
  const offset = SAME_OFFSET * Math.hypot(picture.width, picture.height);
  const edges: Edge[] = [];
  for (const side of sidesIn(small)) {
    const scaled = within(scaledBy(side, small.size), picture.width, picture.height);
    const edge = scaled && edgeOf(picture, scaled, reachOf(small));
    if (edge === undefined || edge.sharpness < SHARP || edge.held < LEAST_HELD) continue;
    const at = edges.findIndex((other) => isOnOneLine(other, edge, offset));
    const other = edges[at];
    if (other === undefined) edges.push(edge);
    else if (seenLength(edge) > seenLength(other)) edges[at] = edge;
  }
  // One side is no sheet's.
  if (edges.length < 2) return [];
  return edges
    .toSorted((a, b) => seenLength(b) - seenLength(a))
    .slice(0, MOST_LINES)
    .flatMap((edge) => prolonged(edge, small, picture) ?? []);
}

/** From edge to edge of the picture: what hides a part of a side, or merges with the sheet there, does not end it. */
function prolonged(edge: Edge, small: SmallPicture, picture: Picture): Line | undefined {
  const far = Math.hypot(picture.width, picture.height) / lengthOf(edge);
  const by = [edge.to[0] - edge.from[0], edge.to[1] - edge.from[1]] as const;
  const ends = [-far, 1 + far].map((part): Point => [edge.from[0] + part * by[0], edge.from[1] + part * by[1]]);
  const [from = edge.from, to = edge.to] = ends;
  const whole = within({ from, to }, picture.width, picture.height);
  return whole && edgeOf(picture, whole, Math.round(0.6 * reachOf(small)), edge.colour);
}

/** Pixels that a side of the small picture may be off. */
const reachOf = ({ size }: SmallPicture): number => Math.max(8, 2 * size);

function sidesIn(small: SmallPicture): Side[] {
  const { width, height } = small;
  const found: Side[] = [];
  for (const region of regionsOf(small)) {
    for (const side of outlineOf(region, width, height)?.sides ?? []) {
      if (lengthOf(side) > 0.12 * Math.min(width, height) && !found.some((other) => isSame(side, other)))
        found.push(side);
    }
  }
  return found.toSorted((a, b) => lengthOf(b) - lengthOf(a)).slice(0, MOST_SIDES);
}

const isSame = (a: Side, b: Side): boolean =>
  Math.hypot(a.from[0] - b.from[0], a.from[1] - b.from[1]) < 2 * SAME &&
  Math.hypot(a.to[0] - b.to[0], a.to[1] - b.to[1]) < 2 * SAME &&
  Math.abs(awayFrom(b, a.from)) < SAME &&
  Math.abs(awayFrom(b, a.to)) < SAME;

export function lengthOf({ from, to }: Side): number {
  return Math.hypot(to[0] - from[0], to[1] - from[1]);
}

/** Degrees from -180 to 180. */
export function turnOf({ from, to }: Side): number {
  return (Math.atan2(to[1] - from[1], to[0] - from[0]) * 180) / Math.PI;
}

/** Degrees from 0 to 360 that one turns to the right from a to b. */
export const turnBetween = (a: Side, b: Side): number => (turnOf(b) - turnOf(a) + 720) % 360;

function isOnOneLine(line: Side, side: Side, offset: number): boolean {
  const turn = turnBetween(line, side);
  if (Math.min(turn, 360 - turn) > SAME_TURN) return false;
  return [side.from, side.to].every((end) => Math.abs(awayFrom(line, end)) < offset);
}

/** Pixels from a line's beginning. */
export function placeOn({ from, to }: Side, [x, y]: Point): number {
  return (
    ((x - from[0]) * (to[0] - from[0]) + (y - from[1]) * (to[1] - from[1])) / Math.max(lengthOf({ from, to }), 1e-9)
  );
}

export function pointOn({ from, to }: Side, place: number): Point {
  const part = place / lengthOf({ from, to });
  return [from[0] + part * (to[0] - from[0]), from[1] + part * (to[1] - from[1])];
}

const seenLength = ({ seen }: Pick<Edge, "seen">): number => seen.reduce((sum, [first, last]) => sum + last - first, 0);

const scaledBy = ({ from, to }: Side, size: number): Side => ({
  from: [from[0] * size, from[1] * size],
  to: [to[0] * size, to[1] * size],
});

/** The part of a side that the picture shows. */
export function within({ from, to }: Side, width: number, height: number): Side | undefined {
  let [first, last] = [0, 1];
  const by = [to[0] - from[0], to[1] - from[1]] as const;
  for (const [axis, most] of [
    [0, width],
    [1, height],
  ] as const) {
    if (Math.abs(by[axis]) < 1e-6) continue;
    const ends = [(0 - from[axis]) / by[axis], (most - from[axis]) / by[axis]].toSorted((a, b) => a - b);
    first = Math.max(first, ends[0] ?? 0);
    last = Math.min(last, ends[1] ?? 1);
  }
  if (last <= first) return undefined;
  return {
    from: [from[0] + by[0] * first, from[1] + by[1] * first],
    to: [from[0] + by[0] * last, from[1] + by[1] * last],
  };
}
