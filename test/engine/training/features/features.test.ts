// The cache of features: gone on with where a run broke off, made anew where it was altered, never half.
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chain, imageShape } from "../../../../src/engine/training/backbones/backbone.js";
import { mobileNetV2 } from "../../../../src/engine/training/backbones/mobilenet-v2.js";
import { type Features, frozenFeatures } from "../../../../src/engine/training/features/features.js";
import { plainJavaScript } from "../support/toy.js";

const SIDE = 32;
const IMAGES = 11;
const BATCH = 4;
const AREA = SIDE * SIDE * 3;

let folder: string;
let frozen: LayersModel;
beforeAll(async () => {
  await plainJavaScript();
  folder = await mkdtemp(join(tmpdir(), "features-"));
  const { blocks } = mobileNetV2({ normalized: false, alpha: 0.25, depth: 1, features: 16, seed: 2 });
  frozen = chain("frozen", imageShape(SIDE), blocks);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Breaks off after some batches, where it is told to. */
function featuresIn(cache: string, { breakAfter = Number.POSITIVE_INFINITY, key = "k" } = {}): Promise<Features> {
  return frozenFeatures({
    frozen,
    split: "train",
    images: IMAGES,
    batch: BATCH,
    key: { key },
    cache: join(folder, cache),
    async *batches(skip) {
      for (let at = skip * BATCH, batch = 0; at < IMAGES; at += BATCH, batch++) {
        if (batch >= breakAfter) throw new Error("the power fails");
        const count = Math.min(BATCH, IMAGES - at);
        const images = Float32Array.from({ length: count * AREA }, (_, pixel) => Math.sin(at * AREA + pixel));
        yield { images, shape: [count, SIDE, SIDE, 3] };
      }
    },
  });
}

describe("cached features", () => {
  it("are one row an image, in order, and the same from the cache", async () => {
    const first = await featuresIn("same");
    expect(first).toMatchObject({ images: IMAGES, shape: [16], cached: false, computed: IMAGES });
    expect(first.values).toHaveLength(IMAGES * 16);
    const second = await featuresIn("same", { breakAfter: 0 });
    expect(second).toMatchObject({ cached: true, computed: 0 });
    expect(second.values).toEqual(first.values);
  });

  it("are gone on with where a run broke off, without the images that are done", async () => {
    const whole = await featuresIn("whole");
    await expect(featuresIn("broken", { breakAfter: 2 })).rejects.toThrow("the power fails");
    const rest = await featuresIn("broken");
    expect(rest.computed).toBe(IMAGES - 2 * BATCH);
    expect(rest.values).toEqual(whole.values);
  });

  it("are computed anew where the file was altered or cut off, or where anything that they depend on differs", async () => {
    const whole = await featuresIn("altered");
    const place = join(folder, "altered", "features");
    const file = join(place, (await readdir(place)).find((name) => name.endsWith(".f32")) ?? "");
    const bytes = await readFile(file);
    for (const damaged of [bytes.subarray(0, 100), bytes.map((byte, at) => (at === 40 ? byte ^ 1 : byte))]) {
      await writeFile(file, damaged);
      const again = await featuresIn("altered");
      expect(again.computed).toBe(IMAGES);
      expect(again.values).toEqual(whole.values);
    }
    expect((await featuresIn("altered", { key: "other" })).computed).toBe(IMAGES);
  });
});
