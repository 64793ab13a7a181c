// How sure a new model may be, on models whose temperature, energies and features are known.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { layers as kinds, type LayersModel, model as layersModel, sequential } from "@tensorflow/tfjs-layers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Preprocessing } from "../../../src/engine/models/model.js";
import { openModel } from "../../../src/engine/models/open.js";
import { saveModel } from "../../../src/engine/models/save.js";
import { exportLayersModel } from "../../../src/engine/onnx/export/exporter.js";
import { seededRandom } from "../../../src/engine/training/random.js";
import { calibrate } from "../../../src/engine/vision/calibration.js";
import { energyOf, likenessTo, probabilitiesOf } from "../../../src/engine/vision/decide.js";
import { randomWeights } from "../onnx/support/compare.js";

const CLASSES = ["a", "b", "c"];
const TEMPERATURE = 2.5;

interface Known {
  readonly model: LayersModel;
  readonly preprocessing: Preprocessing;
  /** Of a split: inputs, true classes drawn from softmax(logits / TEMPERATURE), logits. */
  readonly splits: Readonly<Record<"train" | "validation", Split>>;
}

interface Split {
  readonly inputs: Float32Array;
  readonly labels: Int32Array;
  readonly rows: readonly (readonly number[])[];
}

const grey = { channels: 1, scale: [1 / 255], offset: [0], order: "grey" } as const;

function known(model: LayersModel, preprocessing: Preprocessing, counts: readonly [number, number]): Known {
  const random = seededRandom(11);
  const split = (count: number): Split => {
    const size = preprocessing.height * preprocessing.width * preprocessing.channels;
    const inputs = Float32Array.from({ length: count * size }, () => random.next());
    const shape = [count, preprocessing.height, preprocessing.width, preprocessing.channels];
    const values = tf.tidy(() => (model.predict(tf.tensor(inputs, shape)) as tf.Tensor).arraySync()) as number[][];
    const labels = Int32Array.from(values, (row) => drawn(probabilitiesOf(row, TEMPERATURE), random.next()));
    return { inputs, labels, rows: values };
  };
  return { model, preprocessing, splits: { train: split(counts[0]), validation: split(counts[1]) } };
}

/** Which of the shares, laid end to end, `at` falls into. */
function drawn(shares: readonly number[], at: number): number {
  const ends = shares.map((_, index) => shares.slice(0, index + 1).reduce((sum, share) => sum + share, 0));
  return Math.max(
    0,
    ends.findIndex((end) => at < end),
  );
}

/** In batches of 64, the last of them smaller. */
async function* batchesOf({ inputs, labels }: Split, { height, width, channels }: Preprocessing) {
  const size = inputs.length / labels.length;
  for (let from = 0; from < labels.length; from += 64) {
    const some = labels.subarray(from, from + 64);
    const images = inputs.subarray(from * size, (from + some.length) * size);
    yield { images, shape: [some.length, height, width, channels], labels: some };
  }
}

async function calibrated({ model, preprocessing, splits }: Known) {
  const onnx = await exportLayersModel(model);
  const batches = (split: "train" | "validation") => batchesOf(splits[split], preprocessing);
  const counts = { train: splits.train.labels, validation: splits.validation.labels };
  return calibrate(onnx, { labels: CLASSES, preprocessing }, batches, counts);
}

const shareBelow = (values: readonly number[], bound = Number.NaN) =>
  values.filter((value) => value < bound).length / values.length;

describe("a digits model", () => {
  const digits = (count: number): Known => {
    const model = sequential({
      layers: [kinds.flatten({ inputShape: [28, 28, 1] }), kinds.dense({ name: "logits", units: CLASSES.length })],
    });
    randomWeights(model, 5);
    return known(model, { ...grey, height: 28, width: 28, fit: "digit" }, [10, count]);
  };

  test("gets the temperature that its classes were drawn with, and rules that few of its own pictures fall below", async () => {
    const given = digits(1_500);
    const { temperature = 0, decision, centres } = (await calibrated(given)) ?? {};
    expect(temperature).toBeGreaterThan(TEMPERATURE * 0.85);
    expect(temperature).toBeLessThan(TEMPERATURE * 1.15);
    const energies = given.splits.validation.rows.map(energyOf);
    expect(shareBelow(energies, decision?.neitherEnergy)).toBeCloseTo(0.003, 2);
    expect(shareBelow(energies, decision?.sureEnergy)).toBeCloseTo(0.011, 2);
    expect(decision?.sureViewsEnergy).toBeTypeOf("number");
    expect(decision?.sureLikeness).toBeUndefined();
    expect(centres).toBeUndefined();
  });

  test("is left as it is where too few pictures could tell", async () => {
    expect(await calibrated(digits(99))).toBeUndefined();
  });
});

