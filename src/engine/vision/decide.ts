// From logits to an honest answer: calibrated probabilities, and whether the picture is one of the classes at all.
import type { Decision, ModelManifest } from "../models/model.js";
import { hasIsland } from "./page/islands.js";
import type { PageEvidence } from "./page/page.js";

export type Verdict = "sure" | "unsure" | "neither";

export interface LabelProbability {
  readonly label: string;
  readonly probability: number;
}

/** Answers of a chat: bars of five labels. */
export const MOST_LABELS_SHOWN = 5;

/** Where a manifest has no rule of its own: only the probability decides, and no energy is too low. */
const BY_PROBABILITY: Decision = {
  method: "probability alone",
  sureProbability: 0.9,
  sureEnergy: Number.NEGATIVE_INFINITY,
  neitherEnergy: Number.NEGATIVE_INFINITY,
};

/** softmax(logits / temperature). */
export function probabilitiesOf(logits: ArrayLike<number>, temperature: number): number[] {
  const scaled = Array.from(logits, (value) => value / temperature);
  const most = Math.max(...scaled);
  const powers = scaled.map((value) => Math.exp(value - most));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((value) => value / sum);
}

/** log Σ exp(logit): high where the network has seen the like, whatever label it gives. */
export function energyOf(logits: ArrayLike<number>): number {
  const values = Array.from(logits);
  const most = Math.max(...values);
  return most + Math.log(values.reduce((sum, value) => sum + Math.exp(value - most), 0));
}

/** Falling, at most `MOST_LABELS_SHOWN`. */
export function topOf(labels: readonly string[], probabilities: readonly number[]): LabelProbability[] {
  return labels
    .map((label, index) => ({ label, probability: probabilities[index] ?? 0 }))
    .toSorted((a, b) => b.probability - a.probability)
    .slice(0, MOST_LABELS_SHOWN);
}

/** Of one picture, or of one digit. `likeness`: `likenessTo` its own class, of a model that was calibrated with its features. */
export function verdictOf(manifest: ModelManifest, probability: number, energy: number, likeness = 1): Verdict {
  const rule = manifest.decision ?? BY_PROBABILITY;
  if (energy < rule.neitherEnergy || likeness < (rule.neitherLikeness ?? -1)) return "neither";
  if (probability < (rule.neitherProbability ?? 0)) return "neither";
  const isKnown = energy >= rule.sureEnergy && likeness >= (rule.sureLikeness ?? -1);
  return probability >= rule.sureProbability && isKnown ? "sure" : "unsure";
}

/** Of a number by those of its digits: sure where each is, neither where most are. */
export function verdictOfAll(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.every((verdict) => verdict === "sure")) return "sure";
  return 2 * verdicts.filter((verdict) => verdict === "neither").length > verdicts.length ? "neither" : "unsure";
}

/** A barcode, a fence, a ladder: four and more bars side by side. */
export function looksLikeBars(labels: readonly string[]): boolean {
  return labels.length >= LEAST_BARS && labels.every((label) => label === "1");
}

const LEAST_BARS = 4;

/** Whether digits are known enough for a sure answer in the changed views of them, too; where no rule says so, they are. */
export function staysKnown({ decision }: ModelManifest, energyOfViews: number): boolean {
  return energyOfViews >= (decision?.sureViewsEnergy ?? Number.NEGATIVE_INFINITY);
}

/** Cosine between a picture's features and the mean of a class, in -1 to 1. `centres`: labels × width. */
export function likenessTo(label: number, features: Float32Array, centres: Float32Array): number {
  let [product, own, its] = [0, 0, 0];
  for (let at = 0; at < features.length; at++) {
    const [a, b] = [features[at] ?? 0, centres[label * features.length + at] ?? 0];
    product += a * b;
    own += a * a;
    its += b * b;
  }
  return product / Math.max(Math.sqrt(own * its), 1e-12);
}

/** Largest share of a picture that the ink of a number takes; a photo's edges take more. */
const MOST_INK = 0.4;
/** Pieces of ink beside the digits: a text, a texture, a crowd of leaves. */
const MOST_PIECES = 150;

/** Pieces of one digit: broken strokes, and what ruled lines cut. */
const MOST_BROKEN = 3;
/** Of a figure's ink: 192 made pages have at most 0.043 of lines and dust in one, a clock's face 0.12 to 0.6. */
const MOST_ENCLOSED = 0.08;

/** Whether the page could hold a number, by what has nothing to do with the digits' names. `images`: of the digits, 28 × 28 each. */
export function looksWritten(evidence: PageEvidence, images: readonly Float32Array[]): boolean {
  const digits = images.length;
  if (digits === 0 || evidence.rows !== 1 || evidence.inkShare > MOST_INK) return false;
  if (evidence.broken > MOST_BROKEN || evidence.enclosed > MOST_ENCLOSED || images.some(hasIsland)) return false;
  return evidence.digitShare > 0.45 && evidence.pieces - digits < MOST_PIECES && evidence.contrast > 0.12;
}

/** Expected calibration error in `bins` equal bins (Guo et al., "On calibration of modern neural networks", 2017). */
export function expectedCalibrationError(
  answers: readonly { readonly probability: number; readonly isRight: boolean }[],
  bins = 15,
): number {
  const sums = Array.from({ length: bins }, () => ({ count: 0, probability: 0, right: 0 }));
  for (const { probability, isRight } of answers) {
    const bin = sums[Math.min(bins - 1, Math.floor(probability * bins))];
    if (bin === undefined) continue;
    bin.count++;
    bin.probability += probability;
    bin.right += isRight ? 1 : 0;
  }
  return sums.reduce((sum, bin) => sum + Math.abs(bin.probability - bin.right), 0) / Math.max(1, answers.length);
}
