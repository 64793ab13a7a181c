// An upright picture → a model's input, as its manifest says.
import sharp from "sharp";
import type { Preprocessing } from "../models/model.js";
import type { Picture } from "./picture.js";

/** One image of height × width × channels for `fit: cover`: shorter side to `resize`, the centre cut out. */
export async function prepareCover({ data, width, height }: Picture, wanted: Preprocessing): Promise<Float32Array> {
  const { cut, toWidth, toHeight } = coverPlan({ width, height }, wanted);
  const resized = await sharp(data, { raw: { width, height, channels: 3 } })
    .extract(cut)
    .resize({ width: toWidth, height: toHeight, fit: "fill", kernel: "lanczos3" })
    .raw()
    .toBuffer();
  const [left, top] = [(toWidth - wanted.width) >> 1, (toHeight - wanted.height) >> 1];
  const pixels = wanted.height * wanted.width;
  const out = new Float32Array(pixels * wanted.channels);
  for (let at = 0; at < pixels; at++) {
    const y = Math.floor(at / wanted.width);
    const from = ((top + y) * toWidth + left + at - y * wanted.width) * 3;
    put(out, at, [resized[from] ?? 0, resized[from + 1] ?? 0, resized[from + 2] ?? 0], wanted);
  }
  return out;
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

function put(
  out: Float32Array,
  at: number,
  [red, green, blue]: readonly [number, number, number],
  wanted: Preprocessing,
): void {
  if (wanted.channels === 1) {
    out[at] = scaled(0.299 * red + 0.587 * green + 0.114 * blue, 0, wanted);
    return;
  }
  const inOrder = wanted.order === "bgr" ? [blue, green, red] : [red, green, blue];
  for (let channel = 0; channel < 3; channel++) {
    out[at * 3 + channel] = scaled(inOrder[channel] ?? 0, channel, wanted);
  }
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
