// Configuration: every mistake at once, none ignored, no secret shown.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readConfig, VARIABLES } from "../src/config.js";
import { UserError } from "../src/errors.js";
import { ROOT } from "./support/rubrics.js";

function mistakesOf(environment: Record<string, string>): UserError {
  try {
    readConfig(environment, false);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error("no mistake was found");
}

describe("defaults", () => {
  test("an empty environment starts on loopback with an embedded store", () => {
    expect(readConfig({}, false)).toEqual({
      store: "lmdb:data/store",
      models: "data/models",
      operators: new Set(),
      worker: true,
      trainingHours: 0,
      arena: { parameters: 500_000, seconds: 120 },
      playground: { enabled: true, host: "127.0.0.1", port: 8787, tokens: new Map() },
      attachmentHosts: [],
      log: { level: "info", pretty: false },
    });
  });

  test("an empty or blank variable is as good as none", () => {
    const blanks = Object.fromEntries(VARIABLES.map(({ name }) => [name, "  "]));
    expect(readConfig(blanks, false)).toEqual(readConfig({}, false));
  });

  test("logs are readable in a terminal, and JSON elsewhere, in production, or where it is asked for", () => {
    const pretty = (environment: Record<string, string>, terminal: boolean) =>
      readConfig(environment, terminal).log.pretty;
    expect(pretty({}, true)).toBe(true);
    expect(pretty({}, false)).toBe(false);
    expect(pretty({ NODE_ENV: "production" }, true)).toBe(false);
    expect(pretty({ CONVO_LOG_FORMAT: "json" }, true)).toBe(false);
    expect(pretty({ CONVO_LOG_FORMAT: "pretty", NODE_ENV: "production" }, false)).toBe(true);
  });

  test(".env.example names exactly the variables that there are, with their defaults", () => {
    const lines = readFileSync(join(ROOT, ".env.example"), "utf8").match(/^#?\s*[A-Z]+_[A-Z_]+=.*$/gm) ?? [];
    const named = lines.map((line) => line.replace(/^#?\s*/, "").trimEnd());
    expect(named.toSorted()).toEqual(VARIABLES.map(({ name, fallback }) => `${name}=${fallback}`).toSorted());
  });
});

describe("values", () => {
  test("a token turns Discord on; its address is taken with or without the version", () => {
    expect(readConfig({ DISCORD_TOKEN: "a.b.c" }, false).discord).toEqual({
      token: "a.b.c",
      apiUrl: "https://discord.com/api",
    });
    const given = {
      DISCORD_TOKEN: "a.b.c",
      DISCORD_GUILD: "1200000000000000001",
      DISCORD_API_URL: "http://127.0.0.1:9/api/v10/",
    };
    expect(readConfig(given, false).discord).toEqual({
      token: "a.b.c",
      guild: "1200000000000000001",
      apiUrl: "http://127.0.0.1:9/api",
    });
  });

  test.each([
    { DISCORD_TOKEN: "Bot a.b.c" },
    { DISCORD_GUILD: "my class" },
    { DISCORD_API_URL: "discord.com" },
    { CONVO_ATTACHMENT_HOSTS: "https://x.test/" },
  ])("%j is refused", (environment) => {
    expect(mistakesOf(environment).message).toContain(Object.keys(environment)[0]);
  });

  test("port 0 and port 65535 are ports", () => {
    expect(readConfig({ CONVO_PLAYGROUND_PORT: "0" }, false).playground.port).toBe(0);
    expect(readConfig({ CONVO_PLAYGROUND_PORT: " 65535 " }, false).playground.port).toBe(65_535);
  });

  test.each(["65536", "-1", "80a", "8e3", "0x50", "80.5"])("%s is no port", (port) => {
    expect(mistakesOf({ CONVO_PLAYGROUND_PORT: port }).message).toContain("CONVO_PLAYGROUND_PORT");
  });

  test("the worker can be left to other machines, and hours may have a fraction", () => {
    expect(readConfig({ CONVO_WORKER: "off", CONVO_TRAINING_HOURS: "1.5" }, false)).toMatchObject({
      worker: false,
      trainingHours: 1.5,
    });
    for (const hours of ["-1", "many", "1e3", "Infinity"]) {
      expect(mistakesOf({ CONVO_TRAINING_HOURS: hours }).message).toContain("CONVO_TRAINING_HOURS");
    }
  });

  test("hosts of attachments are one list for every platform; without one, none are added", () => {
    const given = { CONVO_ATTACHMENT_HOSTS: "127.0.0.1:9, *.example.com,[::1]:8" };
    expect(readConfig(given, false).attachmentHosts).toEqual(["127.0.0.1:9", "*.example.com", "[::1]:8"]);
    expect(readConfig({}, false).attachmentHosts).toEqual([]);
  });

  test("operators are people of a platform; anything else is a mistake", () => {
    const { operators } = readConfig({ CONVO_OPERATORS: "discord:123456789012345678, slack:U0AB" }, false);
    expect([...operators]).toEqual(["discord:123456789012345678", "slack:U0AB"]);
    for (const people of ["ada", "discord:", "discord:1;slack:2", "Discord:1"]) {
      expect(mistakesOf({ CONVO_OPERATORS: people }).message).toContain("CONVO_OPERATORS");
    }
  });

  test("each token gives its role, and one without a role is a learner's", () => {
    const { tokens } = readConfig(
      { CONVO_PLAYGROUND_TOKEN: "instructor:tutors-2026, admin:0123456789 ,class-of-26" },
      false,
    ).playground;
    expect([...tokens]).toEqual([
      ["tutors-2026", "instructor"],
      ["0123456789", "admin"],
      ["class-of-26", "learner"],
    ]);
  });

  test.each(["short", "owner:long-enough-token", "same-token-1,admin:same-token-1", "with blank in it"])(
    "the tokens %j are refused",
    (tokens) => {
      expect(mistakesOf({ CONVO_PLAYGROUND_TOKEN: tokens }).message).toContain("CONVO_PLAYGROUND_TOKEN");
    },
  );
});

describe("Slack", () => {
  const bot = { SLACK_BOT_TOKEN: "xoxb-1-2" };

  test("is off without a variable of its own", () => {
    expect(readConfig({ SLACK_API_URL: "http://127.0.0.1:1" }, false).slack).toBeUndefined();
  });

  test("goes by Socket Mode with an app token, by HTTP with a signing secret alone", () => {
    expect(readConfig({ ...bot, SLACK_APP_TOKEN: "xapp-1", SLACK_SIGNING_SECRET: "12345678" }, false).slack).toEqual({
      botToken: "xoxb-1-2",
      delivery: { kind: "socket", appToken: "xapp-1" },
      apiUrl: "https://slack.com/api/",
      port: 3000,
    });
    const { slack } = readConfig({ ...bot, SLACK_SIGNING_SECRET: "12345678", CONVO_HTTP_PORT: "0" }, false);
    expect(slack).toMatchObject({ delivery: { kind: "http", signingSecret: "12345678" }, port: 0 });
    expect(
      readConfig({ ...bot, SLACK_APP_TOKEN: "xapp-1", SLACK_API_URL: "http://localhost:9/api" }, false).slack?.apiUrl,
    ).toBe("http://localhost:9/api/");
  });

  test("says what is missing, and shows no secret", () => {
    expect(mistakesOf(bot).message).toContain("SLACK_APP_TOKEN: found nothing");
    expect(mistakesOf({ SLACK_APP_TOKEN: "xapp-1" }).message).toContain("SLACK_BOT_TOKEN: found nothing");
    expect(mistakesOf({ ...bot, SLACK_APP_TOKEN: "xapp-1", SLACK_CLIENT_ID: "1.2" }).message).toContain(
      "all three or none",
    );
    const { message } = mistakesOf({ SLACK_BOT_TOKEN: "xapp-hunter2", SLACK_BOT_TOKN: "xoxb-1" });
    expect(message).toContain("SLACK_BOT_TOKEN: found (a secret, not shown), expected the bot token");
    expect(message).toContain("did you mean SLACK_BOT_TOKEN?");
    expect(message).not.toContain("hunter2");
    const copied = mistakesOf({ SLACK_BOT_TOKEN: "xoxb-…", SLACK_APP_TOKEN: "xapp-…" }).message;
    expect(mistakesOf({ SLACK_BOT_TOKEN: "xoxb-…", SLACK_APP_TOKEN: "xapp-1" }).message).not.toContain("found nothing");
    expect(mistakesOf({ ...bot, SLACK_APP_TOKEN: "xapp-…" }).message).not.toContain("found nothing");
    expect(copied).toMatch(/SLACK_BOT_TOKEN: found[\s\S]*SLACK_APP_TOKEN: found/);
  });

  test("leaves other programs' variables alone", () => {
    expect(() => readConfig({ SLACK_WEBHOOK_URL: "https://hooks.slack.com/x" }, false)).not.toThrow();
  });
});

describe("mistakes", () => {
  test("all of them are listed at once, each with the variable, what was found and what is expected", () => {
    const error = mistakesOf({
      CONVO_PLAYGROUND: "yes",
      CONVO_PLAYGROUND_PORT: "eighty",
      CONVO_LOG_LEVEL: "loud",
      CONVO_STORE: "sqlite:x",
    });
    expect(error.code).toBe("config");
    expect(error.what).toContain("4 mistakes");
    expect(error.what).toContain('CONVO_PLAYGROUND: found "yes", expected on or off');
    expect(error.what).toContain('CONVO_PLAYGROUND_PORT: found "eighty", expected a whole number from 0');
    expect(error.what).toContain('CONVO_LOG_LEVEL: found "loud", expected trace, debug, info, warn, error, silent');
    expect(error.what).toMatch(/CONVO_STORE: found .*, expected lmdb:FOLDER, redis:/);
    expect(error.fix).toContain(".env.example");
  });

  test("an unknown CONVO_ variable is a mistake, and the nearest one is offered", () => {
    const { message } = mistakesOf({ CONVO_PLAYGROUND_PROT: "80" });
    expect(message).toContain("CONVO_PLAYGROUND_PROT: there is no such variable");
    expect(message).toContain("did you mean CONVO_PLAYGROUND_PORT?");
  });

  test("an unknown variable that is near to none is listed without a guess", () => {
    expect(mistakesOf({ CONVO_ENTIRELY_ELSE: "1" }).message).not.toContain("did you mean");
  });

  test("variables of other programs are none of ours", () => {
    expect(() => readConfig({ PORT: "x", CONVOY: "1", CONVO_TEST_SEED: "7" }, false)).not.toThrow();
  });

  test("no secret stands in the message, neither a wrong one nor one under a mistyped name", () => {
    const secret = "hunter2-hunter2";
    const { message } = mistakesOf({
      CONVO_PLAYGROUND_TOKEN: `owner:${secret}`,
      CONVO_STORE: `reddis://:${secret}@host/0`,
      CONVO_PLAYGROUND_TOKENS: secret,
    });
    expect(message).toContain("CONVO_PLAYGROUND_TOKEN: found (a secret, not shown)");
    expect(message).toContain("CONVO_STORE");
    expect(message).toContain("CONVO_PLAYGROUND_TOKENS");
    expect(message).not.toContain("hunter2");
  });
});
