// Means of what a model's head is given, over each class's training pictures: what `centres.bin` holds.
import { openDataSet } from "../../src/engine/training/data/open.js";
import { ClassMeans } from "../../src/engine/vision/calibration.js";
import { prepareCover } from "../../src/engine/vision/prepare.js";
import type { ServedModel } from "../../src/engine/vision/serve.js";

/** labels × width, over `most` training pictures taken at even steps; undefined where the graph does not tell its features. */
export async function centresOf(
  folder: string,
  { manifest, featuresAt, ask }: ServedModel,
  most: number,
): Promise<Float32Array | undefined> {
  if (featuresAt === undefined) return undefined;
  const { labels, preprocessing } = manifest;
  const set = await openDataSet(folder);
  const step = Math.max(1, Math.floor(set.splits.train.length / most));
  const means = new ClassMeans(labels.length);
  for (let at = 0; at < set.splits.train.length; at += step) {
    const sample = set.splits.train[at];
    if (sample === undefined) continue;
    const pixels = await set.read(sample);
    const inputs = await prepareCover({ ...pixels, original: pixels, format: "raw" }, preprocessing);
    const features = (await ask(inputs, 1))[featuresAt] ?? new Float32Array();
    means.add(labels.indexOf(set.labels[sample.label] ?? ""), features);
  }
  return means.values();
}
