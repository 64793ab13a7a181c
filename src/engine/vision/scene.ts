// Whether what was read as digits stands on a page or amid a scene, by colours relative to their brightness: a night has them, too.
import { type Area, acrossMainLine, addMoments, BLOCK, looksLikeScene, photoEvidence, SIDE } from "./photo.js";
import type { Picture } from "./picture.js";

/** Of chromaticities, red, green and blue each over the largest of the three, less what they are around. */
export interface SceneEvidence {
  /**
   * Median difference of a block from its surroundings: of a page most blocks are paper, and of one tint there, whatever light falls
   * on it and however that changes from one side to the other: 0.003 to 0.16 in 312 made pages, boards and notes in all lights, 0.03 to
   * 0.27 in 115 dark scenes.
   */
  readonly common: number;
  /** Standard deviation across their main line, which leads from the paper's tint to an ink's: 0 to 0.06 of pages, with several inks to 0.12; 0.02 to 0.2 of scenes. */
  readonly hues: number;
}

/** Grey levels that are added to the brightness, so that a sensor's noise in the dark is no colour. */
const FLOOR = 16;
/** Share of the shorter side, in both directions, that is a block's surroundings. */
const AROUND = 0.25;
const LEAST_AROUND = 2;

/** Zeros for an area with less than two blocks in a direction. */
export function sceneEvidence(picture: Picture, area: Area): SceneEvidence {
  const { values, columns, rows } = chromaticities(picture, area);
  if (columns < 2 || rows < 2) return { common: 0, hues: 0 };
  const reach = Math.max(LEAST_AROUND, Math.floor(AROUND * Math.min(columns, rows)));
  const around = means(values, columns, rows, reach);
  const moments = new Float64Array(9);
  const differences = new Float64Array(columns * rows);
  for (let block = 0; block < differences.length; block++) {
    const [red = 0, green = 0, blue = 0] = [0, 1, 2].map(
      (channel) => (values[block * 3 + channel] ?? 0) - (around[block * 3 + channel] ?? 0),
    );
    addMoments(moments, red, green, blue);
    differences[block] = Math.max(Math.abs(red), Math.abs(green), Math.abs(blue));
  }
  differences.sort();
  return {
    common: differences[differences.length >> 1] ?? 0,
    hues: acrossMainLine(moments, differences.length),
  };
}

/** Of blocks of the area: rows × columns × 3. */
function chromaticities({ data, width }: Picture, [left, top, right, bottom]: Area) {
  const step = Math.max(1, Math.floor(Math.max(right - left, bottom - top) / SIDE));
  const side = step * BLOCK;
  const [columns, rows] = [Math.floor((right - left) / side), Math.floor((bottom - top) / side)];
  const values = new Float64Array(Math.max(0, columns * rows * 3));
  for (let block = 0; block * 3 < values.length; block++) {
    const [x, y] = [left + (block % columns) * side, top + Math.floor(block / columns) * side];
    const sums = [0, 0, 0];
    for (let row = y; row < y + side; row += step) {
      for (let column = x; column < x + side; column += step) {
        for (let channel = 0; channel < 3; channel++) {
          sums[channel] = (sums[channel] ?? 0) + (data[(row * width + column) * 3 + channel] ?? 0);
        }
      }
    }
    const most = Math.max(...sums) / BLOCK ** 2 + FLOOR;
    for (let channel = 0; channel < 3; channel++) {
      values[block * 3 + channel] = (sums[channel] ?? 0) / BLOCK ** 2 / most;
    }
  }
  return { values, columns, rows };
}

/** Of the blocks within reach, less those beyond the edges; by a table of sums (Crow, "Summed-area tables", 1984). */
function means(values: Float64Array, columns: number, rows: number, reach: number): Float64Array {
  const wide = columns + 1;
  const sums = new Float64Array(wide * (rows + 1) * 3);
  for (let y = 0; y < rows; y++) {
    for (let at = 0; at < columns * 3; at++) {
      const here = (y + 1) * wide * 3 + at + 3;
      sums[here] =
        (values[y * columns * 3 + at] ?? 0) +
        (sums[here - 3] ?? 0) +
        (sums[here - wide * 3] ?? 0) -
        (sums[here - wide * 3 - 3] ?? 0);
    }
  }
  const found = new Float64Array(values.length);
  for (let y = 0; y < rows; y++) {
    const [above, below] = [Math.max(0, y - reach), Math.min(rows, y + reach + 1)];
    for (let x = 0; x < columns; x++) {
      const [left, right] = [Math.max(0, x - reach), Math.min(columns, x + reach + 1)];
      const count = (below - above) * (right - left);
      for (let channel = 0; channel < 3; channel++) {
        const sum = (row: number, column: number) => sums[(row * wide + column) * 3 + channel] ?? 0;
        found[(y * columns + x) * 3 + channel] =
          (sum(below, right) - sum(above, right) - sum(below, left) + sum(above, left)) / count;
      }
    }
  }
  return found;
}

/** Of 175 bright flowers whose surroundings exceed `photo.ts`'s bounds, three have less; a page in a lamp's light, which is as colourful, half of the time. */
const ONE_TINT = 0.03;
const LEAST_COMMON = 0.1;
const LEAST_HUES = 0.05;

/** Too colourful for paper around what was read, as light as it is or for its light: more likely a stem, a petal, a lamp or a trail of light. */
export function isAmidScene(picture: Picture, area: Area): boolean {
  const { common, hues } = sceneEvidence(picture, area);
  if (common >= LEAST_COMMON && hues >= LEAST_HUES) return true;
  return common >= ONE_TINT && looksLikeScene(photoEvidence(picture, area));
}
