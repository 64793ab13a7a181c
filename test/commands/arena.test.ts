// /arena as a class uses it: submit by word or form, see how it goes, the board, hidden learners, closing and opening.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { followOnce } from "../../src/commands/arena-announcement.js";
import type { Poster } from "../../src/commands/live.js";
import { MNIST_FILES } from "../../src/engine/training/data/mnist.js";
import { UserError } from "../../src/errors.js";
import { blockOf, press, textOf } from "../support/replies.js";
import { action, command, formTo, messageTo, openWorld, user, type World } from "../support/world.js";

const ada = user("ada");
const ben = user("ben");
const ida = user("ida", "instructor");
const NETWORK = "input 28x28; conv 4 /2 relu; gap; dense 10 softmax";
let world: World;
beforeEach(async () => {
  world = await openWorld();
  const folder = join(world.folder, "data/mnist");
  mkdirSync(folder, { recursive: true });
  for (const { name } of Object.values(MNIST_FILES)) writeFileSync(join(folder, name), "");
});
afterEach(() => world.close());

const say = (who: typeof ada, line: string, options = {}) => messageTo(world, command(who, line, options));
const submit = (who: typeof ada, network = NETWORK) => {
  // Of two entries of one moment nobody knows which is first.
  world.clock.at += 1000;
  return say(who, "arena submit", { network });
};

async function trained(testAccuracy: number): Promise<void> {
  const claim = await world.queue.take("test", "a test");
  if (claim === undefined) throw new Error("nothing waits");
  const testInterval = { low: testAccuracy - 0.01, high: testAccuracy + 0.005 };
  const result = { model: "arena", version: "unsaved", folder: "/runs", testAccuracy, testInterval, seconds: 90 };
  await world.queue.end(claim, [{ state: "succeeded", by: { kind: "worker" }, why: "trained" }], { result });
}

describe("/arena submit", () => {
  it("counts, says what training needs and where the entry waits; the button follows it to its place", async () => {
    const sent = await submit(ada);
    expect(sent.private).toBe(true);
    const text = textOf(sent);
    for (const part of [
      "90 parameters",
      "90 of at most 500,000",
      "Memory to train, at least",
      "about 120 seconds",
      "the next to be trained",
    ]) {
      expect(text).toContain(part);
    }
    await trained(0.962);
    const over = await messageTo(world, action(ada, press(sent, "How is it going?")));
    expect(over.replaces).toBe(true);
    expect(textOf(over)).toContain("96.20 % of 5,000 digits are right (95.20 % to 96.70 %): place 1 of 1");
    expect(textOf(over)).toContain("Nobody is smaller and as good.");
  });

  it("also comes from a form", async () => {
    const form = await formTo(world, action(ada, press(await say(ada, "arena board"), "Submit a network")));
    const sent = await messageTo(
      world,
      action(ada, form.submit, { fields: { network: "input 28x28\nflatten\ndense 10" } }),
    );
    expect(textOf(sent)).toContain("In the arena with 7,850 parameters");
  });

  it("can be withdrawn by its owner alone", async () => {
    const sent = await submit(ada);
    const withdraw = press(sent, "Withdraw");
    expect(textOf(await messageTo(world, action(ben, withdraw)))).toContain("somebody else's");
    expect(textOf(await messageTo(world, action(ada, withdraw)))).toContain("Withdrawn");
    expect(textOf(await messageTo(world, action(ada, press(sent, "How is it going?"))))).toContain("withdrawn");
    expect(textOf(await submit(ada))).toContain("the next to be trained");
  });

  it.each([
    ["input 28x28; flatten; dense 12", "ten digits"],
    ["input 28x28; conv 4; conv 4 groups 2; gap; dense 10", "Layer 2: conv2: A convolution with groups"],
    ["input 28x28; covn 4; gap; dense 10", "Did you mean conv?"],
    ["resnet50", "the arena's digits are 28×28×1"],
    ["input 28x28; flatten; dense 1000; dense 10", "at most 500,000"],
  ])("refuses %s with the way out", async (network, part) => {
    expect(textOf(await submit(ada, network))).toContain(part);
    expect(await world.queue.list()).toEqual([]);
  });
});

