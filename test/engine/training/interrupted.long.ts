// A run as a process, stopped in both ways that happen, against one that was never stopped.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readCheckpoint } from "../../../src/engine/training/checkpoint.js";
import { LOCK } from "../../../src/engine/training/lock.js";
import { startRun } from "../../../src/engine/training/start-run.js";
import { all, canRun, description, root, weightsHash } from "./support/run.js";

describe.skipIf(!canRun)("a run", () => {
  it("cancelled in the middle of an epoch and then killed without a word, it ends with the very same weights", async () => {
    await all(startRun(description("whole")));
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
});
