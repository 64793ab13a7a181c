// The bot on Discord where Discord is special: menus, files, drops of the gateway, limits, people and their buttons.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { startDiscord } from "../../../src/bots/discord/bot.js";
import type { Command } from "../../../src/commands/command.js";
import { makeLog } from "../../../src/log.js";
import { refusal } from "../../support/errors.js";
import { Q4 } from "../../support/learning.js";
import { futureCommands, note, trialCommands } from "../../support/trial-commands.js";
import { openWorld, type World } from "../../support/world.js";
import { form, message } from "../contract.js";
import type { Person } from "../driver.js";
import { componentsIn, documentMistakes, hasDocument } from "./body-checks.js";
import { type DiscordDriver, startDriver } from "./driver.js";
import { openLocalDiscord, TOKEN } from "./local-discord.js";
import { messageObject, snowflake } from "./objects.js";

const PNG = Buffer.from("89504e470d0a1a0a0000000d49484452", "hex");
const ada: Person = { name: "Ada", role: "learner" };
const head: Person = { name: "Head", role: "admin" };

/** Reports its first step, then takes as long as a test wants. */
let finish = () => {};
const linger: Command = {
  name: "linger",
  description: "Takes long",
  plain: {
    name: "linger",
    description: "Takes long",
    who: "learner",
    options: {},
    async *run() {
      yield note("the first step");
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      yield note("all done");
    },
  },
};

let world: World;
let driver: DiscordDriver;
beforeAll(async () => {
  world = await openWorld({ commands: [...trialCommands, ...futureCommands, linger] });
  driver = await startDriver(world);
});
afterAll(async () => {
  await driver.close();
  await world.close();
});
afterEach(() => {
  world.clock.at += 300_000;
  expect(driver.discord.rest.mistakes.splice(0)).toEqual([]);
});

test.skipIf(hasDocument)("bodies are not compared with Discord's OpenAPI document, which is not at hand", () => {});

test.skipIf(!hasDocument)("the document's rules are applied at all", () => {
  const path = "/webhooks/{webhook_id}/{webhook_token}";
  expect(documentMistakes("POST", path, { content: "x".repeat(2_001) })).not.toEqual([]);
  expect(documentMistakes("POST", path, { content: "x", components: [{ type: 10, content: "" }] })).not.toEqual([]);
  expect(documentMistakes("POST", path, { content: "x" })).toEqual([]);
});

const look = (file: Partial<Parameters<DiscordDriver["people"]["attachment"]>[1]>) =>
  driver.say(ada, "look", {}, { image: { name: "cat.png", bytes: PNG, ...file } });

describe("a file", () => {
  test("comes from the CDN at once, its type told by its content", async () => {
    expect(message(await look({})).text).toBe("cat.png: image/png, 16 bytes");
  });

  test("comes by the menu of a message too, which answers in private", async () => {
    const { people } = driver;
    const shown = message(await people.done(ada, people.menu("Look at image", { name: "dog.png", bytes: PNG })));
    expect(shown).toMatchObject({ text: "dog.png: image/png, 16 bytes", private: true });
    expect(message(await people.done(ada, people.menu("Look at image"))).text).toContain("That message has no file.");
  });

  test("of 2 GB is refused with the limit", async () => {
    expect(message(await look({ size: 2_000_000_000 })).text).toContain("larger than 10 MiB");
  });

  test("whose signed address has expired is asked for again", async () => {
    const url = `http://${driver.discord.host}${driver.discord.cdn.put("old.png", PNG, -1)}`;
    expect(message(await look({ url })).text).toContain("Send it again");
  });

  test.each(["http://127.0.0.1:1/", "http://169.254.169.254/latest/meta-data/", "https://evil.test/a.png"])(
    "at %s is refused, also as a redirect",
    async (url) => {
      expect(message(await look({ url })).text).toMatch(/private network|away from the platform/);
      const wanderer = createServer((_, response) => void response.writeHead(302, { location: url }).end());
      await new Promise<void>((resolve) => wanderer.listen(0, "127.0.0.1", resolve));
      const { port } = wanderer.address() as AddressInfo;
      expect(message(await look({ url: `http://127.0.0.1:${port}/` })).text).toContain("away from the platform");
      wanderer.close();
    },
  );
});

