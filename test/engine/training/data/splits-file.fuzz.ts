// Any text as splits.tsv: parsed or refused with a bounded message; what is written by us is read back.
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseSplits } from "../../../../src/engine/training/data/splits-file.js";
import { UserError } from "../../../../src/errors.js";

const RUNS = 20_000;
const piece = fc.oneof(
  fc.string({ unit: "binary", maxLength: 200 }),
  fc.constantFrom("file\tsplit", "\t", "\n", "\r\n", "train", "val", "../x", "a/b.jpg", "a/b.jpg\ttrain\n", "\uFEFF"),
);

test("any text is parsed or refused", () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), fc.boolean(), (pieces, heading) => {
      const text = (heading ? "file\tsplit\n" : "") + pieces.join("");
      try {
        for (const file of parseSplits(text, "splits.tsv").keys()) expect(file.split("/")).not.toContain("..");
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        expect(error.code).toBe("splits-invalid");
        expect(error.message.length).toBeLessThan(2_000);
      }
    }),
    { numRuns: RUNS },
  );
});

test("every well-formed file is read back", () => {
  const name = fc.stringMatching(/^[\p{L}0-9 _-]{1,20}\.jpg$/u);
  const rows = fc.dictionary(name, fc.constantFrom("train", "validation", "test"), { minKeys: 1 });
  fc.assert(
    fc.property(rows, (splits) => {
      const text = Object.entries(splits).map(([file, split]) => `a/${file}\t${split}\n`);
      const read = parseSplits(`file\tsplit\n${text.join("")}`, "splits.tsv");
      expect(Object.fromEntries(read)).toEqual(
        Object.fromEntries(Object.entries(splits).map(([file, split]) => [`a/${file}`, split])),
      );
    }),
    { numRuns: 2_000 },
  );
});
