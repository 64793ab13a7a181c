// /help, /progress, /standings, /grades, /settings and /forget-me as people use them, and the reference page.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { callablesOf } from "../../src/commands/help.js";
import { referenceMarkdown } from "../../src/commands/reference.js";
import { ROLES } from "../../src/commands/request.js";
import { ada as adaPerson, answers, bob as bobPerson, FAR, Q4 } from "../support/learning.js";
import { decodePng } from "../support/png.js";
import { blockOf, buttonsOf, press, textOf } from "../support/replies.js";
import { ROOT } from "../support/rubrics.js";
import { action, command, messageTo, openWorld, user, type World } from "../support/world.js";

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

const ada = user("ada");
const ida = user("ida", "instructor");
const say = (who: typeof ada, line: string, options = {}) => messageTo(world, command(who, line, options));

describe("/help", () => {
  test.each(ROLES)("shows a %s every command that the role may use, and no other", async (role) => {
    const text = textOf(await say(user("x", role), "help"));
    for (const each of world.dispatcher.commands) {
      const may = callablesOf(each).some(({ who }) => ROLES.indexOf(who) <= ROLES.indexOf(role));
      expect(text.includes(`/${each.name}: `), each.name).toBe(may);
    }
  });

  test("of one command shows its options, their values and examples", async () => {
    const text = textOf(await say(ada, "help", { command: "/quiz" }));
    expect(text).toContain("question:");
    expect(text).toMatch(/mode:.*open, choice, review, mistakes/);
    expect(text).toContain("/quiz question:q4");
    expect(textOf(await say(ida, "help", { command: "settings" }))).toContain("/settings time");
  });

  test("of a command beyond the role says for whom it is, and shows nothing of it", async () => {
    const text = textOf(await say(ada, "help", { command: "settings" }));
    expect(text).toContain("is for instructors");
    expect(text).not.toContain("add-person");
  });

  test("of no command offers the nearest, but none beyond the role", async () => {
    expect(textOf(await say(ada, "help", { command: "quizz" }))).toContain("/help command:quiz");
    expect(textOf(await say(ada, "help", { command: "setings" }))).not.toContain("settings");
    expect(textOf(await say(ida, "help", { command: "setings" }))).toContain("/help command:settings");
  });
});

test("docs/reference.md is what is generated from the declarations: run npm run docs where this fails", () => {
  expect(readFileSync(join(ROOT, "docs/reference.md"), "utf8")).toBe(referenceMarkdown(world.dispatcher.commands));
});

describe("/progress", () => {
  test("of somebody new points to the first question", async () => {
    const reply = await say(ada, "progress");
    expect(textOf(reply)).toContain("not answered anything yet");
    expect(textOf(await messageTo(world, action(ada, press(reply, "First question"))))).toContain("Question 1 of 10");
  });

  test("shows a picture with its words, the streak, what is due when, and what to do next", async () => {
    await answers(world, adaPerson, "q4", Q4.half);
    let reply = await say(ada, "progress");
    const { png, alt } = blockOf(reply, "picture");
    expect(decodePng(png).width).toBe(1_920);
    expect(alt).toContain("q4: 2 known, 1 missed, 1 not seen, best 50 of 100");
    expect(textOf(reply)).toMatch(
      /Points known: 2 of \d+\nStreak: 1 day in a row; the longest was 1\nDue now: nothing; the next comes back tomorrow/,
    );
    expect(buttonsOf(reply).map(({ label }) => label)).toEqual(["Next question", "What I missed"]);
    world.clock.at += FAR;
    reply = await say(ada, "progress");
    expect(textOf(reply)).toContain("Due now: 3 points");
    expect(textOf(await messageTo(world, action(ada, press(reply, "Review what is due"))))).toContain(
      "Question 4 of 10",
    );
  });
});

describe("/standings", () => {
  test("leave out whoever presses so, and show them again", async () => {
    await answers(world, adaPerson, "q4", Q4.full, "Ada");
    const reply = await say(ada, "standings");
    expect(reply.private).toBe(false);
    expect(textOf(reply)).toContain("1 | Ada | 1.00 | 1");
    await messageTo(world, action(ada, press(reply, "Leave me out")));
    expect(textOf(await say(ada, "standings"))).not.toContain("Ada");
    await messageTo(world, action(ada, press(reply, "Show me")));
    expect(textOf(await say(ada, "standings", { period: "all time" }))).toContain("Standings of all time");
    expect(textOf(await say(ada, "standings"))).toContain("Ada");
  });

  test("switched off are for instructors alone, and in private", async () => {
    await answers(world, adaPerson, "q4", Q4.full, "Ada");
    await say(ida, "settings standings", { shown: "no" });
    expect(textOf(await say(ada, "standings"))).toContain("switched off");
    const reply = await say(ida, "standings");
    expect(textOf(reply)).toContain("Ada");
    expect(reply.private).toBe(true);
  });

  test("show ten of more, and say how many there are", async () => {
    for (let each = 0; each < 12; each += 1)
      await answers(world, { community: "course", id: `u${each}` }, "q4", Q4.half, `Learner ${each}`);
    const reply = await say(ada, "standings");
    expect(blockOf(reply, "table").rows).toHaveLength(10);
    expect(textOf(reply)).toContain("the first 10 of 12");
  });
});

