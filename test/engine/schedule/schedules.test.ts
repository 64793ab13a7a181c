// Schedules over a real store and the real queue: each time fires once, whoever looks; missed times, overlaps, pauses, crashes.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openQueue, type WorkQueue } from "../../../src/engine/queue/queue.js";
import type { RunQueue } from "../../../src/engine/queue/run.js";
import type { CatchUp, Schedule } from "../../../src/engine/schedule/schedule.js";
import { openSchedules, type Schedules } from "../../../src/engine/schedule/schedules.js";
import { openStore } from "../../../src/store/open.js";
import type { Store } from "../../../src/store/store.js";
import { refusal } from "../../support/errors.js";

const HOUR = 3_600_000;
const SILENT = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const ADMIN = { kind: "person", id: "id-ada", name: "Ada" } as const;
const WISH = { recipe: "digits", model: "digits", data: "/data/mnist", seed: 1, settings: {} } as const;

let folder: string;
let clock: { at: number };
let bot: Bot;

interface Bot {
  readonly store: Store;
  readonly queue: WorkQueue;
  readonly schedules: Schedules;
}

/** A process of the bot; several may share the folder. */
async function openBot(
  queueOf: (queue: WorkQueue) => Pick<RunQueue, "enqueue" | "list" | "setMessage"> = (queue) => queue,
): Promise<Bot> {
  const store = await openStore({ url: `lmdb:${folder}/store` });
  const now = (): number => clock.at;
  const queue = openQueue({ store, now });
  return { store, queue, schedules: openSchedules({ store, queue: queueOf(queue), log: SILENT, data: "/data", now }) };
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "convo-schedules-"));
  // A Friday.
  clock = { at: Date.parse("2026-11-27T12:00:00Z") };
  bot = await openBot();
});
afterEach(async () => {
  await bot.store.close();
  rmSync(folder, { recursive: true, force: true });
});

const add = (when: string, catchUp: CatchUp = "once", community = "course"): Promise<Schedule> =>
  bot.schedules.add({ community, when, timeZone: "Europe/Berlin", wish: WISH, catchUp, by: ADMIN });
const moveTo = (time: string): void => {
  clock.at = Date.parse(time);
};
const history = async () => (await bot.schedules.list("course"))[0]?.history ?? [];
/** The run that waits is taken and ends. */
async function finish(): Promise<void> {
  const claim = await bot.queue.take("test", "a test");
  if (claim === undefined) throw new Error("nothing waits");
  await bot.queue.end(claim, [{ state: "succeeded", by: { kind: "worker" }, why: "done" }]);
}

describe("a schedule", () => {
  it("fires when it is due, once, as a wish of its own", async () => {
    const schedule = await add("every Sunday at 03:00");
    expect(bot.schedules.next(schedule, 2)).toEqual([Date.parse("2026-11-29T02:00Z"), Date.parse("2026-12-06T02:00Z")]);
    moveTo("2026-11-29T01:59:59Z");
    await bot.schedules.look();
    expect(await bot.queue.list()).toEqual([]);
    moveTo("2026-11-29T02:00:30Z");
    await bot.schedules.look();
    await bot.schedules.look();
    const [run, ...more] = await bot.queue.list("course");
    expect(more).toEqual([]);
    expect(run?.wish).toMatchObject({ ...WISH, community: "course", by: { kind: "schedule", id: "s1" }, priority: 10 });
    expect(await history()).toMatchObject([{ outcome: "started", run: run?.id, due: Date.parse("2026-11-29T02:00Z") }]);
  });

  it("fires once although three processes look at the same moment, ten weeks long", async () => {
    const others = [await openBot(), await openBot()];
    await add("every Sunday at 03:00");
    for (let week = 0; week < 10; week++) {
      clock.at = Date.parse("2026-11-29T02:00:05Z") + week * 7 * 24 * HOUR;
      await Promise.all([bot, ...others].flatMap(({ schedules }) => [schedules.look(), schedules.look()]));
      await finish();
    }
    expect(await bot.queue.list("course")).toHaveLength(10);
    expect((await history()).map(({ outcome }) => outcome)).toEqual(Array(10).fill("started"));
    for (const { store } of others) await store.close();
  });

  it("leaves a time out while its run of before waits or runs, and tells it", async () => {
    await add("every hour");
    moveTo("2026-11-27T13:00:10Z");
    await bot.schedules.look();
    moveTo("2026-11-27T14:00:10Z");
    await bot.schedules.look();
    await bot.queue.take("test", "a test");
    moveTo("2026-11-27T15:00:10Z");
    await bot.schedules.look();
    expect(await bot.queue.list("course")).toHaveLength(1);
    const [running, waiting] = await history();
    expect(waiting).toMatchObject({ outcome: "overlapped", why: expect.stringContaining("still waiting") });
    expect(running).toMatchObject({ outcome: "overlapped", why: expect.stringContaining("still running") });
  });

  it("joins the same run that a person has asked for", async () => {
    await add("every hour");
    const { run } = await bot.queue.enqueue({ ...WISH, community: "course", by: ADMIN, priority: 20 });
    moveTo("2026-11-27T13:00:10Z");
    await bot.schedules.look();
    expect(await history()).toMatchObject([{ outcome: "joined", run: run.id }]);
  });

  it("tells why the queue refused its run", async () => {
    const poor = openQueue({ store: bot.store, now: () => clock.at, quotaHours: 1 });
    const claim = await paid(poor);
    await poor.end(claim, [{ state: "failed", by: { kind: "worker" }, why: "enough" }]);
    const schedules = openSchedules({ store: bot.store, queue: poor, log: SILENT, data: "/data", now: () => clock.at });
    await add("every hour");
    moveTo("2026-11-27T13:00:10Z");
    await schedules.look();
    expect(await history()).toMatchObject([{ outcome: "refused", why: expect.stringContaining("training hours") }]);
  });
});

