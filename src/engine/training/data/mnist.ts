// MNIST from its four IDX files, all in memory (53 MB): the official test set, validation cut out of the training set.
import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { codeOf, UserError } from "../../../errors.js";
import { seededRandom } from "../random.js";
import type { DataSet, Pixels, Sample } from "./data-set.js";
import { IdxDamaged, idxLength, parseIdx } from "./idx.js";
import { stratify } from "./stratify.js";

export interface MnistSettings {
  /** Of the cut between training and validation. */
  readonly seed?: number;
  /** Images taken out of the 60,000; stratified. */
  readonly validation?: number;
}

export const MNIST_SIDE = 28;
const CLASSES = 10;
const LABELS = Array.from({ length: CLASSES }, (_, digit) => String(digit));
export const MNIST_FILES = {
  trainImages: { name: "train-images-idx3-ubyte", sizes: [60_000, MNIST_SIDE, MNIST_SIDE] },
  trainLabels: { name: "train-labels-idx1-ubyte", sizes: [60_000] },
  testImages: { name: "t10k-images-idx3-ubyte", sizes: [10_000, MNIST_SIDE, MNIST_SIDE] },
  testLabels: { name: "t10k-labels-idx1-ubyte", sizes: [10_000] },
} as const;

const VALIDATION = 5_000;
const inflate = promisify(gunzip);

/** Pixels are 28 × 28 × 1, ink 255 on 0. Throws UserError: data-missing, data-damaged, validation-invalid. */
export async function openMnist(folder: string, settings: MnistSettings = {}): Promise<DataSet> {
  const { seed = 0, validation = VALIDATION } = settings;
  const path = resolve(folder);
  const counts = MNIST_FILES.trainLabels.sizes[0];
  if (!Number.isInteger(validation) || validation < CLASSES || validation > counts / 2) {
    throw new UserError(
      "validation-invalid",
      `${validation} images cannot be set aside for validation.`,
      `Give a whole number from ${CLASSES} to ${counts / 2}.`,
    );
  }
  // The small ones first: what is wrong with them is told before 55 MB are unpacked.
  const trainLabels = await labelFile(path, MNIST_FILES.trainLabels);
  const testLabels = await labelFile(path, MNIST_FILES.testLabels);
  const trainImages = await idxFile(path, MNIST_FILES.trainImages);
  const testImages = await idxFile(path, MNIST_FILES.testImages);

  // Shared, so that the workers that make batches read the same bytes.
  const memory = new SharedArrayBuffer(trainImages.length + testImages.length);
  const pixels = new Uint8Array(memory);
  pixels.set(trainImages);
  pixels.set(testImages, trainImages.length);
  const area = MNIST_SIDE * MNIST_SIDE;
  const offsets = new Map<string, number>();
  const samples = (part: string, labels: Uint8Array, start: number): Sample[] =>
    Array.from(labels, (label, at) => {
      const id = `${part}/${String(at).padStart(5, "0")}`;
      offsets.set(id, start + at * area);
      return { id, label };
    });
  const official = samples("train", trainLabels, 0);
  const test = samples("t10k", testLabels, trainImages.length);
  const [train = [], held = []] = stratify(
    official.map((sample) => ({ items: [sample], label: sample.label })),
    [counts - validation, validation],
    seededRandom(seed).fork("mnist/validation"),
  );

  const hash = createHash("sha256").update(`mnist 1\n${seed} ${validation}\n`);
  for (const part of [trainImages, trainLabels, testImages, testLabels]) hash.update(part);
  const read = async (sample: Sample): Promise<Pixels> => {
    const at = offsets.get(sample.id);
    if (at === undefined) throw new RangeError(`no sample ${sample.id} in MNIST`);
    return { data: pixels.subarray(at, at + area), height: MNIST_SIDE, width: MNIST_SIDE, channels: 1 };
  };
  return {
    name: "mnist",
    folder: path,
    labels: LABELS,
    version: hash.digest("hex"),
    splits: { train, validation: held, test },
    notes: [],
    source: { kind: "memory", memory, height: MNIST_SIDE, width: MNIST_SIDE, channels: 1, offsets },
    read,
  };
}

/** Whether all four files are there; what is in them is not looked at. Throws UserError `data-missing`. */
export async function checkMnist(folder: string): Promise<void> {
  for (const { name } of Object.values(MNIST_FILES)) await whereIs(resolve(folder), name);
}

async function labelFile(folder: string, file: { name: string; sizes: readonly number[] }): Promise<Uint8Array> {
  const labels = await idxFile(folder, file);
  const wrong = labels.findIndex((label) => label >= CLASSES);
  if (wrong >= 0)
    throw damaged((await whereIs(folder, file.name)).path, `holds the label ${labels[wrong]}; MNIST has 0 to 9`);
  return labels;
}

async function idxFile(folder: string, file: { name: string; sizes: readonly number[] }): Promise<Uint8Array> {
  const { path, zipped } = await whereIs(folder, file.name);
  const expected = idxLength(file.sizes);
  const size = (await stat(path)).size;
  if (size > 2 * expected) throw damaged(path, `has ${size} bytes; the whole file unpacked has ${expected}`);
  try {
    const stored = await readFile(path);
    // One byte more than the file has: enough to see that it is too long, and no bomb unpacks.
    const bytes = zipped ? await inflate(stored, { maxOutputLength: expected + 1 }) : stored;
    const { sizes, data } = parseIdx(bytes, file.sizes.length);
    if (sizes.some((found, at) => found !== file.sizes[at])) {
      throw new IdxDamaged(`holds ${sizes.join(" × ")}; MNIST's has ${file.sizes.join(" × ")}`);
    }
    return data;
  } catch (error) {
    if (error instanceof IdxDamaged) throw damaged(path, error.message, error);
    const code = String(codeOf(error) ?? "");
    if (code.startsWith("Z_") || code === "ERR_BUFFER_TOO_LARGE") {
      throw damaged(path, "does not unpack: it is truncated or altered", error);
    }
    throw error;
  }
}

async function whereIs(folder: string, name: string): Promise<{ path: string; zipped: boolean }> {
  for (const zipped of [false, true]) {
    const path = join(folder, zipped ? `${name}.gz` : name);
    const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
      throw error;
    });
    if (found?.isFile()) return { path, zipped };
  }
  throw new UserError(
    "data-missing",
    `There is no ${name} or ${name}.gz in ${folder}.`,
    `Fetch the data set: convo data get mnist, or name its folder with --data.`,
  );
}

function damaged(path: string, why: string, cause?: unknown): UserError {
  return new UserError("data-damaged", `${path} ${why}.`, "Fetch it again: convo data get mnist --force", { cause });
}
