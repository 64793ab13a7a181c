// An image folder, a class a folder → a data set: splits from splits.tsv, or seeded and with near duplicates kept together.
import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { UserError } from "../../../errors.js";
import { seededRandom } from "../random.js";
import { cacheFolder } from "./cache-folder.js";
import { type DataSet, type Sample, SPLITS, type Split } from "./data-set.js";
import { fingerprints } from "./fingerprints.js";
import { checkClasses, checkReadable, notesOf } from "./folder-checks.js";
import { type FolderScan, scanFolder } from "./folder-scan.js";
import { readImage } from "./image-file.js";
import { labelsOf } from "./labels.js";
import { type Fingerprint, MOST_COMPARED, nearDuplicates } from "./near-duplicates.js";
import { parseSplits } from "./splits-file.js";
import { stratify } from "./stratify.js";

export interface ImageFolderSettings {
  readonly seed?: number;
  /** Of the images, per split; they add up to 1. */
  readonly fractions?: Readonly<Record<Split, number>>;
  /** Where the index of the images is kept; the operating system's cache folder by default. */
  readonly cache?: string;
}

const FRACTIONS = { train: 0.7, validation: 0.15, test: 0.15 } as const;
/** Bytes of a splits.tsv: some 500,000 files. */
const LONGEST_SPLITS = 64_000_000;

type Splits = Record<Split, Sample[]>;

/**
 * Pictures are RGB. Throws UserError: data-missing, data-too-many, data-too-deep, classes-missing, classes-too-few,
 * class-too-small, images-unreadable, files-foreign, label-empty, labels-alike, splits-invalid, fractions-invalid.
 */
export async function openImageFolder(folder: string, settings: ImageFolderSettings = {}): Promise<DataSet> {
  const { seed = 0, fractions = FRACTIONS, cache = cacheFolder() } = settings;
  checkFractions(fractions);
  const scan = await scanFolder(folder);
  checkClasses(scan);
  const labels = labelsOf(scan.folders);
  const { known, unreadable, notes: cacheNotes } = await fingerprints(scan, cache);
  checkReadable(scan, unreadable);
  const classOf = new Map(scan.folders.map((name, at) => [name, at]));
  const samples = scan.images.flatMap(({ id, folder: name }) =>
    known.has(id) ? [{ id, label: classOf.get(name) ?? 0 }] : [],
  );
  const prints = samples.map(({ id }) => known.get(id)).filter((print) => print !== undefined);
  const groups = nearDuplicates(prints);
  const notes = [...notesOf(scan, unreadable), ...cacheNotes, ...duplicateNotes(samples, groups)];

  const given = await givenSplits(scan);
  const splits = given
    ? splitAsGiven(samples, given, unreadable, notes, groups)
    : splitBySeed(samples, groups, fractions, seed);
  checkSplits(splits, labels, notes);
  const root = scan.root;
  return {
    name: basename(root),
    folder: root,
    labels,
    version: versionOf(labels, splits, known),
    splits,
    notes,
    prints: known,
    source: { kind: "files", folder: root },
    read: (sample, size) => readImage({ folder: root }, sample.id, size),
  };
}

function checkFractions(fractions: Readonly<Record<Split, number>>): void {
  const values = SPLITS.map((split) => fractions[split]);
  const sum = values.reduce((total, value) => total + value, 0);
  if (values.every((value) => value > 0 && value < 1) && Math.abs(sum - 1) < 1e-6) return;
  throw new UserError(
    "fractions-invalid",
    `The splits' fractions are ${values.join(", ")}.`,
    "Give three numbers above 0 that add up to 1, such as 0.7, 0.15, 0.15.",
  );
}

/** From the folder itself, or beside it where it names at least one of the folder's files. */
async function givenSplits(scan: FolderScan): Promise<ReadonlyMap<string, Split> | undefined> {
  const files = new Set(scan.images.map(({ id }) => id));
  for (const place of [scan.root, dirname(scan.root)]) {
    const path = join(place, "splits.tsv");
    const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
      throw error;
    });
    if (!found?.isFile()) continue;
    if (found.size > LONGEST_SPLITS) throw unusable(path, `has ${found.size} bytes`);
    const splits = parseSplits(await readFile(path, "utf8"), path);
    const gone = [...splits.keys()].filter((file) => !files.has(file));
    if (gone.length === splits.size && place !== scan.root) continue;
    if (gone.length > 0) {
      throw unusable(path, `names ${gone.length} files that are not in the folder, such as ${gone[0]}`);
    }
    return splits;
  }
  return undefined;
}

