// Any bytes as an IDX file: parsed to what they say, or refused; never another error, never memory that the header invents.
import fc from "fast-check";
import { expect, test } from "vitest";
import { IdxDamaged, idxLength, parseIdx } from "../../../../src/engine/training/data/idx.js";

const RUNS = 20_000;

test("any bytes are parsed or refused", () => {
  const header = fc.tuple(fc.constantFrom(1, 2, 3, 4), fc.array(fc.nat({ max: 2 ** 31 }), { maxLength: 5 }));
  const nearly = fc.tuple(header, fc.uint8Array({ maxLength: 64 })).map(([[dimensions, sizes], rest]) => {
    const bytes = Buffer.alloc(4 + 4 * sizes.length + rest.length);
    bytes.set([0, 0, 8, dimensions]);
    for (const [at, size] of sizes.entries()) bytes.writeUInt32BE(size % 2 === 0 ? size : size % 5, 4 + 4 * at);
    bytes.set(rest, 4 + 4 * sizes.length);
    return new Uint8Array(bytes);
  });
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 64 }), nearly), fc.constantFrom(1, 2, 3), (bytes, dimensions) => {
      try {
        const { sizes, data } = parseIdx(bytes, dimensions);
        expect(sizes).toHaveLength(dimensions);
        expect(idxLength(sizes)).toBe(bytes.length);
        expect(data.length).toBe(bytes.length - 4 - 4 * dimensions);
      } catch (error) {
        if (!(error instanceof IdxDamaged)) throw error;
      }
    }),
    { numRuns: RUNS },
  );
});
