// Answers and picks: stored once however often they come, and only while their question is open.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { answer, pick } from "../../src/quiz/answer.js";
import { ask } from "../../src/quiz/ask.js";
import { cardsOf } from "../../src/quiz/cards.js";
import { progressOf } from "../../src/quiz/progress.js";
import type { Attempt } from "../../src/quiz/records.js";
import { key, under } from "../../src/store/key-parts.js";
import { refusal } from "../support/errors.js";
import { ada, answers, bob, picks, Q4 } from "../support/learning.js";
import { DAY, HOUR, openWorld, type World } from "../support/world.js";

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

async function attempts(): Promise<Attempt[]> {
  const found: Attempt[] = [];
  for await (const [, attempt] of world.quiz.records.attempts.entries(under(ada.community, ada.id)))
    found.push(attempt);
  return found;
}

const asked = () => ask(world.quiz, ada, { question: "q4", mode: "open" });
const say = (session: string, turn: number, text: string) => answer(world.quiz, ada, "Ada", session, turn, text);
/** All that a repeated answer must not change. */
const state = async () => ({
  attempts: await attempts(),
  cards: [...(await cardsOf(world.quiz.records, ada)).values()],
  progress: (await progressOf(world.quiz, ada)).answers,
});

describe("an answer in one's own words", () => {
  test("is stored with its grade, its time and the day where the community lives", async () => {
    await world.quiz.settings.change("course", (settings) => ({ ...settings, timeZone: "Pacific/Auckland" }));
    await answers(world, ada, "q4", Q4.half);
    expect(await attempts()).toMatchObject([
      {
        question: "q4",
        kind: "open",
        answer: Q4.half,
        score: 0.5,
        met: ["cheap", "overfit"],
        at: world.clock.at,
        day: "2026-03-03",
      },
    ]);
  });

  test("is stored as it was typed, whatever was typed", async () => {
    const text = "no parameters \u0000\u001b[31m @everyone <script> \ud800 👩‍🏫 \u202e\n\n\tend";
    const first = await answers(world, ada, "q4", text);
    expect(first.repeated).toBe(false);
    expect((await attempts()).map((each) => each.answer)).toEqual([text]);
  });

  test("sent twice by one form is one attempt, and nothing moves twice", async () => {
    const { session } = await asked();
    await say(session.id, 0, Q4.half);
    const before = await state();
    world.clock.at += HOUR;
    const again = await say(session.id, 0, Q4.half);
    expect(again.attempt.id).toBe(before.attempts[0]?.id);
    expect(await state()).toEqual(before);
  });

  test("sent by a form whose answer is stored already leaves that answer, and says so", async () => {
    const { session } = await asked();
    await say(session.id, 0, Q4.half);
    const again = await say(session.id, 0, Q4.full);
    expect(again).toMatchObject({ repeated: true, grade: { score: 0.5 }, attempt: { answer: Q4.half } });
    expect(await attempts()).toHaveLength(1);
  });

  test("sent twice at the same time is one attempt", async () => {
    const { session } = await asked();
    await Promise.all(Array.from({ length: 8 }, () => say(session.id, 0, Q4.full)));
    expect(await attempts()).toHaveLength(1);
    expect((await progressOf(world.quiz, ada)).answers).toBe(1);
    expect((await cardsOf(world.quiz.records, ada)).get("q4.noparams")?.card.reps).toBe(1);
  });

  test("repeated by an old form after a newer answer changes nothing of what the newer did", async () => {
    const { session } = await asked();
    await say(session.id, 0, Q4.none);
    world.clock.at += DAY;
    await say(session.id, 1, Q4.full);
    const before = await state();
    world.clock.at += DAY;
    await say(session.id, 0, Q4.none);
    expect(await state()).toEqual(before);
  });

  test("can be tried again: the next turn is a new attempt", async () => {
    const { session } = await asked();
    const first = await say(session.id, 0, Q4.none);
    expect(first.session.turn).toBe(1);
    const second = await say(session.id, 1, Q4.full);
    expect(second.repeated).toBe(false);
    expect((await attempts()).map((each) => each.score).toSorted()).toEqual([0, 1]);
    expect(second.session.open).toEqual([]);
  });

  test("that is too long is refused before anything is stored", async () => {
    const { session } = await asked();
    expect((await refusal(() => say(session.id, 0, "no parameters ".repeat(1_000)))).code).toBe("answer-too-long");
    expect(await state()).toEqual({ attempts: [], cards: [], progress: 0 });
    expect((await say(session.id, 0, Q4.full)).repeated).toBe(false);
  });
});

