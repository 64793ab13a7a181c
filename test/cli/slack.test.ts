// The quickstart of docs/slack.md against a local Slack: the program itself, its variables, the first command.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { APP_TOKEN, BOT_TOKEN, type LocalSlack, startLocalSlack } from "../platforms/slack/local-slack.js";
import { readable } from "../platforms/slack/payload-check.js";
import * as people from "../platforms/slack/people.js";
import { type Running, startConvo } from "../support/convo.js";

let slack: LocalSlack;
let cwd: string;
let running: Running | undefined;
beforeEach(async () => {
  slack = await startLocalSlack();
  cwd = mkdtempSync(join(tmpdir(), "convo-slack-"));
});
afterEach(async () => {
  running?.child.kill("SIGKILL");
  await slack.close();
  rmSync(cwd, { recursive: true, force: true });
});

const start = (env: Readonly<Record<string, string>>): Running => {
  running = startConvo(["start"], {
    cwd,
    env: { CONVO_PLAYGROUND: "off", CONVO_STORE: "lmdb:store", SLACK_API_URL: slack.apiUrl, ...env },
  });
  return running;
};

test("starts with two tokens, answers the first command, and ends in order", async () => {
  const convo = start({ SLACK_BOT_TOKEN: BOT_TOKEN, SLACK_APP_TOKEN: APP_TOKEN });
  await expect.poll(() => convo.stdout(), { timeout: 30_000 }).toContain("Convo is ready: Slack over Socket Mode");
  const ada = people.join(slack, "ada");
  await slack.deliver("slash_commands", people.slashPayload(slack, ada, "/convo", "quiz"));
  await expect.poll(() => slack.messages.length, { timeout: 10_000 }).toBe(1);
  expect(readable(slack.messages[0]?.blocks)).toContain("Question");
  convo.child.kill("SIGTERM");
  await expect.poll(() => convo.child.exitCode, { timeout: 10_000 }).toBe(0);
  expect(slack.faults).toEqual([]);
});

test.each([
  ["SLACK_BOT_TOKEN", "xoxb-wrong"],
  ["SLACK_APP_TOKEN", "xapp-wrong"],
])("%s that Slack refuses stops the start with its name and what to do", async (name, token) => {
  const convo = start({ SLACK_BOT_TOKEN: BOT_TOKEN, SLACK_APP_TOKEN: APP_TOKEN, [name]: token });
  await expect.poll(() => convo.child.exitCode, { timeout: 30_000 }).toBe(2);
  expect(convo.stderr()).toContain(`Slack refuses ${name}: invalid_auth.`);
  expect(convo.stderr()).not.toContain(token);
});
