// WebP: the canvas of VP8X, or the frame header of VP8 (RFC 6386, 9.1) or VP8L (RFC 9649).
import type { Header } from "./header.js";

export function webpHeader(bytes: Buffer): Header | undefined {
  if (bytes.length < 30) return undefined;
  const chunk = bytes.toString("latin1", 12, 16);
  const format = "webp";
  if (chunk === "VP8X") {
    return { format, width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1, heldBytes: 4 };
  }
  if (chunk === "VP8L" && bytes[20] === 0x2f) {
    const bits = bytes.readUInt32LE(21);
    return { format, width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1, heldBytes: 4 };
  }
  if (chunk === "VP8 " && bytes.readUIntBE(23, 3) === 0x9d012a) {
    return { format, width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff, heldBytes: 4 };
  }
  return undefined;
}
