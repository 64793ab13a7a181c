// Pictures that try to break the reader: bombs, lies, two formats in one, and files that end early. Made here, none is kept.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { crc32, deflateSync, gzipSync } from "node:zlib";
import sharp, { type Sharp } from "sharp";

export interface HostilePicture {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Code of the error; "answer" where the picture is honest and gets an answer; both where either is right. */
  readonly expected: readonly string[];
}

const HEIC = join(import.meta.dirname, "../../test/fixtures/pictures/seven.heic");
const CLAIM = 50_000;
/** Frames of the animation. */
const FRAMES = 300;
const TENTHS = [1, 2, 3, 4, 5, 6, 7, 8, 9];

/** One after the other: some take 50 MB, and all of them beside each other too much. */
export async function* hostilePictures(): AsyncGenerator<HostilePicture> {
  yield* smallPictures(640, 480);
  yield* bombs();
  yield* large();
}

/** Those that are made and looked at in milliseconds; the pictures in them have `width` × `height` pixels. */
export async function* smallPictures(width: number, height: number): AsyncGenerator<HostilePicture> {
  const photo = await noisy(width, height);
  const formats = {
    jpeg: await sharp(photo.data, photo).jpeg().toBuffer(),
    png: await sharp(photo.data, photo).png().toBuffer(),
    gif: await sharp(photo.data, photo).gif().toBuffer(),
    webp: await sharp(photo.data, photo).webp().toBuffer(),
    tiff: await sharp(photo.data, photo).tiff({ compression: "none" }).toBuffer(),
    avif: await sharp(photo.data, photo).avif({ effort: 0 }).toBuffer(),
    heic: readFileSync(HEIC),
  };
  const { jpeg, png, gif, webp, tiff, avif, heic } = formats;
  yield { name: "empty file", bytes: new Uint8Array(), expected: ["image-empty"] };
  yield* sizes();
  yield* drawings();
  yield { name: "JPEG with a ZIP behind it", bytes: joined(jpeg, "PK\x03\x04", jpeg), expected: ["answer"] };
  yield { name: "GIF with a script behind it", bytes: joined(gif, "*/=1;alert(1)"), expected: ["answer"] };
  yield { name: "GIF that is a script", bytes: joined("GIF89a/*", "*/=1;alert(1)//".repeat(99)), expected: REFUSED };
  yield { name: "PNG with a page behind it", bytes: joined(png, "<html><svg onload=alert(1)>"), expected: ["answer"] };
  yield { name: "page with a PNG behind it", bytes: joined("<!doctype html>", png), expected: ["image-unsupported"] };
  yield* claims(formats);
  yield { name: "WebP whose canvas is smaller than its frame", bytes: lyingWebp(webp), expected: ANY };
  yield { name: "AVIF larger than it says", bytes: claim(avif, "ispe", 64, 48), expected: ANY };
  yield { name: "HEIC larger than it says", bytes: claim(heic, "ispe", 8, 8), expected: ANY };
  yield { name: "HEIC smaller than it says", bytes: claim(heic, "ispe", 6400, 4800), expected: ANY };
  yield { name: "GIF whose frame is 60,000 × 60,000", bytes: lyingGif(gif), expected: ANY };
  yield { name: "JPEG with two frame headers", bytes: twoFrames(jpeg), expected: ANY };
  yield { name: "TIFF whose directory is its own next", bytes: loopingTiff(tiff), expected: ANY };
  yield { name: "file of 20 MB and one byte", bytes: new Uint8Array(20_000_001), expected: ["image-too-large"] };
  for (const [format, bytes] of Object.entries(formats)) {
    for (const tenths of TENTHS) {
      const part = bytes.subarray(0, Math.floor((bytes.length * tenths) / 10));
      yield { name: `${format}, ${tenths}0 % of it`, bytes: part, expected: ["image-damaged"] };
    }
  }
}

