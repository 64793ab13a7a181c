// PNG: IHDR comes first (PNG specification, 11.2.1). GIF: the logical screen descriptor (GIF89a, 18).
import { crc32, inflateSync } from "node:zlib";
import type { Header } from "./header.js";

const SIGNATURE = 8;
/** Chunks that pixels and their colours need; text, times and whatever else may be a bomb are not handed on. */
const KEPT = new Set(["IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "cHRM", "sRGB", "iCCP", "eXIf", "sBIT", "pHYs"]);
/** Bytes of an unpacked colour profile; printers' profiles have 2 MB. */
const LARGEST_PROFILE = 4 * 2 ** 20;
/** 20 MB in the smallest pieces that anybody writes; what has more ends there. */
const MOST_CHUNKS = 100_000;
/** An EXIF block of more than that is not one with an orientation that we should trust. */
const LARGEST_EXIF = 2 ** 20;

export function pngHeader(bytes: Buffer): Header | undefined {
  if (bytes.length < 33 || bytes.toString("latin1", 12, 16) !== "IHDR") return undefined;
  const [depth, colour, interlaced] = [bytes.readUInt8(24), bytes.readUInt8(25), bytes.readUInt8(28)];
  const channels = { 0: 1, 2: 3, 3: 3, 4: 2, 6: 4 }[colour];
  if (channels === undefined) return undefined;
  const heldBytes = interlaced === 0 ? 0 : channels * (depth === 16 ? 2 : 1);
  return { format: "png", width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20), heldBytes };
}

export function gifHeader(bytes: Buffer): Header | undefined {
  if (bytes.length < 13) return undefined;
  return { format: "gif", width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8), heldBytes: 4 };
}

/**
 * The same PNG without what no pixel needs: compressed texts (zTXt, iTXt), unknown chunks, a second one of those that come once, a
 * colour profile that unpacks to too much, and anything behind IEND. A file that ends early is left as it ends. Animations (APNG)
 * keep their first frame.
 */
export function withoutPngExtras(bytes: Buffer): Buffer {
  const seen = new Set<string>();
  const kept: Buffer[] = [];
  /** What is kept and not yet in `kept` begins here. */
  let from = 0;
  let at = SIGNATURE;
  for (let chunks = 0; at + 12 <= bytes.length && chunks < MOST_CHUNKS; chunks++) {
    const length = bytes.readUInt32BE(at);
    const end = at + 12 + length;
    const type = bytes.toString("latin1", at + 4, at + 8);
    const chunk = bytes.subarray(at, Math.min(end, bytes.length));
    const isFirst = type === "IDAT" || !seen.has(type);
    seen.add(type);
    const isKept = isFirst && KEPT.has(type) && isHarmless(type, chunk);
    if (!isKept) {
      kept.push(bytes.subarray(from, at));
      from = end;
    }
    at = end;
    if (type === "IEND" || end > bytes.length) break;
  }
  kept.push(bytes.subarray(from, Math.min(at, bytes.length)));
  return Buffer.concat(kept);
}

function isHarmless(type: string, chunk: Buffer): boolean {
  if (type === "eXIf") return chunk.length <= LARGEST_EXIF;
  if (type !== "iCCP") return true;
  const name = chunk.indexOf(0, 8);
  if (name < 0 || name > 8 + 80 || !isWhole(chunk)) return false;
  try {
    inflateSync(chunk.subarray(name + 2, -4), { maxOutputLength: LARGEST_PROFILE });
    return true;
  } catch {
    // A profile that is damaged or too large: the pixels are shown without it, as browsers do.
    return false;
  }
}

function isWhole(chunk: Buffer): boolean {
  return (
    chunk.readUInt32BE(0) === chunk.length - 12 && crc32(chunk.subarray(4, -4)) === chunk.readUInt32BE(chunk.length - 4)
  );
}
