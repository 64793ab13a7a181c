// Deciding: what the answers to drawn pages, letters and screens are, from the picture's bytes to the verdict.
import sharp from "sharp";
import { afterAll, expect, test } from "vitest";
import { doodlePage } from "../../../bench/vision/doodles.js";
import { foreignPicture } from "../../../bench/vision/foreign.js";
import { ModelRegistry, SHIPPED_MODELS } from "../../../src/engine/models/registry.js";
import { Classifier } from "../../../src/engine/vision/classify.js";
import {
  energyOf,
  expectedCalibrationError,
  likenessTo,
  probabilitiesOf,
  verdictOf,
  verdictOfAll,
} from "../../../src/engine/vision/decide.js";
import { decode } from "../../../src/engine/vision/decode.js";
import { hasIsland } from "../../../src/engine/vision/page/islands.js";
import { findDigits } from "../../../src/engine/vision/page/page.js";
import { Serving } from "../../../src/engine/vision/serve.js";
import { energiesOfViews } from "../../../src/engine/vision/views.js";
import { pageOf } from "../../support/pages.js";

const serving = new Serving(new ModelRegistry("/nonexistent", SHIPPED_MODELS));
const classifier = new Classifier(serving);
afterAll(async () => {
  await classifier.close();
  await serving.close();
});

test("numbers in a hand that is not MNIST's are read, with a box for every digit", async () => {
  let read = 0;
  for (let seed = 300; seed < 306; seed++) {
    const page = await pageOf(seed);
    const { top, digits } = await classifier.classify(page.jpeg);
    if (top[0]?.label === page.number && digits?.length === page.boxes.length) read++;
  }
  expect(read).toBeGreaterThanOrEqual(5);
});

test("screens, texts, words and empty pages are nothing that it is sure of", async () => {
  for (const kind of ["screenshot", "text page", "word", "empty page"] as const) {
    for (let seed = 0; seed < 3; seed++) {
      const { verdict } = await classifier.classify(await foreignPicture(kind, 9000 + seed));
      expect(`${kind} ${seed}: ${verdict}`).not.toBe(`${kind} ${seed}: sure`);
    }
  }
});

test("a drawn face is no 0, and no drawing of other things is surely a digit", async () => {
  for (let seed = 0; seed < 3; seed++) {
    expect((await classifier.classify(await foreignPicture("face", 9000 + seed))).model).not.toBe("digits");
    expect((await classifier.classify(await doodlePage("smiley", 9000 + seed))).verdict).not.toBe("sure");
    expect((await classifier.classify(await foreignPicture("scribble", 9000 + seed))).verdict).not.toBe("sure");
  }
});