async function* bombs(): AsyncGenerator<HostilePicture> {
  const png = await plain(64, 48).png().toBuffer();
  yield { name: "PNG with zTXt of 1 GB", bytes: withTextBomb(png, "zTXt"), expected: ["answer"] };
  for (const type of ["iCCP", "sRGB", "tRNS"] as const)
    yield { name: `PNG with 8 MB of ${type}`, bytes: withRepeated(png, type), expected: ANY };
  yield { name: "PNG in a million pieces", bytes: withRepeated(png, "IDAT"), expected: ANY };
  yield { name: "PNG with iTXt of 1 GB", bytes: withTextBomb(png, "iTXt"), expected: ["answer"] };
  yield { name: "PNG with a colour profile of 1 GB", bytes: withTextBomb(png, "iCCP"), expected: ["answer"] };
}

const REFUSED = ["image-damaged", "image-unsupported", "image-too-many-pixels", "image-too-slow"];
const ANY = ["answer", ...REFUSED];

async function noisy(
  width: number,
  height: number,
): Promise<{ data: Buffer; raw: { width: number; height: number; channels: 3 } }> {
  const noise = { type: "gaussian", mean: 128, sigma: 40 } as const;
  const data = await sharp({ create: { width, height, channels: 3, background: "#888888", noise } })
    .raw()
    .toBuffer();
  return { data, raw: { width, height, channels: 3 } };
}

function plain(width: number, height: number): Sharp {
  return sharp({ create: { width, height, channels: 3, background: "#808890" }, limitInputPixels: false });
}

async function* sizes(): AsyncGenerator<HostilePicture> {
  const expected = ["answer"];
  yield { name: "1 × 1", bytes: await plain(1, 1).png().toBuffer(), expected };
  yield { name: "20,000 × 3", bytes: await plain(20_000, 3).png().toBuffer(), expected };
  yield { name: "3 × 20,000", bytes: await plain(3, 20_000).jpeg().toBuffer(), expected };
}

async function* drawings(): AsyncGenerator<HostilePicture> {
  const expected = ["image-unsupported"];
  const svg = `<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/><rect width="9e9" height="9e9"/></svg>`;
  const laughs = `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "${"lol".repeat(99)}">]><svg>${"&a;".repeat(999)}</svg>`;
  yield { name: "SVG that reads a file", bytes: joined(svg), expected };
  yield { name: "SVG with entities", bytes: joined(laughs), expected };
  yield { name: "SVG behind a comment of 8 KB", bytes: joined(`<!--${" ".repeat(8192)}-->`, svg), expected };
  yield { name: "SVG in UTF-16", bytes: Buffer.from(`\ufeff${svg}`, "utf16le"), expected };
  yield { name: "SVGZ", bytes: gzipSync(svg), expected };
  yield { name: "SVGZ of 256 MB", bytes: gzipSync(Buffer.concat([Buffer.from(svg), Buffer.alloc(2 ** 28)])), expected };
  yield { name: "PDF", bytes: joined("%PDF-1.7\n", "1 0 obj\n".repeat(50)), expected };
}

function* claims(
  formats: Readonly<Record<"jpeg" | "png" | "gif" | "webp" | "tiff" | "avif" | "heic", Buffer>>,
): Generator<HostilePicture> {
  const expected = ["image-too-many-pixels"];
  const named = (format: string): string => `${format} that claims ${CLAIM} × ${CLAIM}`;
  const { jpeg, png, gif, webp, tiff, avif, heic } = formats;
  const frame = jpeg.indexOf(Buffer.from([0xff, 0xc0]));
  yield { name: named("JPEG"), bytes: patched(jpeg, (b) => b.writeUInt32BE(CLAIM * 65_537, frame + 5)), expected };
  const header = Buffer.from(png.subarray(12, 29));
  header.writeUInt32BE(CLAIM, 4);
  header.writeUInt32BE(CLAIM, 8);
  const big = Buffer.concat([png.subarray(0, 8), chunk("IHDR", header.subarray(4)), png.subarray(33)]);
  yield { name: named("PNG"), bytes: big, expected };
  yield { name: named("GIF"), bytes: patched(gif, (b) => b.writeUInt32LE(CLAIM * 65_537, 6)), expected };
  const canvas = Buffer.alloc(18);
  canvas.write("VP8X", "latin1");
  canvas.writeUInt32LE(10, 4);
  canvas.writeUIntLE(CLAIM - 1, 12, 3);
  canvas.writeUIntLE(CLAIM - 1, 15, 3);
  yield { name: named("WebP"), bytes: riff(Buffer.concat([canvas, webp.subarray(12)])), expected };
  const lossy = patched(webp, (b) => b.writeUInt32LE(0x3fff3fff, 26));
  yield { name: "WebP that claims 16,383 × 16,383", bytes: lossy, expected };
  yield { name: named("TIFF"), bytes: patchedTiff(tiff), expected };
  yield { name: named("AVIF"), bytes: claim(avif, "ispe", CLAIM, CLAIM), expected };
  yield { name: named("HEIC"), bytes: claim(heic, "ispe", CLAIM, CLAIM), expected };
}

