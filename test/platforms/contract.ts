// The contract: every command, as every role, on a platform as people use it. Each platform's test calls it with its driver.
import { mkdirSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { OptionSpec } from "../../src/commands/command.js";
import { callablesOf } from "../../src/commands/help.js";
import { ROLES, type Role } from "../../src/commands/request.js";
import { Q4 } from "../support/learning.js";
import { copyShipped } from "../support/model-copies.js";
import { trialCommands } from "../support/trial-commands.js";
import { openWorld, type World } from "../support/world.js";
import { CASES, type Case } from "./cases.js";
import type { Person, Platform, PlatformDriver, Shown, ShownForm, ShownMessage } from "./driver.js";

const person = (name: string, role: Role = "learner"): Person => ({ name, role });

export function message(shown: Shown): ShownMessage {
  if (shown.kind !== "message") throw new Error(`a form came: ${shown.title}`);
  return shown;
}

export function form(shown: Shown): ShownForm {
  if (shown.kind !== "form") throw new Error(`a message came: ${shown.text}`);
  return shown;
}

/** One transparent pixel. */
export const PIXEL = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

export function platformContract(platform: Platform): void {
  let world: World;
  let driver: PlatformDriver;
  // The clock moves on between tests, so that no rate limit of one is met by another.
  let minutes = 0;
  const later = (): void => {
    minutes += 2;
    world.clock.at += minutes * 60_000;
  };
  beforeAll(async () => {
    world = await openWorld({ commands: trialCommands });
    driver = await platform.start(world);
    // A second version to promote, and data to train on.
    copyShipped(world.models.registryFor(driver.community).folder, "digits", "v2");
    mkdirSync(`${world.folder}/data/mnist`, { recursive: true });
  });
  afterAll(async () => {
    expect(driver.mistakes?.() ?? []).toEqual([]);
    await driver.close();
    await world.close();
  });

  describe.each(ROLES)(`${platform.name}: every command as %s`, (role) => {
    const who = person(`The ${role}`, role);
    // Where a platform has no flag for instructors, our settings name them.
    const named = async (): Promise<void> => {
      const admin = person("The head", "admin");
      if (role === "instructor") await driver.say(admin, "settings instructors", { "add-person": driver.person(who) });
    };
    test("does its work, or says who may", async () => {
      await named();
      for (const { name, who: least, options: specs, public: isPublic = false } of world.dispatcher.commands.flatMap(
        callablesOf,
      )) {
        later();
        if (name.startsWith("settings")) await named();
        const { options, file, says, alt } = caseOf(name);
        // A picture costs time: it is looked at once, for the least role that may. On Slack a form asks the others for theirs.
        const isSpared = file !== undefined && ROLES.indexOf(role) > ROLES.indexOf(least);
        const files = file === undefined || isSpared ? {} : { [file]: { name: "pixel.png", bytes: PIXEL } };
        const said = await driver.say(who, name, options?.(driver) ?? {}, files);
        if (isSpared && said.kind === "form") continue;
        const shown = message(said);
        if (isSpared) {
          expect(shown.text, name).not.toMatch(/is for (instructors|admins)\.|Something went wrong here/);
          continue;
        }
        const isRefused = ROLES.indexOf(role) < ROLES.indexOf(least);
        expect(shown.text, name).toMatch(isRefused ? /is for (instructors|admins)\./ : says);
        expect(shown.private, name).toBe(isRefused || !isPublic);
        if (!isRefused && alt !== undefined) expect(shown.pictures.join("\n"), name).toMatch(alt);
        if (name === "explode" || name === "stumble") continue;
        expect(shown.text, name).not.toContain("Something went wrong here");
        // What makes no sense is a mistake of the person who typed it, whatever it is.
        const senseless = needed(specs);
        if (role !== "admin" || Object.keys(senseless).length === 0 || file !== undefined) continue;
        const answer = message(await driver.say(who, name, senseless));
        expect(answer.text, name).not.toBe("");
        expect(answer.text, name).not.toContain("Something went wrong here");
      }
    });
  });

  test(`${platform.name}: every command has a case, and every case a command`, () => {
    const declared = world.dispatcher.commands.flatMap(callablesOf).map(({ name }) => name);
    expect(Object.keys(CASES).toSorted()).toEqual(declared.toSorted());
  });

  describe(`${platform.name}: a quiz`, () => {
    test("is asked, answered in a form, graded, and seen by the learner alone", async () => {
      later();
      const ada = person("Ada");
      const asked = message(await driver.say(ada, "quiz", { question: "q4" }));
      expect(asked).toMatchObject({ private: true, buttons: ["Answer", "Hint", "Skip"] });
      expect(asked.text).toContain("Question 4 of 10");
      const answering = form(await driver.press(ada, asked, "Answer"));
      expect(answering.fields).toEqual(["answer"]);
      const half = message(await driver.submit(ada, answering, { answer: Q4.half }));
      expect(half.text).toContain("50 of 100");
      expect(half.private).toBe(true);
      const full = message(
        await driver.submit(ada, form(await driver.press(ada, half, "Try again")), { answer: Q4.full }),
      );
      expect(full.text).toContain("100 of 100");
    });

    test("with choices shows each whole, lettered, and takes a letter once", async () => {
      later();
      const bob = person("Bob");
      const asked = message(await driver.say(bob, "quiz", { question: "q4", mode: "choice" }));
      expect(asked.buttons).toEqual(expect.arrayContaining(["A", "B", "Hint", "Skip"]));
      const picked = message(await driver.press(bob, asked, "A"));
      expect(picked.text).toMatch(/Right\.|Not so\./);
      const again = message(await driver.press(bob, asked, "B"));
      expect(again.text).toContain("your first pick counts");
    });

    test("goes on after a restart of the bot: a button shown before still works", async () => {
      later();
      const eve = person("Eve");
      const asked = message(await driver.say(eve, "quiz", { question: "q4" }));
      await driver.restart();
      const answering = form(await driver.press(eve, asked, "Answer"));
      expect(message(await driver.submit(eve, answering, { answer: Q4.full })).text).toContain("100 of 100");
    });

    test("is one learner's own: another who presses its button gets no form of it", async () => {
      later();
      const asked = message(await driver.say(person("Ada"), "quiz", { question: "q4" }));
      const other = await driver.press(person("Mallory"), asked, "Hint");
      expect(message(other).text).toMatch(/question|not made for you/i);
      expect(message(other).private).toBe(true);
    });
  });

  describe(`${platform.name}: whatever is typed`, () => {
    test.each([
      "@everyone look",
      "<!channel> <!here> hi",
      "<@123456789012345678> **bold** [x](https://evil.test)",
      "````` # > - 1. \\ _ ~~",
    ])("%s in an answer comes back as it is, and mentions nobody", async (typed) => {
      later();
      const ida = person("Ida");
      const asked = message(await driver.say(ida, "quiz", { question: "q4" }));
      const graded = message(
        await driver.submit(ida, form(await driver.press(ida, asked, "Answer")), { answer: typed }),
      );
      expect(graded.private).toBe(true);
    });

    test("an answer as long as can be is graded, and its reply is within every limit", async () => {
      later();
      const leo = person("Leo");
      const asked = message(await driver.say(leo, "quiz", { question: "q4" }));
      const answering = form(await driver.press(leo, asked, "Answer"));
      const graded = message(await driver.submit(leo, answering, { answer: "weights_* ".repeat(300) }));
      expect(graded.text).toContain("weights_*");
      expect(graded.text).toMatch(/\d+ of 100/);
    });
  });

  test(`${platform.name}: progress ends in its last state`, async () => {
    later();
    expect(message(await driver.say(person("Ada"), "work")).text).toContain("done");
  });

  test(`${platform.name}: standings are for everybody, and two people may press one button of theirs`, async () => {
    later();
    const shown = message(await driver.say(person("Ada"), "standings"));
    expect(shown.private).toBe(false);
    const [label = ""] = shown.buttons;
    const answers = await Promise.all([person("Ada"), person("Bob")].map((who) => driver.press(who, shown, label)));
    for (const each of answers) expect(message(each).private).toBe(true);
  });
}

function caseOf(name: string): Case {
  const found = CASES[name];
  if (found === undefined) throw new Error(`/${name} has no case in cases.ts`);
  return found;
}

function needed(options: Readonly<Record<string, OptionSpec>>) {
  return Object.fromEntries(
    Object.entries(options).flatMap(([name, spec]) =>
      spec.required === true ? [[name, spec.type === "boolean" ? true : (spec.choices?.[0]?.value ?? "x")]] : [],
    ),
  );
}
