// Augmentation of training pictures by kind; pure but for the generator that is handed in.
import type { Random } from "../random.js";
import { augmentDigit, DIGIT_AUGMENTATION, type DigitAugmentation } from "./augment-digits.js";
import { augmentPhoto, PHOTO_AUGMENTATION, type PhotoAugmentation } from "./augment-photos.js";
import type { Pixels } from "./data-set.js";
import { cover } from "./warp.js";

/** What is not given is the kind's default; plain data, so that a run's record and a worker can have it. */
export type AugmentSettings =
  | ({ readonly kind: "digits" } & Partial<DigitAugmentation>)
  | ({ readonly kind: "photos" } & Partial<PhotoAugmentation>);

/** height × width × the picture's channels. */
export function augment(
  picture: Pixels,
  [height, width]: readonly [number, number],
  random: Random,
  settings: AugmentSettings,
): Pixels {
  return settings.kind === "digits"
    ? augmentDigit(cover(picture, height, width), random, { ...DIGIT_AUGMENTATION, ...settings })
    : augmentPhoto(picture, [height, width], random, { ...PHOTO_AUGMENTATION, ...settings });
}
