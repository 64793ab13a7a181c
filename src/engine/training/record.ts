// What stays of a run in its folder: description.json, events.jsonl, record.json (what it was and how it went), the pictures.
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../errors.js";
import type { Backend } from "../backend/backend.js";
import { writeWhole } from "../models/durable.js";
import type { Progress } from "./checkpoint.js";
import { curvesOf } from "./curves.js";
import type { DataSet } from "./data/data-set.js";
import { DESCRIPTION } from "./description.js";
import type { Outcome } from "./finish.js";
import type { RunDescription, RunEvent } from "./run.js";

/** How a run stands, for people and programs that look into its folder. */
export type RunState = "running" | "cancelled" | "failed" | "finished";

export interface RunRecord {
  /** Adds a line to events.jsonl; the many `step` events are left out. */
  add(event: RunEvent): void;
  /** Writes record.json and the curves anew, each whole or not at all. */
  update(
    state: RunState,
    progress: Progress,
    outcome?: Outcome,
    model?: { version: string; folder: string },
  ): Promise<void>;
}

/** @throws UserError `disk-full`, `not-writable`, `record-not-written` */
export async function openRecord(
  description: RunDescription,
  about: { readonly settings: Record<string, unknown>; readonly data: DataSet; readonly backend: Backend },
): Promise<RunRecord> {
  const { folder } = description;
  const { settings, data, backend } = about;
  await writeWhole(join(folder, DESCRIPTION), json(description));
  const began = new Date().toISOString();
  return {
    add(event) {
      if (event.type === "step") return;
      append(join(folder, "events.jsonl"), `${JSON.stringify({ at: new Date().toISOString(), ...event })}\n`);
    },
    async update(state, progress, outcome, model) {
      const pictures =
        outcome?.pictures ??
        (progress.metrics.length > 0 ? { "curves.png": await curvesOf(description, progress) } : {});
      for (const [name, { png }] of Object.entries(pictures)) await writeWhole(join(folder, name), png);
      const record = {
        v: 1,
        id: description.id,
        state,
        recipe: description.recipe,
        model: description.model,
        seed: description.seed,
        settings,
        data: {
          name: data.name,
          version: data.version,
          labels: data.labels,
          images: Object.fromEntries(Object.entries(data.splits).map(([split, samples]) => [split, samples.length])),
        },
        backend: backend.name,
        device: backend.device,
        versions: { node: process.versions.node, ...backend.versions },
        began,
        written: new Date().toISOString(),
        /** Of training and validation, in all processes of the run. */
        seconds: progress.seconds,
        /** Bytes of the process's resident memory, at most. */
        peakMemory: progress.peakMemory,
        metrics: progress.metrics,
        best: progress.best,
        notes: progress.notes,
        ...(outcome === undefined ? {} : outcome.metrics),
        pictures: Object.fromEntries(Object.entries(pictures).map(([name, { alt }]) => [name, alt])),
        ...(model === undefined ? {} : { saved: model }),
      };
      await writeWhole(join(folder, "record.json"), json(record));
    },
  };
}

function append(path: string, line: string): void {
  try {
    appendFileSync(path, line);
  } catch (error) {
    throw new UserError(
      "record-not-written",
      `${path} cannot be written (${error instanceof Error ? error.message : String(error)}).`,
      "Make room on the disk or check the folder's rights, then go on with --resume.",
      { cause: error },
    );
  }
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
