// What goes wrong in a trainer, through the queue: memory that does not suffice, and a loss that is no number. The trainer is the real
// one in a process of its own, on a device with a fault (support/faulty-trainer.mjs).
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it, onTestFinished } from "vitest";
import { runMessage } from "../../../src/commands/run-message.js";
import { ModelRegistry } from "../../../src/engine/models/registry.js";
import { openQueue } from "../../../src/engine/queue/queue.js";
import { startWorker } from "../../../src/engine/queue/worker.js";
import { startProcess } from "../../../src/engine/training/start-run.js";
import { newLmdbUrl, opened } from "../../store/places.js";
import { buttonsOf, textOf } from "../../support/replies.js";
import { drawDigits } from "./support/drawn-digits.js";
import { wish } from "./support/wishes.js";
import { over } from "./support/workplace.js";

const TRAINER = fileURLToPath(new URL("support/faulty-trainer.mjs", import.meta.url));
/** Seeds that ask for a fault. */
const [LITTLE_MEMORY, NO_MEMORY, RUNAWAY] = [1, 2, 3];
const PATIENCE = 300_000;

it("too little memory halves the batch and says so; none, or a loss that is no number, fails the run in words; what serves stays", async () => {
  const folder = mkdtempSync(join(tmpdir(), "convo-faults-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 20 }));
  const data = drawDigits(join(folder, "digits"));
  const registry = new ModelRegistry(join(folder, "models"));
  const inService = (await registry.open("digits")).manifest.version;
  const queue = openQueue({ store: await opened({ url: newLmdbUrl() }) });
  const silent = () => undefined;
  const worker = startWorker({
    queue,
    log: { info: silent, warn: silent, error: console.error },
    registryFor: () => registry.folder,
    runsFolder: join(folder, "runs"),
    train: (description) => startProcess(TRAINER, description),
  });
  onTestFinished(() => worker.stop());
  const settings = { batch: 64, width: 2, epochs: 1, limit: 320 };
  const train = async (seed: number) => {
    const { run } = await queue.enqueue(wish({ data, seed, backend: "wasm", settings }));
    const done = await over(queue, run.id, PATIENCE);
    const progress = await queue.progress(run.id);
    const message = await runMessage({ run: done, ...(progress === undefined ? {} : { progress }) });
    return { run: done, message };
  };

  const little = await train(LITTLE_MEMORY);
  expect(little.run.state).toBe("succeeded");
  const halved = /Memory did not suffice for a batch of 64: it is computed in 4 pieces of at most 16 images/;
  expect(textOf(little.message)).toMatch(halved);
  expect(readFileSync(join(folder, "runs", little.run.id, "record.json"), "utf8")).toMatch(halved);
  expect((await registry.open(`digits@${little.run.result?.version}`)).manifest.run.id).toBe(little.run.id);

  const none = await train(NO_MEMORY);
  expect(none.run).toMatchObject({ state: "failed", error: { code: "out-of-memory" } });
  expect(textOf(none.message)).toContain(
    "Not even one image at a time fits into the device's memory. Choose a smaller",
  );

  const runaway = await train(RUNAWAY);
  expect(runaway.run).toMatchObject({ state: "failed", error: { code: "loss-not-finite" } });
  expect(textOf(runaway.message)).toMatch(/at step \d of phase train.*learning rate of 1\.00e\+38/s);
  for (const { run, message } of [none, runaway]) {
    expect(run.changes.at(-1)?.why).toBe(run.error?.message);
    expect(run.result).toBeUndefined();
    expect(buttonsOf(message).map(({ label }) => label)).toEqual(["Details"]);
  }

  expect(await registry.aliases("digits")).toEqual({ champion: inService });
  expect((await registry.open("digits")).manifest.version).toBe(inService);
});
