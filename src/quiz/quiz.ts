// What every part of the quiz works with, made once at the start.
import type { Store } from "../store/store.js";
import { type Question, questions } from "./question.js";
import { openRecords, type Records } from "./records.js";
import { SettingsBook } from "./settings.js";

export interface Quiz {
  readonly records: Records;
  readonly settings: SettingsBook;
  readonly questions: readonly Question[];
  /** Milliseconds since 1970; tests set it. */
  now(): number;
  /** 0 to 1, for the order of options; tests set it. */
  random(): number;
}

export function openQuiz(
  store: Store,
  clock: { now(): number; random(): number } = { now: Date.now, random: Math.random },
): Quiz {
  return {
    records: openRecords(store),
    settings: new SettingsBook(store),
    questions: questions(),
    now: () => clock.now(),
    random: () => clock.random(),
  };
}
