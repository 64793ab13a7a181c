// Every command and action, as every role, gives a reply within the closed vocabulary, and none of them is a bug.
import { afterEach, beforeEach, expect, test } from "vitest";
import { callablesOf } from "../../src/commands/help.js";
import type { ActionRef, Block, Reply } from "../../src/commands/reply.js";
import { ROLES, type Role, type User } from "../../src/commands/request.js";
import { Q4 } from "../support/learning.js";
import { textOf } from "../support/replies.js";
import { faultsOf } from "../support/reply-schema.js";
import { action, command, MINUTE, openWorld, repliesTo, user, type World } from "../support/world.js";

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

/** One reply, checked; nothing that a person can send may end as a bug. */
async function checked(request: Parameters<typeof repliesTo>[1]): Promise<Reply> {
  world.clock.at += MINUTE;
  const replies = await repliesTo(world, request);
  const what = JSON.stringify(
    request.kind === "command" ? [request.command, request.subcommand, request.options] : request.ref,
  );
  expect(replies.length, what).toBeGreaterThan(0);
  for (const reply of replies) {
    expect(faultsOf(reply, world.dispatcher.commands), what).toBe("");
    expect(textOf(reply), what).not.toContain("Something went wrong");
  }
  const last = replies.at(-1);
  if (last === undefined) throw new Error(what);
  return last;
}

const refsOf = (block: Block): ActionRef[] =>
  block.kind === "buttons" ? block.buttons.map((button) => button.press) : block.kind === "choice" ? [block.pick] : [];

/** Presses whatever a reply offers, `depth` levels down, the forgetting last of all. */
async function explore(who: User, reply: Reply, depth: number): Promise<number> {
  if (depth === 0) return 0;
  let count = 0;
  const refs = reply.kind === "form" ? [reply.submit] : reply.blocks.flatMap(refsOf);
  for (const ref of refs.toSorted((a, b) => Number(a.action === "confirm") - Number(b.action === "confirm"))) {
    const next = await checked(action(who, ref, { value: "1", fields: { answer: Q4.half } }));
    count += 1 + (await explore(who, next, depth - 1));
  }
  return count;
}

test.each(ROLES)("every command as %s", async (role: Role) => {
  const who = user(`the ${role}`, role);
  for (const declared of world.dispatcher.commands) {
    for (const callable of callablesOf(declared)) {
      const examples = {
        string: "UTC",
        integer: 1,
        boolean: true,
        user: "id-bob",
        role: "tutors",
        channel: "quiz",
        attachment: "file",
      } as const;
      const each = Object.entries(callable.options).flatMap(([name, spec]) =>
        (spec.choices?.map(({ value }) => value) ?? [examples[spec.type]]).map((value) => ({ [name]: value })),
      );
      // Without options, with every choice of each, with an example of the rest.
      for (const options of [{}, ...each]) await checked(command(who, callable.name, options));
    }
  }
});

test.each(ROLES)(
  "everything that can be pressed from /quiz, /progress, /standings and /forget-me as %s",
  async (role: Role) => {
    const who = user(`the ${role}`, role);
    let pressed = 0;
    for (const [line, options, depth] of [
      ["quiz", { question: "q4" }, 3],
      ["quiz", { mode: "choice" }, 2],
      ["progress", {}, 2],
      ["standings", {}, 2],
      ["forget-me", {}, 2],
    ] as const)
      pressed += await explore(who, await checked(command(who, line, options)), depth);
    expect(pressed).toBeGreaterThan(30);
  },
);

test("names full of control characters, mentions and marks come out as one plain line, wherever they are shown", async () => {
  const names = [
    "@everyone",
    "<@123> **x**",
    "a\nb\r\nc\u0000\u001b[31m",
    "\u202eevil\u202c",
    "z\u0301\u0302\u0303\u0304\u0305\u0306algo",
    "👩‍🏫".repeat(60),
    "\ud800",
    "",
    "   ",
    "=1+1",
  ];
  for (const [index, name] of names.entries()) {
    const who: User = { id: `id-${index}`, name, role: "learner", groups: [] };
    const asked = await checked(command(who, "quiz", { question: "q4" }));
    const [answer] = asked.kind === "message" ? asked.blocks.flatMap(refsOf) : [];
    if (answer === undefined) throw new Error("nothing to press");
    const form = await checked(action(who, answer));
    if (form.kind !== "form") throw new Error("no form");
    await checked(action(who, form.submit, { fields: { answer: Q4.half } }));
  }
  for (const line of ["standings", "grades"]) {
    const text = textOf(await checked(command(user("ida", "instructor"), line)));
    expect(text).toContain("@everyone");
    expect(text).toContain("someone");
    expect(text).not.toMatch(/[^\n\P{Cc}]|\p{Cf}|\p{Cs}/u);
    expect(text).not.toMatch(/\p{M}{4}/u);
  }
});
