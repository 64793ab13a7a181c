// A data set in MNIST's files and sizes, drawn: a bright square whose place says the digit. Learned in a few steps, and made in a moment.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const SIDE = 28;
const SQUARE = 7;
const CLASSES = 10;

/** Writes the four files into the folder, uncompressed (55 MB). */
export function drawDigits(folder: string): string {
  mkdirSync(folder, { recursive: true });
  for (const [name, count] of [
    ["train", 60_000],
    ["t10k", 10_000],
  ] as const) {
    const images = Buffer.alloc(16 + count * SIDE * SIDE);
    const labels = Buffer.alloc(8 + count);
    for (const [at, value] of [0x803, count, SIDE, SIDE].entries()) images.writeUInt32BE(value, 4 * at);
    for (const [at, value] of [0x801, count].entries()) labels.writeUInt32BE(value, 4 * at);
    for (let image = 0; image < count; image++) {
      const digit = image % CLASSES;
      labels[8 + image] = digit;
      const [top, left] = [Math.floor(digit / 4) * SQUARE + 3, (digit % 4) * SQUARE];
      for (let row = 0; row < SQUARE; row++) {
        const start = 16 + image * SIDE * SIDE + (top + row) * SIDE + left;
        // A shade of its own, so that no two images in a row are the same.
        images.fill(200 + (Math.floor(image / CLASSES) % 56), start, start + SQUARE);
      }
    }
    writeFileSync(join(folder, `${name}-images-idx3-ubyte`), images);
    writeFileSync(join(folder, `${name}-labels-idx1-ubyte`), labels);
  }
  return folder;
}
