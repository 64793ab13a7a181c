// The queue with the real trainer: from the command line to a candidate, cancelled, on a full disk, and with the bot killed over and over.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { ModelRegistry } from "../../../src/engine/models/registry.js";
import { openQueue } from "../../../src/engine/queue/queue.js";
import { isOver, MOST_ATTEMPTS, type QueuedRun } from "../../../src/engine/queue/run.js";
import { startWorker } from "../../../src/engine/queue/worker.js";
import { openStore } from "../../../src/store/open.js";
import { newLmdbUrl, opened } from "../../store/places.js";
import { convo, startConvo } from "../../support/convo.js";
import { drawDigits } from "./support/drawn-digits.js";
import { ADA, wish } from "./support/wishes.js";
import { newWorkplace, over, seeded, until } from "./support/workplace.js";

/** Printed, so that a failure can be run again: CONVO_TEST_SEED=… */
const SEED = Number(process.env.CONVO_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31));
/** Milliseconds: a bound on a hang. A trainer steps back behind all other programs, and a busy machine leaves it little. */
const ALL_OF_THEM = 600_000;
/** Milliseconds after the bot took a run, or was started: longer than a short run takes on a quiet machine. */
const LATEST_KILL = 5000;
/** Of a run that made a model: whether it went into service is the gate's affair. */
const TRAINED = /^(succeeded|promoted)$/;
const SMALL = { batch: 64, limit: 320, width: 2 };

let folder = "";
let data = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "convo-trained-"));
  data = drawDigits(join(folder, "digits"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 20 }));

const args = (epochs: number, seed: number): string[] => {
  const set = ["--set", "limit=320", "--set", "width=2", "--backend", "wasm", "--batch", "64"];
  return ["train", "digits", "--data", data, "--enqueue", "--epochs", String(epochs), "--seed", String(seed), ...set];
};

/** A store, models and runs of its own for the program. */
function newEnvironment(): { env: Record<string, string>; models: string; cwd: string } {
  const cwd = mkdtempSync(join(folder, "home-"));
  const env = {
    CONVO_STORE: "lmdb:store",
    CONVO_MODELS: "models",
    CONVO_PLAYGROUND_PORT: "0",
    CONVO_LOG_LEVEL: "info",
  };
  return { env: { ...env, CONVO_LOG_FORMAT: "json" }, models: join(cwd, "models"), cwd };
}

it("convo train --enqueue, convo worker, convo runs: a candidate, and what was in service still is", async () => {
  const { env, models, cwd } = newEnvironment();
  const before = (await new ModelRegistry(models).open("digits")).manifest.version;
  const queued = await convo(args(2, 1), { env, cwd });
  expect(queued.stdout).toMatch(/^r-\d{8}-[0-9a-f]+ is queued, place 1\./);
  const again = await convo(args(2, 1), { env, cwd });
  expect(again.stdout).toContain("the same was wished before");
  expect((await convo([...args(2, 3), "--json"], { env, cwd })).stdout).toContain('"state":"queued"');
  const worker = startConvo(["worker"], { env, cwd });
  onTestFinished(() => void worker.child.kill("SIGKILL"));
  const runs = async (): Promise<{ run: QueuedRun }[]> =>
    JSON.parse((await convo(["runs", "--json"], { env, cwd })).stdout);
  await until(
    "the first is trained",
    async () => (await runs()).some(({ run }) => run.state === "succeeded"),
    ALL_OF_THEM,
  );
  const third = (await runs()).find(({ run }) => run.state !== "succeeded")?.run.id ?? "";
  const cancelled = await convo(["runs", "cancel", third], { env, cwd });
  expect(cancelled.stdout).toContain(third);
  await until(
    "both are over",
    async () => (await runs()).every(({ run }) => /succeeded|cancelled/.test(run.state)),
    ALL_OF_THEM,
  );
  expect((await convo(["runs"], { env, cwd })).stdout).toMatch(/succeeded +digits +shared .* % of the test images/);
  worker.child.kill("SIGTERM");
  expect((await worker.finished).code).toBe(0);
  const registry = new ModelRegistry(models);
  const mine = (await registry.list()).filter(({ source }) => source === "own");
  expect(mine.map(({ aliases }) => aliases)).toEqual(mine.map(() => []));
  expect(mine.length).toBeGreaterThan(0);
  expect((await registry.open("digits")).manifest.version).toBe(before);
});

