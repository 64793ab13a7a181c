// Calibrates a model in the registry: temperature on its validation split, thresholds of "sure" and "neither", ECE, rejection table.
//   tsx bench/vision-calibrate.ts digits  --data ../shared/data/mnist   [--models assets/models] [--photos FOLDER] [--each 24] [--write | --served] [--quick]
//   tsx bench/vision-calibrate.ts flowers --data ../shared/data/flowers/flower_photos_256 [--models assets/models] [--photos FOLDER] [--each 24] [--write | --served] [--quick]
// The validation split is that of the model's own seed. The rules are those that a training finds at its end, on its own data; made pictures and other people's are only counted.
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import sharp from "sharp";
import { sha256 } from "../src/engine/hash.js";
import { withCalibration } from "../src/engine/models/card.js";
import { CENTRES, type ModelManifest } from "../src/engine/models/model.js";
import { ModelRegistry } from "../src/engine/models/registry.js";
import type { Calibration } from "../src/engine/models/save.js";
import { fixedBatches } from "../src/engine/training/data/batches.js";
import { openDataSet } from "../src/engine/training/data/open.js";
import { bestTemperature, calibrate } from "../src/engine/vision/calibration.js";
import {
  energyOf,
  expectedCalibrationError,
  likenessTo,
  looksWritten,
  probabilitiesOf,
  staysKnown,
  type Verdict,
  verdictOf,
  verdictOfAll,
} from "../src/engine/vision/decide.js";
import { decode } from "../src/engine/vision/decode.js";
import { findDigits } from "../src/engine/vision/page/page.js";
import { looksColourful, looksPhotographed, photoEvidence } from "../src/engine/vision/photo.js";
import type { Picture } from "../src/engine/vision/picture.js";
import { prepareCover, prepareDigits } from "../src/engine/vision/prepare.js";
import { readNumber } from "../src/engine/vision/read-number.js";
import { type ServedModel, Serving } from "../src/engine/vision/serve.js";
import { Sessions } from "../src/engine/vision/sessions.js";
import { energiesOfViews } from "../src/engine/vision/views.js";
import { DOODLE_KINDS, doodlePage } from "./vision/doodles.js";
import { FOREIGN_KINDS, type ForeignKind, foreignPicture, HELD_OUT_KINDS } from "./vision/foreign.js";
import { DIFFICULTIES, type Handwriting, seeded, writtenPage } from "./vision/pages.js";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    data: { type: "string" },
    models: { type: "string", default: "assets/models" },
    write: { type: "boolean", default: false },
    photos: { type: "string" },
    each: { type: "string", default: "24" },
    quick: { type: "boolean", default: false },
    /** The tables tell of the thresholds that the model has, not of new ones. */
    served: { type: "boolean", default: false },
  },
});
const name = positionals[0] ?? "digits";
const data = values.data ?? (name === "digits" ? "../shared/data/mnist" : "../shared/data/flowers/flower_photos_256");
const each = values.quick ? 4 : Number(values.each);

interface Seen {
  readonly kind: string;
  readonly rows: readonly (readonly number[])[];
  /** Least energy of the digits' changed views. */
  readonly viewsEnergy?: number;
  /** Whether the page lets it be a number, or the picture is a photo. */
  readonly isWritten: boolean;
  /** False where a photo has too little colour for a sure answer. */
  readonly isColourful?: boolean;
  /** Cosine with the mean of the answer's class. */
  readonly likeness?: number;
  readonly text?: string;
  /** What is written, for pages of one's own. */
  readonly truth?: string;
}

interface Validated extends Pick<Seen, "isWritten" | "isColourful" | "likeness"> {
  readonly row: readonly number[];
  readonly label: number;
}

const registry = new ModelRegistry(values.models);
const { folder } = await registry.find(await newest(name));
const serving = new Serving(registry, { sessions: new Sessions({ threads: 1 }) });
const model = await serving.lease(await newest(name));
const { manifest } = model;