async function* large(): AsyncGenerator<HostilePicture> {
  const frame = await noisy(160, 120 * FRAMES);
  const gif = await sharp(frame.data, { raw: { ...frame.raw, pageHeight: 120 } })
    .gif({ effort: 1, dither: 0 })
    .toBuffer();
  yield { name: `GIF of ${FRAMES} frames`, bytes: gif, expected: ["answer"] };
  const photo = await noisy(8660, 5774);
  const jpeg = await sharp(photo.data, photo).jpeg({ quality: 40 }).toBuffer();
  yield { name: "JPEG of 50 megapixels", bytes: jpeg, expected: ["answer"] };
  const progressive = await sharp(photo.data, photo).jpeg({ quality: 30, progressive: true }).toBuffer();
  yield { name: "progressive JPEG of 50 megapixels", bytes: progressive, expected: ["image-too-many-pixels"] };
  yield { name: "plain PNG of 63 megapixels", bytes: await plain(9000, 7000).png().toBuffer(), expected: ["answer"] };
  const interlaced = await plain(9000, 7000).png({ progressive: true }).toBuffer();
  yield { name: "interlaced PNG of 63 megapixels", bytes: interlaced, expected: ANY };
  const part = await noisy(5400, 3600);
  for (const [width, height] of [
    [5400, 3600],
    [4000, 3000],
  ] as const) {
    const smaller = () => sharp(part.data, part).extract({ left: 0, top: 0, width, height });
    const size = `of ${Math.round((width * height) / 1e6)} megapixels`;
    yield {
      name: `noisy interlaced PNG ${size}`,
      bytes: await smaller().png({ progressive: true, palette: true, effort: 1 }).toBuffer(),
      expected: ANY,
    };
    yield { name: `AVIF ${size}`, bytes: await smaller().avif({ effort: 0, quality: 35 }).toBuffer(), expected: ANY };
    yield { name: `WebP ${size}`, bytes: await smaller().webp({ effort: 0, quality: 40 }).toBuffer(), expected: ANY };
    yield { name: `GIF ${size}`, bytes: await smaller().gif({ effort: 1, colours: 8 }).toBuffer(), expected: ANY };
    yield {
      name: `TIFF, JPEG inside, ${size}`,
      bytes: await smaller().tiff({ compression: "jpeg", quality: 40 }).toBuffer(),
      expected: ANY,
    };
    yield {
      name: `progressive JPEG ${size}`,
      bytes: await smaller().jpeg({ quality: 50, progressive: true }).toBuffer(),
      expected: ANY,
    };
  }
  const flat = () => plain(7900, 8100);
  yield {
    name: "TIFF of 64 megapixels, deflated",
    bytes: await flat().tiff({ compression: "deflate" }).toBuffer(),
    expected: ANY,
  };
  yield {
    name: "WebP of 64 megapixels, one colour",
    bytes: await flat().webp({ effort: 0 }).toBuffer(),
    expected: ANY,
  };
  yield {
    name: "AVIF of 42 megapixels, one colour",
    bytes: await plain(6500, 6500).avif({ effort: 0 }).toBuffer(),
    expected: ANY,
  };
}

function joined(...parts: readonly (string | Buffer)[]): Buffer {
  return Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part, "latin1") : part)));
}

