// A worker with trainers as real processes: done, cancelled in every state, crashed, handed back, judged, beside another one.
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Joining } from "../../../src/engine/corrections/joining.js";
import { PRIORITIES } from "../../../src/engine/queue/run.js";
import { startWorker } from "../../../src/engine/queue/worker.js";
import { newLmdbUrl } from "../../store/places.js";
import { ADA, BEN, entry, wish } from "./support/wishes.js";
import { expectOrder, newWorkplace, over, until } from "./support/workplace.js";

describe("a worker", () => {
  it("trains what is queued, one after the other, and tells how far it is", async () => {
    const { queue, enqueue, employ, steps } = await newWorkplace(newLmdbUrl());
    const runs = [await enqueue(1), await enqueue(2)];
    await employ();
    const done = await Promise.all(runs.map(({ id }) => over(queue, id)));
    for (const run of done) {
      expect(run.changes.map(({ state }) => state)).toEqual(["queued", "running", "succeeded"]);
      expect(run).toMatchObject({ attempts: 1, result: { testAccuracy: 0.9 } });
      expect(run.gate).toBeUndefined();
      expect(await queue.progress(run.id)).toMatchObject({ attempt: 1, phase: "train", step: { step: 10, steps: 10 } });
    }
    expectOrder(steps(), done, 10);
    expect(await queue.used("class-a")).toBeGreaterThan(0);
  });

  it("stops a run that is cancelled before its first step, in the middle, and twice", async () => {
    const { queue, enqueue, employ, steps } = await newWorkplace(newLmdbUrl());
    const [early, middle] = [await enqueue(1, { steps: 5000 }), await enqueue(2, { steps: 5000 })];
    await employ();
    await until("the first runs", async () => (await queue.get(early.id))?.state === "running");
    expect((await queue.cancel(early.id, "class-a", BEN, "a slip")).state).toBe("cancelling");
    expect((await over(queue, early.id)).state).toBe("cancelled");
    await until("the second learns", () => steps().some(({ run, step }) => run === middle.id && step > 3));
    await queue.cancel(middle.id, "class-a", BEN, "enough");
    await queue.cancel(middle.id, "class-a", ADA, "enough!");
    const cancelled = await over(queue, middle.id);
    expect(cancelled.changes.map(({ state, by }) => [state, by.kind])).toEqual([
      ["queued", "person"],
      ["running", "worker"],
      ["cancelling", "person"],
      ["cancelled", "worker"],
    ]);
    const count = steps().length;
    await expect(queue.cancel(middle.id, "class-a", ADA, "again")).rejects.toMatchObject({ code: "run-over" });
    expect(steps()).toHaveLength(count);
  });

  it("says how a trainer ended that crashed or was killed, and takes the next", async () => {
    const { queue, enqueue, employ } = await newWorkplace(newLmdbUrl());
    const runs = [await enqueue(1, { behave: "crash" }), await enqueue(2, { behave: "die" }), await enqueue(3)];
    await employ();
    const [crashed, died, fine] = await Promise.all(runs.map(({ id }) => over(queue, id)));
    expect(crashed).toMatchObject({ state: "failed", error: { code: "trainer-crashed" } });
    expect(crashed?.error?.message).toContain("the apprentice stumbled");
    expect(died?.error?.message).toContain("no memory left");
    expect(fine?.state).toBe("succeeded");
  });

  it("says why a run's folder cannot be made", async () => {
    const { queue, enqueue, employ, folder } = await newWorkplace(newLmdbUrl());
    const { id } = await enqueue(1);
    await employ({ runsFolder: "/dev/null/runs" });
    expect(await over(queue, id)).toMatchObject({ state: "failed", error: { code: "runs-folder" } });
    expect(folder).toBeTruthy();
  });

  it("beside another on the same device, and one on a device of its own, no two are on one device at a time", async () => {
    const { queue, enqueue, employ, steps } = await newWorkplace(newLmdbUrl());
    const runs = await Promise.all([1, 2, 3].map((seed) => enqueue(seed, { steps: 12 })));
    await Promise.all([employ(), employ(), employ({ device: "gpu1" })]);
    const done = await Promise.all(runs.map(({ id }) => over(queue, id)));
    expect(done.map(({ state }) => state)).toEqual(runs.map(() => "succeeded"));
    expectOrder(steps(), done, 12);
  });

  it("that ends hands its run back, and the next goes on from the checkpoint", async () => {
    const { queue, enqueue, hire, steps } = await newWorkplace(newLmdbUrl());
    const { id } = await enqueue(1, { steps: 60, milliseconds: 10 });
    const first = hire();
    await until("it learns", () => steps().length > 5);
    const began = performance.now();
    first.kill("SIGTERM");
    await until("the worker ended", () => first.exitCode !== null);
    expect(first.exitCode).toBe(0);
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(await queue.get(id)).toMatchObject({ state: "queued", attempts: 0 });
    hire();
    const done = await over(queue, id);
    expect(done.state).toBe("succeeded");
    expectOrder(steps(), [done], 60);
  });

  it.skipIf(process.platform !== "linux")("that is killed is missed at once by another of its machine", async () => {
    const { queue, enqueue, hire, steps } = await newWorkplace(newLmdbUrl(), 600_000);
    const { id } = await enqueue(1, { steps: 5000 });
    const first = hire();
    await until("it learns", () => steps().length > 2);
    expect(await queue.recover()).toEqual([]);
    first.kill("SIGKILL");
    await until("it is missed", async () => (await queue.recover())[0]?.id === id);
    expect(await queue.get(id)).toMatchObject({ state: "queued", attempts: 1 });
  });

  it("that is busy misses others all the same", async () => {
    const { queue, enqueue, employ } = await newWorkplace(newLmdbUrl());
    const lost = await enqueue(1);
    await queue.take("elsewhere", "a worker that says nothing more");
    await enqueue(2, { steps: 5000 });
    await employ();
    await until("it is missed", async () => (await queue.get(lost.id))?.state === "queued");
    expect((await queue.list()).map(({ state }) => state).toSorted()).toEqual(["queued", "running"]);
  });

  it("trains by the trainer, unless it is told otherwise, and says what is wrong with the data", async () => {
    const { queue, folder } = await newWorkplace(newLmdbUrl());
    const { run } = await queue.enqueue(wish({ data: `${folder}/gone`, backend: "wasm" }));
    const silent = () => undefined;
    const log = { info: silent, warn: silent, error: silent };
    const worker = startWorker({ queue, log, registryFor: () => folder, runsFolder: folder });
    onTestFinished(() => worker.stop());
    const failed = await over(queue, run.id);
    expect(failed).toMatchObject({ state: "failed", error: { code: "data-missing" } });
    expect(failed.error?.message).toContain(`${folder}/gone`);
  });
});

