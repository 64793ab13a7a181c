// Answers that come when Slack no longer takes the response URL: 30 minutes after the question, or after five uses.
import { WebClient } from "@slack/web-api";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { slackHosts } from "../../../src/bots/slack/hosts.js";
import { speaker } from "../../../src/bots/slack/names.js";
import { responseUrl } from "../../../src/bots/slack/responseUrl.js";
import { voiceAt } from "../../../src/bots/slack/voice.js";
import { makeLog } from "../../../src/log.js";
import { note } from "../../support/trial-commands.js";
import { openWorld, type World } from "../../support/world.js";
import { FIRST, RESULT, toil } from "../toil.js";
import { BOT_TOKEN, type Member, type Shown } from "./local-slack.js";
import { readable } from "./payload-check.js";
import { CHANNEL, join, slashPayload } from "./people.js";
import { openStage, type Stage } from "./stage.js";

const HALF_AN_HOUR = 31 * 60_000;

const work = toil();
let world: World;
let stage: Stage;
let people = 0;
beforeAll(async () => {
  world = await openWorld({ commands: work.commands });
  stage = await openStage(world);
});
afterAll(async () => {
  await stage.close();
  await world.close();
});
afterEach(async () => {
  const { slack } = stage;
  slack.ahead = 0;
  slack.closedTo.clear();
  slack.messages.splice(0);
  // The bot has come through: it answers the next one as ever.
  expect(readable((await stage.say(somebody(), "help")).blocks)).toContain("/convo quiz");
  slack.messages.splice(0);
  expect(slack.faults).toEqual([]);
});

function somebody(): Member {
  people += 1;
  return join(stage.slack, `person${people}`);
}

/** `who` asks, `meanwhile` happens, and the work ends 31 minutes after it began. */
async function late(who: Member, line: string, meanwhile: () => void = () => undefined): Promise<void> {
  const begun = work.begun();
  await stage.slack.deliver("slash_commands", slashPayload(stage.slack, who, "/convo", line));
  await begun;
  if (line.includes("progress")) await expect.poll(() => said()).toContain(FIRST);
  stage.slack.ahead = HALF_AN_HOUR;
  meanwhile();
  work.end();
}

const said = (where: Partial<Shown> = {}): string =>
  stage.slack.messages
    .filter(
      ({ only, channel }) => (where.channel ?? channel) === channel && (!("only" in where) || where.only === only),
    )
    .map(({ blocks }) => readable(blocks))
    .join("\n");

describe("31 minutes after it was asked", () => {
  test.each(["toil", "toil progress:true"])(
    "a private answer (%s) is shown to the asker alone, in the channel",
    async (line) => {
      const ada = somebody();
      await late(ada, line);
      await expect.poll(() => said({ channel: CHANNEL, only: ada.id })).toContain(RESULT);
      expect(stage.slack.messages.every(({ only }) => only === ada.id)).toBe(true);
    },
  );

  test("a private answer where the bot is no member comes in the direct messages", async () => {
    const ada = somebody();
    await late(ada, "toil", () => stage.slack.closedTo.add(CHANNEL));
    await expect.poll(() => said({ channel: `D-${ada.id}` })).toContain(RESULT);
    expect(said({ channel: CHANNEL })).toBe("");
  });

  test("a public answer is an edit of the message that stands", async () => {
    await late(somebody(), "toil-openly progress:true");
    await expect.poll(() => said({ channel: CHANNEL })).toContain(RESULT);
    expect(stage.slack.messages).toHaveLength(1);
    expect(said()).not.toContain(FIRST);
  });

  test("a public answer whose channel the bot was put out of comes in the direct messages", async () => {
    const ada = somebody();
    await late(ada, "toil-openly progress:true", () => stage.slack.closedTo.add(CHANNEL));
    await expect.poll(() => said({ channel: `D-${ada.id}` })).toContain(RESULT);
  });

  test("a public answer whose message was deleted is said anew", async () => {
    await late(somebody(), "toil-openly progress:true", () => stage.slack.messages.splice(0));
    await expect.poll(() => said({ channel: CHANNEL })).toContain(RESULT);
  });

  test("an answer that Slack takes nowhere is in the log under a reference, without its words", async () => {
    const ada = somebody();
    await late(ada, "toil", () => [CHANNEL, ada.id].map((each) => stage.slack.closedTo.add(each)));
    const line = () => stage.log.find(({ msg }) => msg === "the failure could not be said");
    await expect.poll(line).toMatchObject({ level: "error", reference: expect.stringMatching(/^[\da-f]{8}$/) });
    expect(JSON.stringify(stage.log)).not.toContain(RESULT);
  });
});

describe("a private message that a button's work replaces", () => {
  async function pressed(): Promise<{ ada: Member; shown: Shown; say(text: string, last?: boolean): Promise<void> }> {
    const { slack } = stage;
    const ada = somebody();
    const shown = await stage.say(ada, "help");
    const log = makeLog({ level: "silent", pretty: false });
    const url = slack.responseUrl(CHANNEL, ada.id, shown);
    const place = {
      client: new WebClient(BOT_TOKEN, { slackApiUrl: slack.apiUrl }),
      user: ada.id,
      channel: CHANNEL,
      direct: false,
      pressed: { private: true },
      response: responseUrl(url, Date.now(), slackHosts(slack.apiUrl, []), log),
    };
    const { dispatcher } = world;
    const voice = voiceAt(place, { dispatcher, speak: speaker(dispatcher.commands) }, log);
    return { ada, shown, say: (text, last = false) => voice.say({ ...note(text), replaces: true }, last) };
  }

  test("ends in its last state, however much progress there was, and nothing is said elsewhere", async () => {
    const { shown, say } = await pressed();
    for (let step = 1; step <= 12; step += 1) await say(`${step} of 12`);
    await say(RESULT, true);
    expect(readable(shown.blocks)).toBe(RESULT);
    expect(stage.slack.messages).toEqual([shown]);
    expect(shown.edits).toBeGreaterThan(2);
  });

  test("gives its last state anew, to the asker alone, when the response URL has expired meanwhile", async () => {
    const { ada, shown, say } = await pressed();
    await say("1 of 2");
    stage.slack.ahead = HALF_AN_HOUR;
    await say(RESULT, true);
    expect(readable(shown.blocks)).toBe("1 of 2");
    expect(said({ channel: CHANNEL, only: ada.id })).toContain(RESULT);
  });
});
