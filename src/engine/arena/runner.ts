// What a worker starts for an entry: the trainer, whose checkpoints go when it has finished; a class would leave gigabytes.
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Runner } from "../queue/runner.js";
import { CHECKPOINT, PREVIOUS } from "../training/checkpoint.js";
import { startRun } from "../training/start-run.js";

export const arenaRunner: Runner = (description) => {
  const running = startRun(description, { background: true });
  const done = running.done.then(async (last) => {
    if (last.type === "finished") {
      for (const file of [CHECKPOINT, PREVIOUS]) await rm(join(description.folder, file), { force: true });
    }
    return last;
  });
  return { ...running, done };
};