describe("the gateway", () => {
  test("asks for the Guilds intent alone", () => {
    expect(driver.discord.gateway.seen.intents).toBe(1);
  });

  test("dropped in the middle of a quiz is resumed, and what was missed is answered", async () => {
    const { gateway } = driver.discord;
    const asked = message(await driver.say(ada, "quiz", { question: "q4" }));
    const before = { ...gateway.seen };
    gateway.shut();
    gateway.drop();
    await new Promise((resolve) => setTimeout(resolve, 50));
    const pressed = driver.press(ada, asked, "Answer");
    gateway.open();
    const graded = await driver.submit(ada, form(await pressed), { answer: Q4.full });
    expect(message(graded).text).toContain("100 of 100");
    expect(gateway.seen).toMatchObject({ identifies: before.identifies, resumes: before.resumes + 1 });
  });

  test("whose heartbeats are no longer answered is left, and the session resumed", async () => {
    const own = await openWorld();
    const lone = await startDriver(own, { heartbeat: 250 });
    const { gateway } = lone.discord;
    gateway.fallSilent();
    await expect.poll(() => gateway.seen.resumes, { timeout: 10_000 }).toBe(1);
    expect(gateway.seen.identifies).toBe(1);
    expect(message(await lone.say(ada, "help")).text).toContain("/quiz");
    await lone.close();
    await own.close();
  });

  test("that delivers an interaction twice gets one answer", async () => {
    const first = message(await driver.say(ada, "progress"));
    const { calls } = driver.discord.rest;
    const before = calls.length;
    driver.discord.gateway.repeat();
    while (calls.length === before) await new Promise((resolve) => setTimeout(resolve, 10));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(calls.slice(before).map(({ path, status }) => [path.split("/").at(-1), status])).toEqual([
      ["callback", 400],
    ]);
    expect(first.text).not.toBe("");
  });
});

describe("buttons", () => {
  const pressRaw = (who: Person, custom_id: string) => {
    const stored = { id: snowflake(), channel: "1300000000000000001", flags: 64, components: [], attachments: [] };
    const source = { message: stored, object: messageObject(stored) };
    return driver.people.done(who, { type: 3, data: { component_type: 2, custom_id, id: 2 }, source });
  };

  test.each(["none of ours", "quiz.constructor", "gone.away?x=1", "@AAAAAAAAAAAAAAAA"])(
    "with the custom_id %j say what to do instead",
    async (customId) => {
      const shown = message(await pressRaw(ada, customId));
      expect(shown.text).toMatch(/\/help|Ask again|There is no command/);
      expect(shown.private).toBe(true);
    },
  );

  test("of an admin do nothing for a learner, and the message stays for the others", async () => {
    const shown = message(await driver.say(head, "promote"));
    expect(shown.private).toBe(false);
    const refused = message(await driver.press(ada, shown, "Promote"));
    expect(refused).toMatchObject({ private: true });
    expect(refused.text).toContain("is for admins");
    expect(message(await driver.press(head, shown, "Promote")).text).toBe("promoted");
  });

  test("pick the value of a list's option, however long it is", async () => {
    const shown = message(await driver.say(ada, "pages"));
    expect(shown.options).toHaveLength(30);
    expect(message(await driver.pick(ada, shown, "option 29")).text).toBe(`picked ${"v".repeat(120)}29`);
  });
});

describe("limits", () => {
  test("a reply over all of them is split, and shortened with a visible note", async () => {
    const shown = message(await driver.say(ada, "flood"));
    expect(shown.text).toContain("left out");
    expect((shown.handle as unknown[]).length).toBe(4);
  });

  test("a long table goes on in further messages, each with its head; pictures carry their words", async () => {
    const shown = message(await driver.say(ada, "pages"));
    expect(shown.text.match(/Layer +Parameters/g)?.length).toBeGreaterThan(1);
    expect(shown.text).toContain("conv119");
    expect(shown.pictures).toEqual(["Two curves", "Two more"]);
    expect(new Set(shown.files).size).toBe(2);
  });

  test("a rate limit is waited for, and the answer arrives", async () => {
    driver.discord.rest.limitNext(1, 0.2);
    expect(message(await driver.say(ada, "progress")).text).not.toBe("");
    expect(driver.discord.rest.calls.some(({ status }) => status === 429)).toBe(true);
  });
});

