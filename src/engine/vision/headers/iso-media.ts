// AVIF and HEIC: the largest `ispe` among the item properties (ISO/IEC 23008-12), found through meta › iprp › ipco.
import type { Header, NoHeader } from "./header.js";

const MOST_BOXES = 2000;
const AVIF_BRANDS = new Set(["avif", "avis"]);
const HEIC_BRANDS = new Set(["heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1"]);
/**
 * Bytes a pixel. An AVIF's decoder and what converts its planes hold up to 19 (measured, `npm run bench:hostile -- --only megapixels`),
 * of which a process has room for 16 million pixels; a HEIC's planes and twice its RGBA let a phone's 24 megapixels in.
 */
const HELD_BYTES = { avif: 16, heic: 10 };

interface Box {
  readonly type: string;
  readonly from: number;
  readonly to: number;
}

/** "moving": frames of a film alone, without the still picture that most writers put beside them. */
export function avifOrHeicHeader(bytes: Buffer): Header | NoHeader | undefined {
  const brands = brandsOf(bytes);
  const isAvif = brands.some((brand) => AVIF_BRANDS.has(brand));
  if (!isAvif && !brands.some((brand) => HEIC_BRANDS.has(brand))) return undefined;
  const all = boxes(bytes, 0, bytes.length);
  const meta = all.find((box) => box.type === "meta");
  if (meta === undefined && all.some((box) => box.type === "moov")) return "moving";
  const iprp = meta && boxes(bytes, meta.from + 4, meta.to).find((box) => box.type === "iprp");
  const ipco = iprp && boxes(bytes, iprp.from, iprp.to).find((box) => box.type === "ipco");
  if (ipco === undefined) return undefined;
  let [width, height] = [0, 0];
  for (const { type, from, to } of boxes(bytes, ipco.from, ipco.to)) {
    if (type !== "ispe" || to - from < 12) continue;
    const [w, h] = [bytes.readUInt32BE(from + 4), bytes.readUInt32BE(from + 8)];
    if (w * h > width * height) [width, height] = [w, h];
  }
  const format = isAvif ? "avif" : "heic";
  return { format, width, height, heldBytes: HELD_BYTES[format] };
}

/** Major brands by which libvips knows what libheif may read; an animated AVIF (`avis`) is not among them. */
const KNOWN_TO_LIBVIPS = new Set(["avif", "mif1", "msf1"]);

/**
 * An AVIF as one whose still picture libvips reads: of an animated one the primary item of its `meta` box, which libavif and ffmpeg
 * make the first frame. A copy where anything is changed.
 */
export function asStillAvif(bytes: Buffer): Buffer {
  if (KNOWN_TO_LIBVIPS.has(bytes.toString("latin1", 8, 12))) return bytes;
  const still = Buffer.from(bytes);
  still.write("avif", 8, "latin1");
  return still;
}

function brandsOf(bytes: Buffer): string[] {
  const end = Math.min(bytes.readUInt32BE(0), bytes.length, 256);
  const brands = [bytes.toString("latin1", 8, 12)];
  for (let at = 16; at + 4 <= end; at += 4) brands.push(bytes.toString("latin1", at, at + 4));
  return brands;
}

/** Boxes side by side in [from, to); a box that reaches beyond ends the list. */
function boxes(bytes: Buffer, from: number, to: number): Box[] {
  const found: Box[] = [];
  let at = from;
  while (at + 8 <= to && found.length < MOST_BOXES) {
    const short = bytes.readUInt32BE(at);
    const type = bytes.toString("latin1", at + 4, at + 8);
    const isLong = short === 1 && at + 16 <= to;
    const size = isLong ? Number(bytes.readBigUInt64BE(at + 8)) : short === 0 ? to - at : short;
    const head = isLong ? 16 : 8;
    if (size < head) break;
    found.push({ type, from: at + head, to: Math.min(at + size, to) });
    at += size;
  }
  return found;
}
