// What the options of `convo train` say, checked, as the description of a run.
import { randomBytes } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { config as readDotEnv } from "dotenv";
import { readConfig } from "../config.js";
import { BACKENDS } from "../engine/backend/backend.js";
import { MODEL_NAME } from "../engine/models/manifest.js";
import { DESCRIPTION, RECIPES, readDescription } from "../engine/training/description.js";
import type { RunDescription } from "../engine/training/run.js";
import { UserError } from "../errors.js";
import { jsonOf } from "../json.js";
import { nearest } from "../nearest.js";

/** All as typed. */
export interface TrainOptions {
  readonly data?: string;
  readonly seed?: string;
  readonly epochs?: string;
  readonly batch?: string;
  readonly backend?: string;
  readonly threads?: string;
  readonly set?: readonly string[];
  readonly out?: string;
  readonly models?: string;
  readonly name?: string;
  readonly resume?: string;
}

/** Where `convo data get` puts what a recipe needs, from the working folder. */
const DATA: Readonly<Partial<Record<string, string>>> = {
  digits: "data/mnist",
  arena: "data/mnist",
  flowers: "data/flowers",
};
/** Where runs are kept when nothing else is said, from the working folder. */
const RUNS = "data/runs";
const SEED = 1;

/** What the options say, checked; with --resume it is what the run in the folder was started with. */
export async function describeRun(recipe: string, options: TrainOptions): Promise<RunDescription> {
  // CONVO_BACKEND and CONVO_MODELS may stand there; the trainer inherits them.
  readDotEnv({ quiet: true });
  const known = oneOf("recipe", recipe, RECIPES);
  const device = {
    ...(options.backend === undefined ? {} : { backend: oneOf("backend", options.backend, BACKENDS) }),
    ...(options.threads === undefined ? {} : { threads: whole("threads", options.threads, 1) }),
  };
  if (options.resume !== undefined) {
    const folder = options.resume === "last" ? await lastRun(known, options.out) : resolve(options.resume);
    const before = await descriptionIn(folder);
    if (before.recipe !== known) {
      throw new UserError(
        "resume-differs",
        `The run in ${folder} is one of ${before.recipe}.`,
        `Go on with it: convo train ${before.recipe} --resume ${folder}`,
      );
    }
    return {
      ...before,
      ...device,
      ...(options.data === undefined ? {} : { data: resolve(options.data) }),
      ...(options.models === undefined ? {} : { models: resolve(options.models) }),
      settings: { ...before.settings, ...settingsOf(options) },
      folder,
      resume: true,
    };
  }
  const data = options.data ?? DATA[known];
  if (data === undefined) {
    throw new UserError(
      "data-missing",
      "No images are named.",
      "Give a folder with a folder of images for every class: --data DIR",
    );
  }
  const id = `${known}-${stamp()}-${randomBytes(2).toString("hex")}`;
  return {
    v: 1,
    id,
    recipe: known,
    model: modelName(options.name ?? known),
    data: resolve(data),
    folder: options.out === undefined ? resolve(RUNS, id) : resolve(options.out),
    models: options.models === undefined ? registryFolder() : resolve(options.models),
    seed: options.seed === undefined ? SEED : whole("seed", options.seed, 0),
    settings: settingsOf(options),
    ...device,
  };
}

function settingsOf({ epochs, batch, set = [] }: TrainOptions): Record<string, number | string | boolean> {
  const settings: Record<string, number | string | boolean> = {};
  for (const pair of set) {
    const at = pair.indexOf("=");
    if (at <= 0) {
      throw new UserError("setting-wrong", `"${pair}" is no setting.`, "Write --set key=value, such as dropout=0.4.");
    }
    settings[pair.slice(0, at)] = readValue(pair.slice(at + 1));
  }
  if (epochs !== undefined) settings.epochs = whole("epochs", epochs, 1);
  if (batch !== undefined) settings.batch = whole("batch", batch, 1);
  return settings;
}

function readValue(text: string): number | string | boolean {
  if (text === "true" || text === "false") return text === "true";
  return text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
}

/** @throws UserError `recipe-unknown`, `backend-unknown` */
function oneOf<T extends string>(what: "recipe" | "backend", text: string, all: readonly T[]): T {
  const known = all.find((name) => name === text);
  if (known !== undefined) return known;
  const near = nearest(text, all);
  throw new UserError(
    `${what}-unknown`,
    `There is no ${what} "${text.slice(0, 60)}".`,
    `${near === undefined ? "" : `Did you mean ${near}? `}There are: ${all.join(", ")}.`,
  );
}

function modelName(text: string): string {
  if (MODEL_NAME.test(text)) return text;
  throw new UserError(
    "model-name-wrong",
    `"${text.slice(0, 60)}" cannot be the name of a model.`,
    "Take a-z, 0-9 and hyphens, at most 40, such as --name my-leaves.",
  );
}

/** CONVO_MODELS, as `convo models` reads it. */
function registryFolder(): string {
  return resolve(readConfig(process.env, process.stderr.isTTY === true).models);
}

function whole(name: string, text: string, least: number): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isSafeInteger(value) && value >= least) return value;
  throw new UserError(
    "option-wrong",
    `--${name} ${text} is no whole number from ${least}.`,
    `Such as --${name} ${least}.`,
  );
}

async function lastRun(recipe: string, out: string | undefined): Promise<string> {
  const root = resolve(out ?? RUNS);
  const all = await readdir(root).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  const runs = all.filter((name) => name.startsWith(`${recipe}-`));
  const [last] = runs.sort().reverse();
  if (last === undefined) {
    throw new UserError("run-missing", `There is no run of ${recipe} in ${root}.`, "Name its folder: --resume DIR");
  }
  return join(root, last);
}

/** Of a run that was started before. @throws UserError `run-missing`, `description-wrong` */
async function descriptionIn(folder: string): Promise<RunDescription> {
  const text = await readFile(join(folder, DESCRIPTION), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw error;
  });
  if (text === undefined) {
    throw new UserError("run-missing", `${folder} holds no run.`, "Name the folder that a run was started in.");
  }
  return readDescription(jsonOf(text));
}

/** Local time, sortable: 20261126-1015-30. */
function stamp(now = new Date()): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  const day = `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`;
  return `${day}-${two(now.getHours())}${two(now.getMinutes())}-${two(now.getSeconds())}`;
}
