// Deciding: what the answers to drawn pages, letters and screens are, from the picture's bytes to the verdict.
import { afterAll, expect, test } from "vitest";
import { foreignPicture } from "../../../bench/vision/foreign.js";
import { writtenPage } from "../../../bench/vision/pages.js";
import { ModelRegistry, SHIPPED_MODELS } from "../../../src/engine/models/registry.js";
import { Classifier } from "../../../src/engine/vision/classify.js";
import { energyOf, expectedCalibrationError, probabilitiesOf } from "../../../src/engine/vision/decide.js";
import { Serving } from "../../../src/engine/vision/serve.js";

const serving = new Serving(new ModelRegistry("/nonexistent", SHIPPED_MODELS));
const classifier = new Classifier(serving);
afterAll(async () => {
  await classifier.close();
  await serving.close();
});

test("numbers in a hand that is not MNIST's are read, with a box for every digit", async () => {
  let read = 0;
  for (let seed = 300; seed < 306; seed++) {
    const page = await writtenPage(seed, "easy");
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

test("probabilities, energy and calibration error are what their definitions say", () => {
  expect(probabilitiesOf([0, Math.log(3)], 1)[1]).toBeCloseTo(0.75);
  expect(probabilitiesOf([0, Math.log(9)], 2)[1]).toBeCloseTo(0.75);
  expect(energyOf([1000, 1000])).toBeCloseTo(1000 + Math.log(2));
  const answers = [true, true, true, false].map((isRight) => ({ probability: 0.75, isRight }));
  expect(expectedCalibrationError(answers)).toBeCloseTo(0);
  expect(expectedCalibrationError(answers.map(({ isRight }) => ({ probability: 1, isRight })))).toBeCloseTo(0.25);
});
