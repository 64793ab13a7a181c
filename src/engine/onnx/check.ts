// Is the exported file the same function as the model? Both are run on real pictures.
import * as tf from "@tensorflow/tfjs-core";
import type * as layers from "@tensorflow/tfjs-layers";
import * as ort from "onnxruntime-node";
import { UserError } from "../../errors.js";
import { type ExportOptions, exportLayersModel } from "./export/exporter.js";
import { readOnnx } from "./read.js";

/** Largest relative difference of float32; measured is 1e-6 to 5e-5, from the order of summation. */
export const EXPORT_LIMIT = 1e-4;

export interface ExportCheck {
  /** Largest |onnx − tfjs| / max(1, |tfjs|) over all outputs, with float32 weights. At most EXPORT_LIMIT. */
  readonly difference: number;
  /** The same for the file as it is: with float16 storage what the rounding of weights costs; otherwise `difference`. */
  readonly storageDifference: number;
  /** Pictures of which the largest output stands at another place in the file than in tfjs. */
  readonly otherDecisions: number;
  readonly images: number;
}

/** Pictures at once, so that memory is bounded by this and not by how many there are. */
const BATCH = 16;

/**
 * `images`: [n, height, width, channels], preprocessed as the model wants it. `options`: those of the export.
 * A file with float16 storage is checked in two steps: the same graph with float32 weights against tfjs, and the file itself
 * against the graph with the weights rounded; both must be within EXPORT_LIMIT.
 * Throws UserError `export-differs`.
 */
export async function checkExport(
  model: layers.LayersModel,
  file: Uint8Array,
  images: tf.Tensor,
  options: ExportOptions = {},
): Promise<ExportCheck> {
  const expected = await runTfjs(model, images);
  const found = await runOnnx(file, images);
  const stored = largestDifference(found, expected);
  const count = images.shape[0] ?? 0;
  const otherDecisions = countOthers(found, expected, count);
  if (readOnnx(file).metadata.precision !== "float16") {
    return { difference: within(stored), storageDifference: stored, otherDecisions, images: count };
  }
  const full = await runOnnx(await exportLayersModel(model, { ...options, precision: "float32" }), images);
  const rounded = await runOnnx(await exportLayersModel(model, { ...options, precision: "rounded" }), images);
  within(largestDifference(found, rounded));
  const difference = within(largestDifference(full, expected));
  return { difference, storageDifference: stored, otherDecisions, images: count };
}

/** First output of the model, flat. */
async function runTfjs(model: layers.LayersModel, images: tf.Tensor): Promise<Float32Array> {
  const result = tf.tidy(() => {
    const all = model.predict(images, { batchSize: BATCH });
    const first = Array.isArray(all) ? all[0] : all;
    if (first === undefined) throw new Error("The model has no output.");
    return first;
  });
  try {
    return Float32Array.from(await result.data());
  } finally {
    result.dispose();
  }
}

/** `output` of an exported graph, flat. */
export async function runOnnx(file: Uint8Array, images: tf.Tensor): Promise<Float32Array> {
  const [count = 0, ...shape] = images.shape;
  const data = Float32Array.from(await images.data());
  const size = data.length / Math.max(count, 1);
  const session = await ort.InferenceSession.create(file, { logSeverityLevel: 3 });
  try {
    const results: Float32Array[] = [];
    for (let from = 0; from < count; from += BATCH) {
      const to = Math.min(from + BATCH, count);
      const input = new ort.Tensor("float32", data.slice(from * size, to * size), [to - from, ...shape]);
      const { output } = await session.run({ input }, ["output"]);
      if (!(output?.data instanceof Float32Array)) throw new Error("The graph gives no float32 output.");
      results.push(output.data);
    }
    return joined(results);
  } finally {
    await session.release();
  }
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Infinite where the lengths differ or one of them is no number. */
function largestDifference(found: Float32Array, expected: Float32Array): number {
  if (found.length !== expected.length || found.length === 0) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (const [at, value] of expected.entries()) {
    const difference = Math.abs((found[at] ?? Number.NaN) - value) / Math.max(1, Math.abs(value));
    if (!(difference <= largest)) largest = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
  }
  return largest;
}

function countOthers(found: Float32Array, expected: Float32Array, images: number): number {
  const size = expected.length / Math.max(images, 1);
  let others = 0;
  for (let image = 0; image < images; image += 1) {
    const [from, to] = [image * size, (image + 1) * size];
    if (largestAt(found.subarray(from, to)) !== largestAt(expected.subarray(from, to))) others += 1;
  }
  return others;
}

function largestAt(values: Float32Array): number {
  return values.reduce((best, value, at) => (value > (values[best] ?? Number.NEGATIVE_INFINITY) ? at : best), 0);
}

function within(difference: number): number {
  if (difference <= EXPORT_LIMIT) return difference;
  throw new UserError(
    "export-differs",
    `The exported model differs from the trained one by ${difference.toExponential(1)}; at most ${EXPORT_LIMIT} is allowed.`,
    "Nothing was saved. Train with a lower learning rate if the weights grew very large; otherwise report it: it is a mistake of the exporter.",
  );
}