const set = await openDataSet(data, { seed: manifest.run.seed });
const { temperature, decision, centres }: Calibration = values.served ? asServed() : await asTrained();
const validation = await validationRows(model, manifest);
print(`temperature ${temperature.toFixed(3)} (all ${validation.length} validation pictures)`);
for (const seed of [1, 2, 3]) {
  const [one, other] = halves(validation, seed);
  const ways = [
    [one, other],
    [other, one],
  ] as const;
  const held = ways.map(([fit, check]) => {
    const found = bestTemperature(fit);
    return `T ${found.toFixed(3)}, ECE ${ece(check, 1)} → ${ece(check, found)}`;
  });
  print(`held out, halves of seed ${seed}: ${held.join("; the other way: ")}`);
}

for (const seed of [1, 2, 3])
  print(`held out, ten parts of seed ${seed} together: ECE ${crossFitted(validation, seed)}`);

const hand = name === "digits" ? await handwriting() : undefined;
const [ownSeen, foreignSeen] = [await own(), await foreign()];
const heldOut = [...(await made(HELD_OUT_KINDS)), ...(await doodles())];
const photos = values.photos === undefined ? [] : await photosIn(values.photos);
const calibrated: ModelManifest = { ...manifest, temperature, decision };
print(JSON.stringify(decision));
table("own", [...validation.map(single), ...ownSeen], calibrated);
table("foreign", foreignSeen, calibrated);
table("foreign, held out", heldOut, calibrated);
if (photos.length > 0) table("photos of other things", photos, calibrated);
if (values.write) {
  const file = join(folder, "model.json");
  const { files, ...rest } = JSON.parse(await readFile(file, "utf8")) as ModelManifest;
  const card = withCalibration(await readFile(join(folder, "card.md"), "utf8"), calibrated);
  const means = centres === undefined ? undefined : Buffer.from(centres.buffer);
  const hashes = {
    ...files,
    "card.md": sha256(Buffer.from(card)),
    ...(means === undefined ? {} : { [CENTRES]: sha256(means) }),
  };
  if (means !== undefined) await writeFile(join(folder, CENTRES), means);
  await writeFile(join(folder, "card.md"), card);
  await writeFile(file, `${JSON.stringify({ ...rest, temperature, decision, files: hashes }, null, 2)}\n`);
  print(`written: ${file}`);
}
await model.done();
await serving.close();

function asServed(): Calibration {
  const { temperature, decision } = manifest;
  if (decision === undefined) throw new Error(`${manifest.name} has no rules of its own`);
  return { temperature, decision, ...(model.centres === undefined ? {} : { centres: model.centres }) };
}

/** What a training finds at its end, on the model's own data. */
async function asTrained(): Promise<Calibration> {
  const { labels, preprocessing } = manifest;
  const { height, width, channels, scale, offset, order, resize } = preprocessing;
  const preprocess = { scale, offset, order, ...(resize === undefined ? {} : { resize }) };
  const size = { height, width, channels, preprocess, batchSize: 100 };
  const batches = (split: "train" | "validation") => fixedBatches({ dataSet: set, split, ...size });
  const onnx = await readFile(join(folder, "model.onnx"));
  const calibration = await calibrate(onnx, { labels, preprocessing }, batches, set.splits);
  if (calibration === undefined) throw new Error(`${data} has too few pictures`);
  return calibration;
}

async function newest(wanted: string): Promise<string> {
  const entry = (await registry.list()).find((known) => known.name === wanted);
  return entry === undefined ? wanted : `${wanted}@${entry.version}`;
}

async function validationRows(served: ServedModel, { preprocessing, labels }: ModelManifest): Promise<Validated[]> {
  const samples = set.splits.validation.slice(0, values.quick ? 200 : 5000);
  const rows: Validated[] = [];
  for (const sample of samples) {
    const pixels = await set.read(sample);
    const picture = { ...pixels, original: pixels, format: "raw" };
    const inputs =
      preprocessing.fit === "digit"
        ? prepareDigits([Float32Array.from(pixels.data, (value) => value / 255)], preprocessing)
        : await prepareCover(picture, preprocessing);
    const outputs = await served.ask(inputs, 1);
    const logits = outputs[0];
    const label = labels.indexOf(set.labels[sample.label] ?? "");
    const evidence =
      preprocessing.fit === "digit" ? { isWritten: true } : { ...photo(picture), likeness: likenessOf(outputs) };
    rows.push({ row: Array.from(logits ?? []), label, ...evidence });
  }
  return rows;
}