describe("a model of whole pictures", () => {
  let given: Known;
  let features: LayersModel;
  let root: string;

  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), "convo-calibration-"));
    const input = kinds.conv2d({ name: "conv", inputShape: [8, 8, 3], filters: 6, kernelSize: 3, activation: "relu" });
    const model = sequential({
      layers: [
        input,
        kinds.globalAveragePooling2d({ name: "gap" }),
        kinds.dense({ name: "logits", units: CLASSES.length }),
      ],
    });
    randomWeights(model, 7);
    features = layersModel({ inputs: model.inputs, outputs: model.getLayer("gap").output as never });
    const preprocessing = {
      height: 8,
      width: 8,
      channels: 3,
      fit: "cover",
      scale: [1 / 255],
      offset: [0],
      order: "rgb",
    } as const;
    given = known(model, preprocessing, [240, 400]);
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  const featuresOf = ({ inputs, labels }: Split) =>
    tf.tidy(() =>
      (features.predict(tf.tensor(inputs, [labels.length, 8, 8, 3])) as tf.Tensor).arraySync(),
    ) as number[][];

  test("knows what its head is given of each class on average, and how like that its own pictures are", async () => {
    const { decision, centres = new Float32Array() } = (await calibrated(given)) ?? {};
    const seen = featuresOf(given.splits.train);
    for (const label of CLASSES.keys()) {
      const own = seen.filter((_, at) => given.splits.train.labels[at] === label);
      expect(own.length).toBeGreaterThan(0);
      for (const place of [0, 3, 5]) {
        const mean = own.reduce((sum, vector) => sum + (vector[place] ?? 0), 0) / own.length;
        expect(centres[label * 6 + place]).toBeCloseTo(mean, 4);
      }
    }
    const { validation } = given.splits;
    const likenesses = featuresOf(validation).map((vector, at) => {
      const row = validation.rows[at] ?? [];
      return likenessTo(row.indexOf(Math.max(...row)), Float32Array.from(vector), centres);
    });
    expect(shareBelow(likenesses, decision?.sureLikeness)).toBeCloseTo(0.06, 1);
    expect(shareBelow(likenesses, decision?.neitherLikeness)).toBeCloseTo(0.01, 2);
    expect(shareBelow(validation.rows.map(energyOf), decision?.neitherEnergy)).toBeCloseTo(0.02, 2);
  });

  test("is saved with all of it, and says so on its card", async () => {
    const calibration = await calibrated(given);
    const { folder } = await saveModel({
      registry: root,
      model: given.model,
      checkImages: tf.tensor(given.splits.validation.inputs.slice(0, 4 * 192), [4, 8, 8, 3]),
      calibrate: async () => calibration,
      fields: {
        name: "letters",
        recipe: "images",
        labels: CLASSES,
        preprocessing: given.preprocessing,
        temperature: 1,
        metrics: {},
        data: { name: "drawn", version: "1" },
        run: { id: "run", seed: 1, backend: "cpu", device: "a CPU" },
      },
      card: {
        title: "Letters",
        purpose: "A test.",
        notFor: "Anything else.",
        dataLicence: "Drawn.",
        command: "convo train images --data letters",
        epochs: 1,
        training: "None.",
        limitations: ["Random weights."],
      },
    });
    const { manifest, centres } = await openModel(folder);
    expect(manifest.temperature).toBe(calibration?.temperature);
    expect(manifest.decision).toEqual(calibration?.decision);
    expect(centres).toEqual(calibration?.centres);
    const card = readFileSync(join(folder, "card.md"), "utf8");
    expect(card).toContain(`softmax(logits / ${calibration?.temperature.toFixed(3)})`);
    expect(card).toContain("of 400 validation pictures 2 % lie below");
  });
});
