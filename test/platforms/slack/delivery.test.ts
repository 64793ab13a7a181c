// How Slack delivers and is answered: signatures, retries, limits of rate and place, failures, installations.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { slackManifest } from "../../../src/bots/slack/manifest.js";
import { trialCommands } from "../../support/trial-commands.js";
import { openWorld, type World } from "../../support/world.js";
import { BOT_TOKEN, sendSigned, TEAM } from "./local-slack.js";
import { readable } from "./payload-check.js";
import { CHANNEL, eventPayload, join, messageEvent, pressPayload, slashPayload } from "./people.js";
import { deliveries, openStage, type Stage } from "./stage.js";
import { platformTrials } from "./trials.js";

let world: World;
let stage: Stage;
beforeEach(async () => {
  world = await openWorld({ commands: [...trialCommands, ...platformTrials] });
});
afterEach(async () => {
  expect(stage.slack.faults).toEqual([]);
  await stage.close();
  await world.close();
});

describe("signed requests", () => {
  beforeEach(async () => {
    stage = await openStage(world, { delivery: deliveries.http });
  });

  const now = () => Math.floor(Date.now() / 1000);
  const send = (options: Parameters<typeof sendSigned>[3]) =>
    sendSigned(
      stage.bot.port ?? 0,
      "slash_commands",
      slashPayload(stage.slack, join(stage.slack, "ada"), "/convo", "help"),
      options,
    );

  test.each([
    ["forged", () => ({ secret: "another secret" })],
    ["stale", () => ({ at: now() - 310 })],
    ["dated into the future", () => ({ at: now() + 310 })],
  ])("that are %s are refused, and nothing is done", async (_, options) => {
    expect((await send(options())).status).toBe(401);
    await stage.say(join(stage.slack, "bob"), "help");
    expect(stage.slack.messages.map(({ only }) => only)).toEqual(["UBOB"]);
  });

  test("within five minutes either way are taken", async () => {
    for (const at of [now() - 280, now() + 280]) expect((await send({ at })).status).toBe(200);
  });

  test("without a signature, or to another address, are refused", async () => {
    const url = `http://127.0.0.1:${stage.bot.port}`;
    expect((await fetch(`${url}/slack/events`, { method: "POST", body: "{}" })).status).toBe(401);
    expect((await fetch(`${url}/`)).status).toBe(404);
    expect((await fetch(`${url}/slack/install`)).status).toBe(404);
  });

  test("that verify the address get their challenge back", async () => {
    const response = await sendSigned(stage.bot.port ?? 0, "events_api", { type: "url_verification", challenge: "c1" });
    expect(await response.json()).toEqual({ challenge: "c1" });
  });
});

