// The generator: the same seed gives the same numbers, a saved state goes on, forks do not disturb each other.
import { expect, test } from "vitest";
import { restoreRandom, seededRandom, shuffled } from "../../../src/engine/training/random.js";

const draw = (random: { next(): number }, count: number): number[] =>
  Array.from({ length: count }, () => random.next());

test("a seed gives its numbers on every machine", () => {
  expect(draw(seededRandom(7), 3)).toEqual(draw(seededRandom(7), 3));
  expect(draw(seededRandom(7), 3)).not.toEqual(draw(seededRandom(8), 3));
});

test("sfc32 gives the words that its published definition gives from a known state", () => {
  // By hand: sum = a + b + counter; then a = b ^ b>>>9, b = c + (c<<3), c = rotl(c, 21) + sum, counter + 1.
  const random = restoreRandom([1, 2, 3, 4]);
  expect(random.next() * 2 ** 32).toBe(7);
  expect(random.save()).toEqual([2, 27, 3 * 2 ** 21 + 7, 5]);
});

test("a saved state, through JSON, goes on where it was", () => {
  const random = seededRandom(3);
  draw(random, 10);
  const state = JSON.parse(JSON.stringify(random.save()));
  expect(draw(restoreRandom(state), 5)).toEqual(draw(random, 5));
});

test("a fork depends on its label and does not advance its parent", () => {
  const [one, other] = [seededRandom(3), seededRandom(3)];
  const fork = draw(one.fork("a"), 3);
  expect(fork).not.toEqual(draw(one.fork("b"), 3));
  expect(draw(one, 3)).toEqual(draw(other, 3));
});

test("draws are even, and normal draws have mean 0 and deviation 1", () => {
  const random = seededRandom(1);
  const bins = new Array(10).fill(0);
  for (let at = 0; at < 100_000; at++) bins[random.below(10)] += 1;
  for (const bin of bins) expect(Math.abs(bin - 10_000)).toBeLessThan(500);
  const normal = Array.from({ length: 100_000 }, () => random.normal());
  const mean = normal.reduce((sum, value) => sum + value) / normal.length;
  expect(mean).toBeCloseTo(0, 1);
  expect(Math.sqrt(normal.reduce((sum, value) => sum + (value - mean) ** 2, 0) / normal.length)).toBeCloseTo(1, 1);
});

test("shuffling keeps every item and leaves the given array alone", () => {
  const items = Object.freeze(Array.from({ length: 100 }, (_, at) => at));
  const order = shuffled(items, seededRandom(1));
  expect(order).not.toEqual(items);
  expect([...order].sort((a, b) => a - b)).toEqual(items);
});
