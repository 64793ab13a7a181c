// A backbone with its pretrained weights: from the folder that CONVO_WEIGHTS names, else from the cache, else fetched into it.
import { createHash } from "node:crypto";
import { mkdir, readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { UserError } from "../../../errors.js";
import type { Backbone, BackboneName } from "../backbones/backbone.js";
import { BACKBONES } from "../backbones/backbones.js";
import { cacheFolder } from "../data/cache-folder.js";
import { type DownloadSettings, download } from "../data/download.js";
import { readH5 } from "./h5-file.js";
import { type FileWeight, type PretrainedWeights, placeWeights } from "./layer-values.js";
import { readTfjsFolder } from "./tfjs-folder.js";

export interface PretrainedBackbone {
  readonly backbone: Backbone;
  /** SHA-256 of the weights' names, shapes and values, hex: what features are cached under. */
  readonly hash: string;
  /** For the model's card: what they are and whose. */
  readonly origin: string;
  /** Puts the weights into the layers; to be called once the blocks were applied. */
  place(): void;
}

export interface WeightsPlaces extends Pick<DownloadSettings, "attempts" | "wait" | "patience" | "onProgress"> {
  /** Looked into first, and alone; CONVO_WEIGHTS by default. */
  readonly folder?: string;
  /** Where a download is kept; the operating system's cache folder by default. */
  readonly cache?: string;
  /** Instead of the published address. */
  readonly address?: string;
}

/** Folders below the weights' folder that are looked into. */
const DEEPEST = 2;

/** @throws UserError weights-missing, weights-damaged, and what a download throws; `place` throws weights-foreign */
export async function pretrainedBackbone(name: BackboneName, places: WeightsPlaces = {}): Promise<PretrainedBackbone> {
  const kind = BACKBONES[name];
  const path = await pathOf(name, places);
  const layers = path.endsWith(".h5") ? await readH5(path) : await readTfjsFolder(path);
  const normalized = [...layers.keys()].some((layer) => /(^bn_|_bn$|_BN$)/.test(layer));
  const backbone = kind.build({ normalized });
  const pretrained: PretrainedWeights = { file: path, layers };
  return {
    backbone,
    hash: hashOf(layers),
    origin: kind.published.origin,
    place: () => placeWeights(backbone, pretrained),
  };
}

async function pathOf(name: BackboneName, places: WeightsPlaces): Promise<string> {
  const { file, named, address } = BACKBONES[name].published;
  const given = places.folder ?? process.env.CONVO_WEIGHTS;
  if (given !== undefined && given !== "") {
    const found = await search(resolve(given), named);
    // The published file first, then tfjs folders, then any other .h5.
    const best = found.find((path) => path.endsWith(file)) ?? found.find((path) => !path.endsWith(".h5")) ?? found[0];
    if (best !== undefined) return best;
    throw new UserError(
      "weights-missing",
      `CONVO_WEIGHTS names ${given}, where no weights of ${name} are.`,
      `Put ${file} there (from ${address}), or unset CONVO_WEIGHTS to have it fetched.`,
    );
  }
  return fetched(name, places);
}

async function fetched(name: BackboneName, places: WeightsPlaces): Promise<string> {
  const { file, address, bytes, md5 } = BACKBONES[name].published;
  const folder = places.cache ?? join(cacheFolder(), "weights");
  const path = join(folder, file);
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).includes(file)) return path;
  try {
    const checksum = md5 === undefined ? {} : { md5 };
    await download(places.address ?? address, path, { name: file, bytes, ...checksum }, places);
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== "download-failed") throw error;
    throw new UserError(
      "weights-missing",
      `There are no pretrained weights of ${name} here, and they could not be fetched. ${error.what}`,
      `Fetch ${address} on a machine with a network, put it into a folder, and name the folder in CONVO_WEIGHTS.`,
      { cause: error },
    );
  }
  return path;
}

/** Absolute paths of .h5 files and of folders in the format of tfjs whose path from `root` says that they are of the backbone. */
async function search(root: string, named: RegExp, below = "", depth = 0): Promise<string[]> {
  const entries = await readdir(join(root, below), { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT" && error.code !== "ENOTDIR") throw error;
    throw new UserError("weights-missing", `${root} is no folder.`, "Name a folder with weights in CONVO_WEIGHTS.");
  });
  const found: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(below, entry.name);
    if (entry.isDirectory() && depth < DEEPEST) found.push(...(await search(root, named, path, depth + 1)));
    if (!entry.isFile() || !named.test(path)) continue;
    if (entry.name.endsWith(".h5")) found.push(join(root, path));
    if (entry.name === "model.json") found.push(join(root, below));
  }
  return found;
}

/** In the order of the layers' names, with the weights' places: the names of weights differ between kinds of files. */
function hashOf(layers: ReadonlyMap<string, readonly FileWeight[]>): string {
  const hash = createHash("sha256");
  for (const [layer, weights] of [...layers].sort(([a], [b]) => (a < b ? -1 : 1))) {
    for (const [place, { shape, values }] of weights.entries()) {
      hash.update(`${layer}/${place}/${shape.join("x")}`);
      hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    }
  }
  return hash.digest("hex");
}
