// What a picture's first bytes say about it: its format, width and height. Nothing is decoded, nothing is allocated for pixels.
import { avifOrHeicHeader } from "./iso-media.js";
import { jpegHeader } from "./jpeg.js";
import { gifHeader, pngHeader } from "./png-gif.js";
import { tiffHeader } from "./tiff.js";
import { webpHeader } from "./webp.js";

export const FORMATS = ["jpeg", "png", "webp", "gif", "tiff", "avif", "heic"] as const;
export type Format = (typeof FORMATS)[number];

export interface Header {
  readonly format: Format;
  /** Pixels as stored, before EXIF turns the picture. */
  readonly width: number;
  readonly height: number;
  /** Bytes a pixel that a decoder may have to hold for the whole picture at once; 0 where it reads row by row. */
  readonly heldBytes: number;
}

/** Why there is no header: no picture's bytes, those of a format that ends before its size, or of a film without a still picture. */
export type NoHeader = "unknown" | "svg" | "damaged" | "moving";

type Reader = (bytes: Buffer) => Header | NoHeader | undefined;

const MAGIC: readonly { readonly matches: (bytes: Buffer) => boolean; readonly read: Reader }[] = [
  { matches: (bytes) => bytes.readUIntBE(0, 3) === 0xffd8ff, read: jpegHeader },
  { matches: (bytes) => bytes.subarray(0, 8).equals(Buffer.from("\x89PNG\r\n\x1a\n", "latin1")), read: pngHeader },
  { matches: (bytes) => /^GIF8[79]a/.test(bytes.toString("latin1", 0, 6)), read: gifHeader },
  { matches: (bytes) => /^RIFF.{4}WEBP/s.test(bytes.toString("latin1", 0, 12)), read: webpHeader },
  { matches: (bytes) => /^(II\*\0|MM\0\*)/.test(bytes.toString("latin1", 0, 4)), read: tiffHeader },
  { matches: (bytes) => bytes.toString("latin1", 4, 8) === "ftyp", read: avifOrHeicHeader },
];

/** The content alone decides, never a name: what two formats would both read is what its first bytes say. */
export function readHeader(bytes: Buffer): Header | NoHeader {
  if (bytes.length >= 12) {
    for (const { matches, read } of MAGIC) {
      if (!matches(bytes)) continue;
      const header = read(bytes);
      if (typeof header === "string") return header;
      return header === undefined || header.width < 1 || header.height < 1 ? "damaged" : header;
    }
  }
  return isSvg(bytes) ? "svg" : "unknown";
}

function isSvg(bytes: Buffer): boolean {
  const start = bytes.toString("latin1", 0, 4096).replaceAll("\0", "");
  return /<svg[\s>]/i.test(start) || (/^\W{0,8}<\?xml/.test(start) && start.includes("svg"));
}
