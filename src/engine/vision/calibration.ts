// How sure a new model may be, found on its own data: a temperature, and what nearly all pictures of its classes exceed.
import type { Decision, ModelManifest } from "../models/model.js";
import type { Calibration } from "../models/save.js";
import { energyOf, likenessTo, probabilitiesOf } from "./decide.js";
import { openGraph } from "./sessions.js";
import { energiesOfViews } from "./views.js";

type Known = Pick<ModelManifest, "labels" | "preprocessing">;

/** Inputs as the model takes them, one after the other, and their true classes. */
interface LabelledBatch {
  readonly images: Float32Array;
  readonly shape: readonly number[];
  readonly labels: Int32Array;
}

type Split = "train" | "validation";

/** Fewer validation pictures say nothing of the lowest hundredth of them. */
const LEAST_PICTURES = 100;
/** Validation pictures that are looked at, by how the model sees them: digits are small. */
const MOST_PICTURES = { digit: 5_000, cover: 2_000 };
/** Training pictures that the means are taken over. */
const MOST_MEANT = 1_200;
const SURE_PROBABILITY = 0.9;
/** Of a digit: a network that saw what is no digit answers there with a tenth for each, and a digit's own is rarely below one half. */
const NEITHER_PROBABILITY = 0.4;

/**
 * Shares of the validation pictures that fall below each rule: those that the rules of the first models that shipped came to, which
 * were found with pictures of other things.
 */
const SHARES = {
  digit: { neither: 0.003, sure: 0.011, views: 0.023 },
  cover: { neither: 0.02, sure: 0.02, likeness: 0.06, unlike: 0.01 },
};

/** `batchesOf`: every picture of a split once, in its order; `splits`: to know how many they are. Undefined for too few pictures. */
export async function calibrate(
  onnx: Uint8Array,
  known: Known,
  batchesOf: (split: Split) => AsyncIterable<LabelledBatch>,
  splits: Readonly<Record<Split, { readonly length: number }>>,
): Promise<Calibration | undefined> {
  if (splits.validation.length < LEAST_PICTURES) return undefined;
  const { session, featuresAt } = await openGraph(onnx, 0);
  try {
    const model: Opened = { ...known, featuresAt, run: (inputs, shape) => session.run(inputs, shape) };
    const centres =
      known.preprocessing.fit === "cover" ? await centresOf(model, batchesOf, splits.train.length) : undefined;
    const seen = await look(model, batchesOf("validation"), centres);
    const temperature = bestTemperature(seen);
    const decision = decisionOf(known, seen);
    return { temperature, decision, ...(centres === undefined ? {} : { centres }) };
  } finally {
    await session.release();
  }
}

interface Opened extends Known {
  readonly featuresAt: number | undefined;
  run(inputs: Float32Array, shape: readonly number[]): Promise<readonly Float32Array[]>;
}

interface Seen {
  /** Logits. */
  readonly row: readonly number[];
  readonly label: number;
  readonly energy: number;
  /** Of a digit: least energy of its changed views. */
  readonly views?: number;
  /** Cosine of what the head is given with its mean over the answer's class. */
  readonly likeness?: number;
}

async function look(
  model: Opened,
  batches: AsyncIterable<LabelledBatch>,
  centres: Float32Array | undefined,
): Promise<Seen[]> {
  const seen: Seen[] = [];
  for await (const { images, shape, labels } of batches) {
    const outputs = await model.run(images, shape);
    const views = model.preprocessing.fit === "digit" ? await viewsOf(model, images, shape) : [];
    for (const [at, label] of labels.entries()) {
      const row = Array.from(rowOf(outputs[0], at, labels.length));
      const features = rowOf(outputs[model.featuresAt ?? -1], at, labels.length);
      const view = views[at];
      seen.push({
        row,
        label,
        energy: energyOf(row),
        ...(view === undefined ? {} : { views: view }),
        ...(centres === undefined ? {} : { likeness: likenessTo(row.indexOf(Math.max(...row)), features, centres) }),
      });
    }
    if (seen.length >= MOST_PICTURES[model.preprocessing.fit]) break;
  }
  return seen;
}

function rowOf(values: Float32Array | undefined, at: number, rows: number): Float32Array {
  const width = (values?.length ?? 0) / rows;
  return values?.subarray(at * width, (at + 1) * width) ?? new Float32Array();
}

async function viewsOf(model: Opened, inputs: Float32Array, shape: readonly number[]): Promise<number[]> {
  const [, ...image] = shape;
  const size = image.reduce((product, side) => product * side, 1);
  const [scale = 1, offset = 0] = [model.preprocessing.scale[0], model.preprocessing.offset[0]];
  const ink = Array.from({ length: inputs.length / size }, (_, at) =>
    inputs.subarray(at * size, (at + 1) * size).map((value) => (value - offset) / scale / 255),
  );
  return energiesOfViews(ink, model, async (views, count) => {
    return (await model.run(views, [count, ...image]))[0] ?? new Float32Array();
  });
}

