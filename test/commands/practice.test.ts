// /practice as a student uses it: an exercise, a number, the slip named, the level that rises and falls, and forgetting.
import { afterEach, beforeEach, expect, test } from "vitest";
import type { ActionRef, Message } from "../../src/commands/reply.js";
import { cardsOf } from "../../src/quiz/cards.js";
import { type Exercise, type PracticeKind, taskOf } from "../../src/quiz/practice/task.js";
import { blockOf, press, textOf } from "../support/replies.js";
import { action, command, formTo, messageTo, openWorld, user, type World } from "../support/world.js";

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

const ada = user("ada");
const person = { community: "course", id: "id-ada" };

const asked = (kind: PracticeKind) => messageTo(world, command(ada, `practice ${kind}`));

function exerciseIn(ref: ActionRef): Exercise {
  const { kind, network = "", batch } = ref.args;
  return { kind: kind as PracticeKind, network, batch: Number(batch) };
}

/** Opens the form of an exercise and sends `text`, or what `text` makes of the right number. */
async function answered(exercise: Message, text: (right: number) => string, label = "Answer"): Promise<Message> {
  const form = await formTo(world, action(ada, press(exercise, label)));
  const right = Number(taskOf(exerciseIn(form.submit)).right);
  return messageTo(world, action(ada, form.submit, { fields: { number: text(right) } }));
}

test("two right numbers in a row lead to the next level, a wrong one back", async () => {
  let exercise = await asked("params");
  expect(textOf(exercise)).toContain("level 1 of 5");
  await answered(exercise, String);
  exercise = await asked("params");
  const risen = await answered(exercise, String);
  expect(textOf(risen)).toContain("You are on level 2 now.");
  expect(textOf(await asked("params"))).toContain("level 2 of 5");
  await answered(await asked("params"), () => "1");
  expect(textOf(await asked("params"))).toContain("level 1 of 5");
  expect(textOf(await asked("shapes")), "each kind has a level of its own").toContain("level 1 of 5");
});

test("a wrong number shows the steps and can be tried again; the right number is in no button", async () => {
  const exercise = await asked("params");
  const right = Number(taskOf(exerciseIn(press(exercise, "Answer"))).right);
  expect(JSON.stringify(exercise)).not.toContain(String(right));
  const wrong = await answered(exercise, () => "12");
  expect(blockOf(wrong, "note").tone).toBe("error");
  expect(textOf(wrong)).toContain(right.toLocaleString("en"));
  expect(textOf(await answered(wrong, String, "Try again"))).toContain("Right.");
});

test("a forgotten unit is asked for, and costs nothing", async () => {
  let exercise = await asked("memory");
  const reply = await answered(exercise, (right) => (right / 1e6).toFixed(4));
  expect(textOf(reply)).toContain("Which unit?");
  expect((await cardsOf(world.quiz.records, person)).size).toBe(0);
  exercise = reply;
  expect(textOf(await answered(exercise, (right) => `${(right / 1e6).toFixed(4)} MB`, "Try again"))).toContain(
    "Right.",
  );
});

test("what is practised moves question 2's review cards, once for one form", async () => {
  const exercise = await asked("params");
  const form = await formTo(world, action(ada, press(exercise, "Answer")));
  const right = String(taskOf(exerciseIn(form.submit)).right);
  await messageTo(world, action(ada, form.submit, { fields: { number: right } }));
  const cards = await cardsOf(world.quiz.records, person);
  expect([...cards.keys()]).toEqual(["q2.params"]);
  expect(cards.get("q2.params")?.lastMet).toBe(true);
  await messageTo(world, action(ada, form.submit, { fields: { number: right } }));
  expect(await cardsOf(world.quiz.records, person)).toEqual(cards);
  expect(textOf(await asked("params")), "sent twice, it counts once").toContain("level 1 of 5");
});

test("text without a number is refused with the fix, and nothing is counted", async () => {
  const reply = await answered(await asked("receptive-field"), () => "quite a lot");
  expect(textOf(reply)).toContain("Write one number.");
});

test("/forget-me forgets the levels, too", async () => {
  await answered(await asked("shapes"), () => "1x1x1");
  const confirm = press(await messageTo(world, command(ada, "forget-me")), "Delete everything");
  expect(textOf(await messageTo(world, action(ada, confirm)))).toContain("1 level of practice");
});

test("a solution shows every step and the sum", async () => {
  const exercise = await asked("memory");
  const solution = textOf(await messageTo(world, action(ada, press(exercise, "Show the solution"))));
  const right = Number(taskOf(exerciseIn(press(exercise, "Answer"))).right);
  expect(solution).toContain(`= ${right.toLocaleString("en")} bytes`);
});
