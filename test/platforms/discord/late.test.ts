// Answers that come when Discord no longer takes the interaction's token: to the channel, to the direct messages, or to the log.
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { openWorld, type World } from "../../support/world.js";
import type { Person } from "../driver.js";
import { BUTTON, FIRST, RESULT, toil } from "../toil.js";
import { type DiscordDriver, startDriver } from "./driver.js";
import { type StoredMessage, snowflake } from "./objects.js";
import { messageOf } from "./person.js";

const SIXTEEN_MINUTES = 16 * 60_000;

const work = toil();
let world: World;
let driver: DiscordDriver;
beforeAll(async () => {
  world = await openWorld({ commands: work.commands });
  driver = await startDriver(world);
});
afterAll(async () => {
  await driver.close();
  await world.close();
});
afterEach(async () => {
  const { interactions, rest } = driver.discord;
  // The bot has come through: it answers the next one as ever.
  [interactions.ahead, driver.lag.ms] = [0, 0];
  rest.closedTo.clear();
  const shown = await driver.say({ name: "Zoe", role: "learner" }, "help");
  expect(shown.kind === "message" && shown.text).toContain("/quiz");
  expect(rest.mistakes.splice(0)).toEqual([]);
});

/** Somebody new asks, `meanwhile` happens, and the work ends 16 minutes after it began. */
async function late(
  command: string,
  options: { progress?: boolean },
  meanwhile: (live: ReturnType<DiscordDriver["discord"]["send"]>) => unknown = () => undefined,
) {
  const { discord, people } = driver;
  const who: Person = { name: `Person ${snowflake()}`, role: "learner" };
  const begun = work.begun();
  const live = discord.send(people.member(who), { type: 2, data: people.command(command, options, {}) });
  await begun;
  if (options.progress === true) await expect.poll(() => shownFor(live)).toContain(FIRST);
  discord.interactions.ahead = SIXTEEN_MINUTES;
  await meanwhile(live);
  work.end();
  return live;
}

const textOf = (messages: readonly Pick<StoredMessage, "components">[]): string =>
  messageOf(messages.map((each) => ({ id: "", channel: "", flags: 0, attachments: [], ...each }))).text;
const shownFor = ({ shown }: { readonly shown: readonly StoredMessage[] }): string => textOf(shown);
const directTo = (person: string): string =>
  textOf(driver.discord.rest.directTo(person).map((body) => ({ components: body.components as object[] })));
const postedIn = (channel: string): string =>
  textOf(
    [...driver.discord.rest.posted.values()]
      .filter((each) => each.channel === channel)
      .map(({ body }) => ({ components: body.components as object[] })),
  );

test.each([
  ["by the bot's clock", 0],
  ["by Discord's alone, while the bot's clock lags behind", SIXTEEN_MINUTES],
])("a private answer after 16 minutes, %s, comes in the direct messages and nowhere else", async (_, lag) => {
  const live = await late("toil", { progress: true }, () => {
    driver.lag.ms = lag;
  });
  await expect.poll(() => directTo(live.person)).toContain(RESULT);
  expect(directTo(live.person)).toMatch(
    /The answer to \/toil ?in A course took longer than the 15 minutes in which Discord shows it there\./,
  );
  expect(shownFor(live)).toContain(FIRST);
  expect(postedIn(live.channel)).not.toContain(RESULT);
  // A button of the guild would act for another community there.
  const [sent, ...more] = driver.discord.rest.directTo(live.person);
  expect(more).toEqual([]);
  expect(JSON.stringify(sent)).not.toContain(BUTTON);
  expect(directTo(live.person)).toContain("Its buttons work there alone");
  expect(sent).toMatchObject({ allowed_mentions: { parse: [] } });
});

test("a public answer after 16 minutes is edited into the message that stands, by the bot's own token", async () => {
  const live = await late("toil-openly", { progress: true });
  await expect.poll(() => shownFor(live)).toContain(RESULT);
  expect(JSON.stringify(live.shown)).toContain(BUTTON);
  expect(directTo(live.person)).toBe("");
});

test("a public answer of which nothing stood yet is posted in the channel", async () => {
  const live = await late("toil-openly", {});
  await expect.poll(() => postedIn(live.channel)).toContain(RESULT);
  expect(postedIn(live.channel)).toMatch(/The answer to \/toil-openly ?in A course took longer/);
  expect(directTo(live.person)).toBe("");
});

test("a public answer that the channel does not take comes in the direct messages", async () => {
  const live = await late("toil-openly", { progress: true }, ({ channel }) => {
    driver.discord.rest.closedTo.add(channel);
  });
  await expect.poll(() => directTo(live.person)).toContain(RESULT);
});

test("an answer that Discord takes nowhere is in the log under a reference, without its words", async () => {
  const live = await late("toil", {}, ({ person }) => {
    driver.discord.rest.closedTo.add(person);
  });
  const line = () => driver.log.find(({ event, reference }) => event === live.id && reference !== undefined);
  await expect.poll(line).toMatchObject({ level: "error", reference: expect.stringMatching(/^[\da-f]{8}$/) });
  expect(JSON.stringify(driver.log)).not.toContain(RESULT);
});
