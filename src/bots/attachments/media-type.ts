// What a file is, told by its first bytes; names and headers say what their sender likes.

const ascii = (text: string): number[] => [...text].map((character) => character.charCodeAt(0));

/** Media type, offset, bytes that stand there; from the formats' own specifications. The more specific comes first. */
const SIGNATURES: readonly (readonly [
  type: string,
  ...parts: (readonly [offset: number, bytes: readonly number[]])[],
])[] = [
  ["image/png", [0, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]]],
  ["image/jpeg", [0, [0xff, 0xd8, 0xff]]],
  ["image/gif", [0, ascii("GIF87a")]],
  ["image/gif", [0, ascii("GIF89a")]],
  ["image/webp", [0, ascii("RIFF")], [8, ascii("WEBP")]],
  ["image/avif", [4, ascii("ftypavif")]],
  ["image/avif", [4, ascii("ftypavis")]],
  ["image/heic", [4, ascii("ftyphei")]],
  ["image/heic", [4, ascii("ftyphev")]],
  ["image/heif", [4, ascii("ftypmif1")]],
  ["image/bmp", [0, ascii("BM")], [6, [0, 0, 0, 0]]],
  ["image/tiff", [0, [0x49, 0x49, 0x2a, 0]]],
  ["image/tiff", [0, [0x4d, 0x4d, 0, 0x2a]]],
  ["application/pdf", [0, ascii("%PDF-")]],
  ["application/zip", [0, [0x50, 0x4b, 3, 4]]],
  ["application/zip", [0, [0x50, 0x4b, 5, 6]]],
  ["application/gzip", [0, [0x1f, 0x8b]]],
  ["video/mp4", [4, ascii("ftyp")]],
];

/** Bytes that decide whether the rest is text. */
const SAMPLE = 4_096;

/** The media type by content; `text/html` and `text/plain` for text, `application/octet-stream` where nothing fits. */
export function mediaTypeOf(bytes: Uint8Array): string {
  for (const [type, ...parts] of SIGNATURES)
    if (parts.every(([offset, expected]) => expected.every((byte, index) => bytes[offset + index] === byte)))
      return type;
  return textTypeOf(bytes.subarray(0, SAMPLE)) ?? "application/octet-stream";
}

function textTypeOf(sample: Uint8Array): string | undefined {
  if (sample.byteLength === 0) return undefined;
  try {
    // `stream`: a character may be cut off at the sample's end.
    const text = new TextDecoder("utf-8", { fatal: true }).decode(sample, { stream: true });
    if ([...text].some((character) => /\p{Cc}/u.test(character) && !"\t\n\r\f".includes(character))) return undefined;
    return /^\s*<(!doctype html|html|head|body)\b/i.test(text) ? "text/html" : "text/plain";
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
