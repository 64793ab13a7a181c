// What earlier attempts of a run left on disk: the epochs it has learned, the model it has saved, a trainer that still lives.
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import { codeOf, UserError } from "../../errors.js";
import { jsonOf } from "../../json.js";
import { ModelRegistry } from "../models/registry.js";
import { EPOCH_METRICS } from "../training/epoch-metrics.js";
import { holderOf } from "../training/lock.js";
import type { EpochMetrics } from "../training/run.js";
import type { QueuedRun, RunResult } from "./run.js";

const record = z.object({ metrics: z.array(EPOCH_METRICS) });

/** Of the run in this folder, as its record has them; none where there is no record. */
export async function learnedIn(folder: string): Promise<readonly EpochMetrics[]> {
  try {
    const read = record.safeParse(jsonOf(await readFile(join(folder, "record.json"), "utf8")));
    return read.data?.metrics ?? [];
  } catch (error) {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return [];
    throw error;
  }
}

/** The model that this run has saved already, when its worker died before it could say so. */
export async function savedBy({ id, wish, changes }: QueuedRun, registry: string): Promise<RunResult | undefined> {
  for (const { name, version, folder, manifest } of await new ModelRegistry(registry).list()) {
    if (name !== wish.model || "wrong" in manifest || manifest.run.id !== id) continue;
    const accuracy = manifest.metrics.test?.accuracy;
    if (accuracy === undefined) continue;
    const began = changes.find(({ state }) => state === "running")?.at ?? Date.parse(manifest.created);
    return {
      model: name,
      version,
      folder,
      testAccuracy: accuracy.value,
      testInterval: { low: accuracy.low, high: accuracy.high },
      seconds: Math.max(0, (Date.parse(manifest.created) - began) / 1000),
    };
  }
  return undefined;
}

/** Made where it lacks. @throws UserError `runs-folder` */
export async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw new UserError(
      "runs-folder",
      `The folder ${folder} cannot be made (${cause instanceof Error ? cause.message : String(cause)}).`,
      "Make room on the disk, or mend the folder's rights.",
      { cause },
    );
  });
}

/** Milliseconds between two looks at a lock. */
const LOOK_EVERY = 100;

/**
 * Waits until no trainer holds the folder. One whose worker is gone saves a checkpoint and ends by itself; what still
 * runs after `patience` ms is ended, since its lease is another's by now.
 */
export async function untilFree(folder: string, patience: number): Promise<void> {
  const until = performance.now() + patience;
  for (;;) {
    const holder = await holderOf(folder);
    if (holder === undefined) return;
    if (performance.now() > until) {
      try {
        process.kill(holder, "SIGKILL");
      } catch (error) {
        if (codeOf(error) !== "ESRCH") throw error;
      }
    }
    await wait(LOOK_EVERY);
  }
}
