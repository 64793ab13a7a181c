// JPEG: the first frame header (SOF) among the marker segments (ITU T.81, B.2.2).
import type { Header } from "./header.js";

/** A frame header is never further in: an EXIF thumbnail, profiles and maker's notes take up to a few MB. */
const FURTHEST = 8 * 2 ** 20;
const MOST_SEGMENTS = 4096;

export function jpegHeader(bytes: Buffer): Header | undefined {
  let at = 2;
  const end = Math.min(bytes.length, FURTHEST);
  for (let segment = 0; segment < MOST_SEGMENTS && at + 9 < end; segment++) {
    if (bytes[at] !== 0xff) return undefined;
    while (bytes[at] === 0xff && at + 9 < end) at++;
    const marker = bytes[at] ?? 0;
    at++;
    if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)) continue;
    if (marker === 0xd9 || marker === 0xda) return undefined;
    // SOF0–SOF15 but DHT (C4), JPG (C8) and DAC (CC).
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) {
      const progressive = (marker & 3) === 2;
      const components = bytes[at + 7] ?? 3;
      const [height, width] = [bytes.readUInt16BE(at + 3), bytes.readUInt16BE(at + 5)];
      return { format: "jpeg", width, height, heldBytes: progressive ? 2 * Math.min(components, 4) : 0 };
    }
    at += bytes.readUInt16BE(at);
  }
  return undefined;
}
