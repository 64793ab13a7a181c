// Several shards, as Discord recommends them to a bot in thousands of servers: each serves its own, resumes alone, ends with the others.
import { EventEmitter } from "node:events";
import { Events } from "discord.js";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { silence } from "../../../src/bots/discord/ready.js";
import { Q4 } from "../../support/learning.js";
import { openWorld, type World } from "../../support/world.js";
import { form, message } from "../contract.js";
import type { Person } from "../driver.js";
import { type DiscordDriver, startDriver } from "./driver.js";
import { shardOf } from "./gateway.js";
import { CHANNEL, GUILD } from "./objects.js";

const ada: Person = { name: "Ada", role: "learner" };

let world: World;
let driver: DiscordDriver;
beforeAll(async () => {
  world = await openWorld();
  driver = await startDriver(world, { guilds: 2, shards: 2 });
});
afterAll(async () => {
  expect(driver.discord.rest.mistakes).toEqual([]);
  await driver.close();
  await world.close();
});

/** The guild whose shard this is: the local Discord's two are of different ones. */
const guildOf = (shard: number): number => (shardOf(GUILD, 2) === shard ? 0 : 1);
const asked = (shard: number, command = "quiz", options: Record<string, string> = { question: "q4" }) =>
  driver.people.done(ada, {
    type: 2,
    data: driver.people.command(command, options, {}),
    guild: guildOf(shard),
  });

test("two recommended shards identify, once each, and both serve; a community is its guild's on either", async () => {
  const { gateway } = driver.discord;
  expect([0, 1].map((shard) => gateway.seenOf(shard).identifies)).toEqual([1, 1]);
  expect(driver.log.find(({ msg }) => msg === "ready")).toMatchObject({ guilds: 2, shards: 2 });
  const questions = await Promise.all([0, 1].map((shard) => asked(shard)));
  for (const [shard, question] of questions.entries()) {
    const guild = guildOf(shard);
    const { people } = driver;
    const answering = form(await people.done(ada, { ...people.press(message(question), "Answer"), guild }));
    const graded = await people.done(ada, { ...people.submit(answering, { answer: Q4.full }), guild });
    expect(message(graded).text).toContain("100 of 100");
    const progress = message(await asked(shard, "progress", {}));
    expect(progress.text).toMatch(/Answers so far\s*:?\s*1\b/);
  }
});

test("a message of the bot's own reaches a channel of either shard", async () => {
  const poster = world.posters.get("discord");
  for (const guild of [0, 1]) {
    const place = {
      platform: "discord",
      community: String(BigInt(GUILD) + (BigInt(guild) << 22n)),
      channel: String(BigInt(CHANNEL) + BigInt(guild)),
    };
    const posted = await poster?.post(place, {
      kind: "message",
      private: false,
      blocks: [{ kind: "text", text: "hi" }],
    });
    expect(driver.discord.rest.posted.get(posted?.id ?? "")?.channel).toBe(place.channel);
  }
});

test("one whose connection drops resumes alone, while the other serves", async () => {
  const { gateway } = driver.discord;
  gateway.shut();
  gateway.drop(1);
  const missed = asked(1, "help", {});
  expect(message(await asked(0, "help", {})).text).toContain("/quiz");
  gateway.open();
  expect(message(await missed).text).toContain("/quiz");
  expect([0, 1].map((shard) => gateway.seenOf(shard).resumes)).toEqual([0, 1]);
  expect([0, 1].map((shard) => gateway.seenOf(shard).identifies)).toEqual([1, 1]);
});

test("the end closes both within 10 s, also when one of the connections is dead", async () => {
  const { gateway } = driver.discord;
  gateway.freeze(1);
  const started = Date.now();
  await driver.stop();
  expect(Date.now() - started).toBeLessThan(10_000);
  expect(gateway.seenOf(0).closed).toEqual([1_000]);
  await driver.restart();
  expect([0, 1].map((shard) => gateway.seenOf(shard).identifies)).toEqual([2, 2]);
  await driver.stop();
  expect(gateway.seenOf(0).closed).toEqual([1_000, 1_000]);
  expect(gateway.seenOf(1).closed).toEqual([1_000]);
});

test("a start is slow when no further shard comes within the patience, however many there are", async () => {
  vi.useFakeTimers();
  try {
    const client = new EventEmitter();
    let failed: unknown;
    silence(client, 30_000).catch((error: unknown) => {
      failed = error;
    });
    for (let shard = 0; shard < 20; shard += 1) {
      await vi.advanceTimersByTimeAsync(29_000);
      client.emit(Events.ShardReady, shard);
    }
    expect(failed).toBeUndefined();
    await vi.advanceTimersByTimeAsync(30_000);
    expect(failed).toMatchObject({ code: "discord-slow" });
  } finally {
    vi.useRealTimers();
  }
});