describe("answers", () => {
  beforeEach(async () => {
    stage = await openStage(world);
  });

  test("honour a 429, and arrive", async () => {
    stage.slack.rateLimits.set("chat.postMessage", 1);
    const started = Date.now();
    const poll = await stage.say(join(stage.slack, "ada"), "poll");
    expect(Date.now() - started).toBeGreaterThanOrEqual(900);
    expect(readable(poll.blocks)).toContain("Which one?");
  });

  test("can ping nobody, whatever they say", async () => {
    const poll = await stage.say(join(stage.slack, "ada"), "poll");
    expect(poll.text).toContain("&lt;");
    expect(JSON.stringify(poll)).not.toMatch(/<!channel>|@everyone|<@U1>/);
  });

  test("of any size are split and shortened with a note, never refused", async () => {
    const ada = join(stage.slack, "ada");
    await stage.say(ada, "flood");
    await expect.poll(() => stage.slack.messages.length).toBe(3);
    const texts = stage.slack.messages.map(({ blocks }) => readable(blocks));
    expect(texts[0]).toContain("Continued in the next message.");
    expect(texts[2]).toContain("Shortened: Slack shows no more of it.");
  });

  test("to everyone are edited as the work goes on, and end with the last state", async () => {
    const slow = await stage.say(join(stage.slack, "ada"), "slow");
    await expect.poll(() => readable(slow.blocks), { timeout: 10_000 }).toBe("3 of 3\nada used /convo slow");
    expect(stage.slack.messages).toEqual([slow]);
  });

  test("to everyone where the bot is no member go by the response URL", async () => {
    stage.slack.closedTo.add(CHANNEL);
    const poll = await stage.say(join(stage.slack, "ada"), "poll");
    expect(poll).toMatchObject({ channel: CHANNEL });
    expect(poll.only).toBeUndefined();
  });

  test("to a form that was open for longer than its response URL lives come in the direct messages", async () => {
    const ada = join(stage.slack, "ada");
    const form = await stage.open(ada, await stage.say(ada, "quiz q4"), "Answer");
    const metadata = JSON.parse(form.view.private_metadata ?? "");
    metadata.o.a -= 31 * 60_000;
    stage.slack.closedTo.add(CHANNEL);
    const old = { ...form, view: { ...form.view, private_metadata: JSON.stringify(metadata) } };
    const grade = await stage.submit(ada, old, { answer: "Pooling has no parameters." });
    expect(grade.channel).toBe(`D-${ada.id}`);
    expect(readable(grade.blocks)).toContain("of 100");
  });

  test("of a failure name a reference that stands in the log beside the cause", async () => {
    const failed = await stage.say(join(stage.slack, "ada"), "explode");
    const [reference] = /\b[0-9a-f]{8}\b/.exec(readable(failed.blocks)) ?? [];
    expect(world.log.find((line) => line.reference === reference)).toMatchObject({
      err: { message: "the fuse was wet" },
    });
    await stage.say(join(stage.slack, "bob"), "help");
  });

  test("of what is typed wrongly name the fix as it is written on Slack", async () => {
    const ada = join(stage.slack, "ada");
    expect(readable((await stage.say(ada, "quizz")).blocks)).toContain("Did you mean /convo quiz?");
    expect(readable((await stage.say(ada, "echo nummber:7")).blocks)).toContain("Did you mean number:?");
    expect(readable((await stage.say(ada, "")).blocks)).toContain("What Convo can do");
  });

  test("understand positional, named and quoted options, and phones' typography", async () => {
    const ada = join(stage.slack, "ada");
    const echoed = async (text: string) => JSON.parse(readable((await stage.say(ada, `echo ${text}`)).blocks));
    expect(await echoed("7 flag=yes")).toEqual({ number: 7, flag: true });
    expect(await echoed("word:“a < b & c” colour=deep red")).toEqual({ word: "a < b & c", colour: "red" });
  });

  test("come after the connection was dropped in the middle of a quiz", async () => {
    const ada = join(stage.slack, "ada");
    const question = await stage.say(ada, "quiz q4");
    stage.slack.outages.set("apps.connections.open", 1);
    stage.slack.drop();
    await expect.poll(() => stage.slack.connected(), { timeout: 20_000 }).toBe(1);
    const form = await stage.open(ada, question, "Answer");
    expect(readable((await stage.submit(ada, form, { answer: "It has no parameters." })).blocks)).toContain("of 100");
  }, 30_000);

  test("of a trigger that is too old say so", async () => {
    const ada = join(stage.slack, "ada");
    const question = await stage.say(ada, "quiz q4");
    const payload = { ...pressPayload(stage.slack, ada, question, "Answer") };
    stage.slack.takeTrigger(payload.trigger_id);
    const late = await stage.after(() => stage.slack.deliver("interactive", payload));
    expect("blocks" in late && readable(late.blocks)).toContain("too late");
  });

  test("know whom an instructor named by a mention, and the channel", async () => {
    const [ada, root] = [join(stage.slack, "ada"), join(stage.slack, "root", "admin")];
    await stage.say(root, `settings instructors add-person:<@${ada.id}|ada>`);
    expect((await world.quiz.settings.of(TEAM)).instructors.people).toEqual([ada.id]);
    await stage.say(root, `settings channels add:<#${CHANNEL}|quiz>`);
    expect((await world.quiz.settings.of(TEAM)).channels).toEqual([CHANNEL]);
    expect(readable((await stage.say(ada, "settings show")).blocks)).toContain("Time zone");
  });

  test("know who is in a user group that the settings name", async () => {
    const [tom, root] = [join(stage.slack, "tom"), join(stage.slack, "root", "admin")];
    stage.slack.groups.set("S1", [tom.id]);
    await stage.say(root, "settings instructors add-role:<!subteam^S1|@tutors>");
    expect((await world.quiz.settings.of(TEAM)).instructors.groups).toEqual(["S1"]);
    expect(readable((await stage.say(tom, "settings show")).blocks)).toContain("Time zone");
    expect(readable((await stage.say(join(stage.slack, "bob"), "settings show")).blocks)).toContain(
      "is for instructors",
    );
  });

  test("to a mention or a direct message go where they were said", async () => {
    const ada = join(stage.slack, "ada");
    const hear = (text: string, direct: boolean) =>
      stage.after(() =>
        stage.slack.deliver("events_api", eventPayload(messageEvent(stage.slack, ada, text, [], direct))),
      );
    expect(await hear("quiz q4", false)).toMatchObject({ channel: CHANNEL, only: ada.id });
    expect(await hear("quiz q4", true)).toMatchObject({ channel: `D-${ada.id}` });
    expect(await hear("how are you?", true)).toMatchObject({ channel: `D-${ada.id}` });
  });
});

