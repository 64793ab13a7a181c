// Marks beside the digits: points, signs and slashes are seen and never dropped in silence; dust and broken strokes are none.
import sharp from "sharp";
import { afterAll, expect, test } from "vitest";
import { dustyPage, MARKED_KINDS, markedPage } from "../../../bench/vision/marked.js";
import { ModelRegistry, SHIPPED_MODELS } from "../../../src/engine/models/registry.js";
import { Classifier } from "../../../src/engine/vision/classify.js";
import { decode } from "../../../src/engine/vision/decode.js";
import { findDigits } from "../../../src/engine/vision/page/page.js";
import { Serving } from "../../../src/engine/vision/serve.js";
import { pageOf } from "../../support/pages.js";

const serving = new Serving(new ModelRegistry("/nonexistent", SHIPPED_MODELS));
const classifier = new Classifier(serving);
afterAll(async () => {
  await classifier.close();
  await serving.close();
});

/** Marks on a page on which `paths` are written. */
async function marks(paths: string): Promise<number> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="800" height="600"><rect width="800" height="600" fill="#eee"/><path d="${paths}" fill="none" stroke="#223" stroke-width="14" stroke-linecap="round" stroke-linejoin="round"/></svg>`;
  const jpeg = await sharp(Buffer.from(svg)).jpeg({ quality: 90 }).toBuffer();
  return findDigits(await decode(jpeg)).evidence.marks;
}

const THREE = "M150 220C230 160 270 260 190 290C290 290 260 400 150 370";
const ONE = "M420 200V380";
const TWO = "M520 240C540 180 640 190 610 270L520 380H630";

test.each([
  ["a point", "M345 378L348 380", 1],
  ["a colon", "M345 270L348 272M345 340L348 342", 2],
  ["a comma", "M345 376L343 396L328 412", 1],
  ["a minus", "M310 290H370", 1],
  ["a plus", "M310 300H374M342 268V332", 1],
  ["a slash", "M305 400L372 180", 1],
])("%s between figures is a mark", async (_, sign, count) => {
  expect(await marks(THREE + sign + ONE + TWO)).toBe(count);
});

test("figures alone have none: not a crossed 7, a 5 in two strokes, a 4 or a 1 that leans", async () => {
  expect(await marks(THREE + ONE + TWO)).toBe(0);
  expect(await marks("M150 200H250L190 380M180 290H250M420 210L350 330H460M430 260V390")).toBe(0);
  expect(await marks("M330 200H250L245 270C330 260 330 390 240 370M355 198H400M520 200L495 380")).toBe(0);
});

test("a number with a mark is never sure, and it is told that there is one", async () => {
  for (const kind of MARKED_KINDS) {
    const { jpeg, text } = await markedPage(kind, 100);
    const { verdict, hasMarks } = await classifier.classify(jpeg);
    expect(`${text}: ${verdict}`).not.toBe(`${text}: sure`);
    expect(`${text}: ${hasMarks}`).toBe(`${text}: true`);
  }
});

test("dust on the page and ruled lines are no marks", async () => {
  for (let seed = 300; seed < 302; seed++) {
    expect(findDigits(await decode((await dustyPage(seed)).jpeg)).evidence.marks).toBe(0);
    expect(findDigits(await decode((await pageOf(seed, "ballpoint")).jpeg)).evidence.marks).toBe(0);
  }
});
