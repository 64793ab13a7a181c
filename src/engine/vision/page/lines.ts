// Ruled and squared paper: long thin straight lines are looked for in the ink and taken out; strokes that cross them stay whole.
import { type Band, cleared, LINE_SHARE, type Mask, type Plane } from "./clearing.js";

/** Degrees that a page may be turned by. */
const MOST_TURNED = 17;
/** Points of the ink that the angle is looked for with. */
const SAMPLE = 8_000;
/** Parts of the page with a slope of their own, and how many degrees those may differ from the page's. */
const BANDS = 4;
const FAN = 2.4;
/** So many lines are a ruled page's; fewer only if one shows this share of the page's width. */
const LEAST_LINES = 4;
const EDGE_TO_EDGE = 0.8;
/** Pixels: thicker is no ruled line but a stroke. */
const THICKEST = 7;

/**
 * A new mask without the lines of both directions; the same one where there are none. `strength`: of the ink, as large as the mask;
 * where a stroke runs along a line or crosses it, it is darker than the line and stays.
 */
export function withoutLines(mask: Mask, strength: Float32Array): Mask {
  const across = withoutHorizontals(mask, () => strength);
  const turned = transposed(across, new Uint8Array(strength.length));
  const both = withoutHorizontals(
    turned,
    () => transposed({ ...mask, data: strength }, new Float32Array(strength.length)).data,
  );
  return both === turned ? across : transposed(both, new Uint8Array(strength.length));
}

function transposed<T extends Uint8Array | Float32Array>({ data, width, height }: Plane<T>, out: T): Plane<T> {
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) out[x * height + y] = data[y * width + x] ?? 0;
  return { data: out, width: height, height: width };
}

function withoutHorizontals(mask: Mask, strength: () => Float32Array): Mask {
  const { width, height } = mask;
  if (width < 64 || height < 64) return mask;
  const points = pointsOf(mask);
  const coarse = slopeOf(points, mask, 0, MOST_TURNED, 0.75);
  // Of the ink that is looked at, the fullest rows must hold a line's worth.
  if (coarse === undefined || coarse.fullest * points.every < 0.7 * LINE_SHARE * width) return mask;
  const thickness = runsDown(mask);
  const bands = bandsOf(points, mask, coarse.degrees);
  const limit = lineThickness(
    bands.map((band) => rulingOf(mask, band, thickness)),
    width,
  );
  if (limit === undefined) return mask;
  return cleared(mask, strength(), bands, thickness, limit);
}

/** Perspective fans parallel lines out: every quarter of the page has a slope of its own. */
function bandsOf(points: Points, mask: Mask, degrees: number): Band[] {
  const slope = Math.tan((degrees * Math.PI) / 180);
  const drop = slope * mask.width;
  const [first, last] = [Math.floor(Math.min(0, -drop)), Math.ceil(Math.max(mask.height, mask.height - drop))];
  const size = Math.ceil((last - first) / BANDS);
  return Array.from({ length: BANDS }, (_, index) => {
    const [from, to] = [first + index * size, first + (index + 1) * size];
    const inside = within(points, slope, from, to);
    const wide = slopeOf(inside, mask, degrees, FAN, 0.4);
    const fine = wide && slopeOf(inside, mask, wide.degrees, 0.3, 0.1);
    return { slope: Math.tan(((fine?.degrees ?? degrees) * Math.PI) / 180), from, to };
  });
}

/** Of every ink pixel: length of the run of ink above and below it. */
function runsDown({ data, width, height }: Mask): Uint16Array {
  const runs = new Uint16Array(data.length);
  // Downwards each pixel counts those above it; upwards the run's last one, which counted all, tells the others.
  for (let at = 0; at < data.length; at++) {
    if (data[at] === 1) runs[at] = at < width ? 1 : (runs[at - width] ?? 0) + 1;
  }
  for (let at = (height - 1) * width - 1; at >= 0; at--) {
    if (data[at] === 1 && data[at + width] === 1) runs[at] = runs[at + width] ?? 0;
  }
  return runs;
}

interface Points {
  readonly x: Int32Array;
  readonly y: Int32Array;
  /** One point stands for so many pixels of ink. */
  readonly every: number;
}

