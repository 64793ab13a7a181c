// An image file → upright RGB bytes, at a size that training asks for. The one place of training that calls sharp to read.
import sharp, { type Sharp } from "sharp";
import type { Pixels } from "./data-set.js";

/** Pixels a picture may have before it is decoded: 100 megapixels, so that a small file cannot fill the memory. */
const MOST_PIXELS = 100_000_000;

/**
 * height × width × 3, sRGB; transparency over white; the first frame of an animation; turned upright by its EXIF.
 * With `size` the shorter side is exactly that many pixels. Throws sharp's error where the file is no whole picture.
 */
export async function decodePicture(file: string | Buffer, size?: number): Promise<Pixels> {
  const whole = upright(file);
  const sized =
    size === undefined ? whole : whole.resize({ width: size, height: size, fit: "outside", fastShrinkOnLoad: true });
  const { data, info } = await sized.raw({ depth: "uchar" }).toBuffer({ resolveWithObject: true });
  return { data, height: info.height, width: info.width, channels: 3 };
}

/** Grey, stretched to width × height: what fingerprints are made of. */
export async function decodeThumbnail(file: Buffer, width: number, height: number): Promise<Uint8Array> {
  return upright(file).resize({ width, height, fit: "fill" }).greyscale().raw({ depth: "uchar" }).toBuffer();
}

function upright(file: string | Buffer): Sharp {
  return sharp(file, { failOn: "error", limitInputPixels: MOST_PIXELS, pages: 1 })
    .autoOrient()
    .flatten({ background: "white" })
    .toColourspace("srgb");
}