/** A run that used two hours. */
async function paid(queue: WorkQueue) {
  await queue.enqueue({ ...WISH, community: "course", by: ADMIN, priority: 20 });
  const claim = await queue.take("test", "a test");
  if (claim === undefined) throw new Error("nothing waits");
  await queue.beat(claim, 2 * 3600);
  return claim;
}

describe("times that were missed", () => {
  it("are made good once, however many there were", async () => {
    await add("daily at 02:30", "once");
    moveTo("2026-12-02T09:00:00Z");
    await bot.schedules.look();
    await finish();
    await bot.schedules.look();
    expect(await bot.queue.list("course")).toHaveLength(1);
    expect(await history()).toMatchObject([
      { outcome: "started", why: expect.stringContaining("5 times were missed") },
    ]);
    moveTo("2026-12-03T01:30:01Z");
    await bot.schedules.look();
    expect(await bot.queue.list("course")).toHaveLength(2);
  });

  it("are skipped where so chosen, and the next fires", async () => {
    await add("daily at 02:30", "skip");
    moveTo("2026-12-02T09:00:00Z");
    await bot.schedules.look();
    expect(await bot.queue.list("course")).toEqual([]);
    expect(await history()).toMatchObject([{ outcome: "missed", why: expect.stringContaining("5 times were missed") }]);
    moveTo("2026-12-03T01:30:01Z");
    await bot.schedules.look();
    expect(await bot.queue.list("course")).toHaveLength(1);
  });

  it("are not made good after a pause", async () => {
    await add("daily at 02:30");
    await bot.schedules.pause("course", "s1", true);
    moveTo("2026-12-02T09:00:00Z");
    await bot.schedules.look();
    const schedule = await bot.schedules.pause("course", "s1", false);
    await bot.schedules.look();
    expect(await bot.queue.list("course")).toEqual([]);
    expect(bot.schedules.next(schedule, 1)).toEqual([Date.parse("2026-12-03T01:30Z")]);
  });
});

describe("a process that dies", () => {
  it("before its run is in the queue is followed by another a minute later", async () => {
    const dying = await openBot((queue) => ({ ...queue, enqueue: () => Promise.reject(new Error("killed")) }));
    await add("every hour");
    moveTo("2026-11-27T13:00:01Z");
    await dying.schedules.look();
    await bot.schedules.look();
    expect(await bot.queue.list("course")).toEqual([]);
    moveTo("2026-11-27T13:01:02Z");
    await bot.schedules.look();
    await bot.schedules.look();
    expect(await bot.queue.list("course")).toHaveLength(1);
    expect(await history()).toMatchObject([{ outcome: "started", due: Date.parse("2026-11-27T13:00Z") }]);
    await dying.store.close();
  });

  it("after its run is in the queue leaves that one, even if it is over by then", async () => {
    const dying = await openBot((queue) => ({
      ...queue,
      async enqueue(wish) {
        await queue.enqueue(wish);
        throw new Error("killed");
      },
    }));
    await add("every hour");
    moveTo("2026-11-27T13:00:01Z");
    await dying.schedules.look();
    await finish();
    moveTo("2026-11-27T13:01:02Z");
    await bot.schedules.look();
    expect(await bot.queue.list("course")).toHaveLength(1);
    expect(await history()).toMatchObject([{ outcome: "started" }]);
    await dying.store.close();
  });
});

describe("the list", () => {
  it("is a community's own, and numbers are not given twice", async () => {
    await add("every hour");
    await add("daily", "skip");
    await add("weekly", "once", "course/other");
    await bot.schedules.remove("course", "S2");
    await add("weekly");
    expect((await bot.schedules.list("course")).map(({ id, words }) => [id, words])).toEqual([
      ["s1", "every hour"],
      ["s3", "every Sunday at 03:00"],
    ]);
    expect((await bot.schedules.list("course/other")).map(({ id }) => id)).toEqual(["s1"]);
  });

  it("refuses what is not there, with what is", async () => {
    await add("every hour");
    const error = await refusal(() => bot.schedules.remove("course", "x1"));
    expect([error.code, error.fix]).toEqual(["schedule-not-found", "Did you mean s1? There are s1."]);
    expect((await refusal(() => bot.schedules.pause("other", "s1", true))).code).toBe("schedule-not-found");
  });

  it("ends at twenty", async () => {
    for (let count = 0; count < 20; count++) await add("every hour");
    expect((await refusal(() => add("every hour"))).code).toBe("too-many-schedules");
  });
});

it("looks by itself: what was missed at once, and then by node-cron", async () => {
  await add("every hour");
  moveTo("2026-11-27T13:00:01Z");
  const schedules = openSchedules({
    store: bot.store,
    queue: bot.queue,
    log: SILENT,
    data: "/data",
    now: () => clock.at,
    beat: "* * * * * *",
  });
  await schedules.start();
  expect(await bot.queue.list("course")).toHaveLength(1);
  await finish();
  moveTo("2026-11-27T14:00:01Z");
  await expect.poll(() => bot.queue.list("course"), { timeout: 5_000 }).toHaveLength(2);
  await schedules.close();
});
