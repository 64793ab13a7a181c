// Pictures of noise with a tint, and models that name the tint by the mean of its channel: how good they are is a matter of one number.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { layers as kinds, sequential } from "@tensorflow/tfjs-layers";
import "@tensorflow/tfjs-backend-cpu";
import sharp from "sharp";
import { type SavedModel, saveModel } from "../../../../src/engine/models/save.js";
import { seededRandom } from "../../../../src/engine/training/random.js";

const SIDE = 16;
const CHANNELS = ["red", "green", "blue"] as const;
type Tint = (typeof CHANNELS)[number];
/** Levels, of which the tint is this far above the other channels. */
const [FAINT, STRONG] = [30, 110];

export async function tinted(tint: Tint, seed: string): Promise<Buffer> {
  const random = seededRandom(seed);
  const channel = CHANNELS.indexOf(tint);
  const strength = random.between(FAINT, STRONG);
  const grey = Array.from({ length: SIDE * SIDE }, () => random.below(140));
  const data = Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, at) => {
    return (grey[Math.floor(at / 3)] ?? 0) + (at % 3 === channel ? strength : 0);
  });
  return sharp(data, { raw: { width: SIDE, height: SIDE, channels: 3 } })
    .png({ compressionLevel: 1 })
    .toBuffer();
}

/** A folder a tint. */
export async function tintFolder(folder: string, counts: Partial<Record<Tint, number>>): Promise<string> {
  for (const tint of CHANNELS) {
    const count = counts[tint];
    if (count === undefined) continue;
    mkdirSync(join(folder, tint), { recursive: true });
    for (let at = 0; at < count; at++) {
      await sharp(await tinted(tint, `${tint}/${at}`)).toFile(join(folder, tint, `${at}.png`));
    }
  }
  return folder;
}

/** `blind`: levels of blue below which it says green; `labels`: in its own order. */
export async function tintModel(
  registry: string,
  {
    blind = 0,
    minute = 0,
    labels = ["blue", "green", "red"],
    run = "r-20261126-0001",
  }: {
    readonly blind?: number;
    readonly minute?: number;
    readonly labels?: readonly string[];
    readonly run?: string;
  } = {},
): Promise<SavedModel> {
  const model = sequential({
    name: "tints",
    layers: [
      kinds.globalAveragePooling2d({ inputShape: [SIDE, SIDE, 3] }),
      kinds.dense({ name: "logits", units: labels.length }),
    ],
  });
  const weights = [0, 1, 2].map((channel) => labels.map((label) => Number(CHANNELS[channel] === label)));
  model.setWeights([tf.tensor2d(weights), tf.tensor1d(labels.map((label) => (label === "green" ? blind / 255 : 0)))]);
  return saveModel({
    registry,
    model,
    checkImages: tf.randomUniform([4, SIDE, SIDE, 3], 0, 1, "float32", 1),
    now: new Date(Date.UTC(2026, 10, 26, 10, minute)),
    fields: {
      name: "tints",
      recipe: "images",
      labels,
      preprocessing: {
        height: SIDE,
        width: SIDE,
        channels: 3,
        fit: "cover",
        scale: [1 / 255],
        offset: [0],
        order: "rgb",
      },
      temperature: 1,
      metrics: {},
      data: { name: "tints", version: "1" },
      run: { id: run, seed: 1, backend: "wasm", device: "a CPU" },
    },
    card: {
      title: "Tints",
      purpose: "",
      notFor: "",
      dataLicence: "",
      command: "",
      epochs: 1,
      training: "",
      limitations: [],
    },
  });
}
