// What the rest of the house relies on in the queue, the same on both stores.
import { describe, expect, it } from "vitest";
import { openQueue, type QueueOptions } from "../../../src/engine/queue/queue.js";
import { MOST_ATTEMPTS, SHARED } from "../../../src/engine/queue/run.js";
import { backends, opened } from "../../store/places.js";
import { ADA, BEN, entry, SUNDAYS, wish } from "./support/wishes.js";

const DAY = 86_400_000;
const FIRST_DAY = Date.UTC(2026, 10, 26, 12);
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

for (const { name, newUrl, skipped, why } of backends) {
  describe.skipIf(skipped)(`the queue on ${name}${why}`, () => {
    /** A queue with a clock of its own, and another view of the same store. */
    async function newQueue(options: Partial<QueueOptions> = {}) {
      const url = newUrl();
      const clock = { now: FIRST_DAY };
      const open = async () => openQueue({ store: await opened({ url }), now: () => clock.now++, ...options });
      return { queue: await open(), other: await open(), clock };
    }

    it("keeps a wish as it was made, with who and why", async () => {
      const { queue, other } = await newQueue();
      const { run, isNew } = await queue.enqueue(wish({ settings: { epochs: 2 } }));
      expect(isNew).toBe(true);
      expect(run.id).toMatch(/^r-20261126-[0-9a-f]{4}$/);
      expect(run).toMatchObject({ state: "queued", wish: { settings: { epochs: 2 } }, attempts: 0 });
      expect(run.changes).toEqual([{ at: run.created, state: "queued", by: ADA, why: "asked for" }]);
      expect(await other.get(run.id)).toEqual(run);
      expect(await other.list("class-a")).toEqual([run]);
      expect(await other.list("class-b")).toEqual([]);
    });

    it("the same wish, whoever has it, is one run while it is waiting or learning", async () => {
      const { queue, other } = await newQueue();
      const { run } = await queue.enqueue(wish({ by: SUNDAYS, priority: 10, settings: { epochs: 2, batch: 8 } }));
      const again = await other.enqueue(wish({ by: BEN, priority: 20, settings: { batch: 8, epochs: 2 } }));
      expect(again).toMatchObject({ isNew: false, run: { id: run.id, wish: { by: SUNDAYS, priority: 20 } } });
      expect((await other.enqueue(wish({ settings: { epochs: 3 } }))).isNew).toBe(true);
      const claim = await queue.take("here", "a worker");
      expect((await other.enqueue(wish({ settings: { epochs: 2, batch: 8 } }))).run.id).toBe(claim?.run.id);
      if (claim === undefined) throw new Error("nothing was taken");
      await queue.end(claim, [{ state: "succeeded", by: { kind: "worker" }, why: "trained" }]);
      expect((await other.enqueue(wish({ settings: { epochs: 2, batch: 8 } }))).isNew).toBe(true);
    });

    it("is worked off by priority, then by age, and says the place", async () => {
      const { queue } = await newQueue();
      const runs = [];
      for (const [seed, priority] of [10, 20, 0, 20].entries()) {
        runs.push((await queue.enqueue(wish({ seed, priority }))).run.id);
      }
      expect(await Promise.all(runs.map((id) => queue.position(id)))).toEqual([3, 1, 4, 2]);
      const claim = await queue.take("here", "a worker");
      expect(claim?.run.id).toBe(runs[1]);
      expect(await Promise.all(runs.map((id) => queue.position(id)))).toEqual([2, undefined, 3, 1]);
      expect(await queue.position("r-20200101-0000")).toBeUndefined();
    });

    it("among equals the community that used the device least is first", async () => {
      const { queue } = await newQueue();
      await queue.enqueue(wish({ community: "busy", seed: 1 }));
      const first = await queue.take("here", "a worker");
      if (first === undefined) throw new Error("nothing was taken");
      await queue.beat(first, 100);
      await queue.end(first, [{ state: "succeeded", by: { kind: "worker" }, why: "trained" }]);
      expect(await queue.used("busy")).toBe(100);
      await queue.enqueue(wish({ community: "busy", seed: 2 }));
      const { run } = await queue.enqueue(wish({ community: "new", seed: 2 }));
      expect(await queue.position(run.id)).toBe(1);
      expect((await queue.take("here", "a worker"))?.run.id).toBe(run.id);
    });

    it("a community that used its hours is refused until a day leaves the thirty, the shared one never", async () => {
      const { queue, clock } = await newQueue({ quotaHours: 1 });
      for (const [seed, seconds] of [1800, 1900].entries()) {
        await queue.enqueue(wish({ seed }));
        const claim = await queue.take("here", "a worker");
        if (claim === undefined) throw new Error("nothing was taken");
        await queue.beat(claim, seconds);
        await queue.end(claim, [{ state: "succeeded", by: { kind: "worker" }, why: "trained" }]);
        clock.now += DAY;
      }
      await expect(queue.enqueue(wish({ seed: 3 }))).rejects.toMatchObject({
        code: "quota-used",
        message: expect.stringMatching(/1\.0 of 1 training hours.* from 2026-12-26/),
      });
      await queue.enqueue(wish({ seed: 3, community: SHARED }));
      clock.now = Date.UTC(2026, 11, 25, 23);
      await expect(queue.enqueue(wish({ seed: 3 }))).rejects.toMatchObject({ code: "quota-used" });
      clock.now = Date.UTC(2026, 11, 26, 0, 1);
      expect((await queue.enqueue(wish({ seed: 3 }))).isNew).toBe(true);
      expect(await queue.used("class-a")).toBe(1900);
    });

    it("a run whose community used its hours while it waited fails with that reason", async () => {
      const { queue } = await newQueue({ quotaHours: 1 });
      await queue.enqueue(wish({ seed: 1 }));
      const { run: late } = await queue.enqueue(wish({ seed: 2 }));
      const claim = await queue.take("here", "a worker");
      if (claim === undefined) throw new Error("nothing was taken");
      await queue.beat(claim, 4000);
      await queue.end(claim, [{ state: "succeeded", by: { kind: "worker" }, why: "trained" }]);
      expect(await queue.take("here", "a worker")).toBeUndefined();
      expect(await queue.get(late.id)).toMatchObject({ state: "failed", error: { code: "quota-used" } });
    });

    it("one person has one entry in the arena at a time", async () => {
      const { queue } = await newQueue();
      const { run } = await queue.enqueue(entry("a"));
      expect((await queue.enqueue(entry("a"))).isNew).toBe(false);
      await expect(queue.enqueue(entry("b"))).rejects.toMatchObject({ code: "arena-one-at-a-time" });
      expect((await queue.enqueue(entry("b", BEN))).isNew).toBe(true);
      await queue.cancel(run.id, "class-a", ADA, "a slip");
      expect((await queue.enqueue(entry("b2"))).isNew).toBe(true);
    });

    it("cancels at once what waits, asks for it where it runs, refuses what is over and what is another's", async () => {
      const { queue, other } = await newQueue();
      const { run: waits } = await queue.enqueue(wish({ seed: 1, priority: 0 }));
      const { run: runs } = await queue.enqueue(wish({ seed: 2 }));
      const claim = await queue.take("here", "a worker");
      await expect(other.cancel(runs.id, "class-b", BEN, "no")).rejects.toMatchObject({ code: "run-not-found" });
      const cancelled = await other.cancel(waits.id, "class-a", BEN, "not needed");
      expect(cancelled.state).toBe("cancelled");
      expect(cancelled.changes.at(-1)).toMatchObject({ state: "cancelled", by: BEN, why: "not needed" });
      expect((await other.cancel(runs.id, "class-a", BEN, "stop")).state).toBe("cancelling");
      expect((await other.cancel(runs.id, "class-a", ADA, "stop!")).changes).toHaveLength(3);
      if (claim === undefined) throw new Error("nothing was taken");
      expect((await queue.look(claim))?.state).toBe("cancelling");
      await queue.end(claim, [{ state: "cancelled", by: { kind: "worker" }, why: "stopped" }]);
      for (const { id } of [waits, runs]) {
        expect(await queue.get(id)).toMatchObject({ state: "cancelled" });
        await expect(other.cancel(id, "class-a", ADA, "again")).rejects.toMatchObject({ code: "run-over" });
      }
      for (const id of ["r-20200101-0000", "../x", "", "__proto__"]) {
        await expect(queue.cancel(id, "class-a", ADA, "x")).rejects.toMatchObject({ code: "run-not-found" });
        expect(await queue.get(id)).toBeUndefined();
        expect(await queue.progress(id)).toBeUndefined();
      }
    });

    it("many who reach for one device at once: one gets it", async () => {
      const { queue, other } = await newQueue();
      for (let seed = 0; seed < 4; seed++) await queue.enqueue(wish({ seed }));
      const claims = await Promise.all(
        [queue, other, queue, other].map((view, at) => view.take("here", `worker ${at}`)),
      );
      expect(claims.filter((claim) => claim !== undefined)).toHaveLength(1);
      expect(await other.take("there", "another")).toBeDefined();
      const running = (await queue.list()).filter(({ state }) => state === "running");
      expect(running.map(({ device }) => device).toSorted()).toEqual(["here", "there"]);
    });

    it("a worker that is not heard of loses device and run; what it says afterwards changes nothing", async () => {
      const { queue, other } = await newQueue({ lease: 60 });
      const { run } = await queue.enqueue(wish());
      for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
        const claim = await queue.take("here", "a worker");
        if (claim === undefined) throw new Error("nothing was taken");
        expect(await other.recover()).toEqual([]);
        await pause(70);
        await queue.beat(claim, 1);
        expect(await other.recover()).toEqual([]);
        await pause(70);
        const [freed] = await other.recover();
        const lost = attempt === MOST_ATTEMPTS;
        expect(freed).toMatchObject({ id: run.id, state: lost ? "failed" : "queued", attempts: attempt });
        expect(freed?.changes.at(-1)?.why).toContain("a worker was not heard of any more");
        expect(await queue.beat(claim, 0)).toBeUndefined();
        expect(await queue.look(claim)).toBeUndefined();
        expect(await queue.end(claim, [{ state: "succeeded", by: { kind: "worker" }, why: "late" }])).toBeUndefined();
        expect(await queue.handBack(claim, "late")).toBeUndefined();
      }
      expect(await queue.get(run.id)).toMatchObject({ state: "failed", error: { code: "workers-lost" } });
    });

    it("a run whose worker is lost while it is being cancelled is cancelled", async () => {
      const { queue, other } = await newQueue({ lease: 30 });
      const { run } = await queue.enqueue(wish());
      await queue.take("here", "a worker");
      await queue.cancel(run.id, "class-a", ADA, "stop");
      await other.recover();
      await pause(40);
      expect(await other.recover()).toMatchObject([{ id: run.id, state: "cancelled" }]);
    });

    it("handed back, a run waits again without an attempt more", async () => {
      const { queue } = await newQueue();
      const { run } = await queue.enqueue(wish());
      for (let time = 0; time < MOST_ATTEMPTS + 2; time++) {
        const claim = await queue.take("here", "a worker");
        if (claim === undefined) throw new Error("nothing was taken");
        expect(await queue.handBack(claim, "the machine restarts")).toMatchObject({ id: run.id, state: "queued" });
      }
      expect(await queue.get(run.id)).toMatchObject({ state: "queued", attempts: 0 });
    });

    it("keeps the newest progress, and none of a worker that was given up", async () => {
      const { queue, other } = await newQueue();
      const { run } = await queue.enqueue(wish());
      const claim = await queue.take("here", "a worker");
      if (claim === undefined) throw new Error("nothing was taken");
      expect(await other.progress(run.id)).toBeUndefined();
      await queue.saveProgress(claim, { at: 1, attempt: 2, phase: "second", epochs: [], notes: [] });
      await queue.saveProgress(claim, { at: 2, attempt: 1, phase: "late", epochs: [], notes: [] });
      expect(await other.progress(run.id)).toEqual({ at: 1, attempt: 2, phase: "second", epochs: [], notes: [] });
    });

    it("a run that is over keeps its message's place and can be promoted once it succeeded", async () => {
      const { queue, other } = await newQueue();
      const { run } = await queue.enqueue(wish());
      await queue.setMessage(run.id, { channel: "c1" });
      await expect(other.promoted(run.id, ADA, "good")).rejects.toMatchObject({ code: "run-not-promotable" });
      const claim = await queue.take("here", "a worker");
      if (claim === undefined) throw new Error("nothing was taken");
      await queue.end(claim, [{ state: "succeeded", by: { kind: "worker" }, why: "trained" }]);
      await other.setMessage(run.id, { channel: "c2" });
      expect(await other.promoted(run.id, BEN, "good")).toMatchObject({
        state: "promoted",
        message: { channel: "c2" },
      });
      expect((await queue.promoted(run.id, ADA, "too")).changes.at(-1)).toMatchObject({ by: BEN });
      await expect(queue.setMessage("r-20200101-0000", {})).rejects.toMatchObject({ code: "run-not-found" });
    });

    it("forgets a person where runs name them, waiting or over, and nowhere else", async () => {
      const { queue } = await newQueue();
      const { run: over } = await queue.enqueue(wish({ seed: 1 }));
      await queue.setMessage(over.id, { channel: "lab", asker: "Ada" });
      await queue.cancel(over.id, "class-a", ADA, "no");
      const { run: waits } = await queue.enqueue(wish({ seed: 2, by: BEN }));
      await queue.enqueue(wish({ seed: 3, community: "class-b" }));
      await queue.cancel(waits.id, "class-a", ADA, "no");
      expect(await queue.forget("class-a", "ada", "p-1")).toBe(2);
      expect(await queue.forget("class-a", "ada", "p-1")).toBe(0);
      expect((await queue.get(over.id))?.message).toEqual({ channel: "lab", asker: "p-1" });
      expect(JSON.stringify(await queue.list("class-a"))).not.toMatch(/\bada\b/i);
      expect((await queue.get(over.id))?.changes.at(-1)).toMatchObject({ by: { id: "p-1", name: "p-1" }, why: "no" });
      expect((await queue.get(waits.id))?.wish.by).toEqual(BEN);
      expect(JSON.stringify(await queue.list("class-b"))).toMatch(/ada/i);
    });

    it("wishes from many sides at once are all there, each once", async () => {
      const { queue, other } = await newQueue();
      const wishes = Array.from({ length: 12 }, (_, seed) => wish({ seed: seed % 6 }));
      const found = await Promise.all(wishes.map((one, at) => (at % 2 === 0 ? queue : other).enqueue(one)));
      expect(found.filter(({ isNew }) => isNew)).toHaveLength(6);
      expect(new Set((await queue.list()).map(({ id }) => id))).toEqual(new Set(found.map(({ run }) => run.id)));
    });
  });
}