function pointsOf({ data, width, height }: Mask): Points {
  let ink = 0;
  for (let at = 0; at < data.length; at++) ink += data[at] ?? 0;
  const every = Math.max(1, Math.floor(ink / SAMPLE));
  const count = Math.ceil(ink / every);
  const [xs, ys] = [new Int32Array(count), new Int32Array(count)];
  let seen = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (data[y * width + x] !== 1) continue;
      if (seen % every === 0) {
        xs[seen / every] = x;
        ys[seen / every] = y;
      }
      seen++;
    }
  }
  return { x: xs, y: ys, every };
}

function within({ x, y, every }: Points, slope: number, from: number, to: number): Points {
  const [xs, ys]: [number[], number[]] = [[], []];
  for (let at = 0; at < x.length; at++) {
    const row = (y[at] ?? 0) - slope * (x[at] ?? 0);
    if (row < from || row >= to) continue;
    xs.push(x[at] ?? 0);
    ys.push(y[at] ?? 0);
  }
  return { x: Int32Array.from(xs), y: Int32Array.from(ys), every };
}

/** The angle at which the ink falls together into the fewest rows, and the fullest two rows' points; undefined for little ink. */
function slopeOf(
  { x, y }: Points,
  { width, height }: Mask,
  middle: number,
  reach: number,
  step: number,
): { readonly degrees: number; readonly fullest: number } | undefined {
  if (x.length < 60) return undefined;
  const bins = new Int32Array((height + 2 * width + 2) >> 1);
  let best = { degrees: 0, fullest: 0, score: -1 };
  for (let degrees = middle - reach; degrees <= middle + reach + 1e-6; degrees += step) {
    const slope = Math.tan((degrees * Math.PI) / 180);
    bins.fill(0);
    for (let at = 0; at < x.length; at++) {
      const bin = ((y[at] ?? 0) - slope * (x[at] ?? 0) + width) >> 1;
      bins[bin] = (bins[bin] ?? 0) + 1;
    }
    let [score, fullest] = [0, 0];
    for (let bin = 0; bin < bins.length; bin++) {
      const count = bins[bin] ?? 0;
      score += count * count;
      if (count > fullest) fullest = count;
    }
    if (score > best.score) best = { degrees, fullest, score };
  }
  return best;
}

/** The lines of a band: how many, the most columns of the page that one has ink in, and their pixels with the sum of these' runs down. */
interface Ruling {
  readonly lines: number;
  readonly fullest: number;
  readonly pixels: number;
  readonly runs: number;
}

function rulingOf({ data, width, height }: Mask, { slope, from, to }: Band, runs: Uint16Array): Ruling {
  const size = to - from + 2;
  const [thin, sums, columns] = [new Uint32Array(size), new Uint32Array(size), new Uint32Array(size)];
  const counted = new Int32Array(size).fill(-1);
  for (let x = 0; x < width; x++) {
    const shift = Math.round(slope * x);
    for (let y = Math.max(0, from + shift); y < Math.min(height, to + shift); y++) {
      const run = runs[y * width + x] ?? 0;
      if (run === 0 || run > THICKEST || data[y * width + x] !== 1) continue;
      const bin = y - shift - from;
      thin[bin] = (thin[bin] ?? 0) + 1;
      sums[bin] = (sums[bin] ?? 0) + run;
      // A line wanders a pixel up and down; one that is three pixels thick has no more columns than one that is thin.
      for (let near = Math.max(0, bin - 1); near <= bin + 1; near++) {
        if (counted[near] === x) continue;
        counted[near] = x;
        columns[near] = (columns[near] ?? 0) + 1;
      }
    }
  }
  let [lines, fullest, pixels, sum, since] = [0, 0, 0, 0, 9];
  for (let bin = 0; bin < size; bin++) {
    since++;
    const count = columns[bin] ?? 0;
    if (count < LINE_SHARE * width) continue;
    if (since > 6) lines++;
    since = 0;
    fullest = Math.max(fullest, count);
    pixels += thin[bin] ?? 0;
    sum += sums[bin] ?? 0;
  }
  return { lines, fullest, pixels, runs: sum };
}

/** Pixels that a line is thick, and a little more; undefined where the page is not ruled. */
function lineThickness(rulings: readonly Ruling[], width: number): number | undefined {
  const total = (part: keyof Ruling): number => rulings.reduce((sum, ruling) => sum + ruling[part], 0);
  // A few may be strokes of digits, unless one goes from edge to edge.
  const isRuled = total("lines") >= LEAST_LINES || rulings.some(({ fullest }) => fullest >= EDGE_TO_EDGE * width);
  if (!isRuled || total("pixels") === 0) return undefined;
  return Math.ceil((1.5 * total("runs")) / total("pixels") + 1);
}
