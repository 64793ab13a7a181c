// /schedule as an admin uses it: added in plain words, shown in the community's zone, paused, removed; nobody else may.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { MNIST_FILES } from "../../src/engine/training/data/mnist.js";
import { press, textOf } from "../support/replies.js";
import { action, command, messageTo, openWorld, user, type World } from "../support/world.js";

const head = user("head", "admin");
let world: World;
beforeEach(async () => {
  world = await openWorld();
  const folder = join(world.folder, "data/mnist");
  mkdirSync(folder, { recursive: true });
  for (const { name } of Object.values(MNIST_FILES)) writeFileSync(join(folder, name), "");
  await say(user("ida", "instructor"), "settings time", { zone: "Europe/Berlin" });
});
afterEach(() => world.close());

const say = (who: typeof head, line: string, options = {}) => messageTo(world, command(who, line, options));
const SUNDAYS = { cron: "every Sunday at 03:00", model: "digits" };

describe("/schedule", () => {
  it("adds in plain words, in the community's zone, and shows the next three times", async () => {
    const text = textOf(await say(head, "schedule add", SUNDAYS));
    expect(text).toContain("Added: every Sunday at 03:00, Europe/Berlin.");
    // Clocks change on the last of them: 03:00 is 01:00 in UTC, and 03:00 here.
    expect(text).toContain(
      "next Sun, 8 Mar 2026, 03:00; Sun, 15 Mar 2026, 03:00; Sun, 22 Mar 2026, 03:00 (Europe/Berlin)",
    );
    expect(text).toContain("missed times are made good once");
  });

  it("takes another zone, and shows its times as the community's clocks show them", async () => {
    const text = textOf(await say(head, "schedule add", { ...SUNDAYS, timezone: "new york", "catch-up": "skip" }));
    expect(text).toContain("s1: every Sunday at 03:00, America/New_York");
    expect(text).toContain("next Sun, 8 Mar 2026, 08:00");
    expect(text).toContain("missed times are skipped");
  });

  it("lists what became of the last time", async () => {
    await say(head, "schedule add", SUNDAYS);
    world.clock.at = Date.parse("2026-03-08T02:00:20Z");
    await world.schedules.look();
    const [run] = await world.queue.list("course");
    expect(textOf(await say(head, "schedule list"))).toContain(`last Sun, 8 Mar 2026, 03:00: started run ${run?.id}`);
    expect(textOf(await say(head, "audit"))).toContain(`schedule s1 for head train digits run ${run?.id}`);
    // A time that was left out changed nothing.
    world.clock.at = Date.parse("2026-03-15T02:00:20Z");
    await world.schedules.look();
    expect((await world.audit.list("course")).filter(({ by }) => by.kind === "schedule")).toHaveLength(1);
  });

  it("pauses, goes on and removes, by word and by button", async () => {
    const added = await say(head, "schedule add", SUNDAYS);
    const paused = await messageTo(world, action(head, press(added, "Pause")));
    expect([paused.replaces, textOf(paused)]).toEqual([true, expect.stringContaining("s1 is paused.")]);
    expect(textOf(await say(head, "schedule pause", { schedule: "s1", paused: "no" }))).toContain("s1 goes on.");
    const gone = await messageTo(world, action(head, press(added, "Remove")));
    expect(textOf(gone)).toContain("s1 (every Sunday at 03:00) is removed");
    expect(textOf(await say(head, "schedule list"))).toContain("/schedule add");
  });

  it.each([
    [{ cron: "0 3 31 2 *", model: "digits" }, "never due"],
    [{ cron: "* * * * * *", model: "digits" }, "within a minute"],
    [{ ...SUNDAYS, timezone: "Europa/Berlin" }, "Did you mean Europe/Berlin?"],
    [{ ...SUNDAYS, model: "digit" }, "Did you mean digits?"],
    [{ ...SUNDAYS, model: "../digits" }, "There are digits, flowers;"],
    [{ ...SUNDAYS, model: "flowers" }, "convo data get flowers"],
  ])("refuses %j with the way out", async (options, part) => {
    expect(textOf(await say(head, "schedule add", options))).toContain(part);
    expect(await world.schedules.list("course")).toEqual([]);
  });

  it("is for admins", async () => {
    for (const role of ["learner", "instructor"] as const) {
      expect(textOf(await say(user("x", role), "schedule list"))).toContain("is for admins");
    }
  });
});