/** Means of what the head is given over each class's training pictures: labels × width; undefined where the graph does not tell it. */
async function centresOf(
  model: Opened,
  batchesOf: (split: Split) => AsyncIterable<LabelledBatch>,
  pictures: number,
): Promise<Float32Array | undefined> {
  if (model.featuresAt === undefined) return undefined;
  const means = new ClassMeans(model.labels.length);
  // The split may be in the order of its classes.
  const step = Math.max(1, Math.floor(pictures / MOST_MEANT));
  let place = 0;
  for await (const { images, shape, labels } of batchesOf("train")) {
    const [, ...image] = shape;
    const size = images.length / labels.length;
    const chosen = [...labels.keys()].filter(() => place++ % step === 0);
    if (chosen.length === 0) continue;
    const inputs = new Float32Array(chosen.length * size);
    for (const [to, from] of chosen.entries()) inputs.set(images.subarray(from * size, (from + 1) * size), to * size);
    const features = (await model.run(inputs, [chosen.length, ...image]))[model.featuresAt];
    for (const [at, from] of chosen.entries()) means.add(labels[from] ?? 0, rowOf(features, at, chosen.length));
  }
  return means.values();
}

/** Mean of vectors by class. */
export class ClassMeans {
  readonly #counts: number[];
  #sums = new Float64Array();

  constructor(private readonly classes: number) {
    this.#counts = new Array<number>(classes).fill(0);
  }

  add(label: number, vector: Float32Array): void {
    if (this.#sums.length === 0) this.#sums = new Float64Array(this.classes * vector.length);
    this.#counts[label] = (this.#counts[label] ?? 0) + 1;
    const from = label * vector.length;
    for (const [at, value] of vector.entries()) this.#sums[from + at] = (this.#sums[from + at] ?? 0) + value;
  }

  /** classes × width; zeros for a class without vectors. */
  values(): Float32Array {
    const width = this.#sums.length / this.classes;
    return Float32Array.from(this.#sums, (sum, at) => sum / Math.max(1, this.#counts[Math.floor(at / width)] ?? 1));
  }
}

function decisionOf({ preprocessing: { fit } }: Known, seen: readonly Seen[]): Decision {
  const shares = { views: 0, likeness: 0, unlike: 0, ...SHARES[fit] };
  const energies = seen.map(({ energy }) => energy);
  const [views, likeness] = [seen.flatMap((one) => one.views ?? []), seen.flatMap((one) => one.likeness ?? [])];
  const percent = (share: number) => `${Number((100 * share).toFixed(1))} %`;
  const more = [
    ...(views.length === 0 ? [] : [`${percent(shares.views)} of them are less known when turned or squeezed`]),
    ...(likeness.length === 0
      ? []
      : [`${percent(shares.likeness)} are less like their class than is sure, ${percent(shares.unlike)} like none`]),
  ];
  return {
    method: [
      `of ${seen.length} validation pictures ${percent(shares.neither)} lie below "neither" and ${percent(shares.sure)} below "sure"`,
      ...more,
      "no pictures of other things were counted",
    ].join("; "),
    sureProbability: SURE_PROBABILITY,
    ...(fit === "digit" ? { neitherProbability: NEITHER_PROBABILITY } : {}),
    sureEnergy: quantile(energies, shares.sure),
    ...(views.length === 0 ? {} : { sureViewsEnergy: quantile(views, shares.views) }),
    ...(likeness.length === 0 ? {} : { sureLikeness: quantile(likeness, shares.likeness) }),
    neitherEnergy: quantile(energies, shares.neither),
    ...(likeness.length === 0 ? {} : { neitherLikeness: quantile(likeness, shares.unlike) }),
  };
}

function quantile(values: readonly number[], share: number): number {
  const found = values.toSorted((a, b) => a - b)[Math.floor(share * values.length)] ?? 0;
  return Number(found.toFixed(4));
}

/**
 * Least mean negative log likelihood of softmax(logits / T), by golden sections over log T in [1/5, 5]; Guo et al., "On calibration of
 * modern neural networks" (2017).
 */
export function bestTemperature(rows: readonly Pick<Seen, "row" | "label">[]): number {
  const loss = (log: number) =>
    rows.reduce((sum, { row, label }) => sum - Math.log((probabilitiesOf(row, Math.exp(log))[label] ?? 0) + 1e-12), 0);
  let [low, high] = [-Math.log(5), Math.log(5)];
  const golden = (Math.sqrt(5) - 1) / 2;
  for (let step = 0; step < 25; step++) {
    const [left, right] = [high - golden * (high - low), low + golden * (high - low)];
    if (loss(left) < loss(right)) high = right;
    else low = left;
  }
  return Math.exp((low + high) / 2);
}
