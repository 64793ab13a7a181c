// Bytes of a picture → upright sRGB pixels, with limits on bytes, pixels and time before anything is allocated for them.
import sharp, { type Sharp } from "sharp";
import { UserError } from "../../errors.js";
import { damaged, tooLarge, tooSlow } from "./failures.js";
import { type Format, type Header, readHeader } from "./headers/header.js";
import { asStillAvif } from "./headers/iso-media.js";
import { withoutPngExtras } from "./headers/png-gif.js";
import { decodeHeic } from "./heic.js";
import { DECODE_LIMITS, type DecodeLimits } from "./limits.js";
import { LONGEST_SIDE, type Picture } from "./picture.js";

/** Share of a drawing on nothing that is transparent. */
const MOSTLY = 0.5;
const READABLE = "JPEG, PNG, WebP, AVIF, TIFF, GIF or HEIC";

type GoesOn = (decoding: Promise<unknown>) => void;

/** libvips keeps decoded pixels for repeated work; here every picture comes once. */
sharp.cache(false);

/**
 * The picture upright (EXIF), in sRGB (CMYK and profiles converted), over white (over black where light ink lies on nothing), its
 * first frame, its longer side at most `LONGEST_SIDE`. A picture that is cut off or damaged is refused, not guessed.
 * Throws UserError `image-empty`, `image-too-large`, `image-unsupported`, `image-damaged`, `image-too-many-pixels`,
 * `image-too-slow`. `goesOn` is told of the decoding itself, which may end later than the answer comes.
 */
export async function decode(
  bytes: Uint8Array,
  limits: DecodeLimits = DECODE_LIMITS,
  goesOn: GoesOn = () => {},
): Promise<Picture> {
  const { buffer, header } = checked(bytes, limits);
  if (header.format === "heic") {
    const { data, width, height } = await decodeHeic(buffer, limits);
    const raw = sharp(data, { raw: { width, height, channels: 4 }, limitInputPixels: limits.pixels });
    return finish(raw, { ...header, width, height }, limits, goesOn);
  }
  const clean = CLEANED[header.format]?.(buffer) ?? buffer;
  const open = (): Sharp =>
    sharp(clean, {
      failOn: "error",
      limitInputPixels: limits.pixels,
      pages: 1,
      sequentialRead: true,
      unlimited: false,
    });
  return finish(open().autoOrient(), header, limits, goesOn);
}

/** What libvips is not given as it came. */
const CLEANED: Partial<Record<Format, (bytes: Buffer) => Buffer>> = { png: withoutPngExtras, avif: asStillAvif };

/** Bytes that its decoder may hold at once, by its header. Throws what `decode` throws before it decodes anything. */
export function heldBytesOf(bytes: Uint8Array, limits: DecodeLimits = DECODE_LIMITS): number {
  const { width, height, heldBytes } = checked(bytes, limits).header;
  return width * height * heldBytes;
}

function checked(bytes: Uint8Array, limits: DecodeLimits): { readonly buffer: Buffer; readonly header: Header } {
  if (bytes.length === 0) throw new UserError("image-empty", "The file is empty.", "Send it again.");
  if (bytes.length > limits.bytes) throw tooLarge(bytes.length, limits.bytes);
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { buffer, header: checkedHeader(buffer, limits) };
}

function checkedHeader(bytes: Buffer, limits: DecodeLimits): Header {
  const header = readHeader(bytes);
  if (header === "damaged") throw damaged("its header is not whole");
  if (header === "svg") {
    throw new UserError("image-unsupported", "SVG is a drawing, not a photo.", `Send a picture as ${READABLE}.`);
  }
  if (header === "moving") {
    throw new UserError(
      "image-unsupported",
      "This animated picture has no still one in it.",
      "Save its first frame as a still picture, such as a JPEG or PNG, and send that.",
    );
  }
  if (header === "unknown") {
    throw new UserError("image-unsupported", "The file is no picture that is known here.", `Send ${READABLE}.`);
  }
  const { width, height, heldBytes } = header;
  const mostPixels = heldBytes === 0 ? limits.pixels : Math.min(limits.pixels, limits.heldBytes / heldBytes);
  if (width * height > mostPixels) {
    throw new UserError(
      "image-too-many-pixels",
      `The picture says it has ${width} × ${height} pixels; at most ${Math.floor(mostPixels / 1e6)} million are read in this form.`,
      "Send a smaller copy, such as a JPEG of 2,000 pixels.",
    );
  }
  return header;
}

