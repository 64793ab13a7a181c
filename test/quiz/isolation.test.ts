// A community's data are its own, and a learner's too, whatever characters their identifiers hold.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { cardsOf } from "../../src/quiz/cards.js";
import { forget } from "../../src/quiz/forget.js";
import { grades } from "../../src/quiz/grades.js";
import { progressOf } from "../../src/quiz/progress.js";
import { standings } from "../../src/quiz/standings.js";
import { key, under } from "../../src/store/key-parts.js";
import { answers, Q4 } from "../support/learning.js";
import { seeded } from "../support/random.js";
import { openWorld, type World } from "../support/world.js";

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

const NASTY = [
  "a/b",
  "a",
  "a%2Fb",
  "%2F",
  "/",
  "a/",
  "👩‍🏫",
  "\ud83d",
  "\udc69",
  "\ufffd",
  "a:b",
  "*",
  "a\u0000b",
  "__proto__",
  "..",
  " ",
  "ａ",
  "A",
];

describe("communities", () => {
  test("of any names do not see each other's learners, grades, standings, settings or cards", async () => {
    for (const [index, community] of NASTY.entries()) {
      await answers(world, { community, id: "u" }, "q4", index % 2 === 0 ? Q4.full : Q4.half, `Learner ${index}`);
      await world.quiz.settings.change(community, (settings) => ({ ...settings, channels: [`c${index}`] }));
    }
    for (const [index, community] of NASTY.entries()) {
      const score = index % 2 === 0 ? 1 : 0.5;
      const what = JSON.stringify(community);
      expect(await standings(world.quiz, community, "all"), what).toMatchObject([
        { learner: "u", name: `Learner ${index}`, score },
      ]);
      expect(await grades(world.quiz, community), what).toMatchObject([
        { learner: "u", name: `Learner ${index}`, best: score },
      ]);
      expect((await world.quiz.settings.of(community)).channels, what).toEqual([`c${index}`]);
    }
  });
});

describe("learners", () => {
  test("of any identifiers have their own answers, named by that identifier", async () => {
    for (const [index, id] of NASTY.entries())
      await answers(world, { community: "c", id }, "q4", index % 2 === 0 ? Q4.full : Q4.half, `Learner ${index}`);
    const rows = await standings(world.quiz, "c", "week");
    expect(rows.map(({ learner }) => learner).toSorted()).toEqual(NASTY.toSorted());
    const graded = await grades(world.quiz, "c");
    expect(graded.map(({ learner, name }) => [learner, name]).toSorted()).toEqual(
      NASTY.map((id, index) => [id, `Learner ${index}`]).toSorted(),
    );
    for (const id of NASTY)
      expect((await progressOf(world.quiz, { community: "c", id })).answers, JSON.stringify(id)).toBe(1);
  });

  test("forgotten one by one leave all the others untouched", async () => {
    for (const id of NASTY) await answers(world, { community: "c", id }, "q4", Q4.half);
    for (const [index, id] of NASTY.entries()) {
      expect((await forget(world.quiz, { community: "c", id })).attempts, JSON.stringify(id)).toBe(1);
      expect(await grades(world.quiz, "c")).toHaveLength(NASTY.length - index - 1);
      for (const rest of NASTY.slice(index + 1))
        expect((await cardsOf(world.quiz.records, { community: "c", id: rest })).size).toBe(3);
    }
  });
});

test("no two lists of parts share a key, and a prefix selects exactly what is under it", () => {
  const random = seeded("keys");
  const letters = ["a", "b", "/", "%", "2", "F", "\ufffd", "\ud83d", "\udc69", "d", "8", "é", "👩"];
  const part = () => Array.from({ length: 1 + random.integer(4) }, () => random.pick(letters)).join("");
  const seen = new Map<string, string>();
  for (let run = 0; run < 5_000; run += 1) {
    const parts = Array.from({ length: 1 + random.integer(3) }, part);
    const [made, id] = [key(...parts), JSON.stringify(parts)];
    expect(seen.get(made) ?? id).toBe(id);
    seen.set(made, id);
    expect(made.startsWith(under(...parts.slice(0, -1))) || parts.length === 1).toBe(true);
    expect(key(part(), ...parts.slice(1)).startsWith(under(parts[0] ?? "")) && key(part()).includes("/")).toBe(false);
  }
});
