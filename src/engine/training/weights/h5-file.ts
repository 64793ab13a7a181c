// Pretrained weights from an .h5 file as Keras writes them: a group a layer, named in the order of the network by attributes.
import { readFile, stat } from "node:fs/promises";
import { Dataset, File, Group } from "jsfive";
import { UserError } from "../../../errors.js";
import type { FileWeight } from "./layer-values.js";

/** ResNet50's file has 95 MB; far beyond it, nothing that belongs here comes. */
const LARGEST_FILE = 1e9;

/**
 * By layer, those without weights left out; both of a file of weights and of one of a whole model (`model.save`).
 * @throws UserError `weights-damaged`
 */
export async function readH5(path: string): Promise<Map<string, FileWeight[]>> {
  const { size } = await stat(path);
  if (size > LARGEST_FILE) throw damaged(path, `it has ${size} bytes`);
  const bytes = Uint8Array.from(await readFile(path));
  try {
    return layersOf(new File(bytes.buffer, path), path);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw damaged(path, "it is no whole HDF5 file", error);
  }
}

function layersOf(file: File, path: string): Map<string, FileWeight[]> {
  const root = file.keys.includes("model_weights") ? groupAt(file, "model_weights", path) : file;
  const names = textsOf(root.attrs.layer_names);
  if (names === undefined) throw damaged(path, "it does not name its layers as Keras does (attribute layer_names)");
  const layers = new Map<string, FileWeight[]>();
  for (const name of names) {
    const group = groupAt(root, name, path);
    const weightNames = textsOf(group.attrs.weight_names) ?? [];
    const weights = weightNames.map((weight) => weightAt(group, weight, `${name}: ${weight}`, path));
    if (weights.length > 0) layers.set(name, weights);
  }
  return layers;
}

function weightAt(group: Group, name: string, told: string, path: string): FileWeight {
  const dataset = group.get(name);
  if (!(dataset instanceof Dataset)) throw damaged(path, `${told} is no array`);
  const { shape, dtype, value } = dataset;
  const size = shape.reduce((product, one) => product * one, 1);
  if (dtype !== "<f4") throw damaged(path, `${told} is not of float32`);
  const values =
    Array.isArray(value) || ArrayBuffer.isView(value) ? Float32Array.from(value as ArrayLike<number>) : undefined;
  if (values?.length !== size) throw damaged(path, `${told} is cut off`);
  if (values.some((one) => !Number.isFinite(one))) throw damaged(path, `${told} holds numbers that are not finite`);
  return { name: (name.split("/").at(-1) ?? name).replace(/:0$/, ""), shape: [...shape], values };
}

function groupAt(parent: Group, name: string, path: string): Group {
  const group = parent.keys.includes(name) ? parent.get(name) : undefined;
  if (!(group instanceof Group)) throw damaged(path, `its layer ${name} is missing`);
  return group;
}

/** Attributes of one text come as a text, not as a list. */
function textsOf(value: unknown): string[] | undefined {
  if (typeof value === "string") return [value];
  return Array.isArray(value) && value.every((one) => typeof one === "string") ? value : undefined;
}

function damaged(path: string, why: string, cause?: unknown): UserError {
  return new UserError(
    "weights-damaged",
    `The weights in ${path} cannot be read: ${why}.`,
    "Delete the file and run the command again, it is fetched anew; or put a whole one there.",
    { cause },
  );
}
