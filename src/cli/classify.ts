// `convo classify`: what is on pictures, one answer a file; a file that cannot be answered does not stop the rest.
import { readFile, stat } from "node:fs/promises";
import { config as readDotEnv } from "dotenv";
import { readConfig } from "../config.js";
import { ModelRegistry, referenceParts } from "../engine/models/registry.js";
import { AUTO, type Classification, Classifier } from "../engine/vision/classify.js";
import { tooLarge } from "../engine/vision/failures.js";
import { DECODE_LIMITS } from "../engine/vision/limits.js";
import { Serving } from "../engine/vision/serve.js";
import { UserError } from "../errors.js";

export interface ClassifyOptions {
  readonly json?: boolean;
  readonly jsonl?: boolean;
  readonly model: string;
}

type Answer = { readonly file: string } & (
  | { readonly error: { readonly code: string; readonly message: string } }
  | { readonly classification: Classification }
);

/** Exit status 0 where every file was answered, 1 where one was not. Throws UserError `usage` for a wrong use, before any file is read. */
export async function classifyCommand(files: readonly string[], options: ClassifyOptions): Promise<void> {
  checkForms(options);
  readDotEnv({ quiet: true });
  const { models } = readConfig(process.env, process.stderr.isTTY === true);
  const registry = new ModelRegistry(models);
  const model = await modelOf(options.model, registry);
  const serving = new Serving(registry, { onFailure: reportLeftOut });
  const classifier = new Classifier(serving);
  const all: object[] = [];
  try {
    for (const [index, file] of files.entries()) {
      const answer = await answerOf(file, model, classifier);
      if ("error" in answer) process.exitCode = 1;
      if (options.json === true) all.push(answerJson(answer));
      else if (options.jsonl === true) process.stdout.write(`${JSON.stringify(answerJson(answer))}\n`);
      else process.stdout.write(`${index === 0 ? "" : "\n"}${answerText(answer)}\n`);
    }
    if (options.json === true) process.stdout.write(`${JSON.stringify(all, null, 2)}\n`);
  } finally {
    await classifier.close();
    await serving.close();
  }
}

function checkForms({ json, jsonl }: ClassifyOptions): void {
  if (json === true && jsonl === true) {
    throw new UserError("usage", "--json and --jsonl exclude each other.", "Take one of them.");
  }
}

/** `auto`, or a reference to a model that there is. One that is there and damaged is told file by file. */
async function modelOf(wanted: string, registry: ModelRegistry): Promise<string> {
  if (wanted === AUTO) return wanted;
  const names = await registry.names();
  if (!names.includes(referenceParts(wanted).name)) {
    const choices = [AUTO, ...names].join(", ");
    throw new UserError("usage", `There is no model "${oneLine(wanted)}" to choose.`, `Choose ${choices}.`);
  }
  try {
    await registry.find(wanted);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    if (MISSING.has(error.code)) throw new UserError("usage", oneLine(error.what), oneLine(error.fix));
  }
  return wanted;
}

/** Codes of a reference that names nothing. */
const MISSING = new Set(["model-not-found", "model-no-champion"]);

async function answerOf(file: string, model: string, classifier: Classifier): Promise<Answer> {
  try {
    return { file, classification: await classifier.classify(await readPicture(file), model) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { file, error: { code: error.code, message: error.message } };
  }
}

/** On standard error: an answer is still an answer, but one model did not look. */
function reportLeftOut(reference: string, error: unknown): void {
  const why = error instanceof Error ? error.message : String(error);
  process.stderr.write(`convo: ${oneLine(reference)} is left out. ${oneLine(why)}\n`);
}

/** Looked at before it is opened: a pipe would wait for ever, and a file of 2 GB is not read. */
async function readPicture(path: string): Promise<Uint8Array> {
  try {
    const found = await stat(path);
    if (!found.isFile()) throw new UserError("file-unreadable", `${oneLine(path)} is no file.`, "Name a picture.");
    if (found.size > DECODE_LIMITS.bytes) throw tooLarge(found.size, DECODE_LIMITS.bytes);
    return await readFile(path);
  } catch (error) {
    if (error instanceof UserError || !(error instanceof Error) || !("code" in error)) throw error;
    const what = error.code === "ENOENT" ? "There is no file" : "This file cannot be read:";
    throw new UserError("file-unreadable", `${what} ${oneLine(path)} (${String(error.code)}).`, "Check its name.");
  }
}

/** The forms that scripts rely on. */
function answerJson(answer: Answer): object {
  if ("error" in answer) return answer;
  const { model, version, top, verdict, digits, ms } = answer.classification;
  const boxes = digits?.map(({ label, probability, box }) => ({ label, probability: rounded(probability), box }));
  return {
    file: answer.file,
    model,
    version,
    top: top.map(({ label, probability }) => ({ label, probability: rounded(probability) })),
    ...(boxes === undefined || verdict === "neither" ? {} : { digits: boxes }),
    verdict,
    ms: Math.round(ms * 10) / 10,
  };
}

const BAR = 24;
const VERDICTS = {
  sure: "sure",
  unsure: "not sure",
  neither: "neither a digit nor one of the flowers that it knows",
};

function answerText(answer: Answer): string {
  if ("error" in answer) return `${oneLine(answer.file)}: ${oneLine(answer.error.message)} (${answer.error.code})`;
  const { model, version, top, verdict, ms } = answer.classification;
  const head = `${oneLine(answer.file)}: ${VERDICTS[verdict]}`;
  const widest = Math.max(0, ...top.map(({ label }) => label.length));
  const bars = top.map(({ label, probability }) => {
    const bar = "█".repeat(Math.round(probability * BAR)).padEnd(BAR, "·");
    return `  ${oneLine(label).padEnd(widest)} ${bar} ${(100 * probability).toFixed(1)} %`;
  });
  const by = model === null ? "" : `${model} ${version ?? ""}, `;
  return [head, ...bars, `  (${by}${ms.toFixed(0)} ms)`].join("\n");
}

function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}

/** Names of files come from elsewhere: nothing in them may steer the terminal. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]+/gu, " ");
}
