// What is trained when a schedule says a model's name: its recipe with its own settings, on the data where `convo data get` puts it.
import { join } from "node:path";
import { UserError } from "../../errors.js";
import { nearest } from "../../nearest.js";
import { exists } from "../files.js";
import { checkMnist } from "../training/data/mnist.js";
import type { ScheduleWish } from "./schedule.js";

const SEED = 1;
/** By model: the folder of its data. */
const DATA = { digits: "mnist", flowers: "flowers" } as const;

/** `root`: absolute folder of all data sets. Throws UserError `model-unknown`, and `data-missing` where there is nothing to train on. */
export async function wishFor(model: string, root: string): Promise<ScheduleWish> {
  const wanted = model.trim().toLowerCase();
  const names = Object.keys(DATA);
  if (wanted !== "digits" && wanted !== "flowers") {
    const near = nearest(wanted, names);
    throw new UserError(
      "model-unknown",
      `There is no model "${model.trim().slice(0, 40)}" to train.`,
      `${near === undefined ? "" : `Did you mean ${near}? `}There are ${names.join(" and ")}.`,
    );
  }
  const data = join(root, DATA[wanted]);
  if (wanted === "digits") await checkMnist(data);
  else if (!(await exists(data))) {
    throw new UserError(
      "data-missing",
      `There is no ${data}.`,
      `Fetch the data set where Convo runs: convo data get ${wanted}`,
    );
  }
  return { recipe: wanted, model: wanted, data, seed: SEED, settings: {} };
}
