// From the queue into service with the real trainer: gate set aside, corrections joined, the first model promoted, the next judged.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { writtenPage } from "../../../bench/vision/pages.js";
import { openCorrections } from "../../../src/engine/corrections/corrections.js";
import { openJoining } from "../../../src/engine/corrections/joining.js";
import { openGate } from "../../../src/engine/gate/judge.js";
import { ModelRegistry } from "../../../src/engine/models/registry.js";
import { openQueue } from "../../../src/engine/queue/queue.js";
import { startWorker } from "../../../src/engine/queue/worker.js";
import { newLmdbUrl, opened } from "../../store/places.js";
import { drawDigits } from "../queue/support/drawn-digits.js";
import { wish } from "../queue/support/wishes.js";
import { over } from "../queue/support/workplace.js";

const PATIENCE = 300_000;

it("a queued run is judged on pictures that it never saw, with what people corrected among those that it did", async () => {
  const folder = mkdtempSync(join(tmpdir(), "convo-promoted-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const data = drawDigits(join(folder, "digits"));
  const store = await opened({ url: newLmdbUrl() });
  const corrections = openCorrections(store);
  const page = await writtenPage(300, "easy");
  const said = { community: "class-a", person: "ada", model: "squares", version: "1", answer: null, isRight: false };
  const { id } = await corrections.add({ ...said, label: page.number }, page.jpeg, 30);
  await corrections.review("class-a", id, { by: "eve", state: "accepted", label: page.number });
  const joining = openJoining(store, corrections);
  const registry = new ModelRegistry(join(folder, "models"), join(folder, "none"));
  const runsFolder = join(folder, "runs");
  const queue = openQueue({ store });
  const silent = () => undefined;
  const worker = startWorker({
    queue,
    log: { info: silent, warn: console.warn, error: console.error },
    registryFor: () => registry.folder,
    runsFolder,
    joining,
    judge: openGate({ store, registryFor: () => registry }),
  });
  onTestFinished(() => worker.stop());
  const settings = { batch: 64, width: 2, epochs: 1, limit: 640 };
  const made = { data, model: "squares", backend: "wasm", settings } as const;

  const first = await over(queue, (await queue.enqueue(wish(made))).run.id, PATIENCE);
  expect(first).toMatchObject({ state: "promoted", gate: { verdict: "promoted", uses: 1 } });
  const events = readFileSync(join(runsFolder, first.id, "events.jsonl"), "utf8");
  expect(events).toContain("Set aside for the gate, never trained on: 5000 images.");
  expect(events).toContain(`From corrections: ${page.number.length} training images.`);
  expect(existsSync(join(runsFolder, ".corrections", first.id))).toBe(false);
  expect(await joining.trainedOn("class-a", "ada")).toEqual([`squares@${first.result?.version}`]);
  expect(readdirSync(join(registry.folder, ".gates"))).toHaveLength(1);

  const second = await over(queue, (await queue.enqueue(wish({ ...made, seed: 2 }))).run.id, PATIENCE);
  expect(second.gate).toMatchObject({ champion: first.result?.version, uses: 2 });
  expect(second.gate?.words).toContain("On the 5,000 pictures of the gate");
  const champion = (await registry.find("squares")).version;
  expect(champion).toBe((second.state === "promoted" ? second : first).result?.version);
  console.log(second.state, second.gate?.words);
});
