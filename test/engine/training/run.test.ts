// A whole run as a process, on real MNIST: to its end, stopped, killed, resumed, refused.
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { ModelRegistry } from "../../../src/engine/models/registry.js";
import { readCheckpoint } from "../../../src/engine/training/checkpoint.js";
import { LOCK } from "../../../src/engine/training/lock.js";
import type { RunDescription, RunEvent } from "../../../src/engine/training/run.js";
import { type RunningRun, startRun } from "../../../src/engine/training/start-run.js";
import { ROOT } from "../../support/rubrics.js";
import { hasTrainingBackend } from "./support/backend.js";

const MNIST = join(ROOT, "../shared/data/mnist");
const root = mkdtempSync(join(tmpdir(), "convo-run-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function description(name: string, more: Partial<RunDescription> = {}): RunDescription {
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
    backend: "tensorflow",
    ...more,
  };
}

async function all(run: RunningRun, on: (event: RunEvent) => void = () => undefined): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  for await (const event of run.events) {
    events.push(event);
    on(event);
  }
  expect(await run.done).toEqual(events.at(-1));
  return events;
}

const types = (events: readonly RunEvent[]) => events.map(({ type }) => type).filter((type) => type !== "step");

/** Of what is saved: best weights, last weights, moments. */
async function weightsHash(folder: string): Promise<string> {
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

// Real data and a backend that trains are needed: ../shared, and tfjs-node until WASM can train.
describe.skipIf(!existsSync(MNIST) || !hasTrainingBackend())("a run", () => {
  it("goes from its description to a model in the registry, leaves a record, and lets no other into its folder", async () => {
    const given = description("whole");
    let second: Promise<RunEvent[]> | undefined;
    const events = await all(startRun(given), (event) => {
      if (event.type === "started") second = all(startRun(given));
    });
    expect((await second)?.at(-1)).toMatchObject({ type: "stopped", why: "failed", code: "run-folder-busy" });
    expect(types(events)).toEqual(["started", "phase", ...["epoch", "checkpoint", "epoch", "checkpoint"], "finished"]);
    expect(events[0]).toMatchObject({ run: "whole", data: { images: { train: 320, validation: 5000, test: 10_000 } } });
    const model = await new ModelRegistry(given.models).open("digits");
    expect(model.manifest).toMatchObject({ recipe: "digits", run: { id: "whole", seed: 5 } });
    const record = JSON.parse(readFileSync(join(given.folder, "record.json"), "utf8"));
    expect(record).toMatchObject({ state: "finished", seed: 5, settings: { epochs: 2, dropout: 0.3 } });
    expect(record.metrics).toHaveLength(2);
    expect(record.test.accuracy.low).toBeLessThan(record.test.accuracy.value);
    expect(record.confusion.flat().reduce((sum: number, count: number) => sum + count, 0)).toBe(10_000);
    expect(record.pictures["confusion.png"]).toContain("confusion matrix of 10000 images");
    for (const name of ["curves.png", "confusion.png"]) expect(existsSync(join(given.folder, name))).toBe(true);
    expect(existsSync(join(given.folder, LOCK))).toBe(false);
  });

  it("cancelled in the middle of an epoch and then killed without a word, it ends with the very same weights", async () => {
    const given = description("interrupted");
    const first = startRun(given);
    const events = await all(first, (event) => {
      if (event.type === "step" && event.step === 1) first.cancel();
    });
    expect(events.at(-1)).toMatchObject({ type: "stopped", why: "cancelled", code: "cancelled" });
    expect((await readCheckpoint(given.folder))?.checkpoint.progress).toMatchObject({ epoch: 0, metrics: [] });

    const killed = await all(startRun({ ...given, resume: true }), (event) => {
      if (event.type !== "checkpoint" || event.epoch > 1) return;
      process.kill(JSON.parse(readFileSync(join(given.folder, LOCK), "utf8")).pid, "SIGKILL");
    });
    expect(killed.at(-1)).toMatchObject({ type: "stopped", why: "failed", code: "trainer-crashed" });

    const rest = await all(startRun({ ...given, resume: true }));
    expect(rest[0]).toMatchObject({ type: "started", resumedFrom: 1 });
    expect(rest.at(-1)?.type).toBe("finished");
    expect(await weightsHash(given.folder)).toBe(await weightsHash(join(root, "whole")));
  });

  it("is refused in a folder that holds a run, and by another seed on resume", async () => {
    const used = description("whole");
    const refused = async (given: RunDescription) => (await all(startRun(given))).at(-1);
    expect(await refused(used)).toMatchObject({ type: "stopped", why: "failed", code: "run-folder-used" });
    expect(await refused({ ...used, resume: true, seed: 6 })).toMatchObject({ code: "resume-differs" });
  });

  it("is refused for settings that the recipe does not know, with those that it knows", async () => {
    const events = await all(startRun(description("wrong", { settings: { epoch: 3 } })));
    expect(events).toEqual([
      expect.objectContaining({
        type: "stopped",
        code: "settings-wrong",
        message: expect.stringContaining("epochs (28)"),
      }),
    ]);
  });
});
