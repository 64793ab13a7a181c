// Forgetting a person deletes every key of theirs and none of anybody else's: shown by scanning the store itself.
import { rmSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ask } from "../../src/quiz/ask.js";
import { forget, remembered } from "../../src/quiz/forget.js";
import { nextHint } from "../../src/quiz/help.js";
import { practise } from "../../src/quiz/practice/practice.js";
import { newExercise } from "../../src/quiz/practice/task.js";
import type { Person } from "../../src/quiz/records.js";
import { setHidden } from "../../src/quiz/standings.js";
import { answers, picks, Q4 } from "../support/learning.js";
import { DAY, openWorld, rawRecords, type World } from "../support/world.js";

let world: World;
let folder: string;
beforeEach(async () => {
  world = await openWorld();
  folder = world.folder;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Everything a person can leave behind: answers over days, picks, open questions, hints, a wish, a role. */
async function live(person: Person, name: string): Promise<void> {
  await answers(world, person, "q4", Q4.half, name);
  world.clock.at += DAY;
  await answers(world, person, "q4", Q4.full, name);
  await picks(world, person, "q1", false);
  const { session } = await ask(world.quiz, person, { mode: "open" });
  await nextHint(world.quiz, person, session.id);
  await setHidden(world.quiz, person, name, true);
  await world.quiz.settings.change(person.community, (settings) => ({
    ...settings,
    instructors: { ...settings.instructors, people: [...settings.instructors.people, person.id] },
  }));
  const exercise = newExercise("shapes", 1, () => 0.3);
  await practise(world.quiz, person, exercise, "first", "1x1x1");
}

const ada: Person = { community: "course", id: "id-zoe" };
/** Neighbours whose keys begin alike, or whose identifiers hold the other's. */
const neighbours: readonly Person[] = [
  { community: "course", id: "id-zoe2" },
  { community: "course", id: "id-zo" },
  { community: "course", id: "id-zoe/q4" },
  { community: "course2", id: "id-zoe" },
  { community: "cours", id: "e/id-zoe" },
];

test("forgetting deletes every record of the person, and leaves everybody else's to the letter", async () => {
  for (const person of neighbours) await live(person, "Someone");
  world = await world.restarted();
  await world.store.close();
  const before = await rawRecords(folder);
  world = await openWorld({}, folder, world.clock.at);
  await live(ada, "Zoe the Forgotten");
  const counted = await remembered(world.quiz, ada);
  expect(counted.attempts).toBe(3);
  expect(counted.sessions).toBe(4);
  expect(counted.cards).toBeGreaterThan(3);

  const gone = await forget(world.quiz, ada);
  expect(gone).toEqual({ ...counted, marks: 3, practice: 1, profile: true, instructor: true });
  expect(await remembered(world.quiz, ada)).toEqual({ attempts: 0, cards: 0, sessions: 0 });
  await world.store.close();

  const after = await rawRecords(folder);
  expect(after.join("\n")).not.toContain("Zoe the Forgotten");
  const own = (record: string): boolean =>
    / .*course\/(?:[^/]+\/)?id-zoe(?:[/\0 ]|$)/.test(record.split('{"v"')[0] ?? "");
  expect(after.filter(own)).toEqual([]);
  // The settings of the course came and went; all other records are as they were.
  expect(after.filter((record) => !record.includes("weekStart")).toSorted()).toEqual(
    before.filter((record) => !record.includes("weekStart")).toSorted(),
  );
  expect(after.some((record) => record.includes('"id-zoe2"'))).toBe(true);
});

test("forgetting somebody unknown deletes nothing, and twice is as good as once", async () => {
  await live(ada, "Zoe");
  await forget(world.quiz, ada);
  const nothing = { attempts: 0, cards: 0, sessions: 0, marks: 0, practice: 0, profile: false, instructor: false };
  expect(await forget(world.quiz, ada)).toEqual(nothing);
  expect(await forget(world.quiz, { community: "course", id: "nobody" })).toEqual(nothing);
  await world.close();
});

test("whoever was forgotten starts afresh", async () => {
  await live(ada, "Zoe");
  await forget(world.quiz, ada);
  expect(await ask(world.quiz, ada, { mode: "open" })).toMatchObject({ why: "new", question: { id: "q1" } });
  await world.close();
});
