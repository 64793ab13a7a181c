// Drift on a real store: sums by week, concurrent answers, gaps; and the plot in its elements and words.
import { rmSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { driftAlt, driftPicture, driftSvg } from "../../../src/charts/drift.js";
import { openDrift, weekOf } from "../../../src/engine/corrections/drift.js";
import { openStore } from "../../../src/store/open.js";
import type { Store } from "../../../src/store/store.js";
import { DAY, temporaryFolder } from "../../support/world.js";

let folder: string;
let store: Store;
let at: number;
beforeEach(async () => {
  folder = temporaryFolder();
  store = await openStore({ url: `lmdb:${folder}/store` });
  at = Date.parse("2026-01-01T12:00:00Z");
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

test("weeks are ISO's: they begin on Monday and belong to their Thursday's year", () => {
  const named = ["2026-01-01", "2025-12-29", "2025-12-28", "2027-01-03", "2027-01-04", "2024-12-30"].map((day) =>
    weekOf(Date.parse(`${day}T00:00:00Z`)),
  );
  expect(named).toEqual(["2026-W01", "2026-W01", "2025-W52", "2026-W53", "2027-W01", "2025-W01"]);
});

test("answers at once are all counted; weeks without any are gaps; another class and another model are apart", async () => {
  const drift = openDrift({ store, now: () => at });
  await Promise.all(Array.from({ length: 20 }, (_, one) => drift.recordAnswer("a", "digits", one < 10 ? 1 : 0.5)));
  await drift.recordAnswer("a/b", "digits", 0.1);
  await drift.recordAnswer("a", "flowers", 0.1);
  at += 14 * DAY;
  await drift.recordAnswer("a", "digits", 0.6);
  for (const isRight of [true, false, false, true]) await drift.recordJudgement("a", "digits", isRight);
  expect(await drift.driftOf("a", "digits")).toEqual([
    { week: "2026-W01", answers: 20, confidence: 0.75, judged: 0 },
    { week: "2026-W02", answers: 0, judged: 0 },
    { week: "2026-W03", answers: 1, confidence: 0.6, judged: 4, corrected: 0.5 },
  ]);
  expect(await drift.driftOf("b", "digits")).toEqual([]);
});

test("the plot breaks its lines at gaps, stands at the right height, and says the same in words", async () => {
  const weeks = [
    { week: "2026-W01", answers: 20, confidence: 0.75, judged: 0 },
    { week: "2026-W02", answers: 0, judged: 0 },
    { week: "2026-W03", answers: 1, confidence: 0.5, judged: 4, corrected: 0.5 },
  ];
  const chart = { title: 'digits <"in class">', weeks };
  const svg = driftSvg(chart);
  // 0 % is at y 306 and 100 % at y 76.
  const heights = [...svg.matchAll(/cx="([\d.]+)" cy="([\d.]+)" r="4" fill="(\S+)"/g)].map(([, x, y]) => [x, y]);
  expect(heights.slice(0, 3)).toEqual([
    ["124", "133.5"],
    ["716", "191"],
    ["716", "191"],
  ]);
  expect(svg.match(/<polyline/g)).toHaveLength(3);
  expect(svg).not.toContain('<"in');
  expect(driftAlt(chart)).toBe(
    'digits <"in class">, over 3 weeks. Mean confidence was 75.0 % in 2026-W01 and 50.0 % in 2026-W03. Of 4 judged answers 2 were called wrong.',
  );
  expect(driftAlt({ title: "digits", weeks: weeks.slice(2) })).toContain(
    "digits, in one week. Mean confidence was 50.0 %",
  );
  const judgedTwice = [...weeks, { week: "2026-W04", answers: 9, confidence: 0.5, judged: 8, corrected: 0.75 }];
  expect(driftAlt({ title: "digits", weeks: judgedTwice })).toContain(
    "Of 12 judged answers 8 were called wrong: 50.0 % until 2026-W03, 75.0 % since.",
  );
  expect(driftAlt({ title: "digits", weeks: [] })).toBe("digits: nobody has asked yet.");
  // The newest week is always named, with its counts; the year where it begins.
  const long = Array.from({ length: 26 }, (_, at) => ({
    week: `${at < 20 ? "2025-W" : "2026-W"}${10 + at}`,
    answers: at,
    judged: 100 + at,
  }));
  const texts = [...driftSvg({ title: "digits", weeks: long }).matchAll(/<text[^>]*>([^<]+)</g)].map(
    ([, text]) => text,
  );
  expect(texts).toEqual(expect.arrayContaining(["2025-W11", "W15", "2026-W31", "W35", "25", "125"]));
  expect(texts).not.toContain("W10");
  const { png } = await driftPicture(chart);
  expect([...png.subarray(1, 4)]).toEqual([...Buffer.from("PNG")]);
});
