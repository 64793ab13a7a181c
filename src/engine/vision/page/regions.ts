// Candidates for a sheet on a small colour picture: connected surfaces without a step in them, or of one side of a level.
import type { Picture } from "../picture.js";

/** Means of blocks, `planes` are red, green and blue. */
export interface SmallPicture {
  readonly planes: readonly Float32Array[];
  readonly width: number;
  readonly height: number;
  /** Pixels of the picture to one of these. */
  readonly size: number;
}

/** Of each row of a connected surface, its first and last column; rows without any have first > last. */
export interface Region {
  readonly first: Int16Array;
  readonly last: Int16Array;
  readonly area: number;
}

/** Blocks of the longer side. */
const LONGEST = 114;
/** Share of the picture that a sheet takes at least. */
export const LEAST_AREA = 0.06;
/** Grey levels between neighbours two blocks apart that end a surface: in dim light little, in squares and grain much. */
const STEPS = [6, 10, 16, 26, 40];
/** Levels between the darkest and the lightest part. */
const LEVELS = 9;
const TINTS = 3;

export function smallPicture({ data, width, height }: Picture): SmallPicture {
  const size = Math.max(1, Math.ceil(Math.max(width, height) / LONGEST));
  const [columns, rows] = [Math.floor(width / size), Math.floor(height / size)];
  const planes = [0, 1, 2].map(() => new Float32Array(columns * rows));
  const [red = planes[0], green = planes[0], blue = planes[0]] = planes;
  if (red === undefined || green === undefined || blue === undefined) return { planes, width: 0, height: 0, size };
  // Every second pixel of every second row is enough for a mean.
  const step = size >= 4 ? 2 : 1;
  const share = 1 / Math.ceil(size / step) ** 2;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      let [r, g, b] = [0, 0, 0];
      for (let y = row * size; y < (row + 1) * size; y += step) {
        for (let x = column * size; x < (column + 1) * size; x += step) {
          const at = (y * width + x) * 3;
          r += data[at] ?? 0;
          g += data[at + 1] ?? 0;
          b += data[at + 2] ?? 0;
        }
      }
      const to = row * columns + column;
      red[to] = r * share;
      green[to] = g * share;
      blue[to] = b * share;
    }
  }
  return { planes, width: columns, height: rows, size };
}

/** All that are large enough, several of them nearly the same. */
export function regionsOf(small: SmallPicture): Region[] {
  const { width, height, planes } = small;
  const least = LEAST_AREA * 0.6 * width * height;
  const steps = stepsOf(small);
  const scratch = { open: new Uint8Array(steps.length), stack: new Int32Array(steps.length) };
  const found = STEPS.flatMap((most) =>
    surfaces(steps, width, height, Number.NEGATIVE_INFINITY, most, least, 1, scratch),
  );
  const [light, tint] = lightAndTint(planes);
  for (const [values, count] of [
    [light, LEVELS],
    [tint, TINTS],
  ] as const) {
    const sorted = values.filter((_, at) => at % 5 === 0).sort();
    const [low, high] = [sorted[Math.floor(0.03 * sorted.length)] ?? 0, sorted[Math.floor(0.97 * sorted.length)] ?? 0];
    if (high - low < 12) continue;
    for (let step = 1; step <= count; step++) {
      const level = low + ((high - low) * step) / (count + 1);
      found.push(...surfaces(values, width, height, level, Number.POSITIVE_INFINITY, least, 0, scratch));
      found.push(...surfaces(values, width, height, Number.NEGATIVE_INFINITY, level, least, 0, scratch));
    }
  }
  return found;
}

