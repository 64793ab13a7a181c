// Pretrained weights from a folder in the format of tfjs: model.json, which names the shards that hold the numbers.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { UserError } from "../../../errors.js";
import type { FileWeight } from "./layer-values.js";

const MODEL_JSON = z.object({
  weightsManifest: z.array(
    z.object({
      // Names, not paths: a shard lies beside its model.json.
      paths: z.array(z.string().regex(/^[\w.-]+$/)),
      weights: z.array(z.object({ name: z.string(), shape: z.array(z.int().min(0)), dtype: z.literal("float32") })),
    }),
  ),
});

/** By layer. @throws UserError `weights-damaged` */
export async function readTfjsFolder(folder: string): Promise<Map<string, FileWeight[]>> {
  const damaged = (why: string, cause?: unknown): UserError =>
    new UserError("weights-damaged", `The weights in ${folder} cannot be read: ${why}.`, "Fetch them again.", {
      cause,
    });
  const manifest = await readFile(join(folder, "model.json"), "utf8")
    .then((text) => MODEL_JSON.parse(JSON.parse(text)))
    .catch((error: unknown) => {
      throw damaged("model.json is not that of a tfjs model with float32 weights", error);
    });
  const layers = new Map<string, FileWeight[]>();
  for (const { paths, weights } of manifest.weightsManifest) {
    const shards = await Promise.all(paths.map((path) => readFile(join(folder, path)))).catch((error: unknown) => {
      throw damaged("a shard is missing", error);
    });
    const bytes = new Uint8Array(Buffer.concat(shards));
    let at = 0;
    for (const { name, shape } of weights) {
      const size = shape.reduce((product, one) => product * one, 1) * Float32Array.BYTES_PER_ELEMENT;
      if (at + size > bytes.length) throw damaged(`its shards end before ${name}`);
      const [layer = "", weight = ""] = splitAtLast(name);
      const values = new Float32Array(bytes.slice(at, at + size).buffer);
      layers.set(layer, [...(layers.get(layer) ?? []), { name: weight, shape, values }]);
      at += size;
    }
    if (at !== bytes.length) throw damaged(`its shards are ${bytes.length - at} bytes too long`);
  }
  return layers;
}

function splitAtLast(name: string): string[] {
  const at = name.lastIndexOf("/");
  return [name.slice(0, at), name.slice(at + 1)];
}
