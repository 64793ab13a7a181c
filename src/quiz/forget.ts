// Deletes everything about a person in a community, and says what that was.

import { key, under } from "../store/key-parts.js";
import type { Quiz } from "./quiz.js";
import type { Person } from "./records.js";

export interface Forgotten {
  readonly attempts: number;
  readonly cards: number;
  readonly sessions: number;
  /** Daily and all-time marks of the standings. */
  readonly marks: number;
  /** Levels of the exercises. */
  readonly practice: number;
  /** The name, the streak, the wish to be hidden. */
  readonly profile: boolean;
  /** Was named as an instructor in the settings. */
  readonly instructor: boolean;
}

export async function forget(quiz: Quiz, person: Person): Promise<Forgotten> {
  const { records, settings } = quiz;
  const own = under(person.community, person.id);
  const days = new Set(["all"]);
  for await (const [, attempt] of records.attempts.entries(own)) days.add(attempt.day);
  let marks = 0;
  for (const day of days) if (await records.marks.delete(key(person.community, day, person.id))) marks += 1;
  const wasInstructor = (await settings.of(person.community)).instructors.people.includes(person.id);
  if (wasInstructor) {
    await settings.change(person.community, (current) => ({
      ...current,
      instructors: { ...current.instructors, people: current.instructors.people.filter((id) => id !== person.id) },
    }));
  }
  return {
    marks,
    attempts: await records.attempts.clear(own),
    cards: await records.cards.clear(own),
    sessions: await records.sessions.clear(own),
    practice: await records.practice.clear(own),
    profile: await records.learners.delete(key(person.community, person.id)),
    instructor: wasInstructor,
  };
}

/** How much there is to forget, for the question before it. */
export async function remembered(
  quiz: Quiz,
  person: Person,
): Promise<{ attempts: number; cards: number; sessions: number }> {
  const own = under(person.community, person.id);
  const count = async (entries: AsyncIterable<unknown>): Promise<number> => {
    let number = 0;
    for await (const _ of entries) number += 1;
    return number;
  };
  return {
    attempts: await count(quiz.records.attempts.entries(own)),
    cards: await count(quiz.records.cards.entries(own)),
    sessions: await count(quiz.records.sessions.entries(own)),
  };
}
