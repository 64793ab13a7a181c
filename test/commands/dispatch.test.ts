// One request's way: who may, how often, options checked, handled once, and no failure without a word.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Reply } from "../../src/commands/reply.js";
import { textOf } from "../support/replies.js";
import { faultsOf } from "../support/reply-schema.js";
import { note, trialCommands } from "../support/trial-commands.js";
import { action, command, messageTo, openWorld, repliesTo, user, type World } from "../support/world.js";

let world: World;
beforeEach(async () => {
  world = await openWorld({ commands: trialCommands });
});
afterEach(() => world.close());

const ada = user("ada");
const said = async (line: string, options = {}, who = ada): Promise<string> =>
  textOf(await messageTo(world, command(who, line, options)));

describe("what there is not", () => {
  test.each([
    ["quizz", "Did you mean /quiz?"],
    ["progess", "Did you mean /progress?"],
    ["standing", "Did you mean /standings?"],
    ["frobnicate", "See what there is: /help"],
  ])("the command /%s is answered: %s", async (name, fix) => {
    const text = await said(name);
    expect(text).toContain(`There is no command /${name}.`);
    expect(text).toContain(fix);
  });

  test("a command in capitals is the command", async () => {
    expect(await said("HELP")).toContain("What Convo can do");
  });

  test("an option is named, with the nearest one or with all that there are", async () => {
    expect(await said("quiz", { questoin: "q4" })).toMatch(/has no option "questoin".*Did you mean question:\?/s);
    expect(await said("quiz", { zzz: "q4" })).toContain("It takes question:, mode:.");
    expect(await said("progress", { x: 1 })).toContain("It takes no options.");
  });

  test("a subcommand is named, with the nearest one or with all that there are", async () => {
    const admin = user("root", "admin");
    expect(await said("settings tmie", {}, admin)).toContain("Did you mean /settings time?");
    expect(await said("settings", {}, admin)).toContain("/settings show, /settings instructors");
    expect(await said("settings zzzzzz", {}, admin)).toContain("/settings show");
    expect(await said("quiz now")).toContain("/quiz has no subcommands.");
  });
});

describe("options", () => {
  test("arrive typed, whether a platform typed them or a person did", async () => {
    const typed = { number: 7, flag: true, word: "hello", colour: "red" };
    expect(JSON.parse(await said("echo", typed))).toEqual(typed);
    expect(JSON.parse(await said("echo", { number: " 7 ", flag: "Yes", word: " hello ", colour: "DEEP RED" }))).toEqual(
      typed,
    );
  });

  test.each([
    [{ number: "seven" }, 'number is a whole number, and "seven" is none.', "from 1 to 10"],
    [{ number: 1.5 }, '"1.5" is none', "from 1 to 10"],
    [{ number: "1e3" }, '"1e3" is none', "from 1 to 10"],
    [{ number: Number.NaN }, "is none", "from 1 to 10"],
    [{ number: 0 }, "number cannot be 0.", "from 1 to 10"],
    [{ number: "11" }, "number cannot be 11.", "from 1 to 10"],
    [{ flag: "perhaps" }, 'flag is yes or no, and "perhaps" is neither.', "flag:yes or flag:no"],
    [{ colour: "bleu" }, 'colour cannot be "bleu".', "Did you mean blue? It is one of red, blue."],
    [{ word: "x".repeat(21) }, "word has 21 characters.", "Use at most 20."],
  ])("%j is refused, saying what is wrong and what is right", async (options, what, fix) => {
    const text = await said("echo", options);
    expect(text).toContain(what);
    expect(text).toContain(fix);
  });

  test("a needed one that is missing or empty is named, with what it is", async () => {
    for (const options of [{}, { what: "" }])
      expect(await said("must", options)).toMatch(/needs what\..*what:… \(What\)/s);
  });

  test("100,000 characters anywhere get a short reply that names the limit, and do no harm", async () => {
    const long = "x".repeat(100_000);
    expect(await said("echo", { word: long })).toContain("word has 100,000 characters. Use at most 20.");
    for (const [line, options] of [
      ["echo", { number: long }],
      ["echo", { colour: long }],
      ["echo", { flag: long }],
      ["echo", { [long]: 1 }],
      [long, {}],
      [`settings ${long}`, {}],
      ["quiz", { question: long }],
      ["help", { command: long }],
    ] as const) {
      world.clock.at += 60_000;
      expect((await said(line, options, user("root", "admin"))).length).toBeLessThan(600);
    }
  });

  test("named like a part of every object are unknown ones", async () => {
    for (const name of ["__proto__", "constructor", "toString"]) {
      expect(await said("echo", JSON.parse(`{"${name}":"x"}`))).toContain("has no option");
      expect(await said(name)).toContain("There is no command");
    }
  });
});