describe("the gate's hook", () => {
  it("decides what becomes of a model, and its words are kept", async () => {
    const { queue, enqueue, employ } = await newWorkplace(newLmdbUrl());
    const runs = [await enqueue(1), await enqueue(2), await enqueue(3)];
    const verdicts = ["promoted", "refused", "broken"] as const;
    const told: string[] = [];
    await employ({
      async decided({ id, result }, { verdict }) {
        // Before it is over: a worker that dies here is followed by one that tells it again.
        told.push(`${id} ${result?.model} ${verdict} while ${(await queue.get(id))?.state}`);
      },
      async judge(run, result) {
        expect(result.testAccuracy).toBe(0.9);
        const verdict = verdicts[run.wish.seed - 1];
        if (verdict === undefined || verdict === "broken") throw new Error("the gate split is gone");
        return { verdict, words: `seed ${run.wish.seed}` };
      },
    });
    const [promoted, refused, broken] = await Promise.all(runs.map(({ id }) => over(queue, id)));
    const [first, second, third] = runs.map(({ id }) => id);
    expect(told).toEqual([
      `${first} digits promoted while running`,
      `${second} digits refused while running`,
      `${third} digits kept while running`,
    ]);
    expect(promoted).toMatchObject({ state: "promoted", gate: { verdict: "promoted", words: "seed 1" } });
    expect(promoted?.changes.slice(-2)).toMatchObject([
      { state: "succeeded", by: { kind: "worker" } },
      { state: "promoted", by: { kind: "gate" }, why: "seed 1" },
    ]);
    expect(refused).toMatchObject({ state: "succeeded", gate: { verdict: "refused" } });
    expect(broken).toMatchObject({ state: "succeeded", gate: { verdict: "kept" } });
    expect(broken?.gate?.words).toContain("the gate split is gone");
  });

  it("is told when its run is cancelled, and is asked again where a worker ended before it answered", async () => {
    const { queue, enqueue, employ, steps } = await newWorkplace(newLmdbUrl());
    const [first, second] = [await enqueue(1), await enqueue(2)];
    let asked = 0;
    const hesitant = () =>
      employ({
        judge: async (_run, _result, signal) => {
          asked += 1;
          await new Promise((_, reject) => {
            signal.addEventListener("abort", () => reject(new Error("interrupted")));
          });
          return { verdict: "promoted", words: "never" };
        },
      });
    const worker = await hesitant();
    await until("the gate is asked", () => asked === 1);
    await queue.cancel(first.id, "class-a", ADA, "no");
    expect(await over(queue, first.id)).toMatchObject({ state: "cancelled", result: { testAccuracy: 0.9 } });
    await until("the gate is asked again", () => asked === 2);
    await worker.stop();
    expect(await queue.get(second.id)).toMatchObject({ state: "queued", result: { testAccuracy: 0.9 } });
    await employ({ judge: async () => ({ verdict: "kept", words: "as it is" }) });
    expect(await over(queue, second.id)).toMatchObject({ state: "succeeded", gate: { words: "as it is" } });
    // It was trained once.
    expect(steps().filter(({ run }) => run === second.id)).toHaveLength(10);
  });
});

