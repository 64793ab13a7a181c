// The digits of a page through the model; where figures may touch, whole or parted as the model knows them better.
import type { ModelManifest } from "../models/model.js";
import { energyOf } from "./decide.js";
import type { FoundDigit } from "./page/page.js";
import { prepareDigits } from "./prepare.js";

export interface SeenDigit {
  readonly found: FoundDigit;
  /** The model's logits, one a label. */
  readonly logits: Float32Array;
}

/** Takes prepared inputs of so many images and gives the logits of all of them, one after the other. */
export type Ask = (inputs: Float32Array, images: number) => Promise<Float32Array>;

/** How much more energy the parts must have than the whole, by the whole's width in heights: a 0 may be as wide as high. */
const MARGINS: readonly { readonly below: number; readonly margin: number }[] = [
  { below: 1.15, margin: 1 },
  { below: 1.4, margin: 0.25 },
  { below: Number.POSITIVE_INFINITY, margin: -0.75 },
];

export async function readNumber(
  digits: readonly FoundDigit[],
  { labels, preprocessing }: Pick<ModelManifest, "labels" | "preprocessing">,
  ask: Ask,
): Promise<readonly SeenDigit[]> {
  const all = digits.flatMap((digit) => [digit, ...(digit.parts ?? [])]);
  const images = all.map(({ image }) => image);
  const logits = await ask(prepareDigits(images, preprocessing), all.length);
  const seen = new Map(
    all.map((found, at) => [found, { found, logits: logits.subarray(at * labels.length, (at + 1) * labels.length) }]),
  );
  const look = (digit: FoundDigit): SeenDigit => seen.get(digit) ?? { found: digit, logits: new Float32Array() };
  return digits.flatMap((digit) => {
    const whole = look(digit);
    const parts = (digit.parts ?? []).map(look);
    return parts.length > 0 && isBetter(parts, whole) ? parts : [whole];
  });
}

function isBetter(parts: readonly SeenDigit[], whole: SeenDigit): boolean {
  const [, , width, height] = whole.found.box;
  const margin = MARGINS.find(({ below }) => width / height < below)?.margin ?? 0;
  const least = Math.min(...parts.map(({ logits }) => energyOf(logits)));
  return least > energyOf(whole.logits) + margin;
}
