// Files on Slack: by the menu of a message, by a form, by a mention, by a direct message; pictures and files back.
import { afterEach, beforeEach, expect, test } from "vitest";
import { slackHosts } from "../../../src/bots/slack/hosts.js";
import { trialCommands } from "../../support/trial-commands.js";
import { openWorld, type World } from "../../support/world.js";
import { readable } from "./payload-check.js";
import { eventPayload, join, messageEvent, shortcutPayload, slashPayload } from "./people.js";
import { openStage, type Stage } from "./stage.js";
import { platformTrials } from "./trials.js";

/** One transparent pixel. */
const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

let world: World;
let stage: Stage;
beforeEach(async () => {
  world = await openWorld({ commands: [...trialCommands, ...platformTrials] });
  stage = await openStage(world);
});
afterEach(async () => {
  expect(stage.slack.faults).toEqual([]);
  await stage.close();
  await world.close();
});

const seen = `cat.png image/png ${PNG.length}`;

test("the menu of a message gives its file to the command, and the picture comes back to the asker alone", async () => {
  const ada = join(stage.slack, "ada");
  const file = stage.slack.addFile("cat.png", PNG, "image/png");
  const answer = await stage.after(() =>
    stage.slack.deliver("interactive", shortcutPayload(stage.slack, ada, "menu:look", [file.id])),
  );
  if (!("blocks" in answer)) throw new Error("a form");
  expect(answer.only).toBe(ada.id);
  expect(readable(answer.blocks)).toContain(seen);
  const [, id] = /"slack_file":\{"id":"(\w+)"/.exec(JSON.stringify(answer.blocks)) ?? [];
  expect(stage.slack.files.get(id ?? "")).toMatchObject({ bytes: PNG, shared: [] });
});

test("the menu of a message without a file says what to do", async () => {
  const ada = join(stage.slack, "ada");
  const answer = await stage.after(() =>
    stage.slack.deliver("interactive", shortcutPayload(stage.slack, ada, "menu:look", [])),
  );
  expect("blocks" in answer && readable(answer.blocks)).toContain("Choose a message that has one.");
});

test("a slash command, which has no files, asks for them in a form and keeps its options", async () => {
  const ada = join(stage.slack, "ada");
  const form = await stage.after(() =>
    stage.slack.deliver("slash_commands", slashPayload(stage.slack, ada, "/convo", "look closely:yes")),
  );
  if (!("view" in form)) throw new Error("no form");
  const file = stage.slack.addFile("cat.png", PNG, "image/png");
  const answer = await stage.submit(ada, form, { picture: [file.id] });
  expect(readable(answer.blocks)).toContain(`${seen} closely=true`);
});

test("a command that does without a file is answered when its form comes back without one", async () => {
  const ada = join(stage.slack, "ada");
  const form = await stage.after(() =>
    stage.slack.deliver("slash_commands", slashPayload(stage.slack, ada, "/convo", "demo question:q8")),
  );
  if (!("view" in form)) throw new Error("no form");
  expect(JSON.stringify(form.view)).toContain('"optional":true');
  const answer = await stage.submit(ada, form, { image: [] });
  expect(readable(answer.blocks)).toContain("This is a drawn sample.");
});

test("a mention with a picture, and a direct message with one, are classified", async () => {
  const ada = join(stage.slack, "ada");
  const file = stage.slack.addFile("cat.png", PNG, "image/png");
  for (const [text, direct] of [
    ["what is this?", false],
    ["", true],
  ] as const) {
    const event = eventPayload(messageEvent(stage.slack, ada, text, [file.id], direct));
    const answer = await stage.after(() => stage.slack.deliver("events_api", event));
    const shown = "blocks" in answer ? readable(answer.blocks) : "";
    expect(shown).toContain("Neither a number nor one of the flowers");
    expect(shown).toContain("Your picture, 1 by 1 pixels");
  }
});

test("a file to a command that takes none is refused with the fix", async () => {
  const ada = join(stage.slack, "ada");
  const file = stage.slack.addFile("cat.png", PNG, "image/png");
  const event = eventPayload(messageEvent(stage.slack, ada, "help", [file.id], true));
  const answer = await stage.after(() => stage.slack.deliver("events_api", event));
  expect("blocks" in answer && readable(answer.blocks)).toContain("/convo help takes no files");
});

test("a file elsewhere than with Slack is not fetched, and one that Slack no longer gives is explained", async () => {
  const ada = join(stage.slack, "ada");
  const file = stage.slack.addFile("cat.png", PNG, "image/png");
  for (const url of ["http://169.254.169.254/latest", "https://slack.com.evil.example/x", "https://user@slack.com/x"]) {
    const payload = shortcutPayload(stage.slack, ada, "menu:look", [file.id]);
    Object.assign(payload.message.files[0] ?? {}, { url_private: url, url_private_download: url });
    const answer = await stage.after(() => stage.slack.deliver("interactive", payload));
    expect("blocks" in answer && readable(answer.blocks)).toContain("was not fetched");
  }
  stage.slack.files.delete(file.id);
  const gone = { ...shortcutPayload(stage.slack, ada, "menu:look", []) };
  Object.assign(gone.message, { files: [stage.slack.fileObject(file)] });
  const answer = await stage.after(() => stage.slack.deliver("interactive", gone));
  expect("blocks" in answer && readable(answer.blocks)).toContain("no longer gives the file");
});

test("a page for signing in is not taken for a file", async () => {
  const ada = join(stage.slack, "ada");
  const file = stage.slack.addFile("cat.png", Buffer.from("<!DOCTYPE html><html></html>"), "text/html");
  const payload = shortcutPayload(stage.slack, ada, "menu:look", [file.id]);
  const answer = await stage.after(() => stage.slack.deliver("interactive", payload));
  expect("blocks" in answer && readable(answer.blocks)).toContain("A web page came instead of the file");
});

test("a file that is announced as 2 GB is not asked for", async () => {
  const ada = join(stage.slack, "ada");
  const file = stage.slack.addFile("big.png", PNG, "image/png");
  const payload = shortcutPayload(stage.slack, ada, "menu:look", [file.id]);
  Object.assign(payload.message.files[0] ?? {}, { size: 2 * 1024 ** 3 });
  const answer = await stage.after(() => stage.slack.deliver("interactive", payload));
  expect("blocks" in answer && readable(answer.blocks)).toContain("larger than");
});

test("the token goes to Slack's hosts only", () => {
  const real = slackHosts("https://slack.com/api/", ["cdn.example"]);
  expect(["https://files.slack.com/x", "https://hooks.slack.com/y"].map(real.isSlacks)).toEqual([true, true]);
  for (const url of [
    "https://cdn.example/x",
    "http://files.slack.com/x",
    "https://slack.com:8443/x",
    "https://evilslack.com/",
    "x",
  ])
    expect(real.isSlacks(url)).toBe(false);
  const local = slackHosts("http://127.0.0.1:5000/api/", ["127.0.0.1:5001", "cdn.example"]);
  expect(
    ["http://127.0.0.1:5000/f", "http://127.0.0.1:5001/f", "http://127.0.0.1:5002/f", "http://cdn.example/f"].map(
      local.isSlacks,
    ),
  ).toEqual([true, true, false, false]);
});
