// Augmentation: what the maps do to known pictures, and that the seed alone decides.
import { describe, expect, test } from "vitest";
import { augment } from "../../../../src/engine/training/data/augment.js";
import {
  augmentDigit,
  DIGIT_AUGMENTATION,
  withThickness,
} from "../../../../src/engine/training/data/augment-digits.js";
import { augmentPhoto, PHOTO_AUGMENTATION } from "../../../../src/engine/training/data/augment-photos.js";
import type { Pixels } from "../../../../src/engine/training/data/data-set.js";
import { centre, cover, warp } from "../../../../src/engine/training/data/warp.js";
import { type Random, seededRandom } from "../../../../src/engine/training/random.js";

const grey = (height: number, width: number, at: (x: number, y: number) => number): Pixels => ({
  data: Uint8Array.from({ length: height * width }, (_, pixel) => at(pixel % width, Math.floor(pixel / width))),
  height,
  width,
  channels: 1,
});
const ink = ({ data }: Pixels): number => data.reduce((sum, value) => sum + value, 0);
/** Centre of mass. */
function mass({ data, width }: Pixels): [x: number, y: number] {
  let [x, y, sum] = [0, 0, 0];
  for (const [at, value] of data.entries()) {
    x += value * (at % width);
    y += value * Math.floor(at / width);
    sum += value;
  }
  return [x / sum, y / sum];
}
const stroke = grey(28, 28, (x, y) => (x >= 13 && x < 16 && y >= 5 && y < 23 ? 255 : 0));
const still = { shift: 0, rotation: 0, scale: [1, 1], shear: 0, thickness: 0, elastic: 0 } as const;
const calm = {
  crop: [1, 1],
  ratio: [1, 1],
  flip: 0,
  rotation: 0,
  brightness: 0,
  contrast: 0,
  saturation: 0,
  erase: 0,
} as const;
/** Every draw is the given share of its range. */
const always = (share: number): Random => ({
  ...seededRandom(1),
  next: () => share,
  between: (low, high) => low + share * (high - low),
});

describe("warping", () => {
  test("by the identity keeps every byte; by half a pixel takes the mean of neighbours", () => {
    const ramp = grey(3, 4, (x, y) => 20 * x + 5 * y);
    expect(warp(ramp, [3, 4], [1, 0, 0, 0, 1, 0], 0)).toEqual(ramp);
    expect([...warp(ramp, [1, 4], [1, 0, 0.5, 0, 1, 0], "edge").data]).toEqual([10, 30, 50, 60]);
    expect([...warp(ramp, [1, 4], [1, 0, 3, 0, 1, 0], 7).data]).toEqual([60, 7, 7, 7]);
  });

  test("to another shape covers it from the centre", () => {
    const wide = grey(2, 6, (x) => 10 * x);
    expect([...centre(wide, 2, 2).data]).toEqual([20, 30, 20, 30]);
    expect(cover(wide, 4, 4)).toMatchObject({ height: 4, width: 4 });
    expect(cover(wide, 2, 6)).toBe(wide);
  });
});

describe("digits", () => {
  test("are left as they are when every setting is nothing", () => {
    expect(augmentDigit(stroke, seededRandom(1), still)).toEqual(stroke);
  });

  test("move by at most the shift, in the direction that is drawn", () => {
    const [x, y] = mass(stroke);
    const [movedX, movedY] = mass(augmentDigit(stroke, always(1), { ...still, shift: 2 }));
    expect([movedX - x, movedY - y].map((value) => Math.round(value * 100) / 100)).toEqual([2, 2]);
  });

  test("grow by the scale: twice as large is four times the ink", () => {
    expect(
      ink(
        augmentDigit(
          grey(28, 28, (x, y) => (Math.hypot(x - 13.5, y - 13.5) < 5 ? 200 : 0)),
          always(0),
          { ...still, scale: [2, 2] },
        ),
      ),
    ).toBeCloseTo(4 * ink(grey(28, 28, (x, y) => (Math.hypot(x - 13.5, y - 13.5) < 5 ? 200 : 0))), -4);
  });

  test("turn about the centre: an upright stroke turned by 90 degrees lies", () => {
    const lying = augmentDigit(stroke, always(1), { ...still, rotation: 90 });
    const rows = (picture: Pixels): number =>
      Array.from({ length: 28 }, (_, row) => picture.data.subarray(row * 28, row * 28 + 28)).filter((line) =>
        line.some((value) => value > 100),
      ).length;
    expect(rows(stroke)).toBe(18);
    expect(rows(lying)).toBe(3);
    expect(ink(lying)).toBeCloseTo(ink(stroke), -2);
  });

  test("get thicker and thinner strokes by one pixel at full strength", () => {
    const width = (picture: Pixels): number =>
      picture.data.subarray(14 * 28, 15 * 28).filter((value) => value > 127).length;
    expect([width(withThickness(stroke, 1)), width(stroke), width(withThickness(stroke, -1))]).toEqual([5, 3, 1]);
    expect(withThickness(stroke, 0)).toEqual(stroke);
  });

  test("bend a little and keep their ink", () => {
    const bent = augmentDigit(stroke, seededRandom(5), { ...still, elastic: 1 });
    expect(bent).not.toEqual(stroke);
    expect(Math.abs(ink(bent) / ink(stroke) - 1)).toBeLessThan(0.3);
  });

  test("differ by seed and by nothing else", () => {
    const make = (seed: number): Pixels => augmentDigit(stroke, seededRandom(seed), DIGIT_AUGMENTATION);
    expect(make(1)).toEqual(make(1));
    expect(make(1)).not.toEqual(make(2));
  });
});

