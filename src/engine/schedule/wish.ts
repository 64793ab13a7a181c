// What is trained when a schedule says a model's name: what `/train` would, with the recipe's own settings.
import { trainableNamed } from "../queue/wishes.js";
import type { ScheduleWish } from "./schedule.js";

const SEED = 1;

/** `root`: absolute folder of all data sets. Throws UserError `model-unknown`, and `data-missing` where there is nothing to train on. */
export async function wishFor(name: string, root: string): Promise<ScheduleWish> {
  const { model, recipe, data } = await trainableNamed(name, root);
  return { recipe, model, data, seed: SEED, settings: {} };
}