function unusable(path: string, why: string): UserError {
  return new UserError(
    "splits-invalid",
    `${path} ${why}.`,
    "Restore those files or remove their lines; without a splits.tsv the images are split by the seed.",
  );
}

function splitAsGiven(
  samples: readonly Sample[],
  given: ReadonlyMap<string, Split>,
  unreadable: ReadonlyMap<string, string>,
  notes: string[],
  groups: Int32Array,
): Splits {
  const splits: Splits = { train: [], validation: [], test: [] };
  const outside = samples.filter(({ id }) => !given.has(id));
  for (const sample of samples) {
    const split = given.get(sample.id);
    if (split !== undefined) splits[split].push(sample);
  }
  if (outside.length > 0) {
    notes.push(`Left out, not in splits.tsv: ${outside.length}, such as ${outside[0]?.id}.`);
  }
  const lost = [...unreadable.keys()].filter((id) => given.has(id)).length;
  if (lost > 0) notes.push(`Named by splits.tsv, but unreadable: ${lost}.`);
  const torn = samples.filter(({ id }, at) => {
    const first = samples[groups[at] ?? at];
    return first !== undefined && given.has(id) && given.has(first.id) && given.get(first.id) !== given.get(id);
  });
  if (torn.length > 0) {
    notes.push(`Near duplicates that splits.tsv puts into different splits: ${torn.length}, such as ${torn[0]?.id}.`);
  }
  return splits;
}

function splitBySeed(
  samples: readonly Sample[],
  groups: Int32Array,
  fractions: Readonly<Record<Split, number>>,
  seed: number,
): Splits {
  const together = new Map<number, Sample[]>();
  for (const [at, sample] of samples.entries()) {
    const group = groups[at] ?? at;
    const members = together.get(group);
    if (members === undefined) together.set(group, [sample]);
    else members.push(sample);
  }
  const [train = [], validation = [], test = []] = stratify(
    [...together.values()].map((items) => ({ items, label: items[0]?.label ?? 0 })),
    SPLITS.map((split) => fractions[split]),
    seededRandom(seed).fork("images/splits"),
  );
  return { train, validation, test };
}

function duplicateNotes(samples: readonly Sample[], groups: Int32Array): string[] {
  const notes: string[] = [];
  const joined = samples.filter((_, at) => groups[at] !== at).length;
  if (joined > 0) notes.push(`Near duplicates of other images: ${joined}.`);
  if (samples.length > MOST_COMPARED) {
    notes.push(`Of more than ${MOST_COMPARED} images only exact duplicates are kept together.`);
  }
  const mixed = samples.flatMap((sample, at) => {
    const first = samples[groups[at] ?? at];
    return first === undefined || first.label === sample.label ? [] : [`${first.id} and ${sample.id}`];
  });
  if (mixed.length > 0) {
    const more = mixed.length > 3 ? `, and ${mixed.length - 3} more` : "";
    notes.push(`The same picture, or nearly, stands in two classes: ${mixed.slice(0, 3).join("; ")}${more}.`);
  }
  return notes;
}

function checkSplits(splits: Splits, labels: readonly string[], notes: string[]): void {
  for (const split of SPLITS) {
    const there = new Set(splits[split].map(({ label }) => label));
    const without = labels.filter((_, at) => !there.has(at));
    if (without.length === 0) continue;
    if (split !== "train") {
      notes.push(`No image of ${without.join(", ")} is in the ${split} split.`);
      continue;
    }
    throw new UserError(
      "class-too-small",
      `No image of ${without.join(", ")} is in the training split.`,
      "Add images that differ to the class, or mend splits.tsv.",
    );
  }
}

function versionOf(labels: readonly string[], splits: Splits, known: ReadonlyMap<string, Fingerprint>): string {
  const hash = createHash("sha256").update(`images 1\n${JSON.stringify(labels)}\n`);
  for (const split of SPLITS) {
    const ids = splits[split].map(({ id, label }) => JSON.stringify([split, label, id, known.get(id)?.content])).sort();
    for (const line of ids) hash.update(`${line}\n`);
  }
  return hash.digest("hex");
}
