// What two models say of the gate's pictures: each through onnxruntime with its own preprocessing, one after the other, a few pictures at a time.
import * as ort from "onnxruntime-node";
import type { ModelManifest } from "../models/model.js";
import { type OpenedModel, openModel } from "../models/open.js";
import type { DataSet, Pixels, Sample } from "../training/data/data-set.js";
import { gateName, gateOf, gateSamples } from "../training/data/gate-split.js";
import { openDataSet } from "../training/data/open.js";
import { prepareCover, prepareDigits } from "../vision/prepare.js";
import { type Comparison, compare } from "./compare.js";

/** Plain data: it goes to a process of its own. */
export interface Measuring {
  /** Absolute folders: the data set, the gate splits, both models. */
  readonly data: string;
  readonly seed: number;
  readonly gates: string;
  readonly candidate: string;
  readonly champion?: string;
}

/** `gate`: the name of the split, of which there is one a data set and community. */
export type Measured =
  | { readonly kind: "compared"; readonly gate: string; readonly comparison: Comparison }
  /** No champion, or one that tells other classes apart. */
  | {
      readonly kind: "alone";
      readonly gate: string;
      readonly images: number;
      readonly accuracy: number;
      readonly other?: readonly string[];
    };

/** Images of one run of a model: 224 × 224 × 3 floats take 5 MB. */
const BATCH = 8;
/** The chat, too, wants a core. */
const THREADS = 1;

/** Throws UserError of the data set, of the models, `gate-lost` and `gate-damaged`. */
export async function measure({ data: folder, seed, gates, ...models }: Measuring): Promise<Measured> {
  const data = await openDataSet(folder, { seed });
  const split = await gateOf(data, gates);
  const samples = gateSamples(data, split);
  const gate = `${gateName(data)} ${split.created}`;
  const candidate = await answers(await openModel(models.candidate), data, samples);
  const truth = samples.map(({ label }) => data.labels[label] ?? "");
  const accuracy = truth.filter((label, at) => candidate.said[at] === label).length / samples.length;
  const alone = { kind: "alone", gate, images: samples.length, accuracy } as const;
  if (models.champion === undefined) return alone;
  const opened = await openModel(models.champion);
  const { labels } = opened.manifest;
  if (!sameLabels(labels, candidate.labels)) return { ...alone, other: labels };
  const champion = await answers(opened, data, samples);
  const pairs = truth.map((label, at) => ({
    label,
    candidate: candidate.said[at] === label,
    champion: champion.said[at] === label,
  }));
  return { kind: "compared", gate, comparison: compare(pairs, `gate/${gate}`) };
}

function sameLabels(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && new Set([...a, ...b]).size === a.length;
}

/** The label of each sample by name: two models may count their classes in another order. */
async function answers(
  { manifest, onnx }: OpenedModel,
  data: DataSet,
  samples: readonly Sample[],
): Promise<{ readonly labels: readonly string[]; readonly said: readonly string[] }> {
  const { labels, preprocessing } = manifest;
  const session = await ort.InferenceSession.create(onnx, { intraOpNumThreads: THREADS });
  try {
    const said: string[] = [];
    const { height, width, channels } = preprocessing;
    for (let from = 0; from < samples.length; from += BATCH) {
      const batch = samples.slice(from, from + BATCH);
      const inputs = new Float32Array(batch.length * height * width * channels);
      for (const [at, sample] of batch.entries()) {
        inputs.set(await inputOf(data, sample, manifest), at * height * width * channels);
      }
      const tensor = new ort.Tensor("float32", inputs, [batch.length, height, width, channels]);
      const results = await session.run({ [session.inputNames[0] ?? "input"]: tensor });
      const logits = results[session.outputNames[0] ?? ""]?.data;
      if (!(logits instanceof Float32Array)) throw new TypeError("a model's logits are float32");
      for (const at of batch.keys()) said.push(labels[best(logits, at * labels.length, labels.length)] ?? "");
    }
    return { labels, said };
  } finally {
    await session.release();
  }
}

async function inputOf(data: DataSet, sample: Sample, { preprocessing }: ModelManifest): Promise<Float32Array> {
  const { height, width, resize = 0, fit } = preprocessing;
  const pixels = await data.read(sample, Math.max(height, width, resize));
  if (fit === "cover") {
    const original = { width: pixels.width, height: pixels.height };
    return prepareCover({ ...original, data: inColour(pixels), original, format: "pixels" }, preprocessing);
  }
  // A data set of drawn digits holds them in MNIST's own geometry.
  if (pixels.channels !== 1 || pixels.height !== height || pixels.width !== width) {
    throw new TypeError(`${sample.id} is no digit of ${height} × ${width}`);
  }
  return prepareDigits([Float32Array.from(pixels.data, (byte) => byte / 255)], preprocessing);
}

function inColour({ data, channels }: Pixels): Uint8Array {
  if (channels === 3) return data;
  return Uint8Array.from({ length: data.length * 3 }, (_, at) => data[Math.floor(at / 3)] ?? 0);
}

function best(values: Float32Array, from: number, count: number): number {
  let found = 0;
  for (let at = 1; at < count; at++) if ((values[from + at] ?? 0) > (values[from + found] ?? 0)) found = at;
  return found;
}
