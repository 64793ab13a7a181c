// /train in a channel: queued once, one message that follows the run to its end, also over a restart; cancelled, promoted, refused.
import { mkdirSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { PostedMessage } from "../../src/commands/live.js";
import type { Message } from "../../src/commands/reply.js";
import { type Watch, watchRuns } from "../../src/commands/watch-runs.js";
import type { Claim } from "../../src/engine/queue/queue.js";
import { fire } from "../../src/engine/schedule/fire.js";
import { UserError } from "../../src/errors.js";
import { buttonsOf, press, textOf } from "../support/replies.js";
import { action, command, messageTo, openWorld, user, type World } from "../support/world.js";

let world: World;
let watch: Watch | undefined;
/** What stands in the channel, by the message's id: the last state of each, and how often it was edited. */
const channel = new Map<string, { readonly place: PostedMessage; readonly message: Message; readonly edits: number }>();
let refusal: UserError | undefined;
let editRefusal: UserError | undefined;

beforeEach(async () => {
  channel.clear();
  [refusal, editRefusal] = [undefined, undefined];
  world = await openWorld();
  for (const folder of ["mnist", "flowers", "leaves"]) mkdirSync(`${world.folder}/data/${folder}`, { recursive: true });
  takePosts(world);
});
afterEach(async () => {
  await watch?.stop();
  watch = undefined;
  await world.close();
});

function takePosts({ posters }: World): void {
  posters.set("test", {
    platform: "test",
    check: async () => {
      if (refusal?.code === "cannot-post") throw refusal;
    },
    post: async (place, message) => {
      if (refusal !== undefined) throw refusal;
      const posted = { ...place, id: String(channel.size + 1) };
      channel.set(posted.id, { place: posted, message, edits: 0 });
      return posted;
    },
    remove: async ({ id }) => void channel.delete(id),
    edit: async (place, message) => {
      if (refusal !== undefined || editRefusal !== undefined) throw refusal ?? editRefusal;
      const before = channel.get(place.id);
      channel.set(place.id, { place, message, edits: (before?.edits ?? 0) + 1 });
    },
  });
}

const ada = user("Ada", "admin");
const train = (options: Record<string, string | number> = { model: "digits" }, who = ada) =>
  messageTo(world, command(who, "train", options));
const shown = (id = "1") => textOf(channel.get(id)?.message ?? { kind: "message", private: false, blocks: [] });
const watching = () =>
  watchRuns({ queue: world.queue, posters: world.posters, store: world.store, log: silent, timing: QUICK });
const QUICK = { look: 50, interval: () => 100 };
const silent = { info: () => undefined, warn: () => undefined };

async function until(what: string, id = "1"): Promise<void> {
  await expect.poll(() => shown(id), { timeout: 15_000, interval: 100 }).toContain(what);
}

async function taken(): Promise<Claim> {
  const claim = await world.queue.take("device", "a worker of this test");
  if (claim === undefined) throw new Error("nothing to take");
  return claim;
}

test("a run is queued, and its message in the channel says by whom and at which place", async () => {
  const answer = await train();
  expect(textOf(answer)).toMatch(/Queued as r-\S+\./);
  expect(shown()).toContain("Training digits");
  expect(shown()).toContain("Asked for by Ada; next in the queue.");
  expect(channel.get("1")?.message.private).toBe(false);
  world.clock.at += 1000;
  await train({ model: "leaves" });
  expect(shown("2")).toContain("place 2 in the queue");
  const [second, first] = await world.queue.list();
  expect(first?.wish).toMatchObject({ recipe: "digits", model: "digits", data: `${world.folder}/data/mnist`, seed: 1 });
  expect(second?.wish).toMatchObject({ recipe: "images", model: "leaves", data: `${world.folder}/data/leaves` });
});

test("the same wish twice is one run with one message", async () => {
  await train({ model: "digits", epochs: 3, settings: "batch=32" });
  expect(textOf(await train({ model: "digits", epochs: 3, settings: "batch=32" }))).toContain(
    "That very run is under way",
  );
  expect(channel.size).toBe(1);
  const [run] = await world.queue.list();
  expect(run?.wish.settings).toEqual({ epochs: 3, batch: 32 });
});

test("the message follows the run: progress, its end, and what a person decides afterwards", async () => {
  await train();
  watch = watching();
  const claim = await taken();
  await world.queue.saveProgress(claim, {
    at: 1,
    attempt: claim.run.attempts,
    started: {
      run: claim.run.id,
      recipe: "digits",
      backend: "wasm",
      device: { kind: "cpu", name: "Test CPU", threads: 2 },
      data: { name: "mnist", version: "abc", images: { train: 10 } },
      parameters: 1000,
      epochs: 4,
    },
    step: { epoch: 2, step: 5, steps: 10, loss: 0.5, imagesPerSecond: 1234, secondsLeft: 65 },
    epochs: [1, 2].map((epoch) => ({
      phase: "train",
      epoch,
      learningRate: 0.001,
      loss: 1 / epoch,
      accuracy: 0.9,
      validationLoss: 0.5,
      validationAccuracy: 0.95,
      seconds: 10,
      imagesPerSecond: 1234,
    })),
    notes: [],
  });
  await until("38 %");
  expect(shown()).toContain("Epoch: 2 of 4");
  expect(shown()).toContain("1,234 images a second");
  expect(shown()).toContain("Time left: 1 min 5 s");
  expect(shown()).toContain("Test CPU (wasm)");
  expect(shown()).toContain("learning curves");
  const result = {
    model: "digits",
    version: "20261126-1200-abcdef01",
    folder: "/nowhere",
    testAccuracy: 0.97,
    testInterval: { low: 0.96, high: 0.98 },
    seconds: 100,
  };
  await world.queue.end(claim, [{ state: "succeeded", by: { kind: "worker" }, why: "learned" }], {
    result,
    gate: { verdict: "kept", words: "It is not worse, and the policy keeps it as a candidate." },
  });
  await until("It is not worse");
  expect(shown()).toContain("97.0 % (95 %: 96.0 % to 98.0 %)");
  expect(buttonsOf(channel.get("1")?.message ?? shownNothing).map(({ label }) => label)).toEqual([
    "Promote",
    "Details",
  ]);
  await world.queue.promoted(claim.run.id, { kind: "person", id: "x", name: "Eve" }, "better for us");
  await until("its model went into service");
});

const shownNothing: Message = { kind: "message", private: false, blocks: [] };

test("after a restart of the bot the same message is edited on, and one of two bots does it", async () => {
  await train();
  watch = watching();
  await until("next in the queue");
  await watch.stop();
  world = await world.restarted();
  takePosts(world);
  const [one, two] = [watching(), watching()];
  const { run } = await taken();
  await until("starts");
  const before = channel.get("1")?.edits ?? 0;
  await world.queue.cancel(run.id, "course", { kind: "person", id: "y", name: "Bob" }, "no time");
  await until("is being cancelled");
  // Both have looked again by now.
  await new Promise((resolve) => setTimeout(resolve, 400));
  expect((channel.get("1")?.edits ?? 0) - before).toBe(1);
  expect(channel.size).toBe(1);
  await Promise.all([one.stop(), two.stop()]);
});

test("what the gate refused is offered to nobody", async () => {
  await train();
  watch = watching();
  const claim = await taken();
  const gate = { verdict: "refused", words: "Not promoted: it may be worse." } as const;
  const result = { model: "digits", version: "v2", folder: "/nowhere", testAccuracy: 0.9, seconds: 1 };
  await world.queue.end(claim, [{ state: "succeeded", by: { kind: "worker" }, why: "learned" }], {
    result: { ...result, testInterval: { low: 0.8, high: 0.95 } },
    gate,
  });
  await until("its model was refused");
  expect(buttonsOf(channel.get("1")?.message ?? shownNothing).map(({ label }) => label)).toEqual(["Details"]);
});

test("while nothing changes, what is over is not read again; what a person decides later is shown all the same", async () => {
  await train();
  let lists = 0;
  const list = () => {
    lists += 1;
    return world.queue.list();
  };
  watch = watchRuns({
    queue: { ...world.queue, list },
    posters: world.posters,
    store: world.store,
    log: silent,
    timing: QUICK,
  });
  const claim = await taken();
  await world.queue.end(claim, [{ state: "succeeded", by: { kind: "worker" }, why: "learned" }]);
  await until("its model is a candidate");
  await expect.poll(async () => (await world.queue.list())[0]?.message?.shown).toBe("succeeded");
  // A few looks later everything is as it should be.
  await new Promise((resolve) => setTimeout(resolve, 10 * QUICK.look));
  const before = lists;
  await new Promise((resolve) => setTimeout(resolve, 10 * QUICK.look));
  expect(lists).toBe(before);
  await world.queue.promoted(claim.run.id, { kind: "person", id: "x", name: "Eve" }, "better for us");
  await until("its model went into service");
});

test("Cancel and Details work for admins of the community alone", async () => {
  await train();
  const message = channel.get("1")?.message ?? shownNothing;
  const refused = await messageTo(world, action(user("Lea"), press(message, "Cancel")));
  expect(textOf(refused)).toContain("is for admins");
  const elsewhere = await messageTo(world, action(ada, press(message, "Cancel"), {}, "another"));
  expect(textOf(elsewhere)).toMatch(/no (such )?run/i);
  expect(textOf(await messageTo(world, action(ada, press(message, "Details"))))).toContain("by the recipe digits");
  expect(textOf(await messageTo(world, action(ada, press(message, "Cancel"))))).toContain("is cancelled");
  expect((await world.queue.list())[0]).toMatchObject({ state: "cancelled" });
});

test("where the bot may not post, nothing is queued, whether it is told so or finds out", async () => {
  refusal = new UserError("cannot-post", "Convo may not write here.", "Invite it.");
  expect(textOf(await train())).toContain("Convo may not write here. Invite it.");
  refusal = new UserError("elsewhere", "The channel was archived.", "Take another.");
  expect(textOf(await train())).toContain("The channel was archived.");
  expect(await world.queue.list()).toEqual([]);
});

test("where the bot may post and not edit, the run is cancelled, and no message is left", async () => {
  editRefusal = new UserError("cannot-post", "Messages cannot be edited here.", "Ask the admin.");
  expect(textOf(await train())).toContain("Messages cannot be edited here.");
  expect((await world.queue.list()).map(({ state }) => state)).toEqual(["cancelled"]);
  expect(channel.size).toBe(0);
});

test("a message that was deleted is left alone, and the run goes on", async () => {
  await train();
  watch = watching();
  refusal = new UserError("message-gone", "The message was deleted.", "Nothing is to be done.");
  await taken();
  await expect
    .poll(async () => (await world.queue.list())[0]?.message?.shown, { timeout: 15_000, interval: 100 })
    .toBe("gone");
  expect((await world.queue.list())[0]?.state).toBe("running");
});

test("a scheduled run gets its message in the channel where the schedule was added", async () => {
  const added = await messageTo(
    world,
    command(ada, "schedule add", { cron: "every Sunday at 03:00", model: "leaves", timezone: "UTC" }),
  );
  expect(textOf(added)).toContain("Added");
  const [schedule] = await world.schedules.list("course");
  if (schedule === undefined) throw new Error("no schedule");
  await fire(schedule, { due: world.clock.at, missed: 0 }, world.queue, world.clock.at);
  expect(channel.size).toBe(0);
  watch = watching();
  await until("Asked for by schedule s1; next in the queue.");
  expect(channel.get("1")?.place).toMatchObject({ channel: "general", community: "course" });
  await taken();
  await until("starts");
  expect(channel.size).toBe(1);
});

test.each([
  [{ model: "digit" }, "Did you mean digits?"],
  [{ model: "../mnist" }, 'There is no model "../mnist"'],
  [{ model: "digits", settings: "batch" }, '"batch" is no setting'],
  [{ model: "digits", settings: "foo=1" }, 'Unrecognized key: "foo"'],
  [{ model: "digits", settings: "learningRate=7 dropout=wet" }, "learningRate: Too big"],
  [{ model: "digits", epochs: 0 }, "from 1 to 1000"],
])("%j is refused with the fix", async (options, words) => {
  expect(textOf(await train(options))).toContain(words);
  expect(await world.queue.list()).toEqual([]);
});

test("learners and instructors may not train", async () => {
  for (const role of ["learner", "instructor"] as const) {
    expect(textOf(await train({ model: "digits" }, user("Lea", role)))).toContain("is for admins");
  }
});
