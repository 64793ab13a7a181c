// Augmentation of drawn digits: a small affine map, a little elastic bending, thicker or thinner strokes.
import type { Random } from "../random.js";
import type { Pixels } from "./data-set.js";
import { type Field, warp } from "./warp.js";

export interface DigitAugmentation {
  /** Pixels, up to, in each direction. */
  readonly shift: number;
  /** Degrees, up to, either way. Beyond 15 a 6 begins to look like a 0, a 7 like a 1. */
  readonly rotation: number;
  readonly scale: readonly [low: number, high: number];
  /** Horizontal pixels a vertical pixel, up to, either way. */
  readonly shear: number;
  /** 0 to 1, up to: how far a stroke is mixed with itself grown (or shrunk, half as far) by one pixel all around. */
  readonly thickness: number;
  /** Pixels: standard deviation of a coarse grid's displacements; 0 switches it off. After Simard et al. (2003). */
  readonly elastic: number;
}

export const DIGIT_AUGMENTATION: DigitAugmentation = {
  shift: 2,
  rotation: 12,
  scale: [0.85, 1.15],
  shear: 0.1,
  thickness: 0.6,
  elastic: 0.6,
};

/** Points of the elastic grid in each direction; between them the displacement is interpolated. */
const GRID = 5;
/** An eroded thin stroke vanishes, a grown one does not. */
const THINNEST = 0.5;

/** A new picture of the same size; ink is bright on 0. The same state of `random` gives the same pixels. */
export function augmentDigit(picture: Pixels, random: Random, settings: DigitAugmentation): Pixels {
  const { height, width } = picture;
  const angle = (random.between(-settings.rotation, settings.rotation) * Math.PI) / 180;
  const scale = random.between(...settings.scale);
  const shear = random.between(-settings.shear, settings.shear);
  const [shiftX, shiftY] = [
    random.between(-settings.shift, settings.shift),
    random.between(-settings.shift, settings.shift),
  ];
  // Output to source is the inverse of the map that the digit undergoes, about the centre.
  const [cos, sin] = [Math.cos(angle) / scale, Math.sin(angle) / scale];
  const [centreX, centreY] = [(width - 1) / 2, (height - 1) / 2];
  const [a, b, d, e] = [cos, sin + shear * cos, -sin, cos - shear * sin];
  const [toX, toY] = [centreX + shiftX, centreY + shiftY];
  const field = settings.elastic > 0 ? elasticField(height, width, settings.elastic, random) : undefined;
  const moved = warp(
    picture,
    [height, width],
    [a, b, centreX - a * toX - b * toY, d, e, centreY - d * toX - e * toY],
    0,
    field,
  );
  const strength = random.between(-THINNEST, 1) * settings.thickness;
  return settings.thickness > 0 ? withThickness(moved, strength) : moved;
}

/** Above 0 grows strokes, below 0 shrinks them; ±1 is one pixel up, down, left and right (grey dilation and erosion). */
export function withThickness(picture: Pixels, strength: number): Pixels {
  const { data, height, width, channels } = picture;
  const out = new Uint8Array(data.length);
  const pick = strength > 0 ? Math.max : Math.min;
  const share = Math.min(Math.abs(strength), 1);
  const row = width * channels;
  for (let at = 0; at < data.length; at++) {
    const here = data[at] ?? 0;
    const column = at % row;
    const left = column >= channels ? (data[at - channels] ?? 0) : here;
    const right = column < row - channels ? (data[at + channels] ?? 0) : here;
    const up = at >= row ? (data[at - row] ?? 0) : here;
    const down = at < (height - 1) * row ? (data[at + row] ?? 0) : here;
    out[at] = here + share * (pick(here, left, right, up, down) - here) + 0.5;
  }
  return { data: out, height, width, channels };
}

function elasticField(height: number, width: number, deviation: number, random: Random): Field {
  const points = (): Float32Array => Float32Array.from({ length: GRID * GRID }, () => random.normal() * deviation);
  const [gridX, gridY] = [points(), points()];
  const [x, y] = [new Float32Array(height * width), new Float32Array(height * width)];
  for (let line = 0; line < height; line++) {
    const v = (line / (height - 1)) * (GRID - 1);
    const top = Math.min(Math.floor(v), GRID - 2);
    for (let column = 0; column < width; column++) {
      const u = (column / (width - 1)) * (GRID - 1);
      const left = Math.min(Math.floor(u), GRID - 2);
      const at = top * GRID + left;
      const [right, down] = [u - left, v - top];
      const pixel = line * width + column;
      x[pixel] = between(gridX, at, right, down);
      y[pixel] = between(gridY, at, right, down);
    }
  }
  return { x, y };
}

function between(grid: Float32Array, at: number, right: number, down: number): number {
  const upper = (grid[at] ?? 0) * (1 - right) + (grid[at + 1] ?? 0) * right;
  const lower = (grid[at + GRID] ?? 0) * (1 - right) + (grid[at + GRID + 1] ?? 0) * right;
  return upper * (1 - down) + lower * down;
}