/** Largest change of a colour between the neighbours left and right, above and below. */
function stepsOf({ planes, width, height }: SmallPicture): Float32Array {
  const out = new Float32Array(width * height);
  for (const plane of planes) {
    for (let y = 0; y < height; y++) {
      const [up, down] = [Math.max(0, y - 1) * width, Math.min(height - 1, y + 1) * width];
      for (let x = 0; x < width; x++) {
        const row = y * width;
        const across = Math.abs(
          (plane[row + Math.min(width - 1, x + 1)] ?? 0) - (plane[row + Math.max(0, x - 1)] ?? 0),
        );
        const along = Math.abs((plane[down + x] ?? 0) - (plane[up + x] ?? 0));
        const most = across > along ? across : along;
        if (most > (out[row + x] ?? 0)) out[row + x] = most;
      }
    }
  }
  return out;
}

/** Luma, and how far the colours are from grey. */
function lightAndTint([red, green, blue]: readonly Float32Array[]): readonly [Float32Array, Float32Array] {
  const light = new Float32Array(red?.length ?? 0);
  const tint = new Float32Array(light.length);
  for (let at = 0; at < light.length; at++) {
    const [r, g, b] = [red?.[at] ?? 0, green?.[at] ?? 0, blue?.[at] ?? 0];
    light[at] = 0.299 * r + 0.587 * g + 0.114 * b;
    tint[at] = Math.max(r, g, b) - Math.min(r, g, b);
  }
  return [light, tint];
}

/** As many values as the small picture has, used by one search after the other. */
interface Scratch {
  readonly open: Uint8Array;
  readonly stack: Int32Array;
}

/** Connected (4 neighbours) values of at least `low` and below `high`; `grow`: pixels that the band of an edge takes from either side. */
function surfaces(
  values: Float32Array,
  width: number,
  height: number,
  low: number,
  high: number,
  least: number,
  grow: number,
  scratch: Scratch,
): Region[] {
  const { open, stack } = scratch;
  for (let at = 0; at < open.length; at++) {
    const value = values[at] ?? 0;
    open[at] = value >= low && value < high ? 1 : 0;
  }
  const found: Region[] = [];
  // Most are specks: only what is large enough gets arrays of its own.
  const [first, last] = [new Int16Array(height).fill(width), new Int16Array(height).fill(-1)];
  for (let start = 0; start < open.length; start++) {
    if (open[start] !== 1) continue;
    let area = 0;
    let size = 0;
    // No row above the first pixel's belongs: it is the uppermost.
    const top = (start / width) | 0;
    let bottom = top;
    stack[size++] = start;
    open[start] = 0;
    while (size > 0) {
      const at = stack[--size] ?? 0;
      area++;
      const y = (at / width) | 0;
      const x = at - y * width;
      if (x < (first[y] ?? 0)) first[y] = x;
      if (x > (last[y] ?? 0)) last[y] = x;
      if (y > bottom) bottom = y;
      if (x > 0 && open[at - 1] === 1) {
        open[at - 1] = 0;
        stack[size++] = at - 1;
      }
      if (x < width - 1 && open[at + 1] === 1) {
        open[at + 1] = 0;
        stack[size++] = at + 1;
      }
      if (y > 0 && open[at - width] === 1) {
        open[at - width] = 0;
        stack[size++] = at - width;
      }
      if (y < height - 1 && open[at + width] === 1) {
        open[at + width] = 0;
        stack[size++] = at + width;
      }
    }
    if (area >= least) found.push({ ...grown(first, last, width, height, grow), area });
    first.fill(width, top, bottom + 1);
    last.fill(-1, top, bottom + 1);
  }
  return found;
}

function grown(first: Int16Array, last: Int16Array, width: number, height: number, by: number): Omit<Region, "area"> {
  const [left, right] = [first.slice(), last.slice()];
  if (by === 0) return { first: left, last: right };
  for (let y = 0; y < height; y++) {
    for (let near = Math.max(0, y - by); near <= Math.min(height - 1, y + by); near++) {
      if ((last[near] ?? -1) < 0) continue;
      left[y] = Math.min(left[y] ?? width, Math.max(0, (first[near] ?? 0) - by));
      right[y] = Math.max(right[y] ?? -1, Math.min(width - 1, (last[near] ?? 0) + by));
    }
  }
  return { first: left, last: right };
}