describe("/arena board", () => {
  it("shows two tables and a picture to everybody, and who still waits", async () => {
    expect(textOf(await say(ada, "arena board"))).toContain("No network is ranked yet.");
    await submit(ada);
    await trained(0.962);
    await submit(ben, "input 28x28; flatten; dense 10");
    await trained(0.91);
    await submit(ben);
    const board = await say(ida, "arena board");
    expect(board.private).toBe(false);
    const text = textOf(board);
    expect(text).toContain("1 | ada ★ | 96.20 % | 90");
    expect(text).toContain("2 | ben | 91.00 % | 7,850");
    expect(text).toContain("The smallest with 95 % and more");
    expect(text).toContain("1 entry waits or is being trained.");
    expect(blockOf(board, "picture").alt).toContain("2 networks by parameters and accuracy");
  });

  it("leaves out who is hidden in the standings", async () => {
    await submit(ada);
    await trained(0.962);
    await submit(ben);
    await trained(0.95);
    await messageTo(world, action(ada, { command: "standings", action: "hide", args: {} }));
    const text = textOf(await say(ben, "arena board"));
    expect(text).not.toMatch(/\bada\b/);
    expect(text).toContain("1 | ben ★");
  });
});

describe("/arena close and open", () => {
  it("are for instructors; a new round begins with an empty board", async () => {
    expect(textOf(await say(ada, "arena close"))).toContain("is for instructors");
    await submit(ada);
    await trained(0.9);
    const closed = await say(ida, "arena close");
    expect(textOf(closed)).toContain("Round 1 is closed");
    expect(textOf(await submit(ben))).toContain("The arena is closed.");
    expect(textOf(await say(ben, "arena board"))).toContain("Arena, round 1 (closed)");
    expect(textOf(await messageTo(world, action(ida, press(closed, "Open the next round"))))).toContain(
      "Round 2 of the arena is open",
    );
    expect(textOf(await say(ben, "arena board"))).toContain("No network is ranked yet.");
  });
});

describe("the message in the channel", () => {
  /** A channel as a platform keeps it: messages by number, until somebody deletes one. */
  function openChannel() {
    const shown = new Map<string, string>();
    let edits = 0;
    const poster: Poster = {
      platform: "test",
      check: async () => undefined,
      remove: async () => undefined,
      async post(place, message) {
        const id = `m${shown.size + 1}`;
        shown.set(id, textOf(message));
        return { ...place, id };
      },
      async edit({ id }, message) {
        if (!shown.has(id)) throw new UserError("message-gone", "It was deleted.", "Nothing to do.");
        edits += 1;
        shown.set(id, textOf(message));
      },
    };
    world.posters.set("test", poster);
    return { shown, edits: () => edits };
  }
  const follow = () => followOnce(world);

  it("follows an entry from its place to its result, edits only what changed, and then is done", async () => {
    const channel = openChannel();
    await submit(ada);
    await submit(ben);
    expect(channel.shown.get("m2")).toContain(
      "ben is in the arena with 90 parameters.\nIt waits for its turn, place 2.",
    );
    await follow();
    expect(channel.edits()).toBe(0);
    await trained(0.962);
    await follow();
    expect(channel.shown.get("m1")).toContain("place 1 of 1");
    expect(channel.shown.get("m2")).toContain("It is the next to be trained.");
    expect(channel.edits()).toBe(2);
    await follow();
    expect(channel.edits()).toBe(2);
    expect(await world.arena.announcements()).toHaveLength(1);
  });

  it("is followed by another process after a restart, and no longer where it was deleted", async () => {
    const channel = openChannel();
    await submit(ada);
    const { posters } = world;
    world = await world.restarted();
    await trained(0.962);
    await followOnce({ ...world, posters });
    expect(channel.shown.get("m1")).toContain("place 1 of 1");
    world.posters.set("test", posters.get("test") ?? fail());
    await submit(ben);
    channel.shown.clear();
    await trained(0.95);
    await follow();
    expect(await world.arena.announcements()).toEqual([]);
  });

  it("is not there for who is hidden in the standings", async () => {
    const channel = openChannel();
    await messageTo(world, action(ada, { command: "standings", action: "hide", args: {} }));
    expect(textOf(await submit(ada))).toContain("In the arena");
    expect(channel.shown.size).toBe(0);
  });
});

function fail(): never {
  throw new Error("no poster");
}

it("/forget-me takes a person's networks out of the arena", async () => {
  await submit(ada);
  await trained(0.97);
  const asked = await say(ada, "forget-me");
  const done = await messageTo(world, action(ada, press(asked, "Delete everything")));
  expect(textOf(done)).toContain("1 network of the arena");
  expect(textOf(await say(ben, "arena board"))).toContain("No network is ranked yet.");
});

it("/forget-me withdraws a waiting entry, and nobody's name stays in the queue", async () => {
  await submit(ada);
  const asked = await say(ada, "forget-me");
  await messageTo(world, action(ada, press(asked, "Delete everything")));
  const [run] = await world.queue.list();
  expect(run?.state).toBe("cancelled");
  expect(run?.changes.map(({ why }) => why)).toContain("withdrawn");
  const kept = JSON.stringify(run);
  for (const part of [ada.id, `"${ada.name}"`, "groups"]) expect(kept).not.toContain(part);
});
