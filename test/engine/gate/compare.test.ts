// The gate's statistics: exact examples, and how often it errs on simulated models of a known difference.
import { expect, test } from "vitest";
import { CLASS_MARGIN, compare, LEAST_IN_CLASS, MARGIN, type Paired } from "../../../src/engine/gate/compare.js";
import { seededRandom } from "../../../src/engine/training/random.js";

/** So many pictures of a class that both have right, only the candidate, only the champion, neither. */
function pairs(label: string, both: number, candidate: number, champion: number, neither = 0): Paired[] {
  const some = (count: number, one: boolean, other: boolean): Paired[] =>
    Array.from({ length: count }, () => ({ label, candidate: one, champion: other }));
  return [
    ...some(both, true, true),
    ...some(candidate, true, false),
    ...some(champion, false, true),
    ...some(neither, false, false),
  ];
}

test("two models that answer alike differ by nothing, and the candidate passes", () => {
  const found = compare(pairs("a", 190, 0, 0, 10), "same");
  expect(found).toMatchObject({ images: 200, candidate: 0.95, champion: 0.95, misses: [] });
  expect(found.difference).toEqual({ value: 0, low: 0, high: 0 });
});

test("the bounds are those of the normal approximation where it holds", () => {
  const found = compare(pairs("a", 4500, 150, 100, 250), "bounds");
  const value = 50 / 5000;
  const deviation = Math.sqrt((250 / 5000 - value ** 2) / 5000);
  expect(found.difference.value).toBeCloseTo(value, 10);
  expect(Math.abs(found.difference.low - (value - 1.645 * deviation))).toBeLessThan(deviation / 8);
  expect(Math.abs(found.difference.high - (value + 1.645 * deviation))).toBeLessThan(deviation / 8);
  expect(compare(pairs("a", 4500, 150, 100, 250), "bounds")).toEqual(found);
});

test("a class that became worse is named even where the whole did not, and a small one is not judged", () => {
  const good = pairs("good", 700, 60, 0);
  const found = compare([...good, ...pairs("worse", 80, 0, 12), ...pairs("few", 20, 0, LEAST_IN_CLASS - 21)], "class");
  expect(found.misses).toEqual([
    expect.stringMatching(/^in worse by up to \d+\.\d\d points, where 5\.00 points is the limit$/),
  ]);
  expect(found.classes.map(({ label, low }) => [label, low !== undefined])).toEqual([
    ["few", false],
    ["good", true],
    ["worse", true],
  ]);
  expect(compare(pairs("a", 900, 0, 40, 60), "overall").misses[0]).toMatch(/^overall by up to /);
});

test("classes are in the order of their names, and of many that became worse the three worst are named", () => {
  const labels = ["10", "2", "b", "9", "a"];
  const found = compare(
    labels.flatMap((label, at) => pairs(label, 70, 0, 20 + 5 * at)),
    "many",
  );
  expect(found.classes.map(({ label }) => label)).toEqual(["2", "9", "10", "a", "b"]);
  expect(found.misses.map((miss) => miss.split(" by ")[0])).toEqual([
    "overall",
    "in a",
    "in 9",
    "in b",
    "in 2 more classes beyond that limit",
  ]);
});

/** Share of simulated gates that a candidate passes, whose true accuracy differs by `difference`. */
function passes(images: number, difference: number, discordant: number, gates: number): number {
  const random = seededRandom(`gates/${images}/${difference}`);
  let passed = 0;
  for (let gate = 0; gate < gates; gate++) {
    const drawn = Array.from({ length: images }, (): Paired => {
      const at = random.next();
      if (at < (discordant - difference) / 2) return { label: "all", candidate: false, champion: true };
      if (at < discordant) return { label: "all", candidate: true, champion: false };
      return { label: "all", candidate: true, champion: true };
    });
    const { difference: found } = compare(drawn, gate);
    passed += Number(found.low > MARGIN);
  }
  return passed / gates;
}

test("a candidate that is worse by just the margin passes in about one of twenty; an equal one nearly always", () => {
  // The seed is fixed; the rates over many more gates are in bench/README.md.
  expect(passes(500, MARGIN, 0.05, 60)).toBeLessThan(0.12);
  expect(passes(1000, 2 * MARGIN, 0.05, 20)).toBe(0);
  expect(passes(1000, 0, 0.01, 20)).toBeGreaterThan(0.9);
  expect(CLASS_MARGIN).toBe(-0.05);
});
