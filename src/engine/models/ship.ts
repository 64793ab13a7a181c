// A trained model made ready to ship: the same version without the tfjs weights, which only training needs.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { writeFolderWhole } from "./durable.js";
import { openModel } from "./open.js";

/** What training alone needs; half of the folder's size. */
const FOR_TRAINING = new Set(["weights.json", "weights.bin"]);

/**
 * Checks the model in `folder` (REGISTRY/NAME/VERSION) and copies it to `assets`/NAME/VERSION. Returns the new folder.
 * Throws UserError `model-damaged`, `model-not-found`, `model-exists`, `disk-full` or `not-writable`.
 */
export async function shipModel(folder: string, assets: string): Promise<string> {
  const { manifest, onnx } = await openModel(folder);
  const files = Object.fromEntries(Object.entries(manifest.files).filter(([name]) => !FOR_TRAINING.has(name)));
  const contents = new Map<string, string | Uint8Array>([["model.onnx", onnx]]);
  for (const name of Object.keys(files)) {
    if (name !== "model.onnx") contents.set(name, await readFile(join(folder, name)));
  }
  contents.set("model.json", `${JSON.stringify({ ...manifest, files }, null, 2)}\n`);
  const target = join(assets, manifest.name, manifest.version);
  await writeFolderWhole(target, contents);
  return target;
}
