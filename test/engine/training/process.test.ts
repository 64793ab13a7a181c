// The trainer's process by itself: a description in by standard input, one event a line out.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { ROOT } from "../../support/rubrics.js";

const folder = mkdtempSync(join(tmpdir(), "convo-process-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function trainer(input: string): { events: unknown[]; status: number | null } {
  const entry = join(ROOT, "dist/engine/training/process.js");
  const { stdout, status } = spawnSync(process.execPath, [entry], { input, encoding: "utf8" });
  const lines = stdout.split("\n").filter((line) => line !== "");
  return { events: lines.map((line): unknown => JSON.parse(line)), status };
}

const description = {
  v: 1,
  id: "one",
  recipe: "digits",
  model: "digits",
  data: folder,
  folder: join(folder, "run"),
  models: join(folder, "models"),
  seed: 1,
  settings: {},
};

describe("the trainer's process", () => {
  it("tells what is wrong with the data as its last event", () => {
    const { events, status } = trainer(JSON.stringify(description));
    expect(events).toEqual([expect.objectContaining({ type: "stopped", why: "failed", code: "data-missing" })]);
    expect(status).toBe(0);
  });

  it("tells that what it was given is no description", () => {
    expect(trainer("{").events).toEqual([
      expect.objectContaining({ type: "stopped", why: "failed", code: "description-wrong" }),
    ]);
  });
});
