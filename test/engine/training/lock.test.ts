// Two trainings into one folder: the second is refused; a dead one's lock is taken over.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { LOCK, lockFolder } from "../../../src/engine/training/lock.js";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "convo-lock-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it("a folder is taken once, and free again when it was given back", async () => {
  const unlock = await lockFolder(folder);
  await expect(lockFolder(folder)).rejects.toMatchObject({
    code: "run-folder-busy",
    what: expect.stringContaining(String(process.pid)),
  });
  await unlock();
  expect(existsSync(join(folder, LOCK))).toBe(false);
  await (await lockFolder(folder))();
});

it("the lock of a process that is gone is taken over", async () => {
  const { pid } = spawnSync(process.execPath, ["-e", ""]);
  writeFileSync(join(folder, LOCK), JSON.stringify({ pid, started: "1", at: "2026-01-01T00:00:00Z" }));
  await (await lockFolder(folder))();
});

it.skipIf(process.platform !== "linux")(
  "the lock of a process whose number another one has now is taken over",
  async () => {
    writeFileSync(join(folder, LOCK), JSON.stringify({ pid: process.pid, started: "1", at: "2026-01-01T00:00:00Z" }));
    await (await lockFolder(folder))();
  },
);

it("a lock that was cut off while it was written is no one's", async () => {
  writeFileSync(join(folder, LOCK), '{"pid":');
  const unlock = await lockFolder(folder);
  expect(JSON.parse(readFileSync(join(folder, LOCK), "utf8"))).toMatchObject({ pid: process.pid });
  await unlock();
});
