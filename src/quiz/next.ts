// Which question is the next best one for a learner.
import { dueOf, mastery } from "./cards.js";
import type { Question } from "./question.js";
import type { PointCard } from "./records.js";

export interface Choice {
  readonly question: Question;
  readonly why: "due" | "new" | "weakest";
}

/**
 * What is due first (the question with most due points, then the longest overdue), then what was never asked, in the course's
 * order, then what is known least. `not`: the question just seen, avoided where another one is left.
 */
export function nextQuestion(
  questions: readonly Question[],
  cards: ReadonlyMap<string, PointCard>,
  now: number,
  not?: string,
): Choice | undefined {
  const candidates = questions.filter((question) => question.id !== not);
  const pool = candidates.length > 0 ? candidates : questions;
  const due = pool
    .map((question) => ({ question, points: duePoints(question, cards, now) }))
    .filter(({ points }) => points.length > 0);
  due.sort((a, b) => b.points.length - a.points.length || earliest(a.points) - earliest(b.points));
  if (due[0] !== undefined) return { question: due[0].question, why: "due" };
  const fresh = pool.find((question) => cardsOfQuestion(question, cards).length === 0);
  if (fresh !== undefined) return { question: fresh, why: "new" };
  const weakest = [...pool].sort((a, b) => knowledge(a, cards, now) - knowledge(b, cards, now))[0];
  return weakest === undefined ? undefined : { question: weakest, why: "weakest" };
}

/** Cards of a question that are due, the longest overdue first. */
export function duePoints(question: Question, cards: ReadonlyMap<string, PointCard>, now: number): PointCard[] {
  return cardsOfQuestion(question, cards)
    .filter((card) => dueOf(card) <= now)
    .sort((a, b) => dueOf(a) - dueOf(b));
}

/** When the next card comes back; undefined where there is none. */
export function nextDue(cards: ReadonlyMap<string, PointCard>): number | undefined {
  const times = [...cards.values()].map(dueOf);
  return times.length === 0 ? undefined : Math.min(...times);
}

function cardsOfQuestion(question: Question, cards: ReadonlyMap<string, PointCard>): PointCard[] {
  return question.points.flatMap((point) => cards.get(`${question.id}.${point.id}`) ?? []);
}

function earliest(cards: readonly PointCard[]): number {
  return Math.min(...cards.map(dueOf));
}

function knowledge(question: Question, cards: ReadonlyMap<string, PointCard>, now: number): number {
  const known = cardsOfQuestion(question, cards).map((card) => mastery(card, now));
  return known.reduce((sum, each) => sum + each, 0) / Math.max(1, known.length);
}
