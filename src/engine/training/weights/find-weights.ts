// Where a backbone's pretrained weights come from: the folder that CONVO_WEIGHTS names.
import { createHash } from "node:crypto";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../../../errors.js";
import type { BackboneName } from "../backbones/backbone.js";
import type { FileWeight, PretrainedWeights } from "./layer-values.js";
import { readTfjsFolder } from "./tfjs-folder.js";

export interface FoundWeights extends PretrainedWeights {
  /** With batch normalization of their own, or with it folded into kernels and biases. */
  readonly normalized: boolean;
}

export async function findWeights(_backbone: BackboneName): Promise<FoundWeights> {
  const root = process.env.CONVO_WEIGHTS;
  if (root === undefined || root === "") {
    throw new UserError("weights-missing", "There are no pretrained weights.", "Name their folder in CONVO_WEIGHTS.");
  }
  const names = await readdir(root);
  for (const name of names) {
    const folder = join(root, name, "tfjs");
    const there = await stat(join(folder, "model.json")).then(
      (found) => found.isFile(),
      () => false,
    );
    if (!there || !name.startsWith("mobilenet_v2")) continue;
    const layers = await readTfjsFolder(folder);
    return { file: folder, layers, hash: hashOf(layers), normalized: layers.has("bn_Conv1") };
  }
  throw new UserError("weights-missing", `There are no weights in ${root}.`, "Name their folder in CONVO_WEIGHTS.");
}

function hashOf(layers: ReadonlyMap<string, readonly FileWeight[]>): string {
  const hash = createHash("sha256");
  for (const [layer, weights] of layers) {
    for (const { name, shape, values } of weights) {
      hash.update(`${layer}/${name}/${shape.join("x")}`);
      hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    }
  }
  return hash.digest("hex");
}
