// Pictures of no class that a digits network sees while it learns.
import { afterAll, describe, expect, it } from "vitest";
import { fixedBatches } from "../../../../src/engine/training/data/batches.js";
import { type DataSet, NO_CLASS } from "../../../../src/engine/training/data/data-set.js";
import { undone } from "../../../../src/engine/training/data/others/from-digits.js";
import { openLetters } from "../../../../src/engine/training/data/others/letters.js";
import { withOthers } from "../../../../src/engine/training/data/others/others.js";
import { drawShape } from "../../../../src/engine/training/data/others/shapes.js";
import { seededRandom } from "../../../../src/engine/training/random.js";

const SIDE = 28;
const seed = Number(process.env.CONVO_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31));
afterAll(() => console.log(`seed ${seed}`));

/** A vertical bar at the left of a square, by label a pixel further to the right. */
function bar(label: number): Uint8Array {
  const pixels = new Uint8Array(SIDE * SIDE);
  for (let y = 4; y < 24; y++) pixels.fill(255, y * SIDE + 5 + label, y * SIDE + 8 + label);
  return pixels;
}

function digits(count: number): DataSet {
  const memory = new SharedArrayBuffer(count * SIDE * SIDE);
  const offsets = new Map<string, number>();
  const train = Array.from({ length: count }, (_, at) => {
    new Uint8Array(memory).set(bar(at % 10), at * SIDE * SIDE);
    offsets.set(`train/${at}`, at * SIDE * SIDE);
    return { id: `train/${at}`, label: at % 10 };
  });
  return {
    name: "bars",
    folder: "/nowhere",
    labels: [..."0123456789"],
    version: "1",
    splits: { train, validation: train.slice(0, 3), test: [] },
    notes: [],
    source: { kind: "memory", memory, height: SIDE, width: SIDE, channels: 1, offsets },
    read: async () => ({ data: bar(0), height: SIDE, width: SIDE, channels: 1 }),
  };
}

const sum = (pixels: Uint8Array) => pixels.reduce((total, value) => total + value, 0);

/** Of mass, in pixels. */
function centre(pixels: Uint8Array): readonly [x: number, y: number] {
  let [x, y] = [0, 0];
  for (const [at, value] of pixels.entries()) {
    x += value * (at % SIDE);
    y += value * Math.floor(at / SIDE);
  }
  return [x / sum(pixels), y / sum(pixels)];
}

describe("pictures of no class", () => {
  it("join the training split alone, as many as were asked for, the digits unchanged", async () => {
    const data = digits(200);
    const both = await withOthers(data, 0.25, 5);
    expect(both.splits.train.slice(0, 200)).toEqual(data.splits.train);
    const others = both.splits.train.slice(200);
    expect(others).toHaveLength(50);
    expect(others.every(({ label }) => label === NO_CLASS)).toBe(true);
    expect(new Set(others.map(({ id }) => id)).size).toBe(50);
    expect([both.splits.validation, both.splits.test, both.version]).toEqual([data.splits.validation, [], "1"]);
    const third = both.splits.train[3];
    expect(third && (await both.read(third)).data).toEqual(bar(3));
  });

  it("are the same for a seed, and others for another one", async () => {
    const pixels = async (ofSeed: number) => {
      const both = await withOthers(digits(100), 0.2, ofSeed);
      return Promise.all(both.splits.train.slice(100).map(async (sample) => (await both.read(sample)).data));
    };
    expect(await pixels(3)).toEqual(await pixels(3));
    expect(await pixels(3)).not.toEqual(await pixels(4));
  });

  it("reach the batches that training takes", async () => {
    const both = await withOthers(digits(60), 0.5, 1);
    const { splits } = both;
    const batches = fixedBatches({
      dataSet: { ...both, splits: { ...splits, validation: splits.train.slice(-30) } },
      split: "validation",
      batchSize: 30,
      height: SIDE,
      width: SIDE,
      channels: 1,
      preprocess: { scale: 1, offset: 0, order: "grey" },
    });
    for await (const { images, labels } of batches) {
      expect([...labels]).toEqual(new Array<number>(30).fill(NO_CLASS));
      for (let at = 0; at < 30; at++) {
        expect(images.subarray(at * SIDE * SIDE, (at + 1) * SIDE * SIDE).some((value) => value > 100)).toBe(true);
      }
    }
  });

  it("are none where the share is 0", async () => {
    const data = digits(20);
    expect(await withOthers(data, 0, 1)).toBe(data);
  });
});

describe("what is drawn", () => {
  it("has MNIST's geometry whatever chance draws: ink, centred by mass, at most 20 × 20 and a soft edge", () => {
    for (let index = 0; index < 150; index++) {
      const pixels = drawShape(seededRandom(`${seed}/${index}`));
      const [x, y] = centre(pixels);
      expect(sum(pixels), `shape ${index} of seed ${seed}`).toBeGreaterThan(255);
      expect(Math.abs(x - 13.5) + Math.abs(y - 13.5), `shape ${index} of seed ${seed}`).toBeLessThan(1.6);
    }
  });

  it("differs from one draw to the next", () => {
    const drawn = Array.from({ length: 200 }, (_, index) => drawShape(seededRandom(`${seed}/${index}`)).join());
    expect(new Set(drawn).size).toBeGreaterThan(190);
  });

  it("makes of a digit what it is not, and nothing of a 0, a 1 or an 8 alone", () => {
    const random = seededRandom(seed);
    for (const label of [0, 1, 8]) {
      for (let draw = 0; draw < 40; draw++) {
        const made = undone({ label, pixels: bar(label) }, { label, pixels: bar(label) }, random);
        // Two side by side are no digit.
        if (made !== undefined) expect(sum(made)).toBeGreaterThan(1.2 * sum(bar(label)) * 0.5);
      }
    }
    const mirrored = Array.from({ length: 60 }, () =>
      undone({ label: 7, pixels: bar(0) }, { label: 0, pixels: bar(9) }, random),
    ).filter((made) => made !== undefined);
    expect(mirrored.some((made) => (made[10 * SIDE + 21] ?? 0) === 255 && (made[10 * SIDE + 6] ?? 0) === 0)).toBe(true);
  });
});

describe("the letters that ship", () => {
  it("are many, of MNIST's geometry, and no two alike", async () => {
    const letters = await openLetters();
    expect(letters.length).toBeGreaterThan(2_000);
    expect(new Set(letters.map((letter) => letter.join())).size).toBe(letters.length);
    for (const letter of letters) {
      const [x, y] = centre(letter);
      expect(Math.abs(x - 13.5) + Math.abs(y - 13.5)).toBeLessThan(1.6);
    }
  });
});
