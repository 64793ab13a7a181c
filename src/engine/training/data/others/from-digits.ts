// Digits that are none any more: mirrored, lying on their side, upside down, two in one place.
import { inBytes, SIDE, toMnist } from "../../../vision/page/geometry.js";
import type { Random } from "../../random.js";

/** A digit's own ink, 28 × 28 bytes. */
export interface DigitInk {
  readonly label: number;
  readonly pixels: Uint8Array;
}

/** Their mirror images, turned by a quarter, and upside down: what in this position some hand writes as a digit is left out. */
const MIRRORED = [3, 4, 6, 7, 9];
const ON_ITS_SIDE = [2, 3, 4, 5, 7];
const UPSIDE_DOWN = [3, 4, 7];
/** Two of them on top of each other are none; two rings would be an 8. */
const STACKED = [2, 3, 4, 5, 7];

/** 28 × 28 bytes; undefined where nothing can be made of this digit. `other`: a second one. */
export function undone(digit: DigitInk, other: DigitInk, random: Random): Uint8Array | undefined {
  const { label, pixels } = digit;
  switch (random.below(5)) {
    case 0:
      return MIRRORED.includes(label) ? placed(pixels, (x, y) => [LAST - x, y]) : undefined;
    case 1:
      if (!ON_ITS_SIDE.includes(label)) return undefined;
      return random.next() < 0.5 ? placed(pixels, (x, y) => [y, LAST - x]) : placed(pixels, (x, y) => [LAST - y, x]);
    case 2:
      return UPSIDE_DOWN.includes(label) ? placed(pixels, (x, y) => [LAST - x, LAST - y]) : undefined;
    case 3:
      return joined(pixels, other.pixels, 12 + random.below(8), 0);
    default:
      if (!STACKED.includes(label) || !STACKED.includes(other.label)) return undefined;
      return joined(pixels, other.pixels, 0, 16 + random.below(6));
  }
}

const LAST = SIDE - 1;

function placed(pixels: Uint8Array, from: (x: number, y: number) => readonly [x: number, y: number]): Uint8Array {
  return Uint8Array.from({ length: SIDE * SIDE }, (_, at) => {
    const [x, y] = from(at % SIDE, Math.floor(at / SIDE));
    return pixels[y * SIDE + x] ?? 0;
  });
}

/** The second one so many pixels to the right and down; brought to the size of one digit. */
function joined(first: Uint8Array, second: Uint8Array, right: number, down: number): Uint8Array {
  const [width, height] = [SIDE + right, SIDE + down];
  const data = new Float32Array(width * height);
  const put = (pixels: Uint8Array, left: number, top: number): void => {
    for (const [at, value] of pixels.entries()) {
      const to = (Math.floor(at / SIDE) + top) * width + left + (at % SIDE);
      data[to] = Math.max(data[to] ?? 0, value / 255);
    }
  };
  put(first, 0, 0);
  put(second, right, down);
  return inBytes(toMnist(cutOut({ data, width, height })));
}

function cutOut({ data, width, height }: { data: Float32Array; width: number; height: number }) {
  let [left, right, top, bottom] = [width - 1, 0, height - 1, 0];
  for (const [at, value] of data.entries()) {
    if (value < 0.2) continue;
    const [x, y] = [at % width, Math.floor(at / width)];
    [left, right, top, bottom] = [Math.min(left, x), Math.max(right, x), Math.min(top, y), Math.max(bottom, y)];
  }
  const [wide, high] = [Math.max(1, right - left + 1), Math.max(1, bottom - top + 1)];
  const cut = Float32Array.from({ length: wide * high }, (_, at) => {
    return data[(top + Math.floor(at / wide)) * width + left + (at % wide)] ?? 0;
  });
  return { data: cut, width: wide, height: high };
}
