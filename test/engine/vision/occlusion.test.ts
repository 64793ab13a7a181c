// Heat maps of networks whose head tells no place: parts of the picture are hidden one after the other.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ModelRegistry } from "../../../src/engine/models/registry.js";
import { GraphBuilder } from "../../../src/engine/onnx/graph.js";
import { busy } from "../../../src/engine/vision/batches.js";
import { Classifier } from "../../../src/engine/vision/classify.js";
import { heatWords } from "../../../src/engine/vision/explain/heat.js";
import { OCCLUSION_LIMITS, occlusionMap } from "../../../src/engine/vision/explain/occlusion.js";
import type { Picture } from "../../../src/engine/vision/picture.js";
import { type Lease, Serving } from "../../../src/engine/vision/serve.js";
import { writeOwn } from "../../support/model-copies.js";

const SIDE = 32;
const CORNER = 8;
const CORNERS = ["upper left", "upper right", "lower left", "lower right"] as const;
type Corner = (typeof CORNERS)[number];

const folder = mkdtempSync(join(tmpdir(), "convo-occlusion-"));
const registry = new ModelRegistry(folder);
const serving = new Serving(registry);
const classifier = new Classifier(serving);
beforeAll(async () => {
  for (const corner of CORNERS) {
    const name = nameOf(corner);
    writeOwn(folder, name, "v1", { onnx: networkOf(corner), labels: ["bright", "dark", "grey"], side: SIDE });
    await registry.setChampion(name, "v1");
  }
});
afterAll(async () => {
  await classifier.close();
  await serving.close();
  rmSync(folder, { recursive: true, force: true });
});

const nameOf = (corner: Corner) => `of-${corner.replace(" ", "-")}`;

function isIn(corner: Corner, x: number, y: number, corners: number, side: number): boolean {
  return (
    (corner.endsWith("left") ? x < corners : x >= side - corners) &&
    (corner.startsWith("upper") ? y < corners : y >= side - corners)
  );
}

/** Flatten and a dense layer: "bright" by the mean of one corner, whatever the rest of the picture is. */
function networkOf(corner: Corner): Uint8Array {
  const builder = new GraphBuilder();
  builder.reserve(["output"]);
  const input = builder.input("input", ["N", SIDE, SIDE, 3]);
  const flat = builder.node("Flatten", "flat", [input], { axis: 1 });
  const weights = new Float32Array(SIDE * SIDE * 3 * 3);
  for (let at = 0; at < SIDE * SIDE * 3; at++) {
    const pixel = Math.floor(at / 3);
    if (isIn(corner, pixel % SIDE, Math.floor(pixel / SIDE), CORNER, SIDE)) weights[at * 3] = 8 / (CORNER ** 2 * 3);
  }
  const dense = builder.constant("w", [SIDE * SIDE * 3, 3], weights);
  builder.output(
    "output",
    builder.node("Gemm", "logits", [flat, dense, builder.constant("b", [3], Float32Array.of(0, 1, 0))]),
  );
  return builder.build({ name: "a corner" });
}

/** Bright stripes everywhere, so that what counts is not merely what is bright. */
async function photo(corner: Corner): Promise<Buffer> {
  const side = 160;
  const data = Uint8Array.from({ length: side * side * 3 }, (_, at) => {
    const pixel = Math.floor(at / 3);
    const [x, y] = [pixel % side, Math.floor(pixel / side)];
    return isIn(corner, x, y, side / 4, side) ? 240 : Math.floor(x / 10) % 3 === 0 ? 250 : 30;
  });
  return sharp(data, { raw: { width: side, height: side, channels: 3 } })
    .png()
    .toBuffer();
}

describe.each(CORNERS)("a network with a dense head that looks at the %s corner alone", (corner) => {
  test("has its hottest place there, in numbers and in words", async () => {
    const { heat, top } = await classifier.classify(await photo(corner), nameOf(corner), true);
    expect(top[0]?.label).toBe("bright");
    if (heat === undefined) throw new Error("no heat map");
    // A busy machine has time for fewer.
    const { rows, columns, evidence } = heat;
    expect([heat.label, columns]).toEqual(["bright", rows]);
    const best = evidence.indexOf(Math.max(...evidence));
    expect(isIn(corner, best % rows, Math.floor(best / rows), rows / 3, rows)).toBe(true);
    expect(evidence[best]).toBe(1);
    // A patch that does not touch the corner changes nothing.
    const far = CORNERS[3 - CORNERS.indexOf(corner)] ?? corner;
    const opposite = [...evidence.keys()].filter((at) => isIn(far, at % rows, Math.floor(at / rows), 1, rows));
    expect(opposite.map((at) => Math.abs(evidence[at] ?? 1) < 1e-5)).toEqual([true]);
    expect(heatWords(heat)).toContain(`mostly at the ${corner} of`);
  });
});

