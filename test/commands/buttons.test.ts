// A button's reference: itself where it is short, a stored record where it is long, and clear words where it is neither.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { encodeRef, type StoredRef } from "../../src/commands/buttons.js";
import type { ActionRef } from "../../src/commands/reply.js";
import { refusal } from "../support/errors.js";
import { textOf } from "../support/replies.js";
import { action, messageTo, openWorld, user, type World } from "../support/world.js";

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

const records = () => world.store.namespace<StoredRef>("buttons");
const ref = (args: Record<string, string>): ActionRef => ({ command: "quiz", action: "hint", args });
/** Discord's custom_id. */
const LIMIT = 100;

async function stored(): Promise<number> {
  let count = 0;
  for await (const _ of records().entries()) count += 1;
  return count;
}

describe("a button", () => {
  test.each([{}, { s: "0e7a" }, { a: "1 & 2 = 3?", b: "é 漢 👩‍🏫 %2F +" }, { "": "empty name", empty: "" }])(
    "that fits carries %j itself, and nothing is stored",
    async (args) => {
      const token = await world.dispatcher.encode(ref(args), 300);
      expect(await world.dispatcher.decode(token)).toEqual(ref(args));
      expect(await stored()).toBe(0);
    },
  );

  test("that does not fit carries the key of a record, within the limit, also after a restart", async () => {
    const long = ref({ s: "x".repeat(5_000) });
    const token = await world.dispatcher.encode(long, LIMIT);
    expect(token.length).toBeLessThanOrEqual(LIMIT);
    expect(await stored()).toBe(1);
    world = await world.restarted();
    expect(await world.dispatcher.decode(token)).toEqual(long);
  });

  test("is stored exactly where it would be longer than the limit", async () => {
    const direct = `quiz.hint?s=${"x".repeat(10)}`;
    expect(await world.dispatcher.encode(ref({ s: "x".repeat(10) }), direct.length)).toBe(direct);
    expect(await world.dispatcher.encode(ref({ s: "x".repeat(10) }), direct.length - 1)).toMatch(/^@/);
  });

  test("whose record is gone says how old it is and how to ask again", async () => {
    const token = await encodeRef(records(), ref({ s: "x".repeat(200) }), LIMIT);
    await records().set(token.slice(1), ref({}), 1);
    await new Promise((resolve) => setTimeout(resolve, 10));
    const error = await refusal(() => world.dispatcher.decode(token));
    expect(error.code).toBe("button-expired");
    expect(error.message).toContain("30 days");
    expect(error.fix).toContain("/help");
  });

  test.each([
    "",
    "@",
    "@@",
    "nonsense",
    "quiz",
    "quiz.",
    ".hint",
    "Quiz.Hint",
    "quiz.hint.more",
    "@../../etc",
    `@${"x".repeat(9_000)}`,
    "\u0000",
    "quiz hint",
  ])("%j is none of ours, or gone, and says so", async (token) => {
    const { code } = await refusal(() => world.dispatcher.decode(token));
    expect(["button-unknown", "button-expired"]).toContain(code);
  });

  test.each([
    ["quiz", "frobnicate"],
    ["quiz", "constructor"],
    ["progress", "ask"],
    ["settings", "show"],
  ])("of an action /%s %s that is not declared is from another version", async (name, what) => {
    const text = textOf(await messageTo(world, action(user("ada"), { command: name, action: what, args: {} })));
    expect(text).toContain("older version");
    expect(text).toContain(`/${name}`);
  });

  test("of a command that is no more is answered like the command", async () => {
    const text = textOf(await messageTo(world, action(user("ada"), { command: "quizz", action: "ask", args: {} })));
    expect(text).toContain("Did you mean /quiz?");
  });
});
