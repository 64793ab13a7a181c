// What the digits' model and a model of whole pictures each make of one picture, before it is decided whose answer counts.
import type { ModelManifest } from "../models/model.js";
import {
  energyOf,
  type LabelProbability,
  likenessTo,
  looksLikeBars,
  looksWritten,
  MOST_LABELS_SHOWN,
  probabilitiesOf,
  topOf,
  type Verdict,
  verdictOf,
  verdictOfAll,
} from "./decide.js";
import { type HeatMap, heatMap } from "./explain/heat.js";
import type { FoundDigit, PageFindings } from "./page/page.js";
import { looksColourful, looksPhotographed, photoEvidence } from "./photo.js";
import type { Picture } from "./picture.js";
import { coverRegion, prepareCover } from "./prepare.js";
import type { SeenDigit } from "./read-number.js";
import type { ServedModel } from "./serve.js";

export interface ReadDigit extends LabelProbability {
  /** x, y, width, height in pixels of the upright picture. */
  readonly box: readonly [number, number, number, number];
  /** As the model saw it: 28 × 28, 0 to 1. */
  readonly image: Float32Array;
}

/** What one model says of the picture. */
export interface Opinion {
  readonly manifest: ModelManifest;
  readonly top: readonly LabelProbability[];
  readonly verdict: Verdict;
  readonly digits?: readonly ReadDigit[];
  readonly heat?: HeatMap;
  /** Beside the digits there are marks that are not read: a point, a minus, a slash. */
  readonly hasMarks?: boolean;
  /** What was read as digits stands amid colours that no page has. */
  readonly isInScene?: boolean;
  /** A photo with colour and variety enough for a sure answer. */
  readonly isColourful?: boolean;
}

/** Of the digits that were found on it. */
export function numberOpinion(
  manifest: ModelManifest,
  findings: PageFindings,
  seen: readonly SeenDigit[],
  isForced: boolean,
): Opinion {
  const read = seen.map(({ logits }) => probabilitiesOf(logits, manifest.temperature));
  const digits = seen.map(({ found }, index) => readDigit(found, manifest.labels, read[index] ?? []));
  const own = verdictOfAll(
    seen.map(({ logits }, index) => verdictOf(manifest, digits[index]?.probability ?? 0, energyOf(logits))),
  );
  const isWritten = looksWritten(
    findings.evidence,
    digits.map(({ image }) => image),
  );
  const hasMarks = findings.evidence.marks > 0;
  // 3.14 is not 314, and a barcode is no 11111.
  const isDoubtful = hasMarks || looksLikeBars(digits.map(({ label }) => label));
  const most: Verdict = isDoubtful && own === "sure" ? "unsure" : own;
  const verdict: Verdict = isWritten ? most : isForced && own !== "neither" ? "unsure" : "neither";
  const [only] = read;
  if (digits.length === 1 && only !== undefined) {
    return { manifest, top: topOf(manifest.labels, only), verdict, digits, hasMarks };
  }
  return { manifest, top: numbers(manifest.labels, read), verdict, digits, hasMarks };
}

function readDigit({ box, image }: FoundDigit, labels: readonly string[], probabilities: readonly number[]): ReadDigit {
  const [best] = topOf(labels, probabilities);
  return { label: best?.label ?? "", probability: best?.probability ?? 0, box, image };
}

/** The most probable numbers: the best one, and those that differ from it in one digit. */
function numbers(labels: readonly string[], read: readonly (readonly number[])[]): LabelProbability[] {
  const best = read.map((row) => row.indexOf(Math.max(...row)));
  const whole = best.reduce((product, label, place) => product * (read[place]?.[label] ?? 0), 1);
  const spell = (digits: readonly number[]) => digits.map((digit) => labels[digit] ?? "?").join("");
  const others = read.flatMap((row, place) =>
    row.map((probability, label) => ({
      label: spell(best.map((digit, at) => (at === place ? label : digit))),
      probability: (whole / Math.max(row[best[place] ?? 0] ?? 1, 1e-12)) * probability,
      isBest: label === best[place],
    })),
  );
  const rest = others.filter((other) => !other.isBest).toSorted((a, b) => b.probability - a.probability);
  return [
    { label: spell(best), probability: whole },
    ...rest.map(({ label, probability }) => ({ label, probability })),
  ].slice(0, MOST_LABELS_SHOWN);
}

/** Of the picture as a whole. */
export async function wholeOpinion(picture: Picture, model: ServedModel, isForced: boolean): Promise<Opinion> {
  const { manifest, cells } = model;
  const { labels, preprocessing, temperature } = manifest;
  // The picture is resized in libvips' threads while this one looks at its colours.
  const prepared = prepareCover(picture, preprocessing);
  // A class's own pictures may be drawings: there only the model is asked.
  const evidence = manifest.recipe === "images" ? undefined : photoEvidence(picture);
  const outputs = await model.ask(await prepared, 1);
  const values = outputs[0] ?? new Float32Array();
  const probabilities = probabilitiesOf(values, temperature);
  const likeness = likenessOf(model, outputs, probabilities);
  const own = verdictOf(manifest, Math.max(...probabilities), energyOf(values), likeness);
  const top = topOf(labels, probabilities);
  if (own === "neither") return { manifest, top, verdict: "neither" };
  const isPhoto = evidence === undefined || looksPhotographed(evidence);
  if (!isPhoto && !isForced) return { manifest, top, verdict: "neither" };
  const isColourful = isPhoto && (evidence === undefined || looksColourful(evidence));
  const verdict = isColourful ? own : "unsure";
  const [best, logits] = [top[0], outputs.at(-1)];
  if (cells === undefined || best === undefined || logits === undefined) return { manifest, top, verdict, isColourful };
  const seen = coverRegion(picture, preprocessing);
  return { manifest, top, verdict, isColourful, heat: heatMap(logits, cells, manifest, best.label, seen) };
}

/** `outputs`: of one picture. Undefined for a model that was not calibrated with its features: it is taken at its word. */
function likenessOf(
  { centres, featuresAt }: ServedModel,
  outputs: readonly Float32Array[],
  probabilities: readonly number[],
): number | undefined {
  const features = featuresAt === undefined ? undefined : outputs[featuresAt];
  if (centres === undefined || features === undefined) return undefined;
  const best = probabilities.indexOf(Math.max(...probabilities));
  return likenessTo(best, features, centres);
}