describe("/grades", () => {
  test("are a table and a file of the same rows, for the instructor alone", async () => {
    await answers(world, adaPerson, "q4", Q4.full, "Ada");
    await answers(world, bobPerson, "q2", "There are 903,400 parameters.", "=cmd|'/c calc'!A1");
    const reply = await say(ida, "grades");
    expect(reply.private).toBe(true);
    expect(textOf(reply)).toContain("Ada | q4 | 1 | 1.00 | 1.00 | noparams");
    const file = blockOf(reply, "file");
    expect(file.name).toBe("grades.csv");
    const csv = new TextDecoder("utf-8", { ignoreBOM: true }).decode(file.bytes);
    expect(csv).toContain("id-ada,Ada,q4,1,1,1,noparams\r\n");
    expect(csv).toContain("id-bob,'=cmd");
    const one = blockOf(await say(ida, "grades", { question: "q4" }), "file");
    expect(one.name).toBe("grades-q4.csv");
    expect(new TextDecoder().decode(one.bytes)).not.toContain("bob");
  });
});

describe("/settings", () => {
  test("show what was changed, and keep it over a restart", async () => {
    const changed = textOf(await say(ida, "settings time", { zone: "europe/berlin", "week-starts": "Sunday" }));
    expect(changed).toContain("Changed.");
    world = await world.restarted();
    const text = textOf(await say(ida, "settings show"));
    expect(text).toContain("Time zone: Europe/Berlin");
    expect(text).toContain("Week starts on: sunday");
    expect(textOf(await messageTo(world, command(ida, "settings show", {}, "another course")))).toContain(
      "Time zone: UTC",
    );
  });

  test.each([
    ["settings time", {}, "needs to know what to change"],
    ["settings time", { zone: "Berlin" }, "Europe/Berlin"],
    ["settings time", { "week-starts": "friday" }, "It is one of monday, sunday, saturday."],
    ["settings channels", { remove: "nowhere" }, '"nowhere" is not in the list.'],
    ["settings instructors", { "remove-person": "id-x" }, "See the list: /settings show"],
    ["settings standings", {}, "needs shown"],
  ])("%s %j is refused with its fix, and nothing changes", async (line, options, fix) => {
    const before = textOf(await say(ida, "settings show"));
    expect(textOf(await say(ida, line, options))).toContain(fix);
    expect(textOf(await say(ida, "settings show"))).toBe(before);
  });

  test("say what becomes of a trained model, changed by admins alone and one half at a time", async () => {
    const root = user("root", "admin");
    const before = "Gate: a model that passes goes into service at once; one that does not is refused";
    expect(textOf(await say(ida, "settings show"))).toContain(before);
    expect(textOf(await say(ida, "settings gate", { passes: "keep" }))).toContain("is for admins");
    expect(textOf(await say(root, "settings gate", { passes: "sometimes" }))).toContain("promote, keep");
    expect(textOf(await say(ida, "settings show"))).toContain(before);
    await say(root, "settings gate", { passes: "keep" });
    await say(root, "settings gate", { fails: "keep" });
    world = await world.restarted();
    expect(textOf(await say(ida, "settings show"))).toContain(
      "Gate: a model that passes waits as a candidate until an admin promotes it; one that does not stays a candidate that an admin may promote",
    );
    expect(textOf(await say(root, "audit"))).toContain("root /settings gate fails:keep Changed.");
    expect((await world.quiz.settings.of("elsewhere")).gate).toEqual({ passes: "promote", fails: "refuse" });
  });

  test("take a channel or a person once, and no more than fifty", async () => {
    await say(ida, "settings channels", { add: "quiz" });
    expect(textOf(await say(ida, "settings channels", { add: "#quiz" }))).toContain("Channels: #quiz\n");
    for (let each = 0; each < 50; each += 1)
      await world.quiz.settings.change("course", (settings) => ({
        ...settings,
        channels: [...settings.channels.slice(0, 49), `c${each}`],
      }));
    await world.quiz.settings.change("course", (settings) => ({
      ...settings,
      channels: Array.from({ length: 50 }, (_, n) => `c${n}`),
    }));
    expect(textOf(await say(ida, "settings channels", { add: "one-more" }))).toContain("There are 50 already.");
  });

  test("changed by two at the same time lose neither change", async () => {
    await Promise.all([
      say(ida, "settings instructors", { "add-person": "id-1" }),
      say(user("root", "admin"), "settings instructors", { "add-person": "id-2" }),
      say(ida, "settings channels", { add: "quiz" }),
    ]);
    expect(await world.quiz.settings.of("course")).toMatchObject({ channels: ["quiz"] });
    expect((await world.quiz.settings.of("course")).instructors.people.toSorted()).toEqual(["id-1", "id-2"]);
  });
});

describe("/forget-me", () => {
  test("asks first, with what there is, and Keep it keeps it", async () => {
    await answers(world, adaPerson, "q4", Q4.half);
    const reply = await say(ada, "forget-me");
    expect(textOf(reply)).toContain("1 answer with its grade, 3 review cards and 1 question put to you");
    expect(textOf(await messageTo(world, action(ada, press(reply, "Keep it"))))).toContain("Nothing was deleted.");
    expect(textOf(await say(ada, "progress"))).toContain("Your progress");
  });

  test("deletes after the confirmation, and says what that was", async () => {
    await answers(world, adaPerson, "q4", Q4.half);
    await answers(world, bobPerson, "q4", Q4.full, "Bob");
    const asked = await say(ada, "forget-me");
    const gone = await messageTo(world, action(ada, press(asked, "Delete everything")));
    expect(textOf(gone)).toContain(
      "Deleted: 1 answer, 3 review cards, 1 question put to you, 2 entries of the standings, your name and your streak.",
    );
    expect(textOf(await say(ada, "progress"))).toContain("not answered anything yet");
    expect(textOf(await say(ida, "grades"))).toContain("Bob");
    expect(textOf(await say(ida, "grades"))).not.toContain("Ada");
  });
});
