// Ruled and squared paper: long thin straight lines are taken out of the ink; strokes that cross them stay whole.

/** Degrees that a page may be turned by. */
const MOST_TURNED = 17;
/** Points of the ink that the angle is looked for with. */
const SAMPLE = 8_000;
/** Parts of the page with a slope of their own, and how many degrees those may differ from the page's. */
const BANDS = 4;
const FAN = 2.4;
/** Share of the page's width that a line must show in one piece or in sum. */
const LINE_SHARE = 0.4;
/** Share of ink along a line around a pixel that is taken for the line's. */
const DENSITY = 0.75;
/** Pixels: thicker is no ruled line but a stroke. */
const THICKEST = 7;

interface Mask {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** A new mask without the lines of both directions; the same one where there are none. */
export function withoutLines(mask: Mask): Mask {
  const across = withoutHorizontals(mask);
  const turned = transposed(across);
  const cleared = withoutHorizontals(turned);
  return cleared === turned ? across : transposed(cleared);
}

function transposed({ data, width, height }: Mask): Mask {
  const out = new Uint8Array(data.length);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) out[x * height + y] = data[y * width + x] ?? 0;
  return { data: out, width: height, height: width };
}

function withoutHorizontals(mask: Mask): Mask {
  const { data, width, height } = mask;
  if (width < 64 || height < 64) return mask;
  const points = pointsOf(mask);
  const coarse = slopeOf(points, mask, 0, MOST_TURNED, 0.75);
  // Of the ink that is looked at, the fullest rows must hold a line's worth.
  if (coarse === undefined || coarse.fullest * points.every < 0.7 * LINE_SHARE * width) return mask;
  const thickness = runsDown(mask);
  const bands = bandsOf(points, mask, coarse.degrees);
  const limits = bands.map((band) => lineThickness(mask, band, thickness)).filter((found) => found !== undefined);
  if (limits.length === 0) return mask;
  const limit = Math.max(...limits);
  const out = Uint8Array.from(data);
  const window = Math.max(48, Math.round(width * 0.09));
  for (const band of bands) clearBand(out, mask, band, window, thickness, limit);
  return { data: out, width, height };
}

/** Rows along `slope` (pixels down per pixel across) that begin, at x = 0, between `from` and `to`. */
interface Band {
  readonly slope: number;
  readonly from: number;
  readonly to: number;
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

function clearBand(
  out: Uint8Array,
  mask: Mask,
  band: Band,
  window: number,
  thickness: Uint16Array,
  limit: number,
): void {
  const { data, width, height } = mask;
  const shifts = new Int32Array(width);
  for (let x = 0; x < width; x++) shifts[x] = Math.round(band.slope * x);
  const isOn = new Uint8Array(width);
  for (let row = band.from - 2; row < band.to + 2; row++) {
    let found = 0;
    for (let x = 0; x < width; x++) {
      const y = row + (shifts[x] ?? 0);
      const at = y * width + x;
      const hit = y > 0 && y < height - 1 ? (data[at] ?? 0) | (data[at - width] ?? 0) | (data[at + width] ?? 0) : 0;
      isOn[x] = hit;
      found += hit;
    }
    if (found >= window * DENSITY) clearAlong(out, mask, row, shifts, isOn, window, thickness, limit);
  }
}

/** Takes out the pixels of one slanted row around which the row is nearly full, where the ink is no thicker than a line. */
function clearAlong(
  out: Uint8Array,
  { data, width, height }: Mask,
  row: number,
  shifts: Int32Array,
  isOn: Uint8Array,
  window: number,
  thickness: Uint16Array,
  limit: number,
): void {
  const half = Math.floor(window / 2);
  let sum = 0;
  for (let x = 0; x < Math.min(half, width); x++) sum += isOn[x] ?? 0;
  for (let x = 0; x < width; x++) {
    sum += isOn[x + half] ?? 0;
    if (x - half - 1 >= 0) sum -= isOn[x - half - 1] ?? 0;
    const size = Math.min(x + half, width - 1) - Math.max(x - half, 0) + 1;
    const y = row + (shifts[x] ?? 0);
    if (sum < DENSITY * size || y < 0 || y >= height) continue;
    for (let near = Math.max(0, y - 1); near <= Math.min(height - 1, y + 1); near++) {
      const at = near * width + x;
      if (data[at] === 1 && (thickness[at] ?? 0) <= limit) out[at] = 0;
    }
  }
}

/** Of every ink pixel: length of the run of ink above and below it. */
function runsDown({ data, width, height }: Mask): Uint16Array {
  const runs = new Uint16Array(data.length);
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < height; y++) {
      if (data[y * width + x] !== 1) continue;
      let end = y;
      while (end < height && data[end * width + x] === 1) end++;
      for (let at = y; at < end; at++) runs[at * width + x] = end - y;
      y = end;
    }
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

/** Runs down at the lines of a band, and a little more; undefined where no line goes through it. */
function lineThickness(
  { data, width, height }: Mask,
  { slope, from, to }: Band,
  runs: Uint16Array,
): number | undefined {
  const size = to - from + 2;
  const thin = new Uint32Array(size);
  const sums = new Uint32Array(size);
  for (let x = 0; x < width; x++) {
    const shift = Math.round(slope * x);
    for (let y = Math.max(0, from + shift); y < Math.min(height, to + shift); y++) {
      const run = runs[y * width + x] ?? 0;
      if (run === 0 || run > THICKEST || data[y * width + x] !== 1) continue;
      const bin = y - shift - from;
      thin[bin] = (thin[bin] ?? 0) + 1;
      sums[bin] = (sums[bin] ?? 0) + run;
    }
  }
  let [lines, total, sum, since, fullest] = [0, 0, 0, 9, 0];
  for (let bin = 1; bin < size - 1; bin++) {
    const count = (thin[bin - 1] ?? 0) + (thin[bin] ?? 0) + (thin[bin + 1] ?? 0);
    since++;
    if (count < LINE_SHARE * width) continue;
    if (since > 6) lines++;
    since = 0;
    fullest = Math.max(fullest, count);
    total += thin[bin] ?? 0;
    sum += sums[bin] ?? 0;
  }
  // One line alone may be a stroke, unless it goes from edge to edge.
  if (lines === 0 || total === 0 || (lines === 1 && fullest < 0.9 * width)) return undefined;
  return Math.ceil((1.5 * sum) / total + 1);
}
