// Mutated pictures of every format: each is read or refused with a UserError, within the time, never a crash.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import sharp from "sharp";
import { expect, test } from "vitest";
import { decode } from "../../../src/engine/vision/decode.js";
import { readHeader } from "../../../src/engine/vision/headers/header.js";
import { UserError } from "../../../src/errors.js";
import { ROOT } from "../../support/rubrics.js";

const FORMATS = ["jpeg", "png", "webp", "gif", "tiff", "avif"] as const;
const HEADERS = 40_000;
const DECODED = 400;

async function samples(): Promise<Buffer[]> {
  const picture = sharp({ create: { width: 40, height: 30, channels: 3, background: "#c84" } });
  const made = await Promise.all(FORMATS.map((format) => picture.clone().toFormat(format).toBuffer()));
  const fixtures = ["seven.heic", "moving-libavif.avif", "moving-ffmpeg.avif"];
  return [...made, ...fixtures.map((name) => readFileSync(join(ROOT, "test/fixtures/pictures", name)))];
}

/** Bytes set anew near the beginning, and perhaps an early end. */
const mutation = fc.record({
  changes: fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { minLength: 1, maxLength: 6 }),
  end: fc.option(fc.nat(400)),
});

function mutated(bytes: Buffer, { changes, end }: { changes: [number, number][]; end: number | null }): Buffer {
  const copy = Buffer.from(end === null ? bytes : bytes.subarray(0, end));
  for (const [at, value] of changes) if (at < copy.length) copy[at] = value;
  return copy;
}

test("headers of every format, mutated, are read within bounds or refused", async () => {
  for (const bytes of await samples()) {
    fc.assert(
      fc.property(mutation, (change) => {
        const header = readHeader(mutated(bytes, change));
        if (typeof header === "string") return;
        expect(header.width).toBeGreaterThan(0);
        expect(header.height).toBeGreaterThan(0);
      }),
      { numRuns: HEADERS },
    );
  }
});

test("mutated pictures are decoded or refused with a UserError, in bounded time", async () => {
  // HEIC starts a thread a picture: a part of the number is enough.
  for (const [index, bytes] of (await samples()).entries()) {
    await fc.assert(
      fc.asyncProperty(mutation, async (change) => {
        const began = performance.now();
        const outcome = await decode(mutated(bytes, change)).catch((error: unknown) => error);
        if (outcome instanceof Error) expect(outcome).toBeInstanceOf(UserError);
        expect(performance.now() - began).toBeLessThan(5000);
      }),
      { numRuns: index === FORMATS.length ? DECODED / 10 : DECODED },
    );
  }
});
