// Runs of the digits recipe as processes, small enough for a test.
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect } from "vitest";
import { readCheckpoint } from "../../../../src/engine/training/checkpoint.js";
import type { RunDescription, RunEvent } from "../../../../src/engine/training/run.js";
import type { RunningRun } from "../../../../src/engine/training/start-run.js";
import { ROOT } from "../../../support/rubrics.js";
import { TRAINING_BACKEND } from "./backend.js";

export const MNIST = join(ROOT, "../shared/data/mnist");
/** Real data is needed. */
export const canRun = existsSync(MNIST);

export const root = mkdtempSync(join(tmpdir(), "convo-run-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

export function description(name: string, more: Partial<RunDescription> = {}): RunDescription {
  return {
    v: 1,
    id: name,
    recipe: "digits",
    model: "digits",
    data: MNIST,
    folder: join(root, name),
    models: join(root, name, "models"),
    seed: 5,
    settings: { epochs: 2, batch: 64, limit: 320, width: 2 },
    backend: TRAINING_BACKEND,
    threads: 2,
    ...more,
  };
}

/** All events of a run, the last of which is what `done` says. */
export async function all(run: RunningRun, on: (event: RunEvent) => void = () => undefined): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  for await (const event of run.events) {
    events.push(event);
    on(event);
  }
  expect(await run.done).toEqual(events.at(-1));
  return events;
}

/** Of what is saved: best weights, last weights, moments. */
export async function weightsHash(folder: string): Promise<string> {
  const found = await readCheckpoint(folder);
  const hash = createHash("sha256");
  for (const { name, values } of [
    ...(found?.checkpoint.tensors.weights ?? []),
    ...(found?.checkpoint.tensors.best ?? []),
  ]) {
    hash.update(name).update(new Uint8Array(values.buffer));
  }
  return hash.digest("hex");
}