async function finish(opened: Sharp, header: Header, limits: DecodeLimits, goesOn: GoesOn): Promise<Picture> {
  const pipeline = opened
    .resize({
      width: LONGEST_SIDE,
      height: LONGEST_SIDE,
      fit: "inside",
      withoutEnlargement: true,
      fastShrinkOnLoad: true,
    })
    .toColourspace("srgb")
    .timeout({ seconds: Math.ceil(limits.seconds) });
  try {
    const decoding = pipeline.raw({ depth: "uchar" }).toBuffer({ resolveWithObject: true });
    goesOn(decoding);
    const { data, info } = await inTime(decoding, limits.seconds);
    const { width, height } = info;
    const pixels = opaque(data, info.channels);
    const isTurned = width > height !== header.width > header.height && width !== height;
    const original = isTurned
      ? { width: header.height, height: header.width }
      : { width: header.width, height: header.height };
    return { data: pixels, width, height, original, format: header.format };
  } catch (error) {
    throw toUserError(error, limits);
  }
}

/**
 * libvips looks at its clock between rows, and AVIF, WebP and interlaced PNG have none before the last: whoever asked is answered
 * in time, and what still decodes ends by itself, bounded by the pixels that were let in.
 */
async function inTime<T>(decoding: Promise<T>, seconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(tooSlow(seconds)), seconds * 1000);
  });
  try {
    return await Promise.race([decoding, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

/** RGB of one to four channels: grey is spread, and what is transparent lies over the page that its ink stands out from. */
function opaque(data: Uint8Array, channels: number): Uint8Array {
  if (channels === 3) return data;
  const hasAlpha = channels % 2 === 0;
  const colours = hasAlpha ? channels - 1 : channels;
  const page = hasAlpha && isLightInk(data, channels) ? 0 : 255;
  const pixels = new Uint8Array((data.length / channels) * 3);
  for (let from = 0, to = 0; from < data.length; from += channels, to += 3) {
    const share = hasAlpha ? (data[from + colours] ?? 255) / 255 : 1;
    for (let colour = 0; colour < 3; colour++) {
      const value = data[from + Math.min(colour, colours - 1)] ?? 0;
      pixels[to + colour] = Math.round(value * share + page * (1 - share));
    }
  }
  return pixels;
}

/** Whether what can be seen of it is lighter than the middle between black and white, as white ink on nothing is. */
function isLightInk(data: Uint8Array, channels: number): boolean {
  let [light, seen] = [0, 0];
  for (let at = 0; at < data.length; at += channels) {
    const alpha = data[at + channels - 1] ?? 0;
    const green = data[at + (channels === 4 ? 1 : 0)] ?? 0;
    light += alpha * green;
    seen += alpha;
  }
  // Where hardly anything is transparent it does not matter; a photo cut out of its background stays on white.
  const transparent = 1 - seen / ((255 * data.length) / channels);
  return transparent > MOSTLY && light / Math.max(seen, 1) > 127;
}

function toUserError(error: unknown, limits: DecodeLimits): unknown {
  if (!(error instanceof Error) || error instanceof UserError) return error;
  if (/timeout/i.test(error.message)) return tooSlow(limits.seconds, error);
  if (/pixel limit/i.test(error.message)) {
    return new UserError(
      "image-too-many-pixels",
      "The picture has more pixels than its header says.",
      "Send a smaller copy, such as a JPEG of 2,000 pixels.",
      { cause: error },
    );
  }
  // libvips' reasons are many and name its loaders; whoever looks after the bot finds them in the cause.
  return damaged("it cannot be decoded to its end", error);
}
