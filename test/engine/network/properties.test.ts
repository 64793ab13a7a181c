// The properties of every network, briefly; `npm run fuzz` runs them at length.
import fc from "fast-check";
import { describe, test } from "vitest";
import { PROPERTIES } from "./properties.js";

/** Networks of each property. */
const RUNS = 500;

describe("of every network", () => {
  test.each(PROPERTIES)("$name", ({ check }) => {
    fc.assert(check, { numRuns: RUNS });
  });
});