describe("short names", () => {
  test("with any prefix are the commands", async () => {
    stage = await openStage(world);
    const ada = join(stage.slack, "ada");
    const names = slackManifest(world.dispatcher.commands, { shortNames: "cnn-" }).features.slash_commands;
    expect(names.map(({ command }) => command)).toContain("/cnn-quiz");
    const question = await stage.after(() =>
      stage.slack.deliver("slash_commands", slashPayload(stage.slack, ada, "/cnn-quiz", "q4")),
    );
    expect("blocks" in question && readable(question.blocks)).toContain("Question 4");
  });
});

describe("App Home", () => {
  test("shows the learner's progress, and its button asks in the direct messages", async () => {
    stage = await openStage(world);
    const ada = join(stage.slack, "ada");
    const opened = { type: "app_home_opened", user: ada.id, channel: "D1", tab: "home", event_ts: "1" };
    await stage.slack.deliver("events_api", eventPayload(opened));
    await expect.poll(() => stage.slack.homes.get(ada.id)).toBeDefined();
    const { blocks } = stage.slack.homes.get(ada.id) ?? { blocks: [] };
    expect(readable(blocks)).toContain("/convo quiz");
    const asked = await stage.after(() =>
      stage.slack.deliver("interactive", pressPayload(stage.slack, ada, { home: blocks }, "First question")),
    );
    expect(asked).toMatchObject({ channel: `D-${ada.id}` });
  });
});

describe("several workspaces", () => {
  const oauth = { clientId: "1.2", clientSecret: "s", stateSecret: "0123456789abcdef" };

  async function install(code: string): Promise<Response> {
    const base = `http://127.0.0.1:${stage.bot.port}`;
    const page = await fetch(`${base}/slack/install`);
    const [, state = ""] = /state=([^"&]+)/.exec(await page.text()) ?? [];
    const cookie = page.headers.get("set-cookie")?.split(";")[0] ?? "";
    return await fetch(`${base}/slack/oauth_redirect?code=${code}&state=${state}`, { headers: { cookie } });
  }

  test("install themselves, each answered with its own token; a whole organisation too; beside the single token", async () => {
    stage = await openStage(world, { oauth });
    const ada = join(stage.slack, "ada");
    expect((await install("team:T2")).status).toBe(200);
    expect((await install("enterprise:E1")).status).toBe(200);
    const tokenFor = async (where: { team?: string; enterprise?: string }): Promise<string | undefined> => {
      await stage.after(() =>
        stage.slack.deliver("slash_commands", slashPayload(stage.slack, ada, "/convo", "poll", where)),
      );
      return stage.slack.calls.findLast(({ method }) => method === "chat.postMessage")?.token;
    };
    expect(await tokenFor({ team: "T2" })).toBe("xoxb-of-T2");
    expect(await tokenFor({ team: "T9", enterprise: "E1" })).toBe("xoxb-of-E1");
    expect(await tokenFor({})).toBe(BOT_TOKEN);
    await world.quiz.settings.change("T2", (settings) => ({ ...settings, timeZone: "Europe/Berlin" }));
    expect((await world.quiz.settings.of("T9")).timeZone).toBe("UTC");
    world = await world.restarted();
    await stage.restart(world);
    expect(await tokenFor({ team: "T2" })).toBe("xoxb-of-T2");
  });

  test("where it is not installed, says so under a reference, and uses nobody else's token", async () => {
    stage = await openStage(world, { oauth });
    const ada = join(stage.slack, "ada");
    const before = stage.slack.calls.length;
    const said = await stage.after(() =>
      stage.slack.deliver("slash_commands", slashPayload(stage.slack, ada, "/convo", "poll", { team: "T3" })),
    );
    expect("blocks" in said && readable(said.blocks)).toMatch(/reference [0-9a-f]{8}/);
    expect(stage.slack.calls.slice(before).filter(({ method }) => method.startsWith("chat."))).toEqual([]);
  });

  test("with a forged state are refused", async () => {
    stage = await openStage(world, { oauth });
    const response = await fetch(`http://127.0.0.1:${stage.bot.port}/slack/oauth_redirect?code=team:T4&state=forged`);
    expect(response.status).toBe(400);
    expect(stage.slack.tokens.has("xoxb-of-T4")).toBe(false);
  });
});
