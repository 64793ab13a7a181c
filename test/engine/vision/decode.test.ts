// Reading pictures: every format becomes upright sRGB pixels, and whatever is wrong is refused with a stable code.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { crc32, deflateSync } from "node:zlib";
import sharp, { type Sharp } from "sharp";
import { describe, expect, it } from "vitest";
import { decode } from "../../../src/engine/vision/decode.js";
import { ROOT } from "../../support/rubrics.js";

/** Red left, blue right, of 60 × 40 pixels. */
function twoColours(): Sharp {
  return sharp({ create: { width: 60, height: 40, channels: 3, background: "#0000ff" } }).composite([
    { input: { create: { width: 30, height: 40, channels: 3, background: "#ff0000" } }, left: 0, top: 0 },
  ]);
}

async function png(): Promise<Buffer> {
  return await twoColours().png().toBuffer();
}

/** Three frames of 60 × 40, by avifenc 0.11 or ffmpeg 5.1, the first like `twoColours`. */
const movingAvif = (writer: string): Buffer => readFileSync(join(ROOT, `test/fixtures/pictures/moving-${writer}.avif`));

async function codeOf(bytes: Uint8Array): Promise<unknown> {
  return await decode(bytes).then(
    () => "read",
    (error: unknown) => (error instanceof Error && "code" in error ? error.code : error),
  );
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body) >>> 0);
  return Buffer.concat([length, body, sum]);
}

