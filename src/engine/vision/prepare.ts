// An upright picture → a model's input, as its manifest says.
import sharp from "sharp";
import type { Preprocessing } from "../models/model.js";
import type { Picture } from "./picture.js";

/** One image of height × width × channels for `fit: cover`: shorter side to `resize`, the centre cut out. */
export async function prepareCover({ data, width, height }: Picture, wanted: Preprocessing): Promise<Float32Array> {
  const { cut, toWidth, toHeight } = coverPlan({ width, height }, wanted);
  const pixels = await sharp(data, { raw: { width, height, channels: 3 } })
    .extract(cut)
    .resize({ width: toWidth, height: toHeight, fit: "fill", kernel: "lanczos3" })
    // Of what is resized libvips computes no more than this.
    .extract({
      left: (toWidth - wanted.width) >> 1,
      top: (toHeight - wanted.height) >> 1,
      width: wanted.width,
      height: wanted.height,
    })
    .raw()
    .toBuffer();
  return wanted.channels === 1 ? luma(pixels, wanted) : inOrder(pixels, wanted);
}

interface Size {
  readonly width: number;
  readonly height: number;
}

function coverPlan({ width, height }: Size, wanted: Preprocessing) {
  const side = Math.max(wanted.resize ?? 0, wanted.height, wanted.width);
  const scale = side / Math.min(width, height);
  // What a very long picture has beside its centre is cut off before anything is enlarged.
  const [wide, high] = [
    Math.min(width, Math.ceil((side * 4) / scale)),
    Math.min(height, Math.ceil((side * 4) / scale)),
  ];
  const cut = { left: (width - wide) >> 1, top: (height - high) >> 1, width: wide, height: high };
  return { cut, toWidth: Math.max(side, Math.round(wide * scale)), toHeight: Math.max(side, Math.round(high * scale)) };
}

/** x, y, width, height of what the model sees with `fit: cover`, in shares of the picture. */
export function coverRegion(picture: Size, wanted: Preprocessing): readonly [number, number, number, number] {
  const { cut, toWidth, toHeight } = coverPlan(picture, wanted);
  const width = ((wanted.width / toWidth) * cut.width) / picture.width;
  const height = ((wanted.height / toHeight) * cut.height) / picture.height;
  return [(1 - width) / 2, (1 - height) / 2, width, height];
}

/** RGB bytes → one channel (ITU-R BT.601). */
function luma(pixels: Uint8Array, wanted: Preprocessing): Float32Array {
  const out = new Float32Array(pixels.length / 3);
  for (let at = 0, from = 0; at < out.length; at++, from += 3) {
    const grey = 0.299 * (pixels[from] ?? 0) + 0.587 * (pixels[from + 1] ?? 0) + 0.114 * (pixels[from + 2] ?? 0);
    out[at] = scaled(grey, 0, wanted);
  }
  return out;
}

/** RGB bytes → three channels in the order and range that the model wants. */
function inOrder(pixels: Uint8Array, wanted: Preprocessing): Float32Array {
  const out = new Float32Array(pixels.length);
  const from = wanted.order === "bgr" ? [2, 1, 0] : [0, 1, 2];
  for (const [channel, first] of from.entries()) {
    const values = Float32Array.from({ length: 256 }, (_, byte) => scaled(byte, channel, wanted));
    for (let at = 0; at < out.length; at += 3) out[at + channel] = values[pixels[at + first] ?? 0] ?? 0;
  }
  return out;
}

function scaled(byte: number, channel: number, { scale, offset }: Preprocessing): number {
  return byte * (scale[channel] ?? scale[0] ?? 1) + (offset[channel] ?? offset[0] ?? 0);
}

/** Digits of 0 to 1 side by side, in the model's range. */
export function prepareDigits(images: readonly Float32Array[], wanted: Preprocessing): Float32Array {
  const size = wanted.height * wanted.width;
  const out = new Float32Array(images.length * size);
  for (const [index, image] of images.entries()) {
    for (let at = 0; at < size; at++) out[index * size + at] = scaled((image[at] ?? 0) * 255, 0, wanted);
  }
  return out;
}
