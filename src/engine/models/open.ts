// Opening a saved model: everything is checked before anyone serves it.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { codeOf, UserError } from "../../errors.js";
import { sha256 } from "../hash.js";
import { readOnnx } from "../onnx/read.js";
import type { Dimension } from "../onnx/value.js";
import { readManifest } from "./manifest.js";
import { CENTRES, type ModelManifest } from "./model.js";

export interface OpenedModel {
  readonly folder: string;
  readonly manifest: ModelManifest;
  /** model.onnx, its hash checked. */
  readonly onnx: Uint8Array;
  /** Of `CENTRES`; absent where the model was not calibrated with them. */
  readonly centres?: Float32Array;
}

/** Bytes of model.json; a confusion matrix of a thousand classes has 3 MB. */
const LARGEST_MANIFEST = 8_000_000;
/** Bytes of model.onnx: ResNet50 has 100 MB. */
const LARGEST_MODEL = 1_000_000_000;
/** Bytes of `CENTRES`: a thousand classes of 2,048 features have 8 MB. */
const LARGEST_CENTRES = 64_000_000;
const NEEDED = ["model.onnx", "card.md"];

/**
 * Reads and checks the whole folder: manifest, hashes, and that graph, labels and preprocessing fit each other.
 * Throws UserError `model-damaged`, or `model-not-found` where there is no such folder.
 */
export async function openModel(folder: string): Promise<OpenedModel> {
  const manifest = await openManifest(folder);
  // What is served is hashed as it was read: the file might change in between.
  const onnx = await readBounded(folder, "model.onnx", LARGEST_MODEL);
  const centres = CENTRES in manifest.files ? await readBounded(folder, CENTRES, LARGEST_CENTRES) : undefined;
  for (const [name, wanted] of Object.entries(manifest.files)) {
    const read = name === "model.onnx" ? onnx : name === CENTRES ? centres : undefined;
    const found = read === undefined ? await hashOf(folder, name) : sha256(read);
    if (found !== wanted) throw damaged(folder, `${name} is not the file that was saved`);
  }
  checkGraph(folder, manifest, onnx);
  if (centres === undefined) {
    if ((manifest.decision?.sureLikeness ?? manifest.decision?.neitherLikeness) !== undefined)
      throw damaged(folder, `its rule needs ${CENTRES}`);
    return { folder, manifest, onnx };
  }
  if (centres.length === 0 || centres.length % (4 * manifest.labels.length) !== 0) {
    throw damaged(folder, `${CENTRES} does not have as many numbers for each label`);
  }
  return { folder, manifest, onnx, centres: new Float32Array(Uint8Array.from(centres).buffer) };
}

/** The manifest alone, for lists; the other files are not looked at. Throws like `openModel`. */
export async function openManifest(folder: string): Promise<ModelManifest> {
  const isFolder = await stat(folder).then(
    (found) => found.isDirectory(),
    (error: unknown) => {
      if (isMissing(error)) return false;
      throw error;
    },
  );
  if (!isFolder) {
    throw new UserError("model-not-found", `There is no model in ${folder}.`, "See what there is: convo models list");
  }
  const text = new TextDecoder().decode(await readBounded(folder, "model.json", LARGEST_MANIFEST));
  const manifest = readManifest(text);
  if ("wrong" in manifest) throw damaged(folder, manifest.wrong);
  if (manifest.version !== basename(folder) || manifest.name !== basename(dirname(folder))) {
    throw damaged(folder, `model.json is that of ${manifest.name}@${manifest.version}`);
  }
  for (const name of NEEDED) if (!(name in manifest.files)) throw damaged(folder, `model.json does not know ${name}`);
  return manifest;
}

function checkGraph(folder: string, { labels, preprocessing }: ModelManifest, onnx: Uint8Array): void {
  const { inputs, outputs } = readGraph(folder, onnx);
  const [input, output] = [inputs[0], outputs[0]];
  if (input === undefined || output === undefined) throw damaged(folder, "model.onnx has no input or no output");
  const { height, width, channels } = preprocessing;
  const fits = (found: Dimension | undefined, wanted: number) => typeof found === "string" || found === wanted;
  const [, ...sizes] = input.shape;
  if (sizes.length !== 3 || ![height, width, channels].every((wanted, at) => fits(sizes[at], wanted))) {
    const wanted = `${height} × ${width} × ${channels}`;
    throw damaged(folder, `model.onnx takes [${sizes.join(", ")}], the preprocessing gives ${wanted}`);
  }
  const classes = output.shape.at(-1);
  if (output.shape.length !== 2 || classes !== labels.length) {
    throw damaged(folder, `there are ${labels.length} labels for ${classes ?? "no"} outputs`);
  }
}

function readGraph(folder: string, onnx: Uint8Array): ReturnType<typeof readOnnx> {
  try {
    return readOnnx(onnx);
  } catch (error) {
    if (error instanceof UserError) throw damaged(folder, `model.onnx: ${error.what}`, error);
    throw error;
  }
}

async function readBounded(folder: string, name: string, most: number): Promise<Uint8Array> {
  await refuseOther(folder, name, most);
  try {
    return await readFile(join(folder, name));
  } catch (error) {
    throw damagedBy(folder, name, error);
  }
}

async function hashOf(folder: string, name: string): Promise<string> {
  await refuseOther(folder, name, LARGEST_MODEL);
  const hash = createHash("sha256");
  try {
    for await (const part of createReadStream(join(folder, name))) hash.update(part);
  } catch (error) {
    throw damagedBy(folder, name, error);
  }
  return hash.digest("hex");
}

/** A pipe or a device might never end. */
async function refuseOther(folder: string, name: string, most: number): Promise<void> {
  const found = await stat(join(folder, name)).catch((error: unknown) => {
    throw damagedBy(folder, name, error);
  });
  if (!found.isFile()) throw damaged(folder, `${name} is no file`);
  if (found.size > most) throw damaged(folder, `${name} has ${found.size} bytes, at most ${most} are read`);
}

/** A file that is not there damages the model; anything else went wrong elsewhere. */
function damagedBy(folder: string, name: string, error: unknown): unknown {
  if (isMissing(error)) return damaged(folder, `${name} is missing`, error);
  const code = codeOf(error);
  return code === "EISDIR" || code === "EACCES" ? damaged(folder, `${name} cannot be read (${code})`, error) : error;
}

function isMissing(error: unknown): boolean {
  const code = codeOf(error);
  return code === "ENOENT" || code === "ENOTDIR";
}

function damaged(folder: string, why: string, cause?: unknown): UserError {
  return new UserError(
    "model-damaged",
    `The model in ${folder} is damaged: ${why}.`,
    "Restore the folder from a copy, or take another version; the model in service is not touched.",
    { cause },
  );
}
