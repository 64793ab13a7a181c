// Drawings, claims and cut files through the whole classifier: a stable code for each, and the model answers as before.
import { afterAll, expect, test } from "vitest";
import { smallPictures } from "../../../bench/vision/hostile.js";
import { ModelRegistry, SHIPPED_MODELS } from "../../../src/engine/models/registry.js";
import { Classifier } from "../../../src/engine/vision/classify.js";
import { decode } from "../../../src/engine/vision/decode.js";
import { photoEvidence } from "../../../src/engine/vision/photo.js";
import { Serving } from "../../../src/engine/vision/serve.js";
import { Sessions } from "../../../src/engine/vision/sessions.js";
import { UserError } from "../../../src/errors.js";
import { pageOf } from "../../support/pages.js";

/** libheif's thread takes a second to start: HEIC, bombs and large ones are in hostile.long.ts. */
const SLOW = /heic|HEIC (larger|smaller)|SVGZ of/;

const serving = new Serving(new ModelRegistry("/nonexistent", SHIPPED_MODELS), {
  sessions: new Sessions({ threads: 1 }),
});
const classifier = new Classifier(serving);
afterAll(async () => {
  await classifier.close();
  await serving.close();
});

test("hostile pictures are refused or answered as expected, and a page is read afterwards", async () => {
  const wrong: string[] = [];
  for await (const { name, bytes, expected } of smallPictures(160, 120)) {
    if (SLOW.test(name)) continue;
    const outcome = await decode(bytes).then(
      () => "answer",
      (error: unknown) => (error instanceof UserError ? error.code : `bug: ${String(error)}`),
    );
    if (!expected.includes(outcome)) wrong.push(`${name}: ${outcome}`);
  }
  expect(wrong).toEqual([]);
  const page = await pageOf(300);
  expect((await classifier.classify(page.jpeg, "digits")).top[0]?.label).toBe(page.number);
});

test("colours on one line are one hue, whatever their light; two hues lie across it", () => {
  const picture = (colour: (at: number) => readonly [number, number, number]) => {
    const data = Uint8Array.from({ length: 64 * 64 * 3 }, (_, at) => colour(Math.floor(at / 3))[at % 3] ?? 0);
    return { data, width: 64, height: 64, original: { width: 64, height: 64 }, format: "raw" };
  };
  const tinted = photoEvidence(picture((at) => [at % 200, (at % 200) * 0.5, (at % 200) * 0.25]));
  expect(tinted.hues).toBeLessThan(1);
  // Red ±100 and, apart from it, green ±40: the middle one of the deviations 100, 40 and 0.
  const two = photoEvidence(picture((at) => [at % 2 === 0 ? 0 : 200, Math.floor(at / 2) % 2 === 0 ? 60 : 140, 90]));
  expect(two.hues).toBeCloseTo(40, 0);
});
