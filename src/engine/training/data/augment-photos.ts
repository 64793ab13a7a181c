// Augmentation of photos: random resized crop, flip, a small rotation, colour jitter, erasing on request.
import type { Random } from "../random.js";
import type { Pixels } from "./data-set.js";
import { type Affine, warp } from "./warp.js";

export interface PhotoAugmentation {
  /** Share of the photo's area that a crop keeps. */
  readonly crop: readonly [low: number, high: number];
  /** Width to height of a crop before it is stretched to the input, drawn evenly on a log scale. */
  readonly ratio: readonly [low: number, high: number];
  /** Probability of a mirror image. */
  readonly flip: number;
  /** Degrees, up to, either way. */
  readonly rotation: number;
  /** Factors from 1 − x to 1 + x. */
  readonly brightness: number;
  readonly contrast: number;
  readonly saturation: number;
  /** Probability that a rectangle of 2 to 20 % is greyed out (Zhong et al., 2017). */
  readonly erase: number;
}

/** Crop and ratio as in Szegedy et al. (2015), with a milder smallest crop: transfer learning on few photos. */
export const PHOTO_AUGMENTATION: PhotoAugmentation = {
  crop: [0.5, 1],
  ratio: [3 / 4, 4 / 3],
  flip: 0.5,
  rotation: 10,
  brightness: 0.2,
  contrast: 0.2,
  saturation: 0.2,
  erase: 0,
};

const TRIES = 10;
const ERASED = [0.02, 0.2] as const;

/** height × width × the photo's channels. The same state of `random` gives the same pixels. */
export function augmentPhoto(
  photo: Pixels,
  [height, width]: readonly [number, number],
  random: Random,
  settings: PhotoAugmentation,
): Pixels {
  const picture = warp(photo, [height, width], cropMap(photo, height, width, random, settings), "edge");
  jitter(picture, random, settings);
  if (random.next() < settings.erase) erase(picture, random);
  return picture;
}

function cropMap(photo: Pixels, height: number, width: number, random: Random, settings: PhotoAugmentation): Affine {
  const [cropWidth, cropHeight] = cropSize(photo, random, settings);
  const centreX = random.next() * (photo.width - cropWidth) + (cropWidth - 1) / 2;
  const centreY = random.next() * (photo.height - cropHeight) + (cropHeight - 1) / 2;
  const mirror = random.next() < settings.flip ? -1 : 1;
  const angle = (random.between(-settings.rotation, settings.rotation) * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const [scaleX, scaleY] = [(mirror * cropWidth) / width, cropHeight / height];
  const [a, b, d, e] = [cos * scaleX, -sin * scaleY, sin * scaleX, cos * scaleY];
  const [middleX, middleY] = [(width - 1) / 2, (height - 1) / 2];
  return [a, b, centreX - a * middleX - b * middleY, d, e, centreY - d * middleX - e * middleY];
}

/** After ten tries that do not fit: the largest part of an allowed ratio. */
function cropSize(photo: Pixels, random: Random, { crop, ratio }: PhotoAugmentation): [number, number] {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const area = photo.width * photo.height * random.between(...crop);
    const aspect = Math.exp(random.between(Math.log(ratio[0]), Math.log(ratio[1])));
    const [width, height] = [Math.sqrt(area * aspect), Math.sqrt(area / aspect)];
    if (width <= photo.width && height <= photo.height) return [width, height];
  }
  const aspect = Math.min(Math.max(photo.width / photo.height, ratio[0]), ratio[1]);
  return photo.width / photo.height > aspect
    ? [photo.height * aspect, photo.height]
    : [photo.width, photo.width / aspect];
}

/** In place: brightness, then contrast about the mean grey, then saturation about each pixel's grey (BT.601 luma). */
function jitter({ data, channels }: Pixels, random: Random, settings: PhotoAugmentation): void {
  const factor = (spread: number): number => random.between(1 - spread, 1 + spread);
  const [brightness, contrast, saturation] = [
    factor(settings.brightness),
    factor(settings.contrast),
    factor(settings.saturation),
  ];
  let sum = 0;
  for (const value of data) sum += value;
  const mean = (sum / data.length) * brightness;
  const [gain, shift] = [brightness * contrast, mean * (1 - contrast)];
  const byte = (value: number): number => (value < 0 ? 0 : value > 255 ? 255 : value + 0.5);
  if (channels === 1) {
    for (let at = 0; at < data.length; at++) data[at] = byte((data[at] ?? 0) * gain + shift);
    return;
  }
  for (let at = 0; at < data.length; at += 3) {
    const red = (data[at] ?? 0) * gain + shift;
    const green = (data[at + 1] ?? 0) * gain + shift;
    const blue = (data[at + 2] ?? 0) * gain + shift;
    const grey = (0.299 * red + 0.587 * green + 0.114 * blue) * (1 - saturation);
    data[at] = byte(red * saturation + grey);
    data[at + 1] = byte(green * saturation + grey);
    data[at + 2] = byte(blue * saturation + grey);
  }
}

function erase({ data, height, width, channels }: Pixels, random: Random): void {
  const area = height * width * random.between(...ERASED);
  const aspect = Math.exp(random.between(Math.log(1 / 3), Math.log(3)));
  const tall = Math.min(height, Math.max(1, Math.round(Math.sqrt(area / aspect))));
  const wide = Math.min(width, Math.max(1, Math.round(Math.sqrt(area * aspect))));
  const [top, left] = [random.below(height - tall + 1), random.below(width - wide + 1)];
  for (let y = top; y < top + tall; y++) {
    data.fill(128, (y * width + left) * channels, (y * width + left + wide) * channels);
  }
}
