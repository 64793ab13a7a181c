// Messages of the bot's own in a guild's channel: posted, edited, refused and gone, by the real client.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Poster } from "../../../src/commands/live.js";
import type { Message } from "../../../src/commands/reply.js";
import { openWorld, type World } from "../../support/world.js";
import { type DiscordDriver, startDriver } from "./driver.js";
import { CHANNEL, GUILD } from "./objects.js";

let world: World;
let driver: DiscordDriver;
let poster: Poster;
beforeAll(async () => {
  world = await openWorld();
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
  const { channel, body, edits } = driver.discord.rest.posted.get(posted.id) ?? {};
  expect([channel, edits]).toEqual([CHANNEL, 1]);
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

test("/train in the channel reaches the poster before anything is queued", async () => {
  const admin = { name: "The head", role: "admin" } as const;
  const shown = await driver.say(admin, "train", { model: "digits" });
  // The class has no data here; with it the run would be queued.
  expect(shown.kind === "message" && shown.text).toContain("convo data get mnist");
  expect(await world.queue.list()).toEqual([]);
});
