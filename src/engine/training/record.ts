// What stays of a run: record.json (what it was and how it went), events.jsonl.
import { appendFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Backend } from "../backend/backend.js";
import type { Progress } from "./checkpoint.js";
import type { DataSet } from "./data/data-set.js";
import { type Evaluation, wilson } from "./evaluation.js";
import type { RunDescription, RunEvent } from "./run.js";

export interface RunRecorder {
  add(event: RunEvent): void;
  close(progress: Progress, evaluated?: { validation: Evaluation; test: Evaluation }): Promise<void>;
}

export async function openRecord(
  description: RunDescription,
  about: { settings: Record<string, unknown>; data: DataSet; backend: Backend },
): Promise<RunRecorder> {
  const { folder } = description;
  await writeFile(join(folder, "description.json"), `${JSON.stringify(description, null, 2)}\n`);
  let written: Promise<void> = Promise.resolve();
  return {
    add(event) {
      if (event.type === "step") return;
      const line = `${JSON.stringify({ at: new Date().toISOString(), ...event })}\n`;
      written = written.then(() => appendFile(join(folder, "events.jsonl"), line));
    },
    async close(progress, evaluated) {
      await written;
      const record = {
        v: 1,
        id: description.id,
        recipe: description.recipe,
        seed: description.seed,
        settings: about.settings,
        data: { name: about.data.name, version: about.data.version },
        backend: about.backend,
        metrics: progress.metrics,
        best: progress.best,
        notes: progress.notes,
        seconds: progress.seconds,
        peakMemory: progress.peakMemory,
        ...(evaluated === undefined
          ? {}
          : {
              validation: figures(evaluated.validation),
              test: { ...figures(evaluated.test), confusion: evaluated.test.confusion },
            }),
      };
      await writeFile(join(folder, "record.json"), `${JSON.stringify(record, null, 2)}\n`);
    },
  };
}

function figures({ accuracy, images, loss }: Evaluation) {
  return { accuracy: wilson(Math.round(accuracy * images), images), loss, images };
}
