// Carries a run out from its description to the saved model, in this process: backend, data, plan, training, test, record.
import { mkdir, readdir, rmdir } from "node:fs/promises";
import { UserError } from "../../errors.js";
import { startBackend } from "../backend/start.js";
import { type Checkpoint, readCheckpoint, setAsideDamaged, writeCheckpoint } from "./checkpoint.js";
import { assess, intervalOf, saveTrained } from "./finish.js";
import { lockFolder } from "./lock.js";
import { isOutOfMemory, tooLittleMemory } from "./out-of-memory.js";
import { loadRecipe } from "./recipes/recipes.js";
import { openRecord } from "./record.js";
import type { RunDescription, RunEvent } from "./run.js";
import { checkedSettings } from "./settings.js";
import { train } from "./trainer.js";
import { parametersOf } from "./weights.js";

/** In place of a version, where a run is not saved into the registry: its folder is then the run's. */
const UNSAVED = "unsaved";

/** Emits everything that happens, the end included; throws only for a bug. */
export async function carryOut(
  description: RunDescription,
  emit: (event: RunEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  try {
    const isNew = (await mkdir(description.folder, { recursive: true })) !== undefined;
    const unlock = await lockAll(description);
    try {
      await locked(description, emit, signal);
    } finally {
      await unlock();
      if (isNew) await removeIfEmpty(description.folder);
    }
  } catch (error) {
    const known = error instanceof UserError ? error : isOutOfMemory(error) ? tooLittleMemory(error) : undefined;
    if (known === undefined) throw error;
    emit({ type: "stopped", why: "failed", code: known.code, message: known.message });
  }
}

/** The run's folder and, where it is named, the device. */
async function lockAll({ folder, device }: RunDescription): Promise<() => Promise<void>> {
  const unlock = await lockFolder(folder);
  if (device === undefined) return unlock;
  try {
    const unlockDevice = await lockFolder(device);
    return async () => {
      await unlockDevice();
      await unlock();
    };
  } catch (error) {
    await unlock();
    throw error;
  }
}

async function locked(
  description: RunDescription,
  tell: (event: RunEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const began = performance.now();
  const recipe = await loadRecipe(description.recipe);
  const settings = checkedSettings(recipe.name, recipe.settings, description.settings);
  const from = await whereToGoOn(description, settings);
  const data = await recipe.open(description.data, settings, description.seed, description);
  refuseOtherData(from?.checkpoint, data.version);
  const backend = await startBackend({
    ...(description.backend === undefined ? {} : { force: description.backend }),
    ...(description.threads === undefined ? {} : { threads: description.threads }),
  });
  const record = await openRecord(description, { settings, data, backend });
  const emit = (event: RunEvent): void => {
    record.add(event);
    tell(event);
  };
  const note = (code: string, message: string): void => emit({ type: "note", code, message });
  const plan = await recipe.plan({ data, settings, seed: description.seed, folder: description.folder, note });
  try {
    emit({
      type: "started",
      run: description.id,
      recipe: description.recipe,
      backend: backend.name,
      device: backend.device,
      data: {
        name: data.name,
        version: data.version,
        images: Object.fromEntries(Object.entries(data.splits).map(([split, samples]) => [split, samples.length])),
      },
      parameters: parametersOf(plan.model),
      epochs: plan.phases.reduce((sum, phase) => sum + phase.epochs, 0),
      ...(from === undefined ? {} : { resumedFrom: from.checkpoint.progress.metrics.length }),
    });
    if (from?.damaged !== undefined) {
      await setAsideDamaged(description.folder);
      note("checkpoint-fell-back", `${from.damaged} The run goes on from the one before, ${from.file}.`);
    }
    for (const message of data.notes) note("data", message);
    const trained = await train({
      plan,
      classes: data.labels.length,
      identity: { seed: description.seed, recipe: recipe.name, settings, dataVersion: data.version },
      ...(from === undefined ? {} : { from: from.checkpoint }),
      emit,
      async save(checkpoint) {
        const file = await writeCheckpoint(description.folder, checkpoint);
        await record.update("running", checkpoint.progress);
        return file;
      },
      signal,
    });
    const { progress } = trained;
    if (!trained.finished) {
      await record.update("cancelled", progress);
      emit({
        type: "stopped",
        why: "cancelled",
        code: "cancelled",
        message: `Stopped after step ${progress.phaseStep}; the checkpoint in ${description.folder} goes on from there.`,
      });
      return;
    }
    const finish = { description, plan, data, backend, progress };
    const outcome = await assess(finish);
    await record.update("running", progress, outcome);
    const model = plan.saved === false ? undefined : await saveTrained(finish, outcome);
    const saved = model === undefined ? undefined : { version: model.manifest.version, folder: model.folder };
    await record.update("finished", progress, outcome, saved);
    emit({
      type: "finished",
      model: description.model,
      version: saved?.version ?? UNSAVED,
      folder: saved?.folder ?? description.folder,
      testAccuracy: outcome.test.accuracy,
      testInterval: intervalOf(outcome),
      seconds: (performance.now() - began) / 1000,
    });
  } finally {
    await plan.close?.();
  }
}

/** A run that was refused before it began leaves no folder. */
async function removeIfEmpty(folder: string): Promise<void> {
  if ((await readdir(folder)).length === 0) await rmdir(folder);
}

/** The checkpoint to go on from, if this is wished. */
async function whereToGoOn(description: RunDescription, settings: Record<string, unknown>) {
  const found = await readCheckpoint(description.folder);
  if (description.resume !== true) {
    if (found === undefined) return undefined;
    throw new UserError(
      "run-folder-used",
      `${description.folder} holds a run already.`,
      "Go on with it by --resume, or choose another folder with --out.",
    );
  }
  if (found === undefined) return undefined;
  const { progress } = found.checkpoint;
  const differing = Object.keys({ ...progress.settings, ...settings }).filter(
    (key) => JSON.stringify(progress.settings[key]) !== JSON.stringify(settings[key]),
  );
  if (progress.seed !== description.seed) differing.push("seed");
  if (differing.length > 0) {
    throw new UserError(
      "resume-differs",
      `The run in ${description.folder} was started with another ${differing.join(", ")}.`,
      "Resume it without changing settings, or start a new run in another folder.",
    );
  }
  return found;
}

function refuseOtherData(checkpoint: Checkpoint | undefined, version: string): void {
  if (checkpoint === undefined || checkpoint.progress.dataVersion === version) return;
  throw new UserError(
    "resume-other-data",
    `The data set changed since the run began (version ${checkpoint.progress.dataVersion.slice(0, 12)}, now ${version.slice(0, 12)}).`,
    "Resume with the data as it was, or start a new run in another folder.",
  );
}