describe("a question put long ago, or to somebody else", () => {
  test("is refused with how to ask again, and nothing is stored", async () => {
    const { session } = await asked();
    const place = key(ada.community, ada.id, session.id);
    await world.quiz.records.sessions.set(place, session, 1);
    await new Promise((resolve) => setTimeout(resolve, 10));
    const error = await refusal(() => say(session.id, 0, Q4.full));
    expect(error.code).toBe("session-expired");
    expect(error.fix).toContain("/quiz");
    expect(await attempts()).toEqual([]);
  });

  test("cannot be answered by another person, nor in another community", async () => {
    const { session } = await asked();
    for (const person of [bob, { ...ada, community: "elsewhere" }])
      expect((await refusal(() => answer(world.quiz, person, "B", session.id, 0, Q4.full))).code).toBe(
        "session-expired",
      );
  });

  test("is open still after a restart of the program", async () => {
    const { session } = await asked();
    world = await world.restarted();
    expect((await say(session.id, 0, Q4.full)).grade.score).toBe(1);
  });
});

describe("a pick", () => {
  const choice = () => ask(world.quiz, ada, { question: "q4", mode: "choice" });

  test("of the right option is right, of any other wrong with its own reason", async () => {
    const { session } = await choice();
    const order = session.choice?.order ?? [];
    expect(order.toSorted()).toEqual([0, 1, 2, 3]);
    const result = await pick(world.quiz, ada, "Ada", session.id, order.indexOf(2));
    expect(result).toMatchObject({ right: false, option: 2, repeated: false });
    const [attempt] = await attempts();
    expect(attempt).toMatchObject({
      kind: "choice",
      score: 0,
      answer: result.item.wrong[1]?.text,
      missing: [result.item.point],
    });
  });

  test("by a double click counts the first one", async () => {
    const { session } = await choice();
    const right = session.choice?.order.indexOf(0) ?? -1;
    const wrong = (right + 1) % 4;
    const results = [
      await pick(world.quiz, ada, "Ada", session.id, wrong),
      await pick(world.quiz, ada, "Ada", session.id, right),
    ];
    expect(results.map((each) => each.right)).toEqual([false, false]);
    expect(results.map((each) => each.repeated)).toEqual([false, true]);
    expect((await attempts()).map((each) => each.score)).toEqual([0]);
  });

  test("by two clicks at the same time is one attempt", async () => {
    const { session } = await choice();
    const results = await Promise.all([0, 1, 2, 3].map((shown) => pick(world.quiz, ada, "Ada", session.id, shown)));
    expect(results.filter((each) => !each.repeated)).toHaveLength(1);
    expect(await attempts()).toHaveLength(1);
  });

  test("repeated after other items have moved the card changes nothing", async () => {
    const first = await choice();
    const right = first.session.choice?.order.indexOf(0) ?? -1;
    await pick(world.quiz, ada, "Ada", first.session.id, right);
    world.clock.at += DAY;
    for (let other = 0; other < 9; other += 1) await picks(world, ada, "q4", other % 2 === 0);
    const before = await state();
    world.clock.at += DAY;
    await pick(world.quiz, ada, "Ada", first.session.id, right);
    expect(await state()).toEqual(before);
  });

  test("of what is no option of the item is wrong and never right", async () => {
    const { session } = await choice();
    expect((await pick(world.quiz, ada, "Ada", session.id, 9)).right).toBe(false);
  });

  test("brings no marks: an exercise is no answer in one's own words", async () => {
    await picks(world, ada, "q4", true);
    const { questions, answers: count } = await progressOf(world.quiz, ada);
    expect(questions.find(({ question }) => question.id === "q4")?.best).toBeUndefined();
    expect(count).toBe(1);
  });

  test("asks each item once before any comes again", async () => {
    const items = world.quiz.questions.find((question) => question.id === "q4")?.choices.length ?? 0;
    const seen = new Set<string>();
    for (let turn = 0; turn < items; turn += 1) {
      world.clock.at += HOUR;
      const { choice: item, session } = await choice();
      seen.add(item?.item.id ?? "");
      await pick(world.quiz, ada, "Ada", session.id, 0);
    }
    expect(seen.size).toBe(items);
  });
});
