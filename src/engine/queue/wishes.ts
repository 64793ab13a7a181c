// What can be trained from chat: the recipes' own data sets and every folder of images beside them. A name goes in, never a path.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { codeOf, UserError } from "../../errors.js";
import { nearest } from "../../nearest.js";
import { MODEL_NAME } from "../models/manifest.js";
import type { RunDescription } from "../training/run.js";
import type { RunWish } from "./run.js";

export interface Trainable {
  /** What it makes, and what a person says. */
  readonly model: string;
  readonly recipe: Exclude<RunDescription["recipe"], "arena">;
  /** Absolute folder. */
  readonly data: string;
  /** Whether the folder is there. */
  readonly isThere: boolean;
}

/** By folder, where `convo data get` puts data sets. */
const RECIPE_DATA = [
  { model: "digits", recipe: "digits", folder: "mnist" },
  { model: "flowers", recipe: "flowers", folder: "flowers" },
] as const;
const SEED = 1;
/** Folders beside the data sets that hold something else. */
const NO_DATA: readonly string[] = ["models", "runs", "store", ...RECIPE_DATA.map(({ folder }) => folder)];

/** `root`: absolute folder of all data sets, each a folder; one that is not a recipe's own is a class a folder (`convo train images`). */
export async function trainables(root: string): Promise<readonly Trainable[]> {
  const folders = await foldersIn(root);
  const recipes = RECIPE_DATA.map(({ model, recipe, folder }) => ({
    model,
    recipe,
    data: join(root, folder),
    isThere: folders.includes(folder),
  }));
  const own = folders
    .filter((name) => MODEL_NAME.test(name) && !NO_DATA.includes(name) && !recipes.some(({ model }) => model === name))
    .map((name) => ({ model: name, recipe: "images" as const, data: join(root, name), isThere: true }));
  return [...recipes, ...own];
}

/** What training a model by its recipe's own settings is. Throws what `trainableNamed` throws. */
export async function wishFor(
  model: string,
  root: string,
): Promise<Pick<RunWish, "model" | "data" | "seed" | "settings"> & Pick<Trainable, "recipe">> {
  const { isThere: _, ...what } = await trainableNamed(model, root);
  return { ...what, seed: SEED, settings: {} };
}

/** Throws UserError `model-unknown`, and `data-missing` where there is nothing to train on. */
export async function trainableNamed(model: string, root: string): Promise<Trainable> {
  const all = await trainables(root);
  const wanted = model.trim().toLowerCase();
  const found = all.find((each) => each.model === wanted);
  const names = all.map((each) => each.model);
  if (found === undefined) {
    const near = nearest(wanted, names);
    throw new UserError(
      "model-unknown",
      `There is no model "${model.trim().slice(0, 40)}" to train.`,
      `${near === undefined ? "" : `Did you mean ${near}? `}There are ${names.join(", ")}; a folder of images, a class a folder, beside them adds one.`,
    );
  }
  if (found.isThere) return found;
  const fetched = found.recipe === "digits" ? "mnist" : "flowers";
  throw new UserError(
    "data-missing",
    `The data set of ${found.model} is not on this machine.`,
    `Whoever runs Convo fetches it with: convo data get ${fetched}`,
  );
}

async function foldersIn(root: string): Promise<readonly string[]> {
  try {
    const found = await readdir(root, { withFileTypes: true });
    return found
      .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
      .map(({ name }) => name)
      .sort();
  } catch (error) {
    if (codeOf(error) === "ENOENT") return [];
    throw error;
  }
}
