// Review cards: one a point, moved by FSRS, once for each attempt.
import { createEmptyCard, fsrs, Rating } from "ts-fsrs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { cardsOf, dueOf, mastery, type Recall, reviewCards } from "../../src/quiz/cards.js";
import { progressOf } from "../../src/quiz/progress.js";
import { ada, answers, bob, FAR, Q4 } from "../support/learning.js";
import { DAY, openWorld, START, type World } from "../support/world.js";

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

const review = (recall: Recall, id: string, at: number, point = "noparams") =>
  reviewCards(world.quiz.records, ada, "q4", [{ point, recall }], { id, at });
const card = async (point = "q4.noparams") => (await cardsOf(world.quiz.records, ada)).get(point);
const dueAfter = async (recall: Recall): Promise<number> => {
  const point = `after-${recall}`;
  await review(recall, `a-${recall}`, START, point);
  const found = await card(`q4.${point}`);
  return found === undefined ? 0 : dueOf(found);
};

describe("a card", () => {
  test("comes back later the better its point was recalled, and never at once", async () => {
    const [missed, hinted, unaided] = [await dueAfter("missed"), await dueAfter("hinted"), await dueAfter("unaided")];
    expect(missed).toBeGreaterThan(START);
    expect(hinted).toBeGreaterThanOrEqual(missed);
    expect(unaided).toBeGreaterThan(hinted);
  });

  test("comes back ever later as long as it is recalled when due, and soon again once it is missed", async () => {
    let at = START;
    const gaps: number[] = [];
    for (let turn = 0; turn < 5; turn += 1) {
      const due = (await review("unaided", `turn-${turn}`, at)).get("noparams") ?? 0;
      gaps.push(due - at);
      at = due;
    }
    expect(gaps).toEqual(gaps.toSorted((a, b) => a - b));
    expect(gaps.at(-1)).toBeGreaterThan(20 * DAY);
    const again = (await review("missed", "slip", at)).get("noparams") ?? 0;
    expect(again - at).toBeLessThan((gaps.at(-1) ?? 0) / 4);
  });

  test("moves once for one attempt, however often that is applied", async () => {
    await review("unaided", "a", START);
    const before = await card();
    await review("unaided", "a", START + DAY);
    await review("missed", "a", START + DAY);
    expect(await card()).toEqual(before);
    await review("unaided", "b", START + DAY);
    expect(await card()).not.toEqual(before);
  });

  test("moved twice by attempts at the same time loses neither", async () => {
    await Promise.all(Array.from({ length: 12 }, (_, index) => review("unaided", `a-${index}`, START + index)));
    expect((await card())?.card.reps).toBe(12);
  });

  test("survives a restart to the letter, so that the next date is FSRS' own", async () => {
    await review("unaided", "a", START);
    const due = dueOf((await card()) ?? expect.fail("no card"));
    world = await world.restarted();
    const next = await review("unaided", "b", due);
    // By ts-fsrs without our storage in between.
    const plain = fsrs({ enable_fuzz: false, request_retention: 0.9, enable_short_term: false });
    const first = plain.next(createEmptyCard(START), START, Rating.Good).card;
    const expected = plain.next(first, due, Rating.Good).card;
    expect(next.get("noparams")).toBe(expected.due.getTime());
  });
});

describe("mastery", () => {
  test("is 0 for what was never seen or was missed, 1 right after recall, and fades", async () => {
    expect(mastery(undefined, START)).toBe(0);
    await review("unaided", "a", START);
    const known = await card();
    expect(mastery(known, START)).toBeCloseTo(1, 5);
    const [soon, later] = [mastery(known, START + 5 * DAY), mastery(known, START + 50 * DAY)];
    expect(soon).toBeLessThan(1);
    expect(later).toBeLessThan(soon);
    expect(later).toBeGreaterThan(0);
    await review("missed", "b", START + DAY);
    expect(mastery(await card(), START + DAY)).toBe(0);
  });

  test("at the due date is about the wished-for nine in ten", async () => {
    await review("unaided", "a", START);
    const known = await card();
    const due = known === undefined ? 0 : dueOf(known);
    expect(mastery(known, due)).toBeGreaterThan(0.85);
    expect(mastery(known, due)).toBeLessThan(0.95);
  });
});

describe("progress", () => {
  const states = async (question: string) => {
    const { questions } = await progressOf(world.quiz, ada);
    const found = questions.find((each) => each.question.id === question);
    return Object.fromEntries(found?.points.map(({ point, state }) => [point.id, state]) ?? []);
  };

  test("goes from new to missed, known and due", async () => {
    expect(await states("q4")).toEqual({ noparams: "new", cheap: "new", invariance: "new", overfit: "new" });
    await answers(world, ada, "q4", Q4.half);
    expect(await states("q4")).toEqual({ noparams: "missed", cheap: "known", invariance: "new", overfit: "known" });
    world.clock.at += FAR;
    expect(await states("q4")).toMatchObject({ noparams: "missed", cheap: "due" });
  });

  test("of a list of measures misses only as many as the full mark still needs", async () => {
    await answers(world, ada, "q3", "Use a smaller mini-batch, and mixed precision.");
    const found = Object.values(await states("q3"));
    expect(found.filter((state) => state === "known")).toHaveLength(2);
    expect(found.filter((state) => state === "missed")).toHaveLength(3);
  });

  test("counts what is due now and says when the rest comes back", async () => {
    await answers(world, ada, "q4", Q4.full);
    const { dueNow, nextDue = 0 } = await progressOf(world.quiz, ada);
    expect(dueNow).toBe(0);
    expect(nextDue).toBeGreaterThan(world.clock.at);
    world.clock.at = nextDue;
    const later = await progressOf(world.quiz, ada);
    expect(later.dueNow).toBe(1);
    expect(later.nextDue).toBeUndefined();
  });

  test("is one's own, with the best score of all time", async () => {
    await answers(world, ada, "q4", Q4.half);
    await answers(world, ada, "q4", Q4.none);
    await answers(world, bob, "q4", Q4.full);
    const { questions, answers: count } = await progressOf(world.quiz, ada);
    expect(questions.find(({ question }) => question.id === "q4")?.best).toBe(0.5);
    expect(count).toBe(2);
  });
});
