// Where ink is: the page's own light is divided out, so that a shadow is page and a pale pencil is ink.
import type { Grey, Picture } from "../picture.js";
import { blockMeans, boxBlur, enlarge, largest, narrowed, smallest, widened } from "./filters.js";

export type Polarity = "dark-on-light" | "light-on-dark";

export interface Ink {
  /** 0: page, 1: as dark (or light) as this page's ink, which is its upper quartile; at most `MOST_STRENGTH`. */
  readonly strength: Grey;
  /** 1 where there is ink. */
  readonly mask: Uint8Array;
  /** Share of the page's light that the ink takes away, 0 to 1; below `LEAST_CONTRAST` nothing is ink. */
  readonly contrast: number;
  readonly noise: number;
}

/** Blocks of the longer side of the background's grid. */
const GRID = 128;
/** Blocks around a block in which page must be seen: strokes up to 24 blocks, a fifth of the picture, are bridged. */
const REACH = 12;
/** A share of light: what varies less is paper. */
const LEAST_CONTRAST = 0.1;
/** Deviations beyond this many standard deviations of the paper's noise are ink. */
const NOISE_GATE = 4.5;
/** Fewer pixels are no ink that could be read. */
const LEAST_PIXELS = 30;
const MOST_STRENGTH = 2;
/** Between page (0) and ink (1). */
const THRESHOLD = 0.42;

/** Luma (ITU-R BT.601). */
export function greyOf({ data, width, height }: Picture): Grey {
  const grey = new Float32Array(width * height);
  for (let at = 0, from = 0; at < grey.length; at++, from += 3) {
    grey[at] = 0.299 * (data[from] ?? 0) + 0.587 * (data[from + 1] ?? 0) + 0.114 * (data[from + 2] ?? 0);
  }
  return { data: grey, width, height };
}

/** Ink is the minority that deviates far: the sign of the third moment of what remains without the slow changes. */
export function polarityOf(grey: Grey): Polarity {
  const small = blockMeans(grey, Math.max(1, Math.round(Math.max(grey.width, grey.height) / 256)));
  const slow = boxBlur(small, Math.max(2, Math.round(Math.min(small.width, small.height) / 6)));
  let cubes = 0;
  for (let at = 0; at < small.data.length; at++) {
    const difference = (small.data[at] ?? 0) - (slow.data[at] ?? 0);
    cubes += difference * difference * difference;
  }
  return cubes > 0 ? "light-on-dark" : "dark-on-light";
}

/** Undefined where nothing stands out from the page. `inside`: 1 where there is page; nothing else is ink, or counts. */
export function inkOf(grey: Grey, polarity: Polarity, inside?: Uint8Array): Ink | undefined {
  const { width, height } = grey;
  const page = polarity === "dark-on-light" ? grey : inverted(grey);
  const background = backgroundOf(page);
  const strength = new Float32Array(page.data.length);
  for (let at = 0; at < strength.length; at++) {
    const light = Math.max(background.data[at] ?? 0, 32);
    strength[at] = (light - (page.data[at] ?? 0)) / light;
  }
  // Below all paper: no median and no level sees it.
  if (inside !== undefined) for (let at = 0; at < strength.length; at++) if (inside[at] === 0) strength[at] = OUTSIDE;
  const { middle, deviation } = noiseOf(strength);
  const gate = middle + Math.max(NOISE_GATE * deviation, LEAST_CONTRAST);
  const level = inkLevel(strength, gate);
  if (level === undefined) return undefined;
  const contrast = level - middle;
  const threshold = Math.max(THRESHOLD, (gate - middle) / contrast);
  const mask = new Uint8Array(strength.length);
  for (let at = 0; at < strength.length; at++) {
    const value = Math.min(Math.max(((strength[at] ?? 0) - middle) / contrast, 0), MOST_STRENGTH);
    strength[at] = value;
    if (value > threshold) mask[at] = 1;
  }
  return { strength: { data: strength, width, height }, mask, contrast, noise: deviation };
}

