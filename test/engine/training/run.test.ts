// A whole run as a process, on real MNIST: to its end, and refused.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ModelRegistry } from "../../../src/engine/models/registry.js";
import { LOCK } from "../../../src/engine/training/lock.js";
import type { RunDescription, RunEvent } from "../../../src/engine/training/run.js";
import { startRun } from "../../../src/engine/training/start-run.js";
import { all, canRun, description } from "./support/run.js";

const types = (events: readonly RunEvent[]) => events.map(({ type }) => type).filter((type) => type !== "step");

describe.skipIf(!canRun)("a run", () => {
  it("goes from its description to a model in the registry, leaves a record, and lets no other into its folder", async () => {
    const given = description("whole");
    let second: Promise<RunEvent[]> | undefined;
    const events = await all(startRun(given), (event) => {
      if (event.type === "started") second = all(startRun(given));
    });
    expect((await second)?.at(-1)).toMatchObject({ type: "stopped", why: "failed", code: "run-folder-busy" });
    expect(types(events)).toEqual(["started", "phase", ...["epoch", "checkpoint", "epoch", "checkpoint"], "finished"]);
    expect(events[0]).toMatchObject({ run: "whole", data: { images: { train: 320, validation: 5000, test: 10_000 } } });
    const finished = events.at(-1);
    const version = finished?.type === "finished" ? finished.version : "";
    const registry = new ModelRegistry(given.models);
    // What ships goes on serving: a better model is put into service by a person.
    expect((await registry.open("digits")).manifest.version).not.toBe(version);
    const model = await registry.open(`digits@${version}`);
    expect(model.manifest).toMatchObject({ recipe: "digits", run: { id: "whole", seed: 5 } });
    // How sure it may be was found on its own validation pictures.
    expect(model.manifest.temperature).not.toBe(1);
    expect(model.manifest.decision?.method).toContain("validation pictures");
    const record = JSON.parse(readFileSync(join(given.folder, "record.json"), "utf8"));
    expect(record).toMatchObject({ state: "finished", seed: 5, settings: { epochs: 2, dropout: 0.3 } });
    expect(record.metrics).toHaveLength(2);
    expect(record.test.accuracy.low).toBeLessThan(record.test.accuracy.value);
    expect(record.confusion.flat().reduce((sum: number, count: number) => sum + count, 0)).toBe(10_000);
    expect(record.pictures["confusion.png"]).toContain("confusion matrix of 10000 images");
    for (const name of ["curves.png", "confusion.png"]) expect(existsSync(join(given.folder, name))).toBe(true);
    expect(existsSync(join(given.folder, LOCK))).toBe(false);
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
