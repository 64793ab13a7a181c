// Messages of the bot's own in a workspace's channel: posted and edited with the workspace's token, refused, gone.
import { mkdirSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Poster } from "../../../src/commands/live.js";
import type { Message } from "../../../src/commands/reply.js";
import { openWorld, type World } from "../../support/world.js";
import { TEAM } from "./local-slack.js";
import { readable } from "./payload-check.js";
import { CHANNEL, join, slashPayload } from "./people.js";
import { openStage, type Stage } from "./stage.js";

const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);
const place = { platform: "slack", community: TEAM, channel: "C1" };
const words = (text: string, withPicture = false): Message => ({
  kind: "message",
  private: false,
  blocks: [
    { kind: "text", text },
    ...(withPicture ? [{ kind: "picture", name: "curves.png", png: PNG, alt: "Two curves" } as const] : []),
  ],
});

let world: World;
let stage: Stage;
let poster: Poster;
beforeEach(async () => {
  world = await openWorld();
  stage = await openStage(world);
  const entered = world.posters.get("slack");
  if (entered === undefined) throw new Error("no poster was entered");
  poster = entered;
});
afterEach(async () => {
  expect(stage.slack.faults).toEqual([]);
  await stage.close();
  await world.close();
});

test("a message is posted for everybody and edited in its place; what was typed mentions nobody", async () => {
  await poster.check(place);
  const posted = await poster.post(place, words("<!channel> place 1"));
  await poster.edit(posted, words("epoch 2"));
  const shown = stage.slack.messages.filter(({ channel }) => channel === "C1");
  expect(shown).toHaveLength(1);
  expect(shown[0]).toMatchObject({ edits: 1 });
  expect(readable(shown[0]?.blocks ?? [])).toContain("epoch 2");
});

test("a picture that stays the same is sent once, however often its message is edited", async () => {
  const posted = await poster.post(place, words("epoch 1", true));
  for (const epoch of [2, 3]) await poster.edit(posted, words(`epoch ${epoch}`, true));
  expect(stage.slack.files.size).toBe(1);
  expect(JSON.stringify(stage.slack.messages.at(-1)?.blocks)).toContain("slack_file");
});

test("where the bot is not a member it says how to invite it; a deleted message is told as such", async () => {
  const posted = await poster.post(place, words("here"));
  stage.slack.closedTo.add("C1");
  await expect(poster.post(place, words("there"))).rejects.toMatchObject({
    code: "cannot-post",
    fix: expect.stringContaining("/invite @Convo"),
  });
  stage.slack.closedTo.clear();
  stage.slack.messages.splice(0);
  await expect(poster.edit(posted, words("late"))).rejects.toMatchObject({ code: "message-gone" });
});

test("/train where the bot is no member tells the admin so with the fix, and nothing was ever queued; invited, it begins", async () => {
  mkdirSync(`${world.folder}/data/mnist`, { recursive: true });
  const root = join(stage.slack, "root", "admin");
  stage.slack.closedTo.add(CHANNEL);
  const refused = await stage.say(root, "train digits");
  expect(refused.only).toBe(root.id);
  expect(readable(refused.blocks)).toContain("Write /invite @Convo in the channel, then ask again.");
  expect(await world.queue.list()).toEqual([]);
  stage.slack.closedTo.clear();
  await stage.after(
    () => stage.slack.deliver("slash_commands", slashPayload(stage.slack, root, "/convo", "train digits")),
    root,
  );
  const open = () =>
    stage.slack.messages.filter(({ only }) => only === undefined).map(({ blocks }) => readable(blocks));
  await expect.poll(open).toEqual([expect.stringMatching(/next in the queue[\s\S]*Cancel/)]);
  const again = slashPayload(stage.slack, root, "/convo", "train digits");
  await stage.slack.deliver("slash_commands", again);
  await expect.poll(() => readable(stage.slack.messages.at(-1)?.blocks)).toContain("That very run is under way");
  expect(open()).toHaveLength(1);
});