describe("the copies of corrections", () => {
  /** As `openJoining`, with a file for a picture. */
  const joiningIn = (told: [string, string | undefined][]): Joining => ({
    async prepare(_run, folder) {
      mkdirSync(folder, { recursive: true });
      return true;
    },
    async over({ id }, result, folder) {
      told.push([id, result?.version]);
      rmSync(folder, { recursive: true, force: true });
    },
  });

  it("are deleted of a run that is cancelled while it waits to go on", async () => {
    const { queue, enqueue, employ, steps, folder } = await newWorkplace(newLmdbUrl());
    const { id } = await enqueue(1, { steps: 5000 });
    const joining = joiningIn([]);
    const worker = await employ({ joining });
    await until("it learns", () => steps().some(({ step }) => step > 3));
    await worker.stop();
    expect(await queue.get(id)).toMatchObject({ state: "queued" });
    const copies = join(folder, "runs/.corrections", id);
    expect(existsSync(copies)).toBe(true);
    await queue.cancel(id, "class-a", ADA, "enough");
    await employ({ joining });
    await until("they are gone", () => !existsSync(copies));
  });

  it("are told of with the model of a run that was cancelled before the gate answered", async () => {
    const { queue, enqueue, employ } = await newWorkplace(newLmdbUrl());
    const { id } = await enqueue(1);
    const told: [string, string | undefined][] = [];
    let isAsked = false;
    await employ({
      joining: joiningIn(told),
      judge: async (_run, _result, signal) => {
        isAsked = true;
        await new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("interrupted"))));
        return { verdict: "promoted", words: "never" };
      },
    });
    await until("the gate is asked", () => isAsked);
    await queue.cancel(id, "class-a", ADA, "no");
    const { result } = await over(queue, id);
    expect(told).toEqual([[id, result?.version]]);
    expect(result).toBeDefined();
  });
});

describe("an entry of the arena", () => {
  it("goes to its own runner and is not judged; without one it fails and says so", async () => {
    const { queue, employ, folder } = await newWorkplace(newLmdbUrl());
    const { run } = await queue.enqueue({
      ...entry("input 28x28x1 > dense 10"),
      priority: PRIORITIES.arena,
      data: folder,
    });
    const worker = await employ({ judge: () => Promise.reject(new Error("it was judged")) });
    expect(await over(queue, run.id)).toMatchObject({ state: "failed", error: { code: "arena-not-here" } });
    await worker.stop();
    const { run: again } = await queue.enqueue({ ...entry("input 28x28x1 > dense 10"), data: folder });
    let given = "";
    await employ({
      judge: () => Promise.reject(new Error("it was judged")),
      arena(description, { wish }) {
        given = wish.arena?.network ?? "";
        const last = { type: "finished", model: "entry", version: "", folder, testAccuracy: 0.5, seconds: 1 } as const;
        const done = Promise.resolve({ ...last, testInterval: { low: 0.4, high: 0.6 } });
        expect(description.folder.startsWith(folder)).toBe(true);
        return { events: (async function* () {})(), cancel: () => undefined, done };
      },
    });
    expect(await over(queue, again.id)).toMatchObject({ state: "succeeded", result: { testAccuracy: 0.5 } });
    expect(given).toBe("input 28x28x1 > dense 10");
  });
});

it("a device has a plain name", async () => {
  const { queue, folder } = await newWorkplace(newLmdbUrl());
  const silent = () => undefined;
  const log = { info: silent, warn: silent, error: silent };
  const start = () => startWorker({ queue, log, registryFor: () => folder, runsFolder: folder, device: "../x" });
  expect(start).toThrow(expect.objectContaining({ code: "device-name" }));
});
