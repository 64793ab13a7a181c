// Ink that lies in the hollow of other ink and touches it nowhere: the eyes of a face, a sign in a ring. No digit has such.
import { SIDE } from "./geometry.js";

/** Between page (0) and ink (1). */
const INK = 0.43;
/** Pixels of 28 × 28; less is a speck. */
const LEAST = 2;

/** Of 2,000 MNIST digits none has one. `image`: 28 × 28, 0 (page) to 1 (ink). */
export function hasIsland(image: Float32Array): boolean {
  // One pixel of page around, so that all page outside hangs together.
  const side = SIDE + 2;
  const reached = new Uint8Array(side * side);
  const isInk = (at: number): boolean => {
    const [x, y] = [(at % side) - 1, Math.floor(at / side) - 1];
    return x >= 0 && y >= 0 && x < SIDE && y < SIDE && (image[y * SIDE + x] ?? 0) > INK;
  };
  // Page from the outside (4-connected), the ink that it touches (8-connected); then what is left is inside something.
  const shore = fill([0], reached, side, false, (at) => !isInk(at));
  fill(shore, reached, side, true, isInk);
  let islands = 0;
  for (let at = 0; at < reached.length; at++) if (reached[at] === 0 && isInk(at)) islands++;
  return islands >= LEAST;
}

/** Marks all that `belongs` and hangs together with `seeds`. @returns what lies beside it and does not belong */
function fill(
  seeds: readonly number[],
  reached: Uint8Array,
  side: number,
  isDiagonal: boolean,
  belongs: (at: number) => boolean,
): number[] {
  const beside: number[] = [];
  const open = [...seeds];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (reached[at] === 1) continue;
    if (!belongs(at)) {
      beside.push(at);
      continue;
    }
    reached[at] = 1;
    const x = at % side;
    for (let dy = -1; dy <= 1; dy++) {
      for (let dx = -1; dx <= 1; dx++) {
        const next = at + dy * side + dx;
        const isOutside = x + dx < 0 || x + dx >= side || next < 0 || next >= reached.length;
        if (!isOutside && (isDiagonal || dx === 0 || dy === 0) && reached[next] === 0) open.push(next);
      }
    }
  }
  return beside;
}