test("a clock's face is no 0", async () => {
  const hours = Array.from({ length: 12 }, (_, hour) => {
    const [x, y] = [400 + 200 * Math.sin((hour * Math.PI) / 6), 300 - 200 * Math.cos((hour * Math.PI) / 6)];
    return `<path d="M${x} ${y - 18}v36"/>`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="800" height="600"><rect width="800" height="600" fill="#f2f0ea"/><g fill="none" stroke="#222" stroke-width="10"><circle cx="400" cy="300" r="260"/>${hours.join("")}</g></svg>`;
  const { verdict } = await classifier.classify(await sharp(Buffer.from(svg)).png().toBuffer());
  expect(verdict).toBe("neither");
});

test("a wall of bricks, a text and a chart are no flower, not even an unsure one", async () => {
  for (const kind of ["bricks", "text page", "chart"] as const) {
    for (let seed = 0; seed < 3; seed++) {
      const { model } = await classifier.classify(await foreignPicture(kind, 9100 + seed));
      expect(`${kind} ${seed}: ${model}`).not.toBe(`${kind} ${seed}: flowers`);
    }
  }
});

test("each rule of a model is a floor: of probability and energy, of likeness to the class", async () => {
  const { manifest } = await new ModelRegistry("/nonexistent", SHIPPED_MODELS).open("flowers");
  const rule = {
    ...{ method: "test", sureProbability: 0.9, sureEnergy: 3, neitherEnergy: 2, sureLikeness: 0.6 },
    neitherLikeness: 0.4,
  };
  const verdict = (...given: [probability: number, energy: number, likeness?: number]) =>
    verdictOf({ ...manifest, decision: rule }, ...given);
  expect([verdict(0.95, 3, 0.7), verdict(0.95, 3)]).toEqual(["sure", "sure"]);
  expect([verdict(0.8, 3, 0.7), verdict(0.95, 2.9, 0.7), verdict(0.95, 3, 0.5)]).toEqual([
    "unsure",
    "unsure",
    "unsure",
  ]);
  expect([verdict(0.99, 1.9, 0.9), verdict(0.99, 9, 0.39)]).toEqual(["neither", "neither"]);
  const digit = { ...manifest, decision: { ...rule, neitherProbability: 0.4 } };
  expect([verdictOf(digit, 0.39, 9), verdictOf(digit, 0.41, 9)]).toEqual(["neither", "unsure"]);
});

test("a number is sure where each digit is, and neither where most of them are", () => {
  expect(verdictOfAll(["sure", "sure"])).toBe("sure");
  expect(verdictOfAll(["sure", "unsure", "sure"])).toBe("unsure");
  expect(verdictOfAll(["neither", "sure"])).toBe("unsure");
  expect(verdictOfAll(["neither", "sure", "neither"])).toBe("neither");
  expect(verdictOfAll(["neither"])).toBe("neither");
});

test("ink inside a ring is an island; a ring, a crossed ring and a broken stroke have none", () => {
  const drawn = (isInk: (x: number, y: number) => boolean) =>
    Float32Array.from({ length: 784 }, (_, at) => (isInk(at % 28, Math.floor(at / 28)) ? 1 : 0));
  const ring = (x: number, y: number) => Math.abs(Math.hypot(x - 13.5, y - 13.5) - 9) < 1.2;
  expect(hasIsland(drawn(ring))).toBe(false);
  expect(hasIsland(drawn((x, y) => ring(x, y) || (x > 11 && x < 15 && y > 11 && y < 15)))).toBe(true);
  expect(hasIsland(drawn((x, y) => ring(x, y) || (x === y && Math.hypot(x - 13.5, y - 13.5) < 9)))).toBe(false);
  expect(hasIsland(drawn((x, y) => Math.abs(x - 13) < 2 && y !== 14))).toBe(false);
});

test("a digit is known in its changed views, a letter that looks like one upright is known less", async () => {
  const lease = await serving.lease("digits");
  const ask = async (inputs: Float32Array, images: number) =>
    (await lease.ask(inputs, images))[0] ?? new Float32Array();
  const drawn = async (path: string) => {
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="600" height="600"><rect width="600" height="600" fill="#fff"/><path d="${path}" fill="none" stroke="#112" stroke-width="28" stroke-linecap="round"/></svg>`;
    const { digits } = findDigits(await decode(await sharp(Buffer.from(svg)).png().toBuffer()));
    const energies = await energiesOfViews(
      digits.map(({ image }) => image),
      lease.manifest,
      ask,
    );
    return Math.min(...energies);
  };
  const three = await drawn(
    "M200 150C300 80 430 150 400 230C380 290 300 290 280 290C400 290 440 360 400 440C360 510 240 500 190 440",
  );
  const letter = await drawn("M200 480V120C420 80 430 300 200 300L420 480");
  expect(three).toBeGreaterThan(lease.manifest.decision?.sureViewsEnergy ?? Number.POSITIVE_INFINITY);
  expect(letter).toBeLessThan(lease.manifest.decision?.sureViewsEnergy ?? Number.NEGATIVE_INFINITY);
  await lease.done();
});

test("likeness is a cosine with the mean of the answer's class", () => {
  const centres = Float32Array.of(1, 0, 0, 2, 0, 0);
  expect(likenessTo(0, Float32Array.of(3, 0, 4), centres)).toBeCloseTo(0.6);
  expect(likenessTo(1, Float32Array.of(-3, 0, 0), centres)).toBeCloseTo(-1);
});

test("probabilities, energy and calibration error are what their definitions say", () => {
  expect(probabilitiesOf([0, Math.log(3)], 1)[1]).toBeCloseTo(0.75);
  expect(probabilitiesOf([0, Math.log(9)], 2)[1]).toBeCloseTo(0.75);
  expect(energyOf([1000, 1000])).toBeCloseTo(1000 + Math.log(2));
  const answers = [true, true, true, false].map((isRight) => ({ probability: 0.75, isRight }));
  expect(expectedCalibrationError(answers)).toBeCloseTo(0);
  expect(expectedCalibrationError(answers.map(({ isRight }) => ({ probability: 1, isRight })))).toBeCloseTo(0.25);
});