describe("photos", () => {
  const photo: Pixels = {
    data: Uint8Array.from({ length: 40 * 60 * 3 }, (_, at) => (at % 3 === 0 ? 4 * (Math.floor(at / 3) % 60) : 90)),
    height: 40,
    width: 60,
    channels: 3,
  };
  const red = ({ data, width }: Pixels, x: number): number => data[(10 * width + x) * 3] ?? 0;

  test("are mirrored when they are flipped", () => {
    const [plain, mirror] = [0, 1].map((flip) =>
      augmentPhoto(photo, [40, 60], always(0.5), { ...calm, flip, ratio: [1.5, 1.5] }),
    );
    if (plain === undefined || mirror === undefined) throw new Error("no picture");
    for (const x of [5, 20, 50]) expect(Math.abs(red(mirror, x) - red(plain, 59 - x))).toBeLessThanOrEqual(1);
    expect(red(plain, 50)).toBeGreaterThan(red(plain, 5));
  });

  test("are cropped within their borders to the shape that is asked for", () => {
    for (let seed = 0; seed < 50; seed++) {
      const { height, width, data } = augmentPhoto(photo, [24, 24], seededRandom(seed), {
        ...calm,
        crop: [0.3, 0.5],
        ratio: [0.75, 1.33],
      });
      expect([height, width, data.length]).toEqual([24, 24, 24 * 24 * 3]);
      // The ramp still climbs by less than over the whole photo: a part of it is seen.
      const [first, last] = [data[0] ?? 0, data[23 * 3] ?? 0];
      expect(last).toBeGreaterThan(first);
      expect(last - first).toBeLessThan(4 * 50);
    }
  });

  test("get brighter, flatter and greyer as the factors say", () => {
    const even: Pixels = { data: new Uint8Array(300).fill(100), height: 10, width: 10, channels: 3 };
    expect(augmentPhoto(even, [10, 10], always(1), { ...calm, brightness: 0.2 }).data[0]).toBe(120);
    const without = augmentPhoto(photo, [40, 60], always(0), { ...calm, saturation: 1 });
    expect(without.data[0]).toBe(without.data[1]);
    const flat = augmentPhoto(photo, [40, 60], always(0), { ...calm, contrast: 1 });
    expect(new Set(flat.data).size).toBe(1);
  });

  test("lose a rectangle when that is asked for", () => {
    const black: Pixels = { data: new Uint8Array(32 * 32 * 3), height: 32, width: 32, channels: 3 };
    const erased =
      augmentPhoto(black, [32, 32], seededRandom(2), { ...calm, erase: 1 }).data.filter((value) => value > 0).length /
      3;
    expect(erased).toBeGreaterThan(0.01 * 32 * 32);
    expect(erased).toBeLessThan(0.25 * 32 * 32);
  });

  test("differ by seed and by nothing else, also through the settings of a run", () => {
    const make = (seed: number): Pixels => augment(photo, [32, 32], seededRandom(seed), { kind: "photos", flip: 1 });
    expect(make(1)).toEqual(make(1));
    expect(make(1)).not.toEqual(make(2));
    expect(make(1)).toEqual(augmentPhoto(photo, [32, 32], seededRandom(1), { ...PHOTO_AUGMENTATION, flip: 1 }));
  });
});
