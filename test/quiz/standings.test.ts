// Standings: the sum of best answers, this week and of all time, without those who opted out.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { progressOf } from "../../src/quiz/progress.js";
import { type Period, setHidden, standings } from "../../src/quiz/standings.js";
import { ada, answers, bob, picks, Q4 } from "../support/learning.js";
import { DAY, openWorld, type World } from "../support/world.js";

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

const eve = { community: "course", id: "id-eve" };
const rows = async (period: Period = "all") =>
  (await standings(world.quiz, "course", period)).map(({ rank, name, score, answered }) => [
    rank,
    name,
    score,
    answered,
  ]);

describe("standings", () => {
  test("are empty before anybody has answered", async () => {
    expect(await rows()).toEqual([]);
    expect(await rows("week")).toEqual([]);
  });

  test("sum up the best answer to each question, best first, equal ones sharing a rank", async () => {
    await answers(world, ada, "q4", Q4.none);
    await answers(world, ada, "q4", Q4.half);
    await answers(world, bob, "q4", Q4.full, "Bob");
    await answers(world, bob, "q4", Q4.none, "Bob");
    await answers(world, bob, "q2", "There are 903,400 parameters.", "Bob");
    await answers(world, eve, "q2", "There are 903,400 parameters.", "Eve");
    expect(await rows()).toEqual([
      [1, "Bob", 1.5, 2],
      [2, "Ada", 0.5, 1],
      [2, "Eve", 0.5, 1],
    ]);
  });

  test("the rank after a tie counts all who are ahead", async () => {
    await answers(world, ada, "q4", Q4.full);
    await answers(world, bob, "q4", Q4.full, "Bob");
    await answers(world, eve, "q4", Q4.half, "Eve");
    expect((await rows()).map(([rank]) => rank)).toEqual([1, 1, 3]);
  });

  test("count answers in one's own words only", async () => {
    await picks(world, ada, "q4", true);
    expect(await rows()).toEqual([]);
  });

  test("show the name that the person last had", async () => {
    await answers(world, ada, "q4", Q4.full, "Ada");
    await answers(world, ada, "q4", Q4.none, "Ada L.");
    expect((await rows()).map(([, name]) => name)).toEqual(["Ada L."]);
  });
});

describe("this week", () => {
  test("forgets what was answered before its first day, while all time does not", async () => {
    await answers(world, ada, "q4", Q4.full);
    world.clock.at += 6 * DAY;
    await answers(world, ada, "q2", "There are 903,400 parameters.");
    expect(await rows("week")).toEqual([[1, "Ada", 1.5, 2]]);
    world.clock.at += DAY;
    expect(await rows("week")).toEqual([]);
    await answers(world, ada, "q4", Q4.half);
    expect(await rows("week")).toEqual([[1, "Ada", 0.5, 1]]);
    expect(await rows("all")).toEqual([[1, "Ada", 1.5, 2]]);
  });

  test("begins on the day that the community chose, in its own time zone", async () => {
    // Sunday noon in Greenwich is Monday in Auckland already.
    world.clock.at = Date.parse("2026-03-08T12:00:00Z");
    await answers(world, ada, "q4", Q4.full);
    world.clock.at += DAY;
    expect(await rows("week")).toEqual([]);
    const change = (settings: { weekStart?: "sunday"; timeZone?: string }) =>
      world.quiz.settings.change("course", (current) => ({ ...current, ...settings }));
    await change({ weekStart: "sunday" });
    expect(await rows("week")).toHaveLength(1);
  });
});

describe("who is left out", () => {
  test("is shown nowhere, keeps answering, and comes back with all of it", async () => {
    await answers(world, ada, "q4", Q4.half);
    await answers(world, bob, "q4", Q4.full, "Bob");
    await setHidden(world.quiz, bob, "Bob", true);
    await answers(world, bob, "q2", "There are 903,400 parameters.", "Bob");
    expect(await rows()).toEqual([[1, "Ada", 0.5, 1]]);
    expect(await rows("week")).toEqual([[1, "Ada", 0.5, 1]]);
    await setHidden(world.quiz, bob, "Bob", false);
    expect((await rows())[0]).toEqual([1, "Bob", 1.5, 2]);
  });

  test("may say so before the first answer, and no streak comes of it", async () => {
    await setHidden(world.quiz, ada, "Ada", true);
    await answers(world, ada, "q4", Q4.full);
    expect(await rows()).toEqual([]);
    expect((await progressOf(world.quiz, ada)).streak.days).toBe(1);
  });
});
