// TIFF: ImageWidth and ImageLength of the first directory (TIFF 6.0, section 2).
import type { Header } from "./header.js";

const WIDTH = 256;
const HEIGHT = 257;
const BITS = 258;
const SAMPLES = 277;
const [SHORT, LONG] = [3, 4];
const MOST_ENTRIES = 4096;

export function tiffHeader(bytes: Buffer): Header | undefined {
  const little = bytes.toString("latin1", 0, 2) === "II";
  const [short, long] = little
    ? [(at: number) => bytes.readUInt16LE(at), (at: number) => bytes.readUInt32LE(at)]
    : [(at: number) => bytes.readUInt16BE(at), (at: number) => bytes.readUInt32BE(at)];
  const directory = long(4);
  if (directory < 8 || directory + 2 > bytes.length) return undefined;
  const entries = Math.min(short(directory), MOST_ENTRIES);
  const found = new Map<number, number>();
  for (let entry = 0; entry < entries; entry++) {
    const at = directory + 2 + entry * 12;
    if (at + 12 > bytes.length) return undefined;
    const [tag, type, count] = [short(at), short(at + 2), long(at + 4)];
    if (type === LONG && count === 1) found.set(tag, long(at + 8));
    if (type === SHORT && count <= 2) found.set(tag, short(at + 8));
    // Bits of three and more samples stand elsewhere; they are alike in practice.
    if (type === SHORT && count > 2 && long(at + 8) + 2 <= bytes.length) found.set(tag, short(long(at + 8)));
  }
  const [width, height] = [found.get(WIDTH), found.get(HEIGHT)];
  if (width === undefined || height === undefined) return undefined;
  const heldBytes = Math.ceil((Math.min(found.get(BITS) ?? 8, 64) * Math.min(found.get(SAMPLES) ?? 1, 16)) / 8);
  return { format: "tiff", width, height, heldBytes };
}
