// Ruled and squared paper: long thin straight lines are taken out of the ink; strokes that cross them stay whole.

/** Degrees that a page may be turned by. */
const MOST_TURNED = 17;
/** Points of the ink that the angle is looked for with. */
const SAMPLE = 16_000;
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
  const slope = slopeOf(mask);
  if (slope === undefined) return mask;
  const thickness = runsDown(mask);
  const limit = lineThickness(mask, slope, thickness);
  if (limit === undefined) return mask;
  const out = Uint8Array.from(data);
  const window = Math.max(48, Math.round(width * 0.09));
  const reach = Math.ceil(Math.abs(slope) * width) + 1;
  const shifts = Int32Array.from({ length: width }, (_, x) => Math.round(slope * x));
  const isOn = new Uint8Array(width);
  for (let row = -reach; row < height + reach; row++) {
    let found = 0;
    for (let x = 0; x < width; x++) {
      const y = row + (shifts[x] ?? 0);
      const at = y * width + x;
      const hit = y > 0 && y < height - 1 ? (data[at] ?? 0) | (data[at - width] ?? 0) | (data[at + width] ?? 0) : 0;
      isOn[x] = hit;
      found += hit;
    }
    if (found < window * DENSITY) continue;
    clearAlong(out, { data, width, height }, row, shifts, isOn, window, thickness, limit);
  }
  return { data: out, width, height };
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

/** Pixels down per pixel across at which the ink falls together into the fewest rows; undefined without any ink. */
function slopeOf({ data, width, height }: Mask): number | undefined {
  const points: number[] = [];
  let ink = 0;
  for (let at = 0; at < data.length; at++) ink += data[at] ?? 0;
  const every = Math.max(1, Math.floor(ink / SAMPLE));
  for (let at = 0, seen = 0; at < data.length; at++) if (data[at] === 1 && seen++ % every === 0) points.push(at);
  if (points.length < 100) return undefined;
  const score = (degrees: number): number => {
    const slope = Math.tan((degrees * Math.PI) / 180);
    const bins = new Uint32Array(height + 2 * width + 2);
    for (const at of points) {
      const y = Math.floor(at / width);
      const bin = (Math.round(y - slope * (at - y * width)) + width) >> 1;
      bins[bin] = (bins[bin] ?? 0) + 1;
    }
    return bins.reduce((sum, count) => sum + count * count, 0);
  };
  let best = { degrees: 0, score: score(0) };
  const look = (degrees: number): void => {
    const found = score(degrees);
    if (found > best.score) best = { degrees, score: found };
  };
  for (let degrees = -MOST_TURNED; degrees <= MOST_TURNED; degrees += 0.75) look(degrees);
  const coarse = best.degrees;
  for (let by = -0.6; by <= 0.6; by += 0.15) look(coarse + by);
  return Math.tan((best.degrees * Math.PI) / 180);
}

/** Runs down at the line, and a little more; undefined where no line goes through the page. */
function lineThickness({ data, width, height }: Mask, slope: number, runs: Uint16Array): number | undefined {
  const bins = new Uint32Array(height + 2 * width + 2);
  const thin = new Uint32Array(bins.length);
  const sums = new Uint32Array(bins.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      if (data[at] !== 1) continue;
      const bin = Math.round(y - slope * x) + width;
      bins[bin] = (bins[bin] ?? 0) + 1;
      const run = runs[at] ?? 0;
      if (run > THICKEST) continue;
      thin[bin] = (thin[bin] ?? 0) + 1;
      sums[bin] = (sums[bin] ?? 0) + run;
    }
  }
  let [lines, total, sum, since] = [0, 0, 0, 9];
  let fullest = 0;
  for (let bin = 1; bin < bins.length - 1; bin++) {
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
