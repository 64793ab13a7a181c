// `convo register`: what Discord is told, and that it is told only what differs.
import { afterEach, beforeEach, expect, test } from "vitest";
import { registerCommands } from "../../../src/bots/discord/register.js";
import { registrations } from "../../../src/bots/discord/registration.js";
import { allCommands } from "../../../src/commands/all.js";
import type { Command } from "../../../src/commands/command.js";
import { questions } from "../../../src/quiz/question.js";
import type { Quiz } from "../../../src/quiz/quiz.js";
import { convo } from "../../support/convo.js";
import { refusal } from "../../support/errors.js";
import { futureCommands } from "../../support/trial-commands.js";
import { type LocalDiscord, openLocalDiscord, TOKEN } from "./local-discord.js";
import { GUILD } from "./objects.js";

const commands = [...allCommands({ quiz: { questions: questions() } as Quiz }), ...futureCommands];
let discord: LocalDiscord;
beforeEach(async () => {
  discord = await openLocalDiscord();
});
afterEach(async () => {
  expect(discord.rest.mistakes).toEqual([]);
  await discord.close();
});

const register = (some: readonly Command[], options: { guild?: string; dryRun?: boolean } = {}) =>
  registerCommands({ token: TOKEN, apiUrl: discord.apiUrl }, some, { dryRun: false, ...options });
const writes = () => discord.rest.calls.filter(({ method }) => method !== "GET").map(({ method }) => method);

test.each([{}, { guild: GUILD }])("all are new at first, and a second time nothing is sent (%j)", async (options) => {
  const { differences } = await register(commands, options);
  expect(new Set(differences.map(({ change }) => change))).toEqual(new Set(["new"]));
  expect(differences.map(({ name }) => name)).toContain('menu "Look at image"');
  const sent = writes().length;
  const again = await register(commands, options);
  expect(
    again.differences.flatMap(({ change, details }) => [...details, ...(change === "same" ? [] : [change])]),
  ).toEqual([]);
  expect(writes().length).toBe(sent);
});

test("only what differs is sent, and the difference says where", async () => {
  await register(commands);
  const before = writes().length;
  const changed = commands
    .filter(({ name }) => name !== "promote")
    .map((each) => (each.name === "quiz" ? { ...each, description: "Answer a question" } : each));
  const dry = await register(changed, { dryRun: true });
  expect(writes().length).toBe(before);
  const { differences } = await register(changed);
  expect(differences).toEqual(dry.differences);
  expect(differences.filter(({ change }) => change !== "same")).toEqual([
    { change: "changed", name: "/quiz", details: [expect.stringMatching(/^description: .* → "Answer a question"$/)] },
    { change: "gone", name: "/promote", details: [] },
  ]);
  expect(writes().slice(before)).toEqual(["PATCH", "DELETE"]);
});

test("a command is hidden from non-admins only where all of it is theirs, and reaches direct messages where it makes sense there", () => {
  const found = new Map(registrations(commands).map((each) => [each.name, each]));
  expect(found.get("promote")).toMatchObject({ default_member_permissions: 32, contexts: [0], integration_types: [0] });
  expect(found.get("settings")).toMatchObject({ default_member_permissions: null, contexts: [0] });
  expect(found.get("quiz")).toMatchObject({ contexts: [0, 1, 2], integration_types: [0, 1] });
});

test("the command line shows the difference, and names what is missing", async () => {
  const env = { DISCORD_TOKEN: TOKEN, DISCORD_API_URL: `${discord.apiUrl}/v10/` };
  const dry = await convo(["register", "--dry-run"], { env });
  expect(dry.stdout).toMatch(/Commands everywhere:[\s\S]*\+ \/quiz \(new\)[\s\S]*nothing was sent/);
  expect(writes()).toEqual([]);
  expect((await convo(["register", "--guild", GUILD], { env })).stdout).toContain(`in the guild ${GUILD}`);
  expect((await convo(["register"], { env: { ...env, DISCORD_TOKEN: "x.y.z" } })).stderr).toContain("discord-token");
  expect((await convo(["register", "--guild", "my class"], { env })).stderr).toContain("Copy Server ID");
  expect((await convo(["register"], {})).stderr).toContain("DISCORD_TOKEN");
});

test("the commands of one scope are taken away, and those of the other stay", async () => {
  const env = { DISCORD_TOKEN: TOKEN, DISCORD_API_URL: discord.apiUrl, DISCORD_GUILD: GUILD };
  await register(commands);
  await register(commands, { guild: GUILD });
  expect((await convo(["register", "--everywhere", "--remove"], { env })).stdout).toContain("- /quiz (gone)");
  expect(discord.rest.commands.get("")).toEqual([]);
  expect(discord.rest.commands.get(GUILD)).not.toEqual([]);
  expect((await convo(["register", "--remove"], { env })).stdout).toContain(`in the guild ${GUILD}`);
  expect(discord.rest.commands.get(GUILD)).toEqual([]);
});

test("a wrong token, a guild without the bot and a silent Discord are told apart", async () => {
  const wrong = () => registerCommands({ token: "x", apiUrl: discord.apiUrl }, commands, { dryRun: true });
  expect((await refusal(wrong)).code).toBe("discord-token");
  const elsewhere = { dryRun: true, guild: "1299999999999999999" };
  const away = () => registerCommands({ token: TOKEN, apiUrl: discord.apiUrl }, commands, elsewhere);
  expect((await refusal(away)).code).toBe("discord-guild");
  const silent = () => registerCommands({ token: "x", apiUrl: "http://127.0.0.1:1/api" }, commands, { dryRun: true });
  expect((await refusal(silent)).code).toBe("discord-unreachable");
});
