// Entries trained by a worker on the real MNIST: bounded in time, better than guessing, nothing kept but the record; bad ones told.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { openArena } from "../../../src/engine/arena/arena.js";
import { arenaRunner } from "../../../src/engine/arena/runner.js";
import { openQueue } from "../../../src/engine/queue/queue.js";
import { startWorker } from "../../../src/engine/queue/worker.js";
import { startRun } from "../../../src/engine/training/start-run.js";
import { openStore } from "../../../src/store/open.js";
import { ROOT } from "../../support/rubrics.js";

const MNIST = join(ROOT, "../shared/data/mnist");
const folder = mkdtempSync(join(tmpdir(), "convo-arena-"));
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
const silent = (): void => undefined;

describe.skipIf(!existsSync(MNIST))("entries of the arena", () => {
  it("are trained one after the other, ranked, and leave no model and no checkpoint", async () => {
    const store = await openStore({ url: `lmdb:${folder}/store` });
    const queue = openQueue({ store });
    const seconds = 20;
    const arena = openArena({ store, queue, data: MNIST, limits: { parameters: 500_000, seconds } });
    const submit = (name: string, network: string) =>
      arena.submit({ community: "course", contender: { id: name, name }, network });
    const entries = [
      await submit(
        "ada",
        "input 28x28; conv 8 5x5 /2 bn relu; conv 16 3x3 /2 bn relu; residual (conv 16 bn relu); gap; dense 10 softmax",
      ),
      await submit("ben", "input 28x28; flatten; dropout 0.2; dense 10"),
    ];
    const worker = startWorker({
      queue,
      log: { info: silent, warn: silent, error: silent },
      registryFor: () => join(folder, "models"),
      runsFolder: join(folder, "runs"),
      train: (description) => startRun(description),
      arena: arenaRunner,
    });
    await expect
      .poll(async () => (await arena.entries("course", 1)).every(({ result }) => result !== undefined), {
        timeout: 600_000,
        interval: 500,
      })
      .toBe(true);
    await worker.stop();
    for (const { id, run } of entries) {
      const { result } = await arena.entry("course", 1, id);
      expect(result).toMatchObject({ kind: "ranked" });
      if (result?.kind !== "ranked") continue;
      console.log(id, result);
      expect(result.accuracy).toBeGreaterThan(0.7);
      const left = readdirSync(join(folder, "runs", run));
      expect(left).toContain("record.json");
      expect(left.filter((name) => name.startsWith("checkpoint"))).toEqual([]);
      const record: unknown = JSON.parse(readFileSync(join(folder, "runs", run, "record.json"), "utf8"));
      expect(record).toMatchObject({ data: { images: { train: 10_000, validation: 2_000, test: 5_000 } } });
    }
    expect(existsSync(join(folder, "models"))).toBe(false);
    await store.close();
  });
});
