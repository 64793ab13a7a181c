// Whether a picture is a photo at all, by its colours and surfaces: drawings, screens, pages and empty walls are none.
import type { Picture } from "./picture.js";

export interface PhotoEvidence {
  /** Entropy of the colours in 512 boxes of 32³, bits: a flower has 3 to 6, a page 0 to 3. */
  readonly colours: number;
  /** Share of blocks without any texture. */
  readonly flat: number;
  /** Mean of the largest minus the smallest of red, green and blue. */
  readonly saturation: number;
  /**
   * Standard deviation of the colours across their main line (the second principal axis of RGB), grey levels: a photo of things of
   * several colours has 9 to 58, one colour in light and shade, as cloth, paper or a tinted texture, less than 6.
   */
  readonly hues: number;
}

/** Pixels of the longer side that are looked at: enough for shares, and done in about a millisecond. */
export const SIDE = 256;
/** Looked-at pixels of a block's side. */
export const BLOCK = 4;
/** Standard deviation of grey levels below which a block is one surface. */
const FLAT = 3;

/** left, top, right, bottom in pixels of `data`. */
export type Area = readonly [number, number, number, number];

/** Of the whole picture, or of one area of it. */
export function photoEvidence(
  { data, width, height }: Picture,
  [from, first, right, bottom]: Area = [0, 0, width, height],
): PhotoEvidence {
  const step = Math.max(1, Math.floor(Math.max(right - from, bottom - first) / SIDE));
  const boxes = new Uint32Array(512);
  const moments = new Float64Array(9);
  let [pixels, spread, blocks, flat] = [0, 0, 0, 0];
  for (let top = first; top < bottom; top += step * BLOCK) {
    for (let left = from; left < right; left += step * BLOCK) {
      let [sum, squares, count] = [0, 0, 0];
      for (let y = top; y < Math.min(bottom, top + step * BLOCK); y += step) {
        for (let x = left; x < Math.min(right, left + step * BLOCK); x += step) {
          const at = (y * width + x) * 3;
          const [red, green, blue] = [data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0];
          const box = (red >> 5) * 64 + (green >> 5) * 8 + (blue >> 5);
          boxes[box] = (boxes[box] ?? 0) + 1;
          spread += Math.max(red, green, blue) - Math.min(red, green, blue);
          addMoments(moments, red, green, blue);
          const grey = 0.299 * red + 0.587 * green + 0.114 * blue;
          [sum, squares, count] = [sum + grey, squares + grey * grey, count + 1];
        }
      }
      pixels += count;
      blocks++;
      if (squares / count - (sum / count) ** 2 < FLAT ** 2) flat++;
    }
  }
  let colours = 0;
  for (const count of boxes) if (count > 0) colours -= (count / pixels) * Math.log2(count / pixels);
  return { colours, flat: flat / blocks, saturation: spread / pixels, hues: acrossMainLine(moments, pixels) };
}

/** Sums of red, green, blue and of their products. */
export function addMoments(moments: Float64Array, red: number, green: number, blue: number): void {
  const values = [red, green, blue, red * red, green * green, blue * blue, red * green, red * blue, green * blue];
  for (let at = 0; at < values.length; at++) moments[at] = (moments[at] ?? 0) + (values[at] ?? 0);
}

/** Root of the middle eigenvalue of the covariance, in closed form (Smith, "Eigenvalues of a symmetric 3 × 3 matrix", 1961). */
export function acrossMainLine(moments: Float64Array, pixels: number): number {
  const [r = 0, g = 0, b = 0, rr = 0, gg = 0, bb = 0, rg = 0, rb = 0, gb = 0] = moments.map((sum) => sum / pixels);
  const [xx, yy, zz] = [rr - r * r, gg - g * g, bb - b * b];
  const [xy, xz, yz] = [rg - r * g, rb - r * b, gb - g * b];
  const mean = (xx + yy + zz) / 3;
  const size = Math.sqrt(
    ((xx - mean) ** 2 + (yy - mean) ** 2 + (zz - mean) ** 2 + 2 * (xy ** 2 + xz ** 2 + yz ** 2)) / 6,
  );
  if (size < 1e-9) return Math.sqrt(Math.max(0, mean));
  const [u, v, w] = [(xx - mean) / size, (yy - mean) / size, (zz - mean) / size];
  const [c, d, e] = [xy / size, xz / size, yz / size];
  const half = (u * (v * w - e * e) - c * (c * w - e * d) + d * (c * e - v * d)) / 2;
  const angle = Math.acos(Math.min(1, Math.max(-1, half))) / 3;
  return Math.sqrt(Math.max(0, mean + 2 * size * Math.cos(angle - (2 * Math.PI) / 3)));
}

/** Of the flowers' validation photos 1 to 2 % fall under each bound; made drawings, letters and screens nearly all. */
const LEAST_COLOURS = 2.2;
const MOST_FLAT = 0.8;
/** Grey photos exist (3 % of the flowers'), but nobody is sure about them. */
const SURE_COLOURS = 2.8;
const SURE_SATURATION = 10;
/** 4 % of the flowers' validation photos lie below. */
const SURE_HUES = 7;

export function looksPhotographed({ colours, flat }: PhotoEvidence): boolean {
  return colours >= LEAST_COLOURS && flat <= MOST_FLAT;
}

/** Colour and variety enough for a sure answer. */
export function looksColourful({ colours, saturation, hues }: PhotoEvidence): boolean {
  return colours >= SURE_COLOURS && saturation >= SURE_SATURATION && hues >= SURE_HUES;
}

/** Around written digits, 54 made pages have at most 3.4 bits or a saturation of 32, boards and coloured notes 0.9 bits; petals and stems exceed both. */
const SCENE_COLOURS = 2.8;
const SCENE_SATURATION = 35;

/** Too colourful for paper, given the surroundings of what was read: it is more likely a stem, a petal or a ring of petals. */
export function looksLikeScene({ colours, saturation }: PhotoEvidence): boolean {
  return colours >= SCENE_COLOURS && saturation >= SCENE_SATURATION;
}
