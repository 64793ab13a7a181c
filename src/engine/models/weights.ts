// The tfjs layers model beside the ONNX file, so that training can go on from a saved model: weights.json and weights.bin.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import * as layers from "@tensorflow/tfjs-layers";
import { z } from "zod";
import { codeOf, UserError } from "../../errors.js";

export const WEIGHT_FILES = ["weights.json", "weights.bin"] as const;

const WEIGHTS_JSON = z.object({
  modelTopology: z.record(z.string(), z.unknown()),
  weightSpecs: z.array(
    z.object({ name: z.string(), shape: z.array(z.int().min(0)), dtype: z.enum(["float32", "int32", "bool"]) }),
  ),
});

/** Topology and a list of the weights as JSON; the numbers, one after the other, little-endian. */
export async function weightFiles(model: layers.LayersModel): Promise<[string, Uint8Array][]> {
  const files: [string, Uint8Array][] = [];
  await model.save(
    tf.io.withSaveHandler(async ({ modelTopology, weightSpecs, weightData }) => {
      const json = JSON.stringify({ format: "layers-model", modelTopology, weightSpecs });
      const data = tf.io.CompositeArrayBuffer.join(weightData);
      files.push(["weights.json", new TextEncoder().encode(json)], ["weights.bin", new Uint8Array(data)]);
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: "JSON" } };
    }),
  );
  return files;
}

/**
 * The tfjs model of a saved model's folder, to train on from; the folder was checked by `openModel`.
 * Throws UserError `model-without-weights` (what ships has none) or `model-damaged`.
 */
export async function loadLayersModel(folder: string): Promise<layers.LayersModel> {
  const [json, data] = await Promise.all(WEIGHT_FILES.map((name) => readIfThere(join(folder, name))));
  if (json === undefined || data === undefined) {
    throw new UserError(
      "model-without-weights",
      `${folder} has no weights to train on from.`,
      "Take a model that was trained here; those that ship can only be served.",
    );
  }
  try {
    const { modelTopology, weightSpecs } = WEIGHTS_JSON.parse(JSON.parse(new TextDecoder().decode(json)));
    const weightData = Uint8Array.from(data).buffer;
    return await layers.loadLayersModel(tf.io.fromMemory({ modelTopology, weightSpecs, weightData }));
  } catch (error) {
    throw new UserError(
      "model-damaged",
      `The weights in ${folder} cannot be read.`,
      "Take the previous version, or train the model again.",
      { cause: error },
    );
  }
}

async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}
