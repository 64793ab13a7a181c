// The properties of every network, at length: more than 100,000 generated notations a run. CONVO_FUZZ_SEED repeats one.
import fc from "fast-check";
import { describe, test } from "vitest";
import { PROPERTIES } from "./properties.js";

/** Networks of each property; four properties make 120,000. */
const RUNS = 30_000;

const seed = Number(process.env.CONVO_FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31));
process.stdout.write(`CONVO_FUZZ_SEED=${seed}: ${(RUNS * PROPERTIES.length).toLocaleString("en")} networks\n`);

describe("of every network", () => {
  test.each(PROPERTIES)("$name", ({ check }) => {
    fc.assert(check, { numRuns: RUNS, seed });
  });
});
