// MobileNetV2 with its trained weights, and photographs for it, where the shared data are.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { type LayersModel, loadLayersModel } from "@tensorflow/tfjs-layers";
import sharp from "sharp";
import { ROOT } from "../../../support/rubrics.js";

const MOBILENET = join(ROOT, "../shared/data/weights/mobilenet_v2_1.0_224_notop/tfjs/model.json");
const TULIPS = join(ROOT, "../shared/data/flowers/flower_photos_256/tulips");

export const HAS_MOBILENET = existsSync(MOBILENET) && existsSync(TULIPS);

/** For pictures of `side` pixels; no weight depends on that. */
export async function mobilenet(side: number): Promise<LayersModel> {
  const { modelTopology, weightsManifest } = JSON.parse(readFileSync(MOBILENET, "utf8"));
  modelTopology.model_config.config.layers[0].config.batch_input_shape = [null, side, side, 3];
  const [{ weights, paths }] = weightsManifest;
  const files: readonly Buffer[] = paths.map((path: string) => readFileSync(join(dirname(MOBILENET), path)));
  const weightData = Uint8Array.from(Buffer.concat(files)).buffer;
  return loadLayersModel(tf.io.fromMemory({ modelTopology, weightSpecs: weights, weightData }));
}

/** From -1 to 1: [count, side, side, 3]. */
export async function tulips(count: number, side: number): Promise<tf.Tensor> {
  const files = readdirSync(TULIPS).sort().slice(0, count);
  const decoded = await Promise.all(
    files.map((file) => sharp(join(TULIPS, file)).resize(side, side).removeAlpha().raw().toBuffer()),
  );
  const values = Float32Array.from(Buffer.concat(decoded), (byte) => byte / 127.5 - 1);
  return tf.tensor(values, [count, side, side, 3]);
}
