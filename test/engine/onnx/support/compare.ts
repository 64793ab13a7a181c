// A tfjs model with random weights and its export, run on the same random input.
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import type * as layers from "@tensorflow/tfjs-layers";
import { checkExport } from "../../../../src/engine/onnx/check.js";
import { type ExportOptions, exportLayersModel } from "../../../../src/engine/onnx/export/exporter.js";
import { randomOf } from "../../../support/random.js";

/** Every weight random; variances positive, so that batch normalization is more than the identity. */
export function randomWeights(model: layers.LayersModel, seed: number): void {
  const random = randomOf(seed);
  const weights = model.weights.map((weight) => {
    const size = weight.shape.reduce((product: number, side) => product * (side ?? 1), 1);
    const isVariance = weight.originalName.includes("variance");
    const values = Float32Array.from({ length: size }, () => (isVariance ? 0.2 + random.next() : random.next() - 0.4));
    return tf.tensor(values, weight.shape.map(Number));
  });
  model.setWeights(weights);
  tf.dispose(weights);
}

export function randomInput(shape: readonly number[], seed: number): tf.Tensor {
  const random = randomOf(seed);
  const size = shape.reduce((product, side) => product * side, 1);
  return tf.tensor(
    Float32Array.from({ length: size }, () => random.next() * 4 - 2),
    [...shape],
  );
}

/** Largest relative difference over batches of 1 and 7. Throws UserError `export-differs` above the limit. */
export async function difference(
  model: layers.LayersModel,
  { seed = 1, size, ...options }: ExportOptions & { readonly seed?: number; readonly size?: readonly number[] } = {},
): Promise<number> {
  randomWeights(model, seed);
  const file = await exportLayersModel(model, options);
  const shape = size ?? model.inputs[0]?.shape.slice(1).map(Number) ?? [];
  let largest = 0;
  for (const batch of [1, 7]) {
    const images = randomInput([batch, ...shape], seed + batch);
    largest = Math.max(largest, (await checkExport(model, file, images, options)).difference);
    images.dispose();
  }
  return largest;
}