it("a name that has no model yet has none in service after its run either", async () => {
  const queue = openQueue({ store: await opened({ url: newLmdbUrl() }) });
  const models = join(folder, "models-new");
  const { run } = await queue.enqueue(
    wish({ data, model: "squares", backend: "wasm", settings: { ...SMALL, epochs: 1 } }),
  );
  work(queue, models, join(folder, "runs-new"));
  expect(await over(queue, run.id, ALL_OF_THEM)).toMatchObject({ state: "succeeded", result: { model: "squares" } });
  await expect(new ModelRegistry(models).find("squares")).rejects.toMatchObject({ code: "model-no-champion" });
});

it("cancelled, the trainer ends within the batch that runs, and a deaf one within five seconds", async () => {
  const queue = openQueue({ store: await opened({ url: newLmdbUrl() }) });
  const { run } = await queue.enqueue(wish({ data, backend: "wasm", settings: { ...SMALL, epochs: 500 } }));
  work(queue, join(folder, "models-c"), join(folder, "runs-c"));
  await until("it learns", async () => (await queue.progress(run.id))?.step !== undefined, ALL_OF_THEM);
  const began = performance.now();
  await queue.cancel(run.id, "class-a", ADA, "enough");
  await over(queue, run.id, ALL_OF_THEM);
  const took = performance.now() - began;
  expect(took).toBeLessThan(5000);
  expect(existsSync(join(folder, "runs-c", run.id, "checkpoint.bin"))).toBe(true);

  const other = await newWorkplace(newLmdbUrl());
  const deaf = await other.enqueue(1, { behave: "deaf" });
  await other.employ();
  await until("it runs", async () => (await other.queue.progress(deaf.id)) !== undefined);
  const asked = performance.now();
  await other.queue.cancel(deaf.id, "class-a", ADA, "enough");
  const ended = await over(other.queue, deaf.id);
  const killed = performance.now() - asked;
  expect(ended.changes.at(-1)?.why).toContain("did not stop by itself");
  expect(killed).toBeLessThan(5000);
  console.log(`cancelled: the trainer after ${Math.round(took)} ms, a deaf one after ${Math.round(killed)} ms`);
});

it("two bots on one store train every run once, and never two at a time", async () => {
  const { env, cwd } = newEnvironment();
  for (let seed = 1; seed <= 4; seed++) expect((await convo(args(1, seed), { env, cwd })).code).toBe(0);
  const bots = [startConvo(["start"], { env, cwd }), startConvo(["start"], { env, cwd })];
  onTestFinished(() => bots.forEach(({ child }) => void child.kill("SIGKILL")));
  const queue = openQueue({ store: await opened({ url: `lmdb:${join(cwd, "store")}` }) });
  const runs = await queue.list();
  const done = await Promise.all(runs.map(({ id }) => over(queue, id, ALL_OF_THEM)));
  // The bot's gate may find one of them better than what ships, and promote it.
  for (const { state, attempts } of done) expect([state, attempts]).toEqual([expect.stringMatching(TRAINED), 1]);
  const times = done.map(({ id }) => {
    const lines = readFileSync(join(cwd, "runs", id, "events.jsonl"), "utf8")
      .trim()
      .split("\n");
    const at = lines.map((line): string => JSON.parse(line).at);
    return { from: at.at(0) ?? "", to: at.at(-1) ?? "" };
  });
  times.sort((a, b) => (a.from < b.from ? -1 : 1));
  for (const [at, { from }] of times.entries()) expect(from >= (times[at - 1]?.to ?? "")).toBe(true);
  for (const { child } of bots) child.kill("SIGTERM");
  expect(await Promise.all(bots.map(async ({ finished }) => (await finished).code))).toEqual([0, 0]);
});

const canMount = process.platform === "linux" && process.getuid?.() === 0 && mountWorks();

describe.skipIf(!canMount)(`a full disk${canMount ? "" : " (skipped: only root can mount a small tmpfs)"}`, () => {
  it.each([
    ["for the run's folder", 300, "runs"],
    ["for the model", 40, "models"],
  ])("%s fails the run with that cause, and what is in service can still be loaded", async (_, kilobytes, what) => {
    const small = mkdtempSync(join(folder, "small-"));
    expect(spawnSync("mount", ["-t", "tmpfs", "-o", `size=${kilobytes}k`, "tmpfs", small]).status).toBe(0);
    try {
      const queue = openQueue({ store: await opened({ url: newLmdbUrl() }) });
      const settings = { ...SMALL, epochs: 3, width: what === "runs" ? 16 : 2 };
      const { run } = await queue.enqueue(wish({ data, backend: "wasm", settings }));
      const place = (name: string): string => (name === what ? small : mkdtempSync(join(folder, `${name}-`)));
      const models = place("models");
      const worker = work(queue, models, place("runs"));
      const failed = await over(queue, run.id, ALL_OF_THEM);
      expect(failed.state).toBe("failed");
      expect(failed.error?.code).toMatch(/^(disk-full|checkpoint-not-written|record-not-written)$/);
      expect(failed.error?.message).toMatch(/no space left|disk is full/i);
      expect((await new ModelRegistry(models).open("digits")).manifest.name).toBe("digits");
      // The next run has room again.
      await worker.stop();
      const { run: next } = await queue.enqueue(
        wish({ data, seed: 2, backend: "wasm", settings: { ...SMALL, epochs: 1 } }),
      );
      work(queue, mkdtempSync(join(folder, "models-after-")), mkdtempSync(join(folder, "runs-after-")));
      expect((await over(queue, next.id, ALL_OF_THEM)).state).toBe("succeeded");
    } finally {
      expect(spawnSync("umount", [small]).status).toBe(0);
    }
  });
});

