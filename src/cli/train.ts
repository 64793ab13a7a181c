// `convo train`: starts a run in a process of its own and shows how it goes; Ctrl-C saves a checkpoint.
import { randomBytes } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { BACKENDS, type BackendName } from "../engine/backend/backend.js";
import type { RunDescription } from "../engine/training/run.js";
import { startRun } from "../engine/training/start-run.js";
import { UserError } from "../errors.js";
import { nearest } from "../nearest.js";
import { openView } from "./train-view.js";

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
  readonly json?: boolean;
}

const RECIPES = ["digits", "flowers", "images"] as const;
/** Where runs are kept when nothing else is said, from the working folder. */
const RUNS = "runs";
const MODELS = "models";
/** Exit status of a run that was stopped by Ctrl-C, as shells have it (128 + SIGINT). */
const INTERRUPTED = 130;
const FAILED = 2;
/** Milliseconds within which two signals are one press of Ctrl-C. */
const ONE_PRESS = 1000;

export async function train(recipe: string, options: TrainOptions): Promise<void> {
  const description = await describe(recipe, options);
  const view = openView(description, { json: options.json === true });
  const run = startRun(description);
  let asked = Number.NEGATIVE_INFINITY;
  const interrupt = (): void => {
    // One press of Ctrl-C may arrive twice, from the terminal and from a program between (npx, timeout).
    if (performance.now() - asked < ONE_PRESS) return;
    asked = performance.now();
    view.interrupted();
    run.cancel();
  };
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", interrupt);
  for await (const event of run.events) view.show(event);
  const last = await run.done;
  process.off("SIGINT", interrupt);
  process.off("SIGTERM", interrupt);
  if (last.type === "stopped") process.exitCode = last.why === "cancelled" ? INTERRUPTED : FAILED;
}

/** What the options say, checked; with --resume it is what the run in the folder was started with. */
async function describe(recipe: string, options: TrainOptions): Promise<RunDescription> {
  const known = RECIPES.find((name) => name === recipe);
  if (known === undefined) {
    const near = nearest(recipe, RECIPES);
    throw new UserError(
      "recipe-unknown",
      `There is no recipe "${recipe}".`,
      near === undefined
        ? `There are: ${RECIPES.join(", ")}.`
        : `Did you mean ${near}? There are: ${RECIPES.join(", ")}.`,
    );
  }
  const device = {
    ...(options.backend === undefined ? {} : { backend: backendOf(options.backend) }),
    ...(options.threads === undefined ? {} : { threads: whole("threads", options.threads, 1) }),
  };
  if (options.resume !== undefined) {
    const folder = options.resume === "last" ? await lastRun(known, options.out) : resolve(options.resume);
    const before = await readDescription(folder);
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
  if (options.data === undefined) {
    throw new UserError("data-missing", "No data set is named.", "Give its folder: --data DIR");
  }
  const id = `${known}-${stamp()}-${randomBytes(2).toString("hex")}`;
  return {
    v: 1,
    id,
    recipe: known,
    model: options.name ?? known,
    data: resolve(options.data),
    folder: options.out === undefined ? resolve(RUNS, id) : resolve(options.out),
    models: resolve(options.models ?? MODELS),
    seed: options.seed === undefined ? 1 : whole("seed", options.seed, 0),
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

function backendOf(text: string): BackendName {
  const known = BACKENDS.find((name) => name === text);
  if (known !== undefined) return known;
  throw new UserError("backend-unknown", `There is no backend "${text}".`, `There are: ${BACKENDS.join(", ")}.`);
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
  const runs = (await readdir(root).catch(() => [])).filter((name) => name.startsWith(`${recipe}-`));
  const [last] = runs.sort().reverse();
  if (last === undefined) {
    throw new UserError("run-missing", `There is no run of ${recipe} in ${root}.`, "Name its folder: --resume DIR");
  }
  return join(root, last);
}

async function readDescription(folder: string): Promise<RunDescription> {
  const file = join(folder, "description.json");
  if (
    !(await stat(file).then(
      () => true,
      () => false,
    ))
  ) {
    throw new UserError("run-missing", `${folder} holds no run.`, "Name the folder that a run was started in.");
  }
  return JSON.parse(await readFile(file, "utf8")) as RunDescription;
}

/** Local time, sortable: 20261126-1015-30. */
function stamp(now = new Date()): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  const day = `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`;
  return `${day}-${two(now.getHours())}${two(now.getMinutes())}-${two(now.getSeconds())}`;
}