/** A PNG's signature and header alone say this size. */
function pngSaying(width: number, height: number, ...more: readonly Buffer[]): Buffer {
  const size = Buffer.alloc(13);
  size.writeUInt32BE(width, 0);
  size.writeUInt32BE(height, 4);
  size.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk("IHDR", size),
    ...more,
    chunk("IDAT", deflateSync(Buffer.alloc(64))),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

describe("a picture", () => {
  it.each([
    ["jpeg", () => twoColours().jpeg({ quality: 95 })],
    ["png", () => twoColours().png()],
    ["webp", () => twoColours().webp({ lossless: true })],
    ["avif", () => twoColours().avif({ quality: 90 })],
    ["tiff", () => twoColours().tiff()],
    ["gif", () => twoColours().gif()],
    ["16-bit png", () => twoColours().toColourspace("rgb16").png()],
    ["cmyk jpeg", () => twoColours().toColourspace("cmyk").jpeg({ quality: 95 })],
  ])("in %s has red at its left and blue at its right", async (_, make) => {
    const { data, width, height } = await decode(await make().toBuffer());
    expect([width, height, data.length]).toEqual([60, 40, 60 * 40 * 3]);
    const at = (x: number): readonly number[] => [...data.subarray(3 * (20 * 60 + x), 3 * (20 * 60 + x) + 3)];
    const [left, right] = [at(10), at(50)];
    expect(left[0]).toBeGreaterThan(180);
    expect(left[2]).toBeLessThan(90);
    expect(right[2]).toBeGreaterThan(110);
    expect(right[0]).toBeLessThan(90);
  });

  it("that a phone held sideways is upright afterwards", async () => {
    const { data, width, height, original } = await decode(
      await twoColours().withMetadata({ orientation: 6 }).jpeg().toBuffer(),
    );
    expect([width, height]).toEqual([40, 60]);
    expect(original).toEqual({ width: 40, height: 60 });
    expect(data[0]).toBeGreaterThan(180);
    expect(data[3 * (59 * 40)]).toBeLessThan(90);
  });

  it("of grey has three equal channels, and a transparent one is seen on white", async () => {
    const grey = await decode(
      await sharp(await png())
        .greyscale()
        .png()
        .toBuffer(),
    );
    expect(grey.data[0]).toBe(grey.data[1]);
    expect(grey.data[1]).toBe(grey.data[2]);
    const clear = sharp({ create: { width: 8, height: 8, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } });
    expect((await decode(await clear.png().toBuffer())).data[0]).toBe(255);
  });

  it("larger than is needed is kept smaller, and its real size is remembered", async () => {
    const wide = sharp({ create: { width: 3000, height: 1500, channels: 3, background: "#888888" } });
    const { width, height, original } = await decode(await wide.jpeg().toBuffer());
    expect([width, height]).toEqual([1024, 512]);
    expect(original).toEqual({ width: 3000, height: 1500 });
  });

  it("of one pixel and of 20,000 × 3 are read", async () => {
    const one = sharp({ create: { width: 1, height: 1, channels: 3, background: "#888888" } });
    const long = sharp({ create: { width: 20_000, height: 3, channels: 3, background: "#888888" } });
    expect((await decode(await one.png().toBuffer())).width).toBe(1);
    expect((await decode(await long.png().toBuffer())).original).toEqual({ width: 20_000, height: 3 });
  });

  it.each(["libavif", "ffmpeg"])("that moves (animated AVIF of %s) is its first frame", async (writer) => {
    const { data, width, height, format } = await decode(movingAvif(writer));
    expect([format, width, height]).toEqual(["avif", 60, 40]);
    const at = (x: number): readonly number[] => [...data.subarray(3 * (20 * 60 + x), 3 * (20 * 60 + x) + 3)];
    // The second frame is green and yellow, the third white and black.
    const [left, right] = [at(10), at(50)];
    for (const [found, wanted] of [
      [left, [255, 0, 0]],
      [right, [0, 0, 255]],
    ] as const) {
      for (const [channel, value] of wanted.entries()) expect(Math.abs((found[channel] ?? 0) - value)).toBeLessThan(40);
    }
  });

  it("of an iPhone (HEIC) is read", async () => {
    const { format, width, height } = await decode(readFileSync(join(ROOT, "test/fixtures/pictures/seven.heic")));
    expect(format).toBe("heic");
    expect(Math.min(width, height)).toBeGreaterThan(20);
  });
});

describe("what is refused", () => {
  it("an empty file, a text, a drawing in SVG, and a page of HTML", async () => {
    expect(await codeOf(new Uint8Array())).toBe("image-empty");
    expect(await codeOf(Buffer.from("hello, this is a text and not a picture"))).toBe("image-unsupported");
    expect(await codeOf(Buffer.from('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>'))).toBe(
      "image-unsupported",
    );
    expect(await codeOf(Buffer.from("<!doctype html><html><body>404</body></html>"))).toBe("image-unsupported");
  });

  it("a file above 20 MB, before it is looked at", async () => {
    expect(await codeOf(new Uint8Array(20_000_001))).toBe("image-too-large");
  });

  it("a header that says 50,000 × 50,000", async () => {
    expect(await codeOf(pngSaying(50_000, 50_000))).toBe("image-too-many-pixels");
  });

  it("an animated AVIF that says 50,000 × 50,000, that is cut off, and one of a film alone, with what to do", async () => {
    const vast = movingAvif("libavif");
    vast.writeUInt32BE(50_000, vast.indexOf("ispe") + 8);
    vast.writeUInt32BE(50_000, vast.indexOf("ispe") + 12);
    expect(await codeOf(vast)).toBe("image-too-many-pixels");
    const whole = movingAvif("ffmpeg");
    expect(await codeOf(whole.subarray(0, whole.length - 60))).toBe("image-damaged");
    whole.write("free", whole.indexOf("meta"), "latin1");
    await expect(decode(whole)).rejects.toMatchObject({
      code: "image-unsupported",
      fix: expect.stringContaining("first frame as a still picture"),
    });
  });

  it("a PNG whose pixels end too early, and a JPEG cut in half", async () => {
    expect(await codeOf(pngSaying(500, 500))).toBe("image-damaged");
    const noise = await sharp({
      create: {
        width: 400,
        height: 400,
        channels: 3,
        background: "#888888",
        noise: { type: "gaussian", mean: 128, sigma: 60 },
      },
    })
      .jpeg()
      .toBuffer();
    expect(await codeOf(noise.subarray(0, noise.length >> 1))).toBe("image-damaged");
  });

  it("not a compressed text that would unfold to 300 MB: it is left out and the picture is read", async () => {
    const bomb = chunk(
      "zTXt",
      Buffer.concat([Buffer.from("Comment\0\0", "latin1"), deflateSync(Buffer.alloc(300_000_000))]),
    );
    const whole = await png();
    const before = process.memoryUsage().rss;
    expect(await codeOf(Buffer.concat([whole.subarray(0, 33), bomb, whole.subarray(33)]))).toBe("read");
    expect(process.memoryUsage().rss - before).toBeLessThan(200_000_000);
  });

  it("nothing else than a refusal or a picture comes of a header with bytes changed", async () => {
    const known = new Set(["read", "image-damaged", "image-unsupported", "image-too-many-pixels", "image-too-slow"]);
    const seed = Number(process.env.CONVO_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31));
    let state = seed;
    const random = (below: number): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
      return (state >>> 8) % below;
    };
    const whole = [
      await png(),
      await twoColours().jpeg().toBuffer(),
      await twoColours().webp().toBuffer(),
      await twoColours().gif().toBuffer(),
      await twoColours().tiff().toBuffer(),
    ];
    for (let round = 0; round < 150; round++) {
      const bytes = Buffer.from(whole[round % whole.length] ?? []);
      for (let change = 0; change <= random(4); change++) bytes[random(Math.min(64, bytes.length))] = random(256);
      const code = await codeOf(bytes);
      expect(known.has(String(code)), `CONVO_TEST_SEED=${seed}, round ${round}: ${code}`).toBe(true);
    }
  });
});