it(`the bot killed 30 times at random moments loses no run, and its champion can always be loaded (seed ${SEED})`, async () => {
  const random = seeded(SEED);
  const { env, models, cwd } = newEnvironment();
  const bot = () => {
    const started = startConvo(["start"], { env, cwd });
    onTestFinished(() => void started.child.kill("SIGKILL"));
    return started;
  };
  const store = await openStore({ url: `lmdb:${join(cwd, "store")}` });
  onTestFinished(() => store.close());
  const queue = openQueue({ store });
  const enqueue = async (seed: number) => expect((await convo(args(3, seed), { env, cwd })).code).toBe(0);
  const attempts = async () => (await queue.list()).reduce((sum, run) => sum + run.attempts, 0);
  const allOver = async () => (await queue.list()).every(({ state }) => isOver(state));
  const registry = new ModelRegistry(models);
  await enqueue(0);
  const first = bot();
  await over(queue, (await queue.list())[0]?.id ?? "", ALL_OF_THEM);
  first.child.kill("SIGKILL");
  await registry.setChampion("digits", (await queue.list())[0]?.result?.version ?? "");
  const inService = await registry.aliases("digits");
  // A run may lose three workers: half as many runs as kills are never all over too soon.
  for (let seed = 1; seed <= 15; seed++) await enqueue(seed);

  for (let kill = 0; kill < 30; kill++) {
    const running = bot();
    const before = await attempts();
    // Now and then it dies before it has taken anything.
    if (random() < 0.8)
      await until("it takes a run", async () => (await attempts()) > before || (await allOver()), ALL_OF_THEM);
    await new Promise((resolve) => setTimeout(resolve, random() * LATEST_KILL));
    running.child.kill("SIGKILL");
    await running.finished;
    expect((await registry.open("digits")).manifest.name).toBe("digits");
  }
  const last = bot();
  for (const { id } of await queue.list()) await over(queue, id, ALL_OF_THEM);
  last.child.kill("SIGTERM");
  expect((await last.finished).code).toBe(0);
  const all = await queue.list();
  const trained = all.filter(({ state }) => TRAINED.test(state));
  for (const run of all) {
    if (TRAINED.test(run.state)) {
      expect((await registry.open(`digits@${run.result?.version ?? ""}`)).manifest.run.id).toBe(run.id);
    } else expect(run).toMatchObject({ state: "failed", attempts: MOST_ATTEMPTS, error: { code: "workers-lost" } });
  }
  const resumed = all.filter(({ attempts }) => attempts > 1).length;
  // In service is what the gate promoted last, whoever was killed over it; where it promoted none, what was there.
  const promotedAt = ({ changes }: QueuedRun): number => changes.findLast(({ state }) => state === "promoted")?.at ?? 0;
  const promoted = trained
    .filter(({ state }) => state === "promoted")
    .toSorted((a, b) => promotedAt(a) - promotedAt(b));
  const { champion } = await registry.aliases("digits");
  expect(champion).toBe(promoted.at(-1)?.result?.version ?? inService.champion);
  console.log(
    `${trained.length} of ${all.length} runs were trained, ${promoted.length} promoted, ${resumed} taken more than once (seed ${SEED})`,
  );
});

function work(queue: ReturnType<typeof openQueue>, models: string, runsFolder: string) {
  const log = { info: () => undefined, warn: () => undefined, error: console.error };
  const worker = startWorker({ queue, log, registryFor: () => models, runsFolder });
  onTestFinished(() => worker.stop());
  return worker;
}

function mountWorks(): boolean {
  const there = mkdtempSync(join(tmpdir(), "convo-mount-"));
  mkdirSync(there, { recursive: true });
  const { status } = spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", there]);
  if (status === 0) {
    writeFileSync(join(there, "x"), "x");
    spawnSync("umount", [there]);
  }
  rmSync(there, { recursive: true, force: true });
  return status === 0;
}
