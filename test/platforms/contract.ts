// The contract: every command, as every role, on a platform as people use it. Each platform's test calls it with its driver.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { OptionSpec } from "../../src/commands/command.js";
import { callablesOf } from "../../src/commands/help.js";
import { ROLES, type Role } from "../../src/commands/request.js";
import { Q4 } from "../support/learning.js";
import { trialCommands } from "../support/trial-commands.js";
import { openWorld, type World } from "../support/world.js";
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
    test("answers, or says who may", async () => {
      await named();
      for (const declared of world.dispatcher.commands) {
        for (const callable of callablesOf(declared)) {
          later();
          if (callable.name.startsWith("settings")) await named();
          for (const options of [needed(callable.options), example(callable.options, driver)]) {
            const first = await driver.say(who, callable.name, options);
            // Where a command cannot carry a file, a form asks for it.
            if (first.kind === "form" && Object.values(callable.options).some(({ type }) => type === "attachment"))
              continue;
            const shown = message(first);
            const refused = ROLES.indexOf(role) < ROLES.indexOf(callable.who);
            expect(shown.text, callable.name).not.toBe("");
            if (refused) expect(shown.text, callable.name).toMatch(/is for (instructors|admins)\./);
            else expect(shown.text, callable.name).not.toMatch(/is for (instructors|admins)\./);
            if (["explode", "stumble"].includes(callable.name)) expect(shown.text).toMatch(/reference [\da-f]{8}/);
            else expect(shown.text, callable.name).not.toContain("Something went wrong here");
          }
        }
      }
    });
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

const EXAMPLES = { string: "UTC", integer: 1, boolean: true } as const;

function needed(options: Readonly<Record<string, OptionSpec>>) {
  return Object.fromEntries(
    Object.entries(options).flatMap(([name, spec]) =>
      spec.required === true ? [[name, spec.type === "boolean" ? true : (spec.choices?.[0]?.value ?? "x")]] : [],
    ),
  );
}

function example(options: Readonly<Record<string, OptionSpec>>, driver: PlatformDriver) {
  return Object.fromEntries(
    Object.entries(options).flatMap(([name, spec]): [string, string | number | boolean][] => {
      if (spec.type === "attachment") return [];
      if (spec.type === "user") return [[name, driver.person(person("Ada"))]];
      if (spec.type === "channel") return [[name, driver.channel()]];
      if (spec.type === "role") return [[name, driver.role()]];
      return [[name, spec.choices?.[0]?.value ?? EXAMPLES[spec.type]]];
    }),
  );
}
