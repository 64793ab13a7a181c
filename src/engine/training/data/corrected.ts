// Corrections join the training split: pictures of the data set's classes that nothing in it already is, nearly or exactly.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../../../errors.js";
import { NONE_OF_THESE } from "../../corrections/correction.js";
import { type ExportedCorrection, readExported } from "../../corrections/exported.js";
import { decode } from "../../vision/decode.js";
import { inBytes } from "../../vision/page/geometry.js";
import { findDigits } from "../../vision/page/page.js";
import { type Fresh, type InMemory, withFresh } from "./appended.js";
import { type DataSet, NO_CLASS, type PixelSource, type Sample } from "./data-set.js";
import { fingerprintOf } from "./fingerprints.js";
import { CORRECTED, readImage } from "./image-file.js";
import { correlation, type Fingerprint, NEAR_CORRELATION, nearDuplicates } from "./near-duplicates.js";

/** `whole`: the data set as it was opened, gate included: what is in it anywhere is no new picture. */
export async function withCorrections(data: DataSet, whole: DataSet, folder: string): Promise<DataSet> {
  const list = await readExported(folder);
  if (list === undefined) {
    throw new UserError(
      "data-missing",
      `${folder} holds no corrections.`,
      "Start the run anew: they are exported again.",
    );
  }
  if (list.length === 0) return data;
  return data.source?.kind === "memory"
    ? withDigits(data, data.source, folder, list)
    : withPictures(data, whole, folder, list);
}

interface Joined {
  readonly samples: readonly Sample[];
  /** SHA-256 of each sample's content. */
  readonly contents: readonly string[];
  readonly duplicates: number;
  /** Of corrections that could not be used. */
  readonly unusable: number;
}

/** Version and notes of the data set that they joined. */
function told(data: DataSet, { samples, contents, duplicates, unusable }: Joined): Pick<DataSet, "version" | "notes"> {
  const version = createHash("sha256").update(`corrections 1\n${data.version}\n`);
  for (const line of samples.map(({ label }, at) => `${label} ${contents[at]}`).sort()) version.update(`${line}\n`);
  const none = samples.filter(({ label }) => label === NO_CLASS).length;
  const notes = [
    `From corrections: ${samples.length} training images${none > 0 ? `, ${none} of them of no class` : ""}.`,
    ...(duplicates > 0 ? [`Corrections left out, in the data already: ${duplicates}.`] : []),
    ...(unusable > 0 ? [`Corrections left out, of no class or not as many digits as were said: ${unusable}.`] : []),
  ];
  return {
    version: samples.length === 0 ? data.version : version.digest("hex"),
    notes: [...data.notes, ...notes],
  };
}

async function withPictures(
  data: DataSet,
  whole: DataSet,
  folder: string,
  list: readonly ExportedCorrection[],
): Promise<DataSet> {
  const known = [...(whole.prints?.values() ?? [])];
  const usable = list.filter(({ label }) => label !== NONE_OF_THESE && data.labels.includes(label));
  const prints: Fingerprint[] = [];
  for (const { file } of usable) prints.push(await fingerprintOf(await readFile(join(folder, file))));
  const groups = nearDuplicates([...known, ...prints]);
  const own = new Map<string, Fingerprint>();
  const samples: Sample[] = [];
  const contents: string[] = [];
  for (const [at, { file, label }] of usable.entries()) {
    const print = prints[at];
    if (print === undefined || groups[known.length + at] !== known.length + at) continue;
    const id = `${CORRECTED}${file}`;
    own.set(id, print);
    samples.push({ id, label: data.labels.indexOf(label) });
    contents.push(print.content);
  }
  const source: PixelSource = { kind: "files", folder: data.folder, corrected: folder };
  const duplicates = usable.length - samples.length;
  return {
    ...data,
    ...told(data, { samples, contents, duplicates, unusable: list.length - usable.length }),
    splits: { ...data.splits, train: [...data.splits.train, ...samples] },
    prints: new Map([...(whole.prints ?? []), ...own]),
    source,
    read: (sample, size) => readImage(source, sample.id, size),
  };
}

/**
 * A number on a page becomes a picture a digit, in order, where as many digits are found as were said. What was taken for digits on a
 * picture of none of these becomes pictures of no class.
 */
async function withDigits(
  data: DataSet,
  source: InMemory,
  folder: string,
  list: readonly ExportedCorrection[],
): Promise<DataSet> {
  const area = source.height * source.width;
  const bytes = new Uint8Array(source.memory);
  const fresh: Fresh[] = [];
  let [duplicates, unusable] = [0, 0];
  for (const { file, label } of list) {
    const images = await digitsOn(join(folder, file), label);
    const isNone = label === NONE_OF_THESE;
    if (images === undefined || !(isNone || [...label].every((digit) => data.labels.includes(digit)))) {
      unusable += 1;
      continue;
    }
    for (const [at, pixels] of images.entries()) {
      if (
        isKnown(pixels, bytes, area) ||
        fresh.some((other) => correlation(other.pixels, pixels) >= NEAR_CORRELATION)
      ) {
        duplicates += 1;
        continue;
      }
      const of = isNone ? NO_CLASS : data.labels.indexOf(label[at] ?? "");
      fresh.push({ sample: { id: `${CORRECTED}${file}/${at}`, label: of }, pixels });
    }
  }
  const samples = fresh.map(({ sample }) => sample);
  const contents = fresh.map(({ pixels }) => createHash("sha256").update(pixels).digest("hex"));
  return { ...withFresh(data, source, fresh), ...told(data, { samples, contents, duplicates, unusable }) };
}

async function digitsOn(file: string, label: string): Promise<readonly Uint8Array[] | undefined> {
  const { digits } = findDigits(await decode(await readFile(file)));
  const parted = digits.flatMap((digit) => digit.parts ?? [digit]);
  const isNone = label === NONE_OF_THESE && digits.length > 0;
  const found = isNone ? digits : [digits, parted].find(({ length }) => length === label.length);
  return found?.map(({ image }) => inBytes(image));
}

/** Whether one of the pictures in the memory is this one, or nearly; those of quite another amount of ink are not compared. */
function isKnown(pixels: Uint8Array, memory: Uint8Array, area: number): boolean {
  const ink = sum(pixels);
  for (let at = 0; at < memory.length; at += area) {
    const other = memory.subarray(at, at + area);
    const theirs = sum(other);
    if (theirs < ink / MOST_INK || theirs > ink * MOST_INK) continue;
    if (correlation(pixels, other) >= NEAR_CORRELATION) return true;
  }
  return false;
}

/** Strokes of one picture, taken twice, differ less. */
const MOST_INK = 1.5;

function sum(pixels: Uint8Array): number {
  let total = 0;
  for (const value of pixels) total += value;
  return total;
}
