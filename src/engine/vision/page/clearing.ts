// Takes ruled lines out of a page's ink, slanted row by slanted row, and leaves what is written over them.

/** Share of the page's width that a line must show in one piece or in sum. */
export const LINE_SHARE = 0.4;
/** Share of ink along a line around a pixel that is taken for the line's. */
const DENSITY = 0.75;
/** Times as dark as a line: pen and line together are 1.5 to 1.8 times as dark as a line of the pen's own darkness. */
const DARKER = 1.35;

export interface Plane<T extends Uint8Array | Float32Array> {
  readonly data: T;
  readonly width: number;
  readonly height: number;
}

/** 1 where there is ink. */
export type Mask = Plane<Uint8Array>;

/** Rows along `slope` (pixels down per pixel across) that begin, at x = 0, between `from` and `to`. */
export interface Band {
  readonly slope: number;
  readonly from: number;
  readonly to: number;
}

/**
 * A new mask without the lines along these bands. `strength`: of the ink, as large as the mask; `runs`: of every ink pixel, the length
 * of the run of ink above and below it; what is thicker than `limit` stays, and so does what is darker than the lines.
 */
export function cleared(
  mask: Mask,
  strength: Float32Array,
  bands: readonly Band[],
  runs: Uint16Array,
  limit: number,
): Mask {
  const { width, height } = mask;
  const window = Math.max(48, Math.round(width * 0.09));
  const row = new SlantedRow(mask, strength);
  const found: {
    readonly shifts: Int32Array;
    readonly start: number;
    readonly count: number;
    readonly level: number;
  }[] = [];
  for (const [index, { slope, from, to }] of bands.entries()) {
    // Two bands that meet at the left edge drift apart towards the right one.
    const drifts = [bands[index - 1], bands[index + 1]].map((next) => Math.abs((next?.slope ?? slope) - slope));
    const margin = 2 + Math.ceil(Math.max(...drifts) * width);
    const shifts = Int32Array.from({ length: width }, (_, x) => Math.round(slope * x));
    for (let start = from - margin; start < to + margin; start++) {
      const count = row.read(shifts, start);
      if (count >= window * DENSITY) found.push({ shifts, start, count, level: row.level() });
    }
  }
  // A row in which only a stroke lies would take that for its line.
  const lines = found.filter(({ count }) => count >= LINE_SHARE * width);
  const darkest = lines.reduce((most, { level }) => Math.max(most, level), 0);
  const out = Uint8Array.from(mask.data);
  for (const { shifts, start, level } of found) {
    row.read(shifts, start);
    const most = DARKER * (darkest === 0 ? level : Math.min(level, darkest));
    for (const x of row.dense(window)) {
      if (row.peak(x) > most) continue;
      const y = start + (shifts[x] ?? 0);
      for (let near = Math.max(0, y - 1); near <= Math.min(height - 1, y + 1); near++) {
        if ((runs[near * width + x] ?? 0) <= limit) out[near * width + x] = 0;
      }
    }
  }
  return { data: out, width, height };
}

/** One slanted row of the page, and what lies a pixel above and below it. */
class SlantedRow {
  readonly #isOn: Uint8Array;
  readonly #peaks: Float32Array;
  readonly #sorted: Float32Array;
  #count = 0;

  constructor(
    private readonly mask: Mask,
    private readonly strength: Float32Array,
  ) {
    this.#isOn = new Uint8Array(mask.width);
    this.#peaks = new Float32Array(mask.width);
    this.#sorted = new Float32Array(mask.width);
  }

  /** The row that begins at x = 0 in `start`; `shifts`: pixels down from there at each x. @returns how many of its pixels are ink */
  read(shifts: Int32Array, start: number): number {
    const { data, width, height } = this.mask;
    this.#count = 0;
    for (let x = 0; x < width; x++) {
      const y = start + (shifts[x] ?? 0);
      const at = y * width + x;
      const hit = y > 0 && y < height - 1 ? (data[at] ?? 0) | (data[at - width] ?? 0) | (data[at + width] ?? 0) : 0;
      this.#isOn[x] = hit;
      if (hit === 0) continue;
      const peak = Math.max(this.strength[at - width] ?? 0, this.strength[at] ?? 0, this.strength[at + width] ?? 0);
      this.#peaks[x] = peak;
      this.#sorted[this.#count++] = peak;
    }
    return this.#count;
  }

  /** Median strength of its ink. */
  level(): number {
    return this.#sorted.subarray(0, this.#count).sort()[this.#count >> 1] ?? 0;
  }

  /** Strength at x, where there is ink. */
  peak(x: number): number {
    return this.#peaks[x] ?? 0;
  }

  /** Where there is ink and the row is nearly full for half a window to either side. */
  *dense(window: number): Generator<number> {
    const { width } = this.mask;
    const half = Math.floor(window / 2);
    let sum = 0;
    for (let x = 0; x < Math.min(half, width); x++) sum += this.#isOn[x] ?? 0;
    for (let x = 0; x < width; x++) {
      sum += this.#isOn[x + half] ?? 0;
      if (x - half - 1 >= 0) sum -= this.#isOn[x - half - 1] ?? 0;
      const size = Math.min(x + half, width - 1) - Math.max(x - half, 0) + 1;
      if (this.#isOn[x] === 1 && sum >= DENSITY * size) yield x;
    }
  }
}