function inverted({ data, width, height }: Grey): Grey {
  return { data: data.map((value) => 255 - value), width, height };
}

/**
 * The page without what is written on it: a closing (what is narrow and dark goes), smoothed a little. The page goes on beyond the
 * picture's edge: a shadow that the edge cuts into a wedge is no narrower for that.
 */
function backgroundOf(page: Grey): Grey {
  const size = Math.max(1, Math.round(Math.max(page.width, page.height) / GRID));
  const blocks = blockMeans(page, size);
  const closed = narrowed(smallest(largest(widened(blocks, REACH), REACH), REACH), REACH);
  return enlarge(boxBlur(closed, 1), size, page.width, page.height);
}

const BINS = 512;
/** Strength of what is no page. */
const OUTSIDE = -9;

/** Every so many pixels are enough for a median. */
const STRIDE = 5;

/** Median, and the standard deviation that the median of the deviations tells: ink is the minority and does not count. */
function noiseOf(strength: Float32Array): { middle: number; deviation: number } {
  const stride = strength.length > 50_000 ? STRIDE : 1;
  const counts = new Uint32Array(BINS);
  let total = 0;
  // Strengths of -0.5 to 1.
  for (let at = 0; at < strength.length; at += stride) {
    const value = strength[at] ?? 0;
    if (value === OUTSIDE) continue;
    const bin = Math.min(Math.max(((value + 0.5) * BINS) / 1.5, 0), BINS - 1) | 0;
    counts[bin] = (counts[bin] ?? 0) + 1;
    total++;
  }
  const middle = (binOf(counts, total / 2) * 1.5) / BINS - 0.5;
  counts.fill(0);
  for (let at = 0; at < strength.length; at += stride) {
    const value = strength[at] ?? 0;
    if (value === OUTSIDE) continue;
    const bin = Math.min(Math.abs(value - middle) * BINS, BINS - 1) | 0;
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return { middle, deviation: (1.4826 * binOf(counts, total / 2)) / BINS };
}

function binOf(counts: Uint32Array, wanted: number): number {
  let sum = 0;
  for (let bin = 0; bin < counts.length; bin++) {
    const count = counts[bin] ?? 0;
    if (sum + count >= wanted) return bin + (count === 0 ? 0 : (wanted - sum) / count);
    sum += count;
  }
  return counts.length;
}

/** Share of what stands out that the darker part must have to be the ink: less is dust. */
const LEAST_DARK = 0.03;

/**
 * What the darker of the ink's pixels have: the upper quartile of the darker part (Otsu, "A threshold selection method", 1979), since
 * squared paper has more pixels of line than a thin pen has of ink.
 */
function inkLevel(strength: Float32Array, gate: number): number | undefined {
  const counts = new Uint32Array(BINS);
  let total = 0;
  for (let at = 0; at < strength.length; at++) {
    const value = strength[at] ?? 0;
    if (value <= gate) continue;
    const bin = Math.min(Math.floor(value * BINS), BINS - 1);
    counts[bin] = (counts[bin] ?? 0) + 1;
    total++;
  }
  if (total < LEAST_PIXELS) return undefined;
  const paler = palerOf(counts, total);
  const darker = total - paler;
  const from = darker < Math.max(LEAST_PIXELS, LEAST_DARK * total) ? 0 : paler;
  return binOf(counts, from + 0.75 * (total - from)) / BINS;
}

/** How many of them are in the paler of the two parts between which the variance is largest. */
function palerOf(counts: Uint32Array, total: number): number {
  const whole = counts.reduce((sum, count, bin) => sum + count * bin, 0);
  let [below, sum, best, found] = [0, 0, -1, 0];
  for (let bin = 0; bin < counts.length; bin++) {
    below += counts[bin] ?? 0;
    sum += (counts[bin] ?? 0) * bin;
    if (below === 0 || below === total) continue;
    const between = (sum * total - whole * below) ** 2 / (below * (total - below));
    if (between > best) [best, found] = [between, below];
  }
  return found;
}
