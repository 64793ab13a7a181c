// A picture of a page → its ink as the digits network knows it, at the size at which the digits are MNIST's.
import type { Raster } from "../../charts/tiles.js";
import { greyOf, inkOf, type Polarity } from "../vision/page/ink.js";
import { withoutLines } from "../vision/page/lines.js";
import { findDigits } from "../vision/page/page.js";
import type { Grey } from "../vision/picture.js";
import { fitted, greyRaster } from "./maps.js";

/** Pixels that a digit is high within MNIST's 28: the page is scaled so that its digits are. */
export const DIGIT = 20;
/** Longer side of the scaled page, in pixels: time and memory of the one pass are bounded by it. */
const [SMALLEST, USUAL, LARGEST] = [28, 160, 400];

export interface InkPage {
  /** 0 (page) to 1 (ink); each side a window and a whole number of steps of 4. */
  readonly ink: Grey;
  /** Digits were found, and are `DIGIT` pixels high here. */
  readonly isScaled: boolean;
}

/** `window`: the side of what the network was made for. Ink as 0 to 1, found in the whole picture, where light is judged best, and scaled down then. */
export async function inkPage(picture: Raster, window: number): Promise<InkPage> {
  const { data, width, height } = picture;
  const whole = { data, width, height, original: { width, height }, format: "raw" };
  const findings = findDigits(whole);
  const heights = findings.digits.map(({ box }) => box[3]).toSorted((a, b) => a - b);
  const middle = heights[Math.floor(heights.length / 2)];
  const wished = middle === undefined ? USUAL : (Math.max(width, height) * DIGIT) / middle;
  const longest = Math.round(Math.min(Math.max(wished, SMALLEST), LARGEST));
  const strength = strokesOf(greyOf(whole), findings.polarity).map((value) => 255 * value);
  const small = await fitted(greyRaster({ data: strength, width, height }), { longest });
  const ink = Float32Array.from({ length: small.width * small.height }, (_, at) => (small.data[at * 3] ?? 0) / 255);
  return { ink: padded({ ...small, data: ink }, window), isScaled: middle !== undefined };
}

/** Strength of the strokes and of their soft edges, 0 to 1; a page's noise and its ruled lines are 0. */
function strokesOf(grey: Grey, polarity: Polarity): Float32Array {
  const { width, height } = grey;
  const ink = inkOf(grey, polarity);
  if (ink === undefined) return new Float32Array(width * height);
  const { data: mask } = withoutLines({ data: ink.mask, width, height }, ink.strength.data);
  return ink.strength.data.map((value, at) =>
    [at, at - 1, at + 1, at - width, at + width].some((near) => mask[near] === 1) ? Math.min(1, value) : 0,
  );
}

/** Page around it: at least a window in both directions, and a whole number of steps. */
function padded({ data, width, height }: Grey, window: number): Grey {
  const grown = (size: number): number => Math.max(window, window + Math.ceil((size + window / 2 - window) / 4) * 4);
  const [wide, high] = [grown(width), grown(height)];
  const [left, top] = [(wide - width) >> 1, (high - height) >> 1];
  const out = new Float32Array(wide * high);
  for (let y = 0; y < height; y++) out.set(data.subarray(y * width, (y + 1) * width), (top + y) * wide + left);
  return { data: out, width: wide, height: high };
}
