// MNIST from its files: counts, disjoint splits, and what happens to files that are cut off, altered, missing or bombs.
import { existsSync } from "node:fs";
import { copyFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { beforeEach, describe, expect, test } from "vitest";
import { openMnist } from "../../../../src/engine/training/data/mnist.js";
import { temporaryFolder } from "./pictures.js";

const MNIST = join(import.meta.dirname, "../../../../../shared/data/mnist");
const FILES = ["train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"].map(
  (name) => `${name}-ubyte.gz`,
);

test("a folder without the files is told how to get them", async () => {
  await expect(openMnist(await temporaryFolder())).rejects.toMatchObject({
    code: "data-missing",
    fix: expect.stringContaining("convo data get mnist"),
  });
});

describe.skipIf(!existsSync(MNIST))("the original files", () => {
  let folder = "";
  beforeEach(async () => {
    folder = await temporaryFolder();
    for (const file of FILES) await copyFile(join(MNIST, file), join(folder, file));
  });

  test("give 55,000, 5,000 and 10,000 images; validation is stratified and seeded", async () => {
    const data = await openMnist(folder, { seed: 3 });
    const { train, validation, test: official } = data.splits;
    expect([train.length, validation.length, official.length]).toEqual([55_000, 5_000, 10_000]);
    expect(new Set([...train, ...validation, ...official].map(({ id }) => id)).size).toBe(70_000);
    const share = (samples: typeof train, label: number): number =>
      samples.filter((sample) => sample.label === label).length / samples.length;
    for (let digit = 0; digit < 10; digit++) expect(share(validation, digit)).toBeCloseTo(share(train, digit), 3);
    const [same, other] = [await openMnist(folder, { seed: 3 }), await openMnist(folder, { seed: 4 })];
    expect(same.version).toBe(data.version);
    expect(other.version).not.toBe(data.version);
    expect(other.splits.validation).not.toEqual(validation);
    // The first test image is a 7 (every MNIST tutorial shows it).
    const [first] = official;
    if (first === undefined) throw new Error("no test image");
    expect(first.label).toBe(7);
    const pixels = await data.read(first);
    expect([pixels.height, pixels.width, pixels.channels, pixels.data.length]).toEqual([28, 28, 1, 784]);
    expect(Math.max(...pixels.data)).toBe(255);
  });

  test("unpacked ones are read as well", async () => {
    const file = join(folder, "t10k-labels-idx1-ubyte.gz");
    await writeFile(file.slice(0, -3), gunzipSync(await readFile(file)));
    await writeFile(file, "not read");
    expect((await openMnist(folder)).splits.test).toHaveLength(10_000);
  });

  test.each([
    ["cut off", (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
    [
      "altered in the middle",
      (bytes: Buffer) => bytes.map((byte, at) => (at === bytes.length >> 1 ? byte ^ 255 : byte)),
    ],
    ["a web page", () => Buffer.from("<!doctype html>")],
    ["empty", () => Buffer.alloc(0)],
    ["of other sizes", () => gzipSync(Buffer.from([0, 0, 8, 1, 0, 0, 0, 1, 5]))],
    ["a bomb", () => gzipSync(Buffer.alloc(50_000_000))],
    ["with a label of 200", (bytes: Buffer) => gzipSync(gunzipSync(bytes).fill(200, 100, 101))],
  ])("a file that is %s is named, with the command that mends it", async (_, change) => {
    const file = join(folder, "t10k-labels-idx1-ubyte.gz");
    await writeFile(file, change(await readFile(file)));
    await expect(openMnist(folder)).rejects.toMatchObject({
      code: "data-damaged",
      what: expect.stringContaining("t10k-labels-idx1-ubyte.gz"),
      fix: expect.stringContaining("convo data get mnist --force"),
    });
  });
});
