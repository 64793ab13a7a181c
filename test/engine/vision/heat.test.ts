// Heat maps: on a picture whose decisive part is known, in numbers, in words and in pixels.
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { drawnDaisy, type FlowerPlace } from "../../../bench/vision/flower.js";
import { heatPng } from "../../../src/charts/heat.js";
import { ModelRegistry } from "../../../src/engine/models/registry.js";
import { type Classification, Classifier } from "../../../src/engine/vision/classify.js";
import { type HeatMap, heatWords } from "../../../src/engine/vision/explain/heat.js";
import { Serving } from "../../../src/engine/vision/serve.js";

const serving = new Serving(new ModelRegistry("no such folder"));
const classifier = new Classifier(serving);
afterAll(async () => {
  await classifier.close();
  await serving.close();
});

/** Wide, the daisy at the upper left of what is looked at. */
const PLACE: FlowerPlace = { width: 1000, height: 700, x: 380, y: 280, radius: 210 };
let jpeg: Buffer;
let answer: Classification;
let heat: HeatMap;
beforeAll(async () => {
  ({ jpeg } = await drawnDaisy(7, PLACE));
  answer = await classifier.classify(jpeg);
  if (answer.heat === undefined) throw new Error(`no heat map: ${answer.verdict}`);
  ({ heat } = answer);
});

/** Centre of the most (or least) telling cell, in pixels of the picture. */
function placeOf(cell: number): readonly [number, number] {
  const [left, top, width, height] = heat.covered;
  return [
    (left + (((cell % heat.columns) + 0.5) / heat.columns) * width) * PLACE.width,
    (top + ((Math.floor(cell / heat.columns) + 0.5) / heat.rows) * height) * PLACE.height,
  ];
}

async function probabilityWithout([x, y]: readonly [number, number]): Promise<number> {
  const side = 200;
  const [left, top] = [Math.round(x - side / 2), Math.round(y - side / 2)].map((from) => Math.max(0, from));
  const patch = { create: { width: side, height: side, channels: 3 as const, background: "#808080" } };
  const width = Math.min(side, PLACE.width - (left ?? 0));
  const height = Math.min(side, PLACE.height - (top ?? 0));
  const input = await sharp(patch).resize(width, height).png().toBuffer();
  const hidden = await sharp(jpeg)
    .composite([{ input, left: left ?? 0, top: top ?? 0 }])
    .png()
    .toBuffer();
  const { top: labels } = await classifier.classify(hidden, "flowers");
  return labels.find(({ label }) => label === heat.label)?.probability ?? 0;
}

test("a drawn daisy is called a daisy, not the digit 0 that its ring of petals resembles", () => {
  expect(answer.model).toBe("flowers");
  expect(answer.top[0]?.label).toBe("daisy");
});

test("nor is one far away surely a 0, although the flowers' model does not know it then", async () => {
  const { jpeg: small } = await drawnDaisy(9, { width: 1000, height: 700, x: 150, y: 500, radius: 70 });
  expect((await classifier.classify(small)).verdict).not.toBe("sure");
});

test("a number on a note of a strong colour, on wood, is still surely read", async () => {
  const note = await sharp(
    Buffer.from(
      '<svg xmlns="http://www.w3.org/2000/svg" width="800" height="800"><rect width="800" height="800" fill="#6b4a2b"/><rect x="120" y="120" width="560" height="560" fill="#ffe650"/><g fill="none" stroke="#1c2a6e" stroke-width="16" stroke-linecap="round"><path d="M330 270L230 270L222 390Q300 350 330 420Q340 520 215 520"/><path d="M420 275L560 275L470 530"/></g></svg>',
    ),
  )
    .blur(1)
    .jpeg()
    .toBuffer();
  expect(await classifier.classify(note)).toMatchObject({ model: "digits", verdict: "sure" });
});

test("the hottest cell lies on the flower; to hide it costs more of the probability than to hide the coldest", async () => {
  const cells = [...heat.evidence.keys()].toSorted((a, b) => (heat.evidence[b] ?? 0) - (heat.evidence[a] ?? 0));
  const [hottest, coldest] = [placeOf(cells[0] ?? 0), placeOf(cells.at(-1) ?? 0)];
  expect(Math.hypot(hottest[0] - PLACE.x, hottest[1] - PLACE.y)).toBeLessThan(PLACE.radius);
  const whole = answer.top[0]?.probability ?? 0;
  const [withoutHot, withoutCold] = [await probabilityWithout(hottest), await probabilityWithout(coldest)];
  expect(whole - withoutHot).toBeGreaterThan(0.1);
  expect(whole - withoutHot).toBeGreaterThan(2 * (whole - withoutCold));
});

test("most of what spoke for the daisy lies within its petals", () => {
  let [within, all] = [0, 0];
  for (const [cell, value] of heat.evidence.entries()) {
    if (value <= 0) continue;
    const [x, y] = placeOf(cell);
    all += value;
    if (Math.hypot(x - PLACE.x, y - PLACE.y) < PLACE.radius) within += value;
  }
  expect(within / all).toBeGreaterThan(0.5);
});

test.each([
  [[5, 0, 0, 0, 0, 0, 0, 0, 0], "at the upper left of"],
  [[0, 0, 0, 5, 1, 0, 0, 0, 0], "at the centre left of"],
  [[0, 0, 0, 0, 4, 0, 0, 0, 0], "at the centre of"],
  [[0, 0, 0, 0, 0, 0, 0, 2, 0], "at the lower centre of"],
  [[1, 1, 1, 1, 1, 1, 1, 1, 1], "whole picture about evenly"],
  [[-1, -1, -1, -1, 0, -1, -1, -1, -1], "No part of the picture"],
])("%j is said in words", (evidence, words) => {
  const everything = [0, 0, 1, 1] as const;
  const map = { label: "daisy", rows: 3, columns: 3, evidence: Float32Array.from(evidence), seen: everything };
  expect(heatWords({ ...map, covered: everything })).toContain(words);
});

test("drawn, the hottest place is the brightest, what was cut off is grey, and the picture shows through", async () => {
  const evidence = new Float32Array(49);
  evidence[1 * 7 + 5] = 3;
  const wide = { rows: 7, columns: 7, evidence, seen: [0.25, 0, 0.5, 1], covered: [0.25, 0, 0.5, 1] } as const;
  const { data, info } = await sharp(await heatPng(wide, 800, 400))
    .raw()
    .toBuffer({ resolveWithObject: true });
  expect(info.width / info.height).toBeCloseTo(2, 1);
  const pixel = (x: number, y: number) => {
    const at = (Math.floor(y * info.height) * info.width + Math.floor(x * info.width)) * 4;
    return [...data.subarray(at, at + 4)];
  };
  const [hot, cold] = [pixel(0.25 + 0.5 * (5.5 / 7), 1.5 / 7), pixel(0.25 + 0.5 * (1.5 / 7), 5.5 / 7)];
  expect(hot[0]).toBeGreaterThan(245);
  expect(hot[1]).toBeGreaterThan(235);
  expect(Math.max(...cold.slice(0, 3))).toBeLessThan(10);
  expect(pixel(0.1, 0.5).slice(0, 3)).toEqual([128, 128, 128]);
  for (const [, , , alpha] of [hot, cold]) {
    expect(alpha).toBeGreaterThan(100);
    expect(alpha).toBeLessThan(200);
  }
});
