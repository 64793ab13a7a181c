// A digit stays what it is when it is turned a little, made narrower or lower; what a network knows only by chance does not.
import type { ModelManifest } from "../models/model.js";
import { energyOf } from "./decide.js";
import { SIDE, sampled } from "./page/geometry.js";
import { prepareDigits } from "./prepare.js";
import type { Ask } from "./read-number.js";

/** Output pixel → input pixel, about the centre: x' = a·x + b·y, y' = c·x + d·y. */
type Change = readonly [a: number, b: number, c: number, d: number];

const TURN = (12 * Math.PI) / 180;
const [COS, SIN] = [Math.cos(TURN), Math.sin(TURN)];
/** To four fifths of its width or height. */
const SQUEEZE = 1.25;
const CHANGES: readonly Change[] = [
  [COS, -SIN, SIN, COS],
  [COS, SIN, -SIN, COS],
  [SQUEEZE, 0, 0, 1],
  [1, 0, 0, SQUEEZE],
];

/** Least energy that each digit has in its changed views. `images`: 28 × 28 each; `ask` as for `readNumber`. */
export async function energiesOfViews(
  images: readonly Float32Array[],
  { labels, preprocessing }: Pick<ModelManifest, "labels" | "preprocessing">,
  ask: Ask,
): Promise<number[]> {
  const views = images.flatMap((image) => CHANGES.map((change) => changed(image, change)));
  const logits = await ask(prepareDigits(views, preprocessing), views.length);
  const energies = views.map((_, at) => energyOf(logits.subarray(at * labels.length, (at + 1) * labels.length)));
  return images.map((_, at) => Math.min(...energies.slice(at * CHANGES.length, (at + 1) * CHANGES.length)));
}

/** Bilinear; page beyond the edge. */
function changed(image: Float32Array, [a, b, c, d]: Change): Float32Array {
  const out = new Float32Array(SIDE * SIDE);
  const centre = (SIDE - 1) / 2;
  const ink = { data: image, width: SIDE, height: SIDE };
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const [u, v] = [x - centre, y - centre];
      out[y * SIDE + x] = sampled(ink, a * u + b * v + centre, c * u + d * v + centre);
    }
  }
  return out;
}
