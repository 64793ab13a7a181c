// Whatever is pasted, reading ends soon in a graph that can be counted or in an error that its reader can mend.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { looksLikeCode, readCode } from "../../../../src/engine/network/code/readCode.js";
import { countGraph } from "../../../../src/engine/network/count.js";
import { UserError } from "../../../../src/errors.js";

const fixture = join(import.meta.dirname, "../../../fixtures/networks/code.json");
const { networks }: { networks: { code: string }[] } = JSON.parse(readFileSync(fixture, "utf8"));
const snippets = networks.map(({ code }) => code);
const words = [...new Set(snippets.flatMap((code) => code.match(/\w+|[^\w\s]|\n */g) ?? []))];

/** What a careless message shows of JavaScript. */
const SLIPS = /undefined|NaN|\[object/;

function readsOrRefuses(code: string): void {
  looksLikeCode(code);
  try {
    const { parameters } = countGraph(readCode(code));
    expect(Number.isSafeInteger(parameters.total)).toBe(true);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    expect(error.code).toMatch(/^[a-z-]+$/);
    // An error may quote what was pasted, those words included; it may not make them up.
    if (!SLIPS.test(code)) expect(error.what).not.toMatch(SLIPS);
  }
}

/** The tests, each with so many generated texts. */
export function pastedTextTests(numRuns: number, seed = Math.floor(Math.random() * 2 ** 31)): void {
  test("any characters", () => {
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 300 }), readsOrRefuses), { numRuns, seed });
  });

  test("words of real snippets in any order", () => {
    const salad = fc.array(fc.constantFrom(...words), { maxLength: 80 }).map((parts) => parts.join(" "));
    fc.assert(fc.property(salad, readsOrRefuses), { numRuns, seed });
  });

  test("real snippets with a piece cut out, doubled or replaced", () => {
    const edit = fc.record({
      code: fc.constantFrom(...snippets),
      from: fc.nat(2_000),
      length: fc.nat(40),
      piece: fc.oneof(
        fc.constantFrom(...words),
        fc.constant(""),
        fc.integer().map(String),
        fc.string({ maxLength: 5 }),
      ),
      times: fc.integer({ min: 1, max: 3 }),
    });
    const edited = edit.map(({ code, from, length, piece, times }) => {
      const at = from % code.length;
      return code.slice(0, at) + piece.repeat(times) + code.slice(at + length);
    });
    fc.assert(fc.property(edited, readsOrRefuses), { numRuns, seed });
  });

  test("two snippets spliced", () => {
    const splice = fc.tuple(
      fc.constantFrom(...snippets),
      fc.constantFrom(...snippets),
      fc.double({ min: 0, max: 1, noNaN: true }),
    );
    const spliced = splice.map(
      ([a, b, share]) => a.slice(0, Math.floor(a.length * share)) + b.slice(Math.floor(b.length * share)),
    );
    fc.assert(fc.property(spliced, readsOrRefuses), { numRuns, seed });
  });
}
