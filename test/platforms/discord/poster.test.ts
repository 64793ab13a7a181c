// Messages of the bot's own in a guild's channel: posted, edited, refused and gone, by the real client.
import { mkdirSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Poster } from "../../../src/commands/live.js";
import type { Message } from "../../../src/commands/reply.js";
import { openWorld, type World } from "../../support/world.js";
import { type DiscordDriver, startDriver } from "./driver.js";
import { CHANNEL, channel, GUILD } from "./objects.js";

let world: World;
let driver: DiscordDriver;
let poster: Poster;
beforeAll(async () => {
  world = await openWorld();
  mkdirSync(`${world.folder}/data/mnist`, { recursive: true });
  driver = await startDriver(world);
  const entered = world.posters.get("discord");
  if (entered === undefined) throw new Error("no poster was entered");
  poster = entered;
});
afterAll(async () => {
  expect(driver.discord.rest.mistakes).toEqual([]);
  await driver.close();
  await world.close();
});

const place = { platform: "discord", community: GUILD, channel: CHANNEL };
const words = (text: string): Message => ({
  kind: "message",
  private: false,
  blocks: [
    { kind: "heading", text: "Training digits" },
    { kind: "text", text },
    {
      kind: "buttons",
      buttons: [
        { label: "Cancel", style: "danger", press: { command: "train", action: "cancel", args: { run: "r-1" } } },
      ],
    },
  ],
});

test("a message is posted for everybody and edited in its place; nobody is mentioned", async () => {
  await poster.check(place);
  const posted = await poster.post(place, words("@everyone place 1"));
  await poster.edit(posted, words("epoch 2"));
  const { channel: where, body, edits } = driver.discord.rest.posted.get(posted.id) ?? {};
  expect([where, edits]).toEqual([CHANNEL, 1]);
  expect(body).toMatchObject({ allowed_mentions: { parse: [] } });
  expect(JSON.stringify(body)).toContain("epoch 2");
  expect(JSON.stringify(body)).not.toContain("place 1");
  // Not private: an ephemeral flag would make it one person's own.
  expect(Number(body?.flags) & 64).toBe(0);
});

test("a picture goes along, and its words with it, also where Slack's library came first into the process", async () => {
  await import("@slack/bolt");
  const png = Buffer.from(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
    "base64",
  );
  const picture = { kind: "picture", name: "curves.png", png, alt: "Two curves" } as const;
  const { id } = await poster.post(place, { kind: "message", private: false, blocks: [picture] });
  const { body, uploads } = driver.discord.rest.posted.get(id) ?? {};
  expect(JSON.stringify(body)).toContain("Two curves");
  expect(uploads?.map(({ bytes }) => Buffer.from(bytes))).toEqual([png]);
});

test("without the permission it says what is missing and who gives it; a deleted message is told as such", async () => {
  const posted = await poster.post(place, words("here"));
  driver.discord.rest.closedTo.add(CHANNEL);
  await expect(poster.post(place, words("there"))).rejects.toMatchObject({
    code: "cannot-post",
    fix: expect.stringContaining("Send Messages"),
  });
  driver.discord.rest.closedTo.clear();
  driver.discord.rest.posted.delete(posted.id);
  await expect(poster.edit(posted, words("late"))).rejects.toMatchObject({ code: "message-gone" });
});

describe("/train", () => {
  const head = { name: "The head", role: "admin" } as const;
  const train = async () => {
    const shown = await driver.say(head, "train", { model: "digits" });
    expect(shown).toMatchObject({ kind: "message", private: true });
    return shown.kind === "message" ? shown.text : "";
  };
  const SEND_MESSAGES = 2_048n;

  test.each([
    ["as the channel's settings say", SEND_MESSAGES, "lacks a permission in this channel: Send Messages"],
    ["as only Discord's refusal says", undefined, "may not see this channel and write in it"],
  ])(
    "where the bot may not write, %s, tells the admin so with the fix, and nothing was ever queued",
    async (_, denied, words) => {
      if (denied === undefined) driver.discord.rest.closedTo.add(CHANNEL);
      else driver.discord.gateway.dispatch("CHANNEL_UPDATE", channel(CHANNEL, GUILD, denied));
      const text = await train();
      expect(text).toContain(words);
      expect(text).toMatch(/Whoever manages the server gives Convo's role .*Send Messages/);
      expect(await world.queue.list()).toEqual([]);
      driver.discord.rest.closedTo.clear();
      driver.discord.gateway.dispatch("CHANNEL_UPDATE", channel(CHANNEL, GUILD));
    },
  );

  test("in a channel that the bot does not know says where to ask instead", async () => {
    const unknown = { ...place, channel: "1300000000000009999" };
    await expect(poster.check(unknown)).rejects.toMatchObject({
      code: "cannot-post",
      fix: expect.stringContaining("where Convo was added"),
    });
  });

  test("where the bot may is one message, which shows the run and has its Cancel", async () => {
    const before = driver.discord.rest.posted.size;
    expect(await train()).toContain("Queued as");
    expect(driver.discord.rest.posted.size).toBe(before + 1);
    const { body } = [...driver.discord.rest.posted.values()].at(-1) ?? {};
    expect(JSON.stringify(body)).toMatch(/next in the queue.*Cancel/);
    expect(await train()).toContain("That very run is under way");
    expect(driver.discord.rest.posted.size).toBe(before + 1);
  });
});