test("progress is shown while the next step is still under way", async () => {
  const { calls } = driver.discord.rest;
  const before = calls.length;
  const answered = driver.say(ada, "linger");
  const shown = () => JSON.stringify(calls.slice(before).map(({ body }) => body));
  await expect.poll(shown, { timeout: 10_000 }).toContain("the first step");
  finish();
  expect(message(await answered).text).toContain("all done");
});

test("what is typed stays literal, and mentions nobody", async () => {
  const typed = "@everyone <@1234567890123456789> **b** # h https://evil.test [x](https://evil.test) `c`";
  const asked = message(await driver.say(ada, "quiz", { question: "q4" }));
  const shown = message(await driver.submit(ada, form(await driver.press(ada, asked, "Answer")), { answer: typed }));
  const raw = (shown.handle as { components: unknown }[])
    .flatMap(({ components }) => componentsIn(components))
    .map(({ content }) => String(content ?? ""))
    .join("\n");
  expect(raw).toContain("\\*\\*b\\*\\*");
  expect(raw).toContain("\\<@1234567890123456789\\>");
  expect(raw).not.toMatch(/@everyone|https:\/\/evil|(?<!\\)`c`/);
  const bodies = driver.discord.rest.calls
    .map(({ body }) => JSON.stringify(body))
    .filter((body) => body.includes("1234567890123456789"));
  expect(bodies.every((body) => body.includes('"allowed_mentions":{"parse":[]'))).toBe(true);
});

test("completions come from the option's declaration, for the asker's community", async () => {
  const data = { id: "1", name: "look", type: 1, options: [{ type: 3, name: "network", value: "res", focused: true }] };
  const live = driver.discord.send(driver.people.member(ada), { type: 4, data });
  while (live.completions === undefined) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(live.completions).toEqual([{ name: "resnet50 of 1200000000000000001", value: "resnet50" }]);
});

test("in a direct message a learner has progress of her own, and is nobody's admin", async () => {
  const data = driver.people.command("quiz", { question: "q4" }, {});
  const asked = message(await driver.people.done(head, { type: 2, data, direct: true }));
  expect(asked.text).toContain("Question 4 of 10");
  const grades = driver.people.command("grades", {}, {});
  expect(message(await driver.people.done(head, { type: 2, data: grades, direct: true })).text).toContain(
    "is for instructors",
  );
});

test("an acknowledgement that Discord calls too late is logged, and the bot lives on", async () => {
  driver.discord.interactions.life.acknowledgement = -1;
  driver.discord.send(driver.people.member(ada), { type: 2, data: driver.people.command("progress", {}, {}) });
  while (!driver.log.some(({ msg }) => msg === "acknowledged too late"))
    await new Promise((resolve) => setTimeout(resolve, 10));
  driver.discord.interactions.life.acknowledgement = 3_000;
  expect(message(await driver.say(ada, "progress")).text).not.toBe("");
});

describe("the start", () => {
  const log = makeLog({ level: "silent", pretty: false });
  const start = (token: string, apiUrl: string) =>
    startDiscord({ config: { token, apiUrl }, attachmentHosts: [], dispatcher: world.dispatcher, log });

  test("with a wrong token says where to get the right one", async () => {
    const error = await refusal(() => start("wrong.token", driver.discord.apiUrl));
    expect(error.code).toBe("discord-token");
    expect(error.fix).toContain("DISCORD_TOKEN");
  });

  test("in no server yet says how to invite it", async () => {
    const discord = await openLocalDiscord({ guilds: 0 });
    const bot = await start(TOKEN, discord.apiUrl);
    expect(bot.description).toBe("Discord as Convo, in no server yet: invite it (docs/discord.md, step 2)");
    await bot.close();
    await discord.close();
  });

  test("without a Discord to reach says so", async () => {
    expect((await refusal(() => start("a.b.c", "http://127.0.0.1:1/api"))).code).toBe("discord-unreachable");
  });
});
