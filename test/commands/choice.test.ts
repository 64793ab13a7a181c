// Multiple choice: which option is right is in nothing that leaves the house before the pick.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ask } from "../../src/quiz/ask.js";
import type { Person } from "../../src/quiz/records.js";
import { randomOf, seeded } from "../support/random.js";
import { blockOf, press, textOf } from "../support/replies.js";
import { action, command, MINUTE, messageTo, openWorld, repliesTo, user, type World } from "../support/world.js";

const chance = seeded("order of options");
let world: World;
beforeEach(async () => {
  world = await openWorld({ random: chance.next });
});
afterEach(() => world.close());

const ada = user("ada");

/** Everything that a platform is given, byte for byte. */
const serialised = (value: unknown): string => JSON.stringify(value);

/** Every key there may be in such a reply; none of them speaks of right and wrong. */
const KEYS =
  "kind private blocks text bold code tone style label options value pick command action args s mode buttons press".split(
    " ",
  );

function keysOf(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inside]) => [
    ...(Array.isArray(value) ? [] : [name]),
    ...keysOf(inside),
  ]);
}

describe("before the pick", () => {
  test("no field tells the right option from the others, for any item of any question", async () => {
    let asked = 0;
    for (const question of world.quiz.questions) {
      for (const item of question.choices) {
        // The n-th time that a question is asked brings its n-th item, in the order of least seen.
        world.clock.at += MINUTE;
        const reply = await messageTo(world, command(ada, "quiz", { question: question.id, mode: "choice" }));
        const choice = blockOf(reply, "choice");
        const shown = question.choices.find((each) =>
          textOf(reply).includes(each.prompt.trim().replace(/[`*]/g, "").slice(0, 30)),
        );
        expect(shown, item.id).toBeDefined();
        expect(choice.options.map((option) => Object.keys(option))).toEqual(
          choice.options.map(() => ["value", "label"]),
        );
        expect(choice.options.map((option) => option.value)).toEqual(choice.options.map((_, index) => String(index)));
        const payload = serialised(reply);
        for (const each of question.choices) {
          expect(payload).not.toContain(`"${each.id}"`);
          expect(payload).not.toContain(serialised(each.explanation.trim()).slice(1, -1));
          for (const wrong of each.wrong) expect(payload).not.toContain(serialised(wrong.why.trim()).slice(1, -1));
        }
        for (const name of keysOf(reply)) expect(KEYS).toContain(name);
        asked += 1;
      }
    }
    expect(asked).toBeGreaterThanOrEqual(60);
  });

  test("nothing but the order differs when the same item is asked with other chances", async () => {
    const replies = new Set<string>();
    for (let seed = 0; seed < 8; seed += 1) {
      const other = await openWorld({ random: randomOf(seed).next });
      const reply = await messageTo(other, command(ada, "quiz", { question: "q4", mode: "choice" }));
      const choice = blockOf(reply, "choice");
      const labels = choice.options.map(({ label }) => label).toSorted();
      const session = choice.pick.args.s ?? "";
      const blank = {
        ...reply,
        blocks: reply.blocks.map((block) => (block.kind === "choice" ? { ...block, options: labels } : block)),
      };
      replies.add(serialised(blank).replaceAll(session, "S"));
      await other.close();
    }
    expect(replies.size).toBe(1);
  });

  test("the right option stands at each place about equally often", async () => {
    const person: Person = { community: "course", id: "id-ada" };
    const places = [0, 0, 0, 0];
    for (let turn = 0; turn < 400; turn += 1) {
      const { session } = await ask(world.quiz, person, { question: "q4", mode: "choice" });
      const place = session.choice?.order.indexOf(0) ?? -1;
      places[place] = (places[place] ?? 0) + 1;
      await world.quiz.records.sessions.clear();
    }
    // 400 throws of a fair four-sided die: below 60 or above 145 at any place is a chance of about one in ten million.
    for (const count of places) {
      expect(count).toBeGreaterThan(55);
      expect(count).toBeLessThan(150);
    }
  });

  test("a hint does not name the right option", async () => {
    for (const question of world.quiz.questions) {
      const reply = await messageTo(world, command(ada, "quiz", { question: question.id, mode: "choice" }));
      const hint = await messageTo(world, action(ada, press(reply, "Hint")));
      for (const item of question.choices) expect(textOf(hint)).not.toContain(item.right);
    }
  });
});

describe("the pick", () => {
  const asked = async () => {
    const reply = await messageTo(world, command(ada, "quiz", { question: "q4", mode: "choice" }));
    const { options, pick } = blockOf(reply, "choice");
    const item = world.quiz.questions[3]?.choices.find((each) => options.some(({ label }) => label === each.right));
    if (item === undefined) throw new Error("no such item");
    return { pick, item, valueFor: (label: string) => options.find((option) => option.label === label)?.value ?? "" };
  };

  test("of the right one says why it is right, and takes the question's place", async () => {
    const { pick, item, valueFor } = await asked();
    const reply = await messageTo(world, action(ada, pick, { value: valueFor(item.right) }));
    expect(reply.replaces).toBe(true);
    expect(textOf(reply)).toContain("Right. ");
    expect(blockOf(reply, "quote").text).toBe(item.right);
  });

  test("of a wrong one says why it is wrong, which mistake it is, and what is right", async () => {
    const { pick, item, valueFor } = await asked();
    const wrong = item.wrong.find((each) => each.misconception !== undefined) ?? item.wrong[0];
    const text = textOf(await messageTo(world, action(ada, pick, { value: valueFor(wrong?.text ?? "") })));
    expect(text).toContain("Not so. ");
    expect(text).toContain(`Right is: ${item.right}`);
    if (wrong?.misconception !== undefined) expect(text).toContain("A common mistake");
  });

  test("a double click counts the first, and says so", async () => {
    const { pick, item, valueFor } = await asked();
    await messageTo(world, action(ada, pick, { value: valueFor(item.wrong[0]?.text ?? "") }));
    const text = textOf(await messageTo(world, action(ada, pick, { value: valueFor(item.right) })));
    expect(text).toContain("your first pick counts");
    expect(text).toContain("Not so. ");
  });

  test.each([undefined, "", " ", "9", "-1", "1.0", "0x1", "one", "1e0"])(
    "of the value %j is none of the item's, and stores nothing",
    async (value) => {
      const { pick, item, valueFor } = await asked();
      const [reply] = await repliesTo(world, action(ada, pick, value === undefined ? {} : { value }));
      expect(reply === undefined ? "" : textOf(reply)).toContain("none of the item's");
      expect(textOf(await messageTo(world, action(ada, pick, { value: valueFor(item.right) })))).not.toContain(
        "first pick",
      );
    },
  );
});