function ece(rows: readonly Validated[], at: number): string {
  return expectedCalibrationError(rows.map((row) => outcomeOf(row, at))).toFixed(4);
}

function outcomeOf({ row, label }: Validated, at: number) {
  const probabilities = probabilitiesOf(row, at);
  const probability = Math.max(...probabilities);
  return { probability, isRight: probabilities.indexOf(probability) === label };
}

/** The error over all of them, each answered with a temperature that was fitted on the nine parts it is not in. */
function crossFitted(rows: readonly Validated[], seed: number): string {
  const shuffled = halves(rows, seed).flat();
  const answers = shuffled.map((row, place) => ({ ...row, part: place % 10 }));
  const parts = Array.from({ length: 10 }, (_, part) => {
    const found = bestTemperature(answers.filter((answer) => answer.part !== part));
    return answers.filter((answer) => answer.part === part).map((answer) => outcomeOf(answer, found));
  });
  return expectedCalibrationError(parts.flat()).toFixed(4);
}

function halves<T>(rows: readonly T[], seed: number): readonly [T[], T[]] {
  const random = seeded(seed);
  const shuffled = rows
    .map((row) => ({ row, place: random() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ row }) => row);
  const middle = shuffled.length >> 1;
  return [shuffled.slice(0, middle), shuffled.slice(middle)];
}

/** The validation split as ink: drawn larger and photographed. */
async function handwriting(): Promise<Handwriting> {
  const samples = set.splits.validation;
  const images = new Uint8Array(samples.length * 784);
  for (const [at, sample] of samples.entries()) images.set((await set.read(sample)).data, at * 784);
  return { images, labels: Uint8Array.from(samples, ({ label }) => label) };
}

async function own(): Promise<Seen[]> {
  if (name !== "digits") return [];
  const seen: Seen[] = [];
  for (const difficulty of DIFFICULTIES) {
    for (let seed = 0; seed < each * 2; seed++) {
      const page = await writtenPage(60_000 + seed, difficulty, seed % 2 === 0 ? undefined : hand);
      seen.push({ ...(await look(page.jpeg, `written, ${difficulty}, ${page.hand}`)), truth: page.number });
    }
  }
  return seen;
}

async function foreign(): Promise<Seen[]> {
  const seen = await made(FOREIGN_KINDS);
  if (name === "digits") {
    const set = await openDataSet("../shared/data/flowers/flower_photos_256");
    for (const sample of set.splits.validation.slice(0, each * 2)) {
      const { data: pixels, width, height, channels } = await set.read(sample);
      seen.push(
        await look(await sharp(pixels, { raw: { width, height, channels } }).jpeg().toBuffer(), "flower photo"),
      );
    }
  } else {
    for (let seed = 0; seed < each; seed++)
      seen.push(await look((await writtenPage(70_500 + seed, "medium")).jpeg, "written page"));
  }
  return seen;
}

async function made(kinds: readonly ForeignKind[]): Promise<Seen[]> {
  const seen: Seen[] = [];
  for (const kind of kinds) {
    for (let seed = 0; seed < each; seed++) seen.push(await look(await foreignPicture(kind, 1000 + seed), kind));
  }
  return seen;
}

/** Drawn with a pen on the digits' own paper; counted, never used for a threshold. */
async function doodles(): Promise<Seen[]> {
  const seen: Seen[] = [];
  for (const kind of DOODLE_KINDS) {
    for (let seed = 0; seed < each; seed++) seen.push(await look(await doodlePage(kind, 500 + seed), kind));
  }
  return seen;
}

/** Any pictures that are neither digits nor one of the flowers, in this folder and below; counted, never used for a threshold. */
async function photosIn(root: string): Promise<Seen[]> {
  const files = await readdir(root, { recursive: true });
  const seen: Seen[] = [];
  for (const file of files.filter((one) => /\.(jpe?g|png|webp)$/i.test(one)).toSorted()) {
    const jpeg = await sharp(join(root, file)).resize(1024, 1024, { fit: "inside" }).flatten().jpeg().toBuffer();
    seen.push(await look(jpeg, "photo"));
  }
  return seen;
}

