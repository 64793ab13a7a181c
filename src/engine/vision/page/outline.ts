// A surface's outline as straight sides: its convex hull, short sides given to their neighbours, at most four that are not the picture's.
import type { Region } from "./regions.js";

export type Point = readonly [x: number, y: number];

/** Clockwise: what lies to its right, seen from `from` to `to` with y downwards, is inside. */
export interface Side {
  readonly from: Point;
  readonly to: Point;
}

export interface Outline {
  /** Sides that are no part of the picture's own edge, clockwise, one to four. */
  readonly sides: readonly Side[];
  /** All corners, clockwise; some may lie outside the picture. */
  readonly corners: readonly Point[];
  /** Share that the surface has of its hull, rows and columns without gaps. */
  readonly convexity: number;
  /** Of the hull, in pixels. */
  readonly area: number;
}

/** Pixels within which the picture's edge is. */
const EDGE = 2;
/** Pixels by which a corner may move outwards where a short side is given up; more where there are too many sides: rounded or covered corners. */
const [SMOOTH, CUT] = [2.2, 9];

/** Undefined where it has more sides than a sheet, or none but the picture's. Pixels are squares: a region's corner is its pixel's. */
export function outlineOf({ first, last, area: own }: Region, width: number, height: number): Outline | undefined {
  const hull = hullOf(first, last);
  const area = areaOf(hull);
  if (hull.length < 3 || area <= 0) return undefined;
  const convexity = filledArea(first, last, width) / area;
  const isOwn = ({ from, to }: Side) => !isAtEdge(from, to, width, height);
  let sides = sidesOf(hull);
  for (;;) {
    const owned = sides.filter(isOwn).length;
    const limit = owned > 4 ? CUT : SMOOTH;
    const cheapest = cheapestOf(sides, isOwn);
    if (cheapest === undefined || cheapest.cost > limit) break;
    sides = cheapest.sides;
  }
  const real = sides.filter(isOwn);
  if (real.length === 0 || real.length > 4 || own / area < 0.45) return undefined;
  return { sides: real, corners: sides.map(({ from }) => from), convexity, area };
}

function isAtEdge(a: Point, b: Point, width: number, height: number): boolean {
  const near = (axis: 0 | 1, place: number) => Math.abs(a[axis] - place) <= EDGE && Math.abs(b[axis] - place) <= EDGE;
  return near(0, 0) || near(0, width) || near(1, 0) || near(1, height);
}

/** Andrew's monotone chain over the rows' ends, clockwise with y downwards. */
function hullOf(first: Int16Array, last: Int16Array): Point[] {
  const right: Point[] = [];
  const left: Point[] = [];
  for (let y = 0; y < first.length; y++) {
    if ((last[y] ?? -1) < 0) continue;
    const [from, to] = [first[y] ?? 0, (last[y] ?? 0) + 1];
    for (const edge of [y, y + 1]) {
      push(right, [to, edge], 1);
      push(left, [from, edge], -1);
    }
  }
  return [...right, ...left.reverse()];
}

/** Downwards: what is not needed between its neighbours is left out; `turn` 1: the right side. */
function push(chain: Point[], point: Point, turn: 1 | -1): void {
  while (chain.length >= 2) {
    const [a, b] = [chain.at(-2) ?? point, chain.at(-1) ?? point];
    if (turn * ((b[0] - a[0]) * (point[1] - a[1]) - (b[1] - a[1]) * (point[0] - a[0])) > 0) break;
    chain.pop();
  }
  const last = chain.at(-1);
  if (last === undefined || last[0] !== point[0] || last[1] !== point[1]) chain.push(point);
}

export function areaOf(corners: readonly Point[]): number {
  return corners.reduce((sum, [x, y], at) => {
    const [nextX, nextY] = corners[(at + 1) % corners.length] ?? [0, 0];
    return sum + (x * nextY - nextX * y) / 2;
  }, 0);
}

/** The smaller one of the areas with the rows' and with the columns' gaps filled. */
function filledArea(first: Int16Array, last: Int16Array, width: number): number {
  const [top, bottom] = [new Int16Array(width).fill(first.length), new Int16Array(width).fill(-1)];
  let rows = 0;
  for (let y = 0; y < first.length; y++) {
    const [from, to] = [first[y] ?? 0, last[y] ?? -1];
    if (to < 0) continue;
    rows += to - from + 1;
    for (let x = from; x <= to; x++) {
      if (y < (top[x] ?? 0)) top[x] = y;
      bottom[x] = y;
    }
  }
  const columns = bottom.reduce((sum, low, x) => sum + (low < 0 ? 0 : low - (top[x] ?? 0) + 1), 0);
  return Math.min(rows, columns);
}

function sidesOf(corners: readonly Point[]): Side[] {
  return corners.map((from, at) => ({ from, to: corners[(at + 1) % corners.length] ?? from }));
}

/** Without the side whose neighbours, prolonged, meet nearest to it. */
function cheapestOf(sides: readonly Side[], isOwn: (side: Side) => boolean) {
  let best: { readonly cost: number; readonly at: number; readonly meet: Point } | undefined;
  for (const [at, side] of sides.entries()) {
    const [before, after] = [sides.at(at - 1), sides[(at + 1) % sides.length]];
    if (sides.length <= 3 || before === undefined || after === undefined || !isOwn(side)) continue;
    const meet = crossing(before, after);
    if (meet === undefined) continue;
    const cost = awayFrom(side, meet);
    // They must meet beyond the side, not behind it.
    if (cost < -0.01 || (best !== undefined && cost >= best.cost)) continue;
    best = { cost, at, meet };
  }
  if (best === undefined) return undefined;
  const { cost, at, meet } = best;
  const changed = sides.map((side, index) => {
    if (index === (at + sides.length - 1) % sides.length) return { from: side.from, to: meet };
    return index === (at + 1) % sides.length ? { from: meet, to: side.to } : side;
  });
  return { cost, sides: changed.filter((_, index) => index !== at) };
}

/** Where the lines of two sides meet; undefined where they are parallel or nearly so. */
export function crossing(a: Side, b: Side): Point | undefined {
  const [ax, ay] = [a.to[0] - a.from[0], a.to[1] - a.from[1]];
  const [bx, by] = [b.to[0] - b.from[0], b.to[1] - b.from[1]];
  const across = ax * by - ay * bx;
  if (Math.abs(across) < 0.02 * Math.hypot(ax, ay) * Math.hypot(bx, by)) return undefined;
  const part = ((b.from[0] - a.from[0]) * by - (b.from[1] - a.from[1]) * bx) / across;
  return [a.from[0] + part * ax, a.from[1] + part * ay];
}

/** Pixels that a point lies outside of a side's line; below 0: inside. */
export function awayFrom({ from, to }: Side, [x, y]: Point): number {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  return ((x - from[0]) * dy - (y - from[1]) * dx) / Math.max(Math.hypot(dx, dy), 1e-9);
}
