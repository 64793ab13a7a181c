// Letters and signs of many fonts as MNIST would have them: a picture that ships, drawn by docs/tools/draw-letters.ts.
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { MNIST_SIDE } from "../mnist.js";

/** Pictures of 28 × 28 in rows of `LETTERS_ACROSS`, ink bright; the last row is filled up with black ones. */
export const LETTERS = fileURLToPath(new URL("../../../../../assets/training/letters.png", import.meta.url));
export const LETTERS_ACROSS = 64;

const AREA = MNIST_SIDE * MNIST_SIDE;

/** Each 28 × 28, ink 255 on 0. */
export async function openLetters(): Promise<Uint8Array[]> {
  const { data, info } = await sharp(LETTERS).toColourspace("b-w").raw().toBuffer({ resolveWithObject: true });
  const letters: Uint8Array[] = [];
  for (let top = 0; top < info.height; top += MNIST_SIDE) {
    for (let left = 0; left < info.width; left += MNIST_SIDE) {
      const letter = new Uint8Array(AREA);
      for (let y = 0; y < MNIST_SIDE; y++) {
        const from = (top + y) * info.width + left;
        letter.set(data.subarray(from, from + MNIST_SIDE), y * MNIST_SIDE);
      }
      if (letter.some((value) => value > 0)) letters.push(letter);
    }
  }
  return letters;
}