async function look(jpeg: Buffer, kind: string): Promise<Seen> {
  const picture = await decode(jpeg);
  const nothing = { kind, rows: [], isWritten: false };
  if (name !== "digits") {
    const outputs = await model.ask(await prepareCover(picture, manifest.preprocessing), 1);
    const row = Array.from(outputs[0] ?? []);
    return { ...nothing, rows: [row], likeness: likenessOf(outputs), ...photo(picture) };
  }
  const { digits, evidence } = findDigits(picture);
  if (digits.length === 0) return nothing;
  const ask = async (inputs: Float32Array, images: number) =>
    (await model.ask(inputs, images))[0] ?? new Float32Array();
  const read = await readNumber(digits, manifest, ask);
  const images = read.map(({ found }) => found.image);
  const rows = read.map(({ logits }) => Array.from(logits));
  const text = rows.map((row) => manifest.labels[row.indexOf(Math.max(...row))]).join("");
  const isWritten = looksWritten(evidence, images);
  const viewsEnergy = isWritten
    ? Math.min(...(await energiesOfViews(images, manifest, ask)))
    : Number.NEGATIVE_INFINITY;
  return { ...nothing, viewsEnergy, rows, isWritten, text };
}

function likenessOf(outputs: readonly Float32Array[]): number {
  const [logits, features] = [Array.from(outputs[0] ?? []), outputs[model.featuresAt ?? -1]];
  if (features === undefined || centres === undefined) return 1;
  return likenessTo(logits.indexOf(Math.max(...logits)), features, centres);
}

function photo(picture: Picture): Pick<Seen, "isWritten" | "isColourful" | "likeness"> {
  const evidence = photoEvidence(picture);
  return { isWritten: looksPhotographed(evidence), isColourful: looksColourful(evidence) };
}

function single({ row, label, ...evidence }: Validated): Seen {
  const text = manifest.labels[row.indexOf(Math.max(...row))] ?? "";
  const truth = manifest.labels[label] ?? "";
  return { kind: "validation", rows: [row], text, truth, ...evidence };
}

function table(title: string, seen: readonly Seen[], rule: ModelManifest): void {
  print(
    `\n${title}`.padEnd(25) +
      ["", "sure", "unsure", "neither", "right", "sure+wrong"].map((head) => head.padStart(11)).join(""),
  );
  const kinds = [...new Set(seen.map(({ kind }) => kind)), "all"];
  for (const kind of kinds) {
    const list = seen.filter((one) => kind === "all" || one.kind === kind);
    const verdicts = list.map((one) => verdictFor(one, rule));
    const percent = (count: number) => `${((100 * count) / list.length).toFixed(1)} %`.padStart(11);
    const count = (verdict: string) => verdicts.filter((one) => one === verdict).length;
    const written = list.filter((one) => one.truth !== undefined);
    const right = written.filter((one) => one.text === one.truth).length;
    const worst = list.filter(
      (one, at) => verdicts[at] === "sure" && one.truth !== undefined && one.text !== one.truth,
    );
    print(
      kind.padEnd(24) +
        String(list.length).padStart(9) +
        percent(count("sure")) +
        percent(count("unsure")) +
        percent(count("neither")) +
        (written.length === list.length ? percent(right) + percent(worst.length) : ""),
    );
  }
}

function verdictFor(one: Seen, rule: ModelManifest): Verdict {
  const verdicts = one.rows.map((row) =>
    verdictOf(rule, Math.max(...probabilitiesOf(row, rule.temperature)), energyOf(row), one.likeness),
  );
  const verdict = one.isWritten ? verdictOfAll(verdicts) : "neither";
  const isSteady = one.viewsEnergy === undefined || staysKnown(rule, one.viewsEnergy);
  return verdict === "sure" && (one.isColourful === false || !isSteady) ? "unsure" : verdict;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