function patched(bytes: Buffer, change: (copy: Buffer) => unknown): Buffer {
  const copy = Buffer.from(bytes);
  change(copy);
  return copy;
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body) >>> 0);
  return Buffer.concat([length, body, sum]);
}

let bomb: Buffer | undefined;

/** Chunks that come once, or that are empty, until there are 8 MB of them. */
function withRepeated(png: Buffer, type: "iCCP" | "sRGB" | "tRNS" | "IDAT"): Buffer {
  const profile = joined("p\0\0", deflateSync(Buffer.alloc(3_000_000)));
  const one = chunk(type, { iCCP: profile, sRGB: Buffer.of(0), tRNS: Buffer.alloc(6), IDAT: Buffer.alloc(0) }[type]);
  const many = Array.from({ length: Math.floor(8_000_000 / one.length) }, () => one);
  return Buffer.concat([png.subarray(0, 33), ...many, png.subarray(33)]);
}

/** A text or profile of zeros that unfolds to 1 GB. */
function withTextBomb(png: Buffer, type: "zTXt" | "iTXt" | "iCCP"): Buffer {
  bomb ??= deflateSync(Buffer.alloc(2 ** 30 - 1));
  const head = { zTXt: "Comment\0\0", iTXt: "Comment\0\x01\0\0\0", iCCP: "sRGB\0\0" }[type];
  return joined(png.subarray(0, 33), chunk(type, joined(head, bomb)), png.subarray(33));
}

/** The size in every box of that type. */
function claim(bytes: Buffer, box: string, width: number, height: number): Buffer {
  return patched(bytes, (copy) => {
    for (let at = copy.indexOf(box); at >= 0; at = copy.indexOf(box, at + 4)) {
      copy.writeUInt32BE(width, at + 8);
      copy.writeUInt32BE(height, at + 12);
    }
  });
}

function riff(chunks: Buffer): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32LE(chunks.length + 4);
  return joined("RIFF", size, "WEBP", chunks);
}

function lyingWebp(webp: Buffer): Buffer {
  const canvas = Buffer.alloc(18);
  canvas.write("VP8X", "latin1");
  canvas.writeUInt32LE(10, 4);
  canvas.writeUIntLE(63, 12, 3);
  canvas.writeUIntLE(47, 15, 3);
  return riff(Buffer.concat([canvas, patched(webp, (b) => b.writeUInt32LE(0x3fff3fff, 26)).subarray(12)]));
}

/** The frame's own size stands 5 bytes after the image separator. */
function lyingGif(gif: Buffer): Buffer {
  const colours = (gif[10] ?? 0) & 0x80 ? 3 * 2 ** (((gif[10] ?? 0) & 7) + 1) : 0;
  const frame = gif.indexOf(0x2c, 13 + colours);
  return patched(gif, (b) => b.writeUInt32LE(60_000 * 65_537, frame + 5));
}

function twoFrames(jpeg: Buffer): Buffer {
  const frame = jpeg.indexOf(Buffer.from([0xff, 0xc0]));
  const end = frame + 2 + jpeg.readUInt16BE(frame + 2);
  const second = patched(jpeg.subarray(frame, end), (b) => b.writeUInt32BE(60_000 * 65_537, 5));
  return joined(jpeg.subarray(0, end), second, jpeg.subarray(end));
}

const [WIDTH, HEIGHT] = [256, 257];

function patchedTiff(tiff: Buffer): Buffer {
  return patched(tiff, (copy) => {
    const directory = copy.readUInt32LE(4);
    for (let entry = 0; entry < copy.readUInt16LE(directory); entry++) {
      const at = directory + 2 + entry * 12;
      if (copy.readUInt16LE(at) === WIDTH || copy.readUInt16LE(at) === HEIGHT) {
        copy.writeUInt16LE(4, at + 2);
        copy.writeUInt32LE(CLAIM, at + 8);
      }
    }
  });
}

function loopingTiff(tiff: Buffer): Buffer {
  return patched(tiff, (copy) => {
    const directory = copy.readUInt32LE(4);
    copy.writeUInt32LE(directory, directory + 2 + 12 * copy.readUInt16LE(directory));
  });
}
