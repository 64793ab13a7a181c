// Strokes and areas → ink on a square, as a page would have it before it becomes MNIST's 28 × 28.
import { inBytes, toMnist } from "../../../vision/page/geometry.js";
import type { Random } from "../../random.js";

export type Point = readonly [x: number, y: number];
/** From point to point; the ends are round. */
export type Stroke = readonly Point[];

/** Any scale: what is drawn is cut out tightly. */
export interface Drawing {
  readonly strokes: readonly Stroke[];
  /** Closed outlines whose inside is ink; where two overlap is page (even-odd). */
  readonly areas?: readonly Stroke[];
}

/** Pixels of the longer side. */
const SIDE = 56;

/** 28 × 28 bytes, ink 255 on 0. `pen`: width of a stroke as a share of the drawing's longer side. */
export function inked({ strokes, areas = [] }: Drawing, pen: number): Uint8Array {
  const points = [...strokes, ...areas].flat();
  const [left, right] = edges(points.map(([x]) => x));
  const [top, bottom] = edges(points.map(([, y]) => y));
  const longest = Math.max(right - left, bottom - top, 1e-6);
  const scale = (SIDE * (1 - pen)) / longest;
  const margin = (SIDE * pen) / 2;
  const width = Math.max(1, Math.round((right - left) * scale + 2 * margin));
  const height = Math.max(1, Math.round((bottom - top) * scale + 2 * margin));
  const placed = (stroke: Stroke): Stroke =>
    stroke.map(([x, y]) => [(x - left) * scale + margin, (y - top) * scale + margin]);
  const data = new Float32Array(width * height);
  for (const stroke of strokes.map(placed)) drawStroke(data, width, height, stroke, margin);
  if (areas.length > 0) fill(data, width, height, areas.map(placed));
  return inBytes(toMnist({ data, width, height }));
}

/** A little slanted, turned, stretched, and unsteady. */
export function byHand({ strokes, areas = [] }: Drawing, random: Random): Drawing {
  const [turn, slant, stretch] = [random.normal() * 0.12, random.normal() * 0.12, Math.exp(random.normal() * 0.18)];
  const shake = 0.015 * random.next();
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  const moved = ([x, y]: Point): Point => {
    const [atX, atY] = [(x + slant * y) * stretch + shake * random.normal(), y + shake * random.normal()];
    return [cos * atX - sin * atY, sin * atX + cos * atY];
  };
  return { strokes: strokes.map((stroke) => stroke.map(moved)), areas: areas.map((area) => area.map(moved)) };
}

/** Through its points, without corners (Catmull–Rom). */
export function smooth(points: Stroke, isClosed = false): Stroke {
  const count = points.length;
  const at = (index: number): Point => {
    const place = isClosed ? (index + count) % count : Math.min(Math.max(index, 0), count - 1);
    return points[place] ?? [0, 0];
  };
  const spans = isClosed ? count : count - 1;
  const curve = Array.from({ length: spans * STEPS }, (_, step) => {
    const [index, t] = [Math.floor(step / STEPS), (step % STEPS) / STEPS];
    const [p, q, r, s] = [at(index - 1), at(index), at(index + 1), at(index + 2)];
    const part = (axis: 0 | 1): number =>
      0.5 *
      (2 * q[axis] +
        (r[axis] - p[axis]) * t +
        (2 * p[axis] - 5 * q[axis] + 4 * r[axis] - s[axis]) * t ** 2 +
        (3 * q[axis] - p[axis] - 3 * r[axis] + s[axis]) * t ** 3);
    return [part(0), part(1)] as const;
  });
  return [...curve, isClosed ? (curve[0] ?? at(0)) : at(count - 1)];
}

const STEPS = 5;

function edges(values: readonly number[]): readonly [low: number, high: number] {
  return [Math.min(...values), Math.max(...values)];
}

/** Edges one pixel soft. */
function drawStroke(data: Float32Array, width: number, height: number, stroke: Stroke, radius: number): void {
  for (const [index, to] of stroke.entries()) {
    const from = stroke[Math.max(0, index - 1)] ?? to;
    if (index === 0 && stroke.length > 1) continue;
    const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
    const length = dx * dx + dy * dy;
    const reach = radius + 1;
    const [x1, x2] = [Math.min(from[0], to[0]) - reach, Math.max(from[0], to[0]) + reach];
    const [y1, y2] = [Math.min(from[1], to[1]) - reach, Math.max(from[1], to[1]) + reach];
    for (let y = Math.max(0, Math.floor(y1)); y <= Math.min(height - 1, y2); y++) {
      for (let x = Math.max(0, Math.floor(x1)); x <= Math.min(width - 1, x2); x++) {
        const [atX, atY] = [x + 0.5 - from[0], y + 0.5 - from[1]];
        const along = length === 0 ? 0 : Math.min(1, Math.max(0, (atX * dx + atY * dy) / length));
        const distance = Math.hypot(atX - along * dx, atY - along * dy);
        const value = Math.min(1, Math.max(0, radius - distance + 0.5));
        if (value > (data[y * width + x] ?? 0)) data[y * width + x] = value;
      }
    }
  }
}

/** Even-odd, four rows a pixel. */
function fill(data: Float32Array, width: number, height: number, areas: readonly Stroke[]): void {
  const sides = areas.flatMap((area) => area.map((to, index) => [area.at(index - 1) ?? to, to] as const));
  for (let line = 0; line < height * LINES; line++) {
    const level = (line + 0.5) / LINES;
    const crossings = sides
      .filter(([from, to]) => from[1] > level !== to[1] > level)
      .map(([from, to]) => from[0] + ((level - from[1]) / (to[1] - from[1])) * (to[0] - from[0]))
      .sort((a, b) => a - b);
    for (let pair = 0; pair + 1 < crossings.length; pair += 2) {
      const [from, to] = [crossings[pair] ?? 0, crossings[pair + 1] ?? 0];
      for (let x = Math.max(0, Math.floor(from)); x < Math.min(width, to); x++) {
        const covered = Math.min(x + 1, to) - Math.max(x, from);
        const at = Math.floor(line / LINES) * width + x;
        data[at] = Math.min(1, (data[at] ?? 0) + covered / LINES);
      }
    }
  }
}

const LINES = 4;