test("of a long picture the map lies over what was looked at, in the middle", async () => {
  const wide = await sharp(await photo("upper left"))
    .extend({ left: 160, right: 160, background: "#000000" })
    .png()
    .toBuffer();
  const { heat } = await classifier.classify(wide, nameOf("upper left"), true);
  expect(heat?.covered.map((share) => Number(share.toFixed(2)))).toEqual([0.33, 0, 0.33, 1]);
});

test("it is made only for who asks, and not counted as the answer's time", async () => {
  const bytes = await photo("upper left");
  expect((await classifier.classify(bytes, nameOf("upper left"))).heat).toBeUndefined();
  const lease = await serving.lease(nameOf("upper left"));
  let waited = 0;
  const slow: Lease = {
    ...lease,
    async ask(inputs, images) {
      const began = performance.now();
      await new Promise((resolve) => setTimeout(resolve, 5));
      waited += performance.now() - began;
      return lease.ask(inputs, images);
    },
  };
  const slowServing = Object.assign(new Serving(registry), { lease: async () => slow });
  const own = new Classifier(slowServing);
  const began = performance.now();
  const { heat, ms } = await own.classify(bytes, nameOf("upper left"), true);
  const elapsed = performance.now() - began;
  expect(heat).toBeDefined();
  // All runs but the one that gave the answer.
  expect(elapsed - ms).toBeGreaterThan(waited / 2);
  await own.close();
});

describe("its cost is bounded:", () => {
  const picture: Picture = {
    data: new Uint8Array(40 * 40 * 3).fill(90),
    width: 40,
    height: 40,
    original: { width: 40, height: 40 },
    format: "png",
  };
  /** Seconds: what is bounded here is the number of passes, however busy the machine is. */
  const UNHURRIED = 60;
  /** A model that counts what it is asked, and takes `ms` for each run. */
  async function asked(side: number, seconds: number, ask: () => Promise<void> = async () => {}) {
    const lease = await serving.lease(nameOf("upper left"));
    await lease.done();
    const preprocessing = { ...lease.manifest.preprocessing, height: side, width: side };
    const seen = { passes: 0, largest: 0 };
    const model = {
      manifest: { ...lease.manifest, preprocessing },
      async ask(_: Float32Array, images: number) {
        await ask();
        seen.passes += images;
        seen.largest = Math.max(seen.largest, images);
        return [new Float32Array(images * 3)];
      },
    };
    return { heat: await occlusionMap(picture, model, "bright", { ...OCCLUSION_LIMITS, seconds }), ...seen };
  }

  // Ten passes for the first map, which stays the only one of a large input.
  test.each([
    [32, 9, 10 + 82],
    [224, 9, 10 + 82],
    [384, 5, 10 + 26],
    [900, 3, 10],
  ])(
    "an input of %i pixels a side has %i positions a side, in %i passes and small batches",
    async (side, cells, most) => {
      const { heat, passes, largest } = await asked(side, UNHURRIED);
      expect([heat?.rows, passes]).toEqual([cells, most]);
      expect(largest).toBeLessThanOrEqual(OCCLUSION_LIMITS.batch);
      // Nothing depends on anything there.
      expect(heat?.evidence.every((value) => value === 0)).toBe(true);
    },
  );

  test("a slow network gets fewer positions, and one that is too slow or too busy no map and no error", async () => {
    const after = (ms: number) => () => new Promise<void>((resolve) => setTimeout(resolve, ms));
    // Four runs, of one, four, four and one: 40 ms a pass, so that less than a second holds at most 4 × 4 more.
    const slower = await asked(32, 1, after(100));
    expect(slower.heat?.rows ?? 0).toBeLessThanOrEqual(4);
    expect(slower.passes).toBeLessThanOrEqual(10 + 17);
    expect((await asked(32, 1, after(400))).heat).toBeUndefined();
    expect(await asked(32, 1, () => Promise.reject(busy(1000)))).toMatchObject({ heat: undefined, passes: 0 });
  });
});