describe("who may", () => {
  test("is checked for each subcommand and action, and a refusal says whom to ask", async () => {
    for (const line of ["grades", "settings show", "settings time", "settings standings"]) {
      const text = await said(line, {});
      expect(text).toMatch(/^\/.* is for instructors\./);
      expect(text).toContain("Ask an instructor");
    }
    for (const role of ["instructor", "admin"] as const)
      expect(await said("settings show", {}, user("ida", role))).toContain("Time zone");
  });

  test("a learner named in the settings, or in a group named there, instructs, until taken out", async () => {
    const admin = user("root", "admin");
    await messageTo(world, command(admin, "settings instructors", { "add-person": "id-ada", "add-role": "tutors" }));
    expect(await said("settings show")).toContain("id-ada");
    expect(await said("grades", {}, user("tom", "learner", ["tutors"]))).toContain("No one has answered");
    expect(await said("grades", {}, user("bob", "learner", ["students"]))).toContain("is for instructors");
    const elsewhere = await messageTo(world, command(ada, "grades", {}, "another course"));
    expect(textOf(elsewhere)).toContain("is for instructors");
    await messageTo(
      world,
      command(admin, "settings instructors", { "remove-person": "id-ada", "remove-role": "tutors" }),
    );
    expect(await said("grades")).toContain("is for instructors");
    expect(await said("grades", {}, user("tom", "learner", ["tutors"]))).toContain("is for instructors");
  });

  test("learners are answered only in the channels of the settings, instructors everywhere", async () => {
    const admin = user("root", "admin");
    await messageTo(world, command(admin, "settings channels", { add: "#quiz" }));
    const text = await said("help");
    expect(text).toContain("does not answer in this channel");
    expect(text).toContain("#quiz");
    expect(textOf(await messageTo(world, { ...command(ada, "help"), channel: "quiz" }))).toContain("What Convo can do");
    expect(await said("help", {}, user("ida", "instructor"))).toContain("What Convo can do");
    await messageTo(world, command(admin, "settings channels", { everywhere: true }));
    expect(await said("help")).toContain("What Convo can do");
  });
});

describe("how often", () => {
  test("too often says when to try again, and then it works", async () => {
    for (let turn = 0; turn < 3; turn += 1) expect(await said("echo")).toBe("{}");
    world.clock.at += 20_000;
    const text = await said("echo");
    expect(text).toContain("That was 3 times in 60 s.");
    expect(text).toContain("Try again in 40 s.");
    world.clock.at += 39_999;
    expect(await said("echo")).toContain("Try again in 1 s.");
    world.clock.at += 1;
    expect(await said("echo")).toBe("{}");
  });

  test("counts by person, community and command", async () => {
    for (let turn = 0; turn < 4; turn += 1) await said("echo");
    expect(await said("echo", {}, user("bob"))).toBe("{}");
    expect(await said("help")).toContain("What Convo can do");
    expect(textOf(await messageTo(world, command(ada, "echo", {}, "another course")))).toBe("{}");
  });

  test("what was refused for its options costs no turn", async () => {
    for (let turn = 0; turn < 6; turn += 1) await said("echo", { number: "no" });
    expect(await said("echo")).toBe("{}");
  });
});

describe("events", () => {
  test("delivered twice, even at the same time or after a restart, are handled once", async () => {
    const request = command(ada, "echo");
    const both = await Promise.all([repliesTo(world, request), repliesTo(world, request)]);
    expect(both.map((replies) => replies.length).toSorted()).toEqual([0, 1]);
    world = await world.restarted();
    expect(await repliesTo(world, request)).toEqual([]);
  });

  test("of the same identifier on another platform or in another community are others", async () => {
    const request = command(ada, "echo");
    await repliesTo(world, request);
    expect(await repliesTo(world, { ...request, platform: "other" })).toHaveLength(1);
    expect(await repliesTo(world, { ...request, community: "other" })).toHaveLength(1);
  });

  test("of any identifiers are handled", async () => {
    for (const id of ["a/b", "%", "\ud800", "👩‍🏫", " "])
      expect(textOf((await repliesTo(world, { ...command(ada, "help"), id, community: id }))[0] ?? note(""))).toContain(
        "What Convo",
      );
  });
});

describe("failures", () => {
  test("of a handler become a reference that stands in the log beside the cause, and nothing of it is shown", async () => {
    const reply = await messageTo(world, command(ada, "explode"));
    const text = textOf(reply);
    const [reference] = /\b[0-9a-f]{8}\b/.exec(text) ?? [];
    expect(reference).toBeDefined();
    expect(text).not.toContain("fuse");
    expect(reply.private).toBe(true);
    expect(faultsOf(reply, world.dispatcher.commands)).toBe("");
    const line = world.log.find((each) => each.reference === reference);
    expect(line).toMatchObject({ level: "error", command: "explode", err: { message: "the fuse was wet" } });
  });

  test("after some progress come after it", async () => {
    const replies = await repliesTo(world, command(ada, "stumble"));
    expect(replies.map(textOf)[0]).toBe("1 of 2");
    expect(textOf(replies[1] ?? note(""))).toContain("Something went wrong");
  });

  test("of a mistake that its reader can mend are no errors in the log", async () => {
    await said("quizz");
    expect(world.log.filter((line) => line.level === "error")).toEqual([]);
    expect(world.log.at(-1)).toMatchObject({ msg: "refused", code: "command-unknown" });
  });
});

test("progress comes as replies of which each takes the place of the one before", async () => {
  const replies: Reply[] = await repliesTo(world, command(ada, "work"));
  expect(replies.map(textOf)).toEqual(["1 of 2", "2 of 2", "done"]);
});

test("each request is logged once, with command, community and time taken, and without what was typed", async () => {
  await messageTo(world, action(ada, { command: "quiz", action: "ask", args: { mode: "open" } }));
  await said("echo", { word: "confidential" });
  const handled = world.log.filter((line) => line.msg === "handled");
  expect(handled).toMatchObject([
    { command: "quiz", action: "ask", community: "course", platform: "test" },
    { command: "echo", community: "course" },
  ]);
  for (const line of handled) expect(line.ms).toBeGreaterThanOrEqual(0);
  expect(JSON.stringify(world.log)).not.toContain("confidential");
});
