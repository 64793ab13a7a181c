// An upright picture as a JPEG to look at, to keep if its owner wishes, and to draw on: pixels and nothing else.
import sharp from "sharp";
import type { Picture } from "./picture.js";

export interface ShownPicture {
  readonly jpeg: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** As large as a chat shows it; the engine's own copy may be larger. */
const LONGEST_SIDE = 1024;
const QUALITY = 90;

export async function shownPicture({ data, width, height }: Picture): Promise<ShownPicture> {
  const { data: jpeg, info } = await sharp(data, { raw: { width, height, channels: 3 } })
    .resize({ width: LONGEST_SIDE, height: LONGEST_SIDE, fit: "inside", withoutEnlargement: true })
    .jpeg({ quality: QUALITY, chromaSubsampling: "4:4:4" })
    .toBuffer({ resolveWithObject: true });
  return { jpeg, width: info.width, height: info.height };
}
