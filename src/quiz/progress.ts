// What a learner knows: mastery of each point, streak, what is due when.

import { key } from "../store/key-parts.js";
import { dayIn } from "./calendar.js";
import { cardsOf, dueOf, mastery } from "./cards.js";
import { goals, type PointText, type Question } from "./question.js";
import type { Quiz } from "./quiz.js";
import type { Learner, Person } from "./records.js";

export type PointState = "new" | "missed" | "due" | "known";

export interface PointProgress {
  readonly point: PointText;
  readonly state: PointState;
  /** Chance of recall now, 0 to 1. */
  readonly mastery: number;
  /** Milliseconds since 1970; undefined for a point never reviewed. */
  readonly due?: number;
}

export interface QuestionProgress {
  readonly question: Question;
  readonly points: readonly PointProgress[];
  /** Best open score of all time; undefined where it was never answered. */
  readonly best?: number;
}

export interface Progress {
  readonly questions: readonly QuestionProgress[];
  /** Days in a row up to today or yesterday; 0 where it broke. */
  readonly streak: { readonly days: number; readonly longest: number };
  readonly answers: number;
  readonly dueNow: number;
  readonly nextDue?: number;
}

export async function progressOf(quiz: Quiz, person: Person): Promise<Progress> {
  const now = quiz.now();
  const [cards, learner, marks, settings] = await Promise.all([
    cardsOf(quiz.records, person),
    quiz.records.learners.get(key(person.community, person.id)),
    quiz.records.marks.get(key(person.community, "all", person.id)),
    quiz.settings.of(person.community),
  ]);
  const questions = quiz.questions.map((question): QuestionProgress => {
    const points = goals(question).map((point): PointProgress => {
      const card = cards.get(`${question.id}.${point.id}`);
      if (card === undefined) return { point, state: "new", mastery: 0 };
      const due = dueOf(card);
      const state: PointState = !card.lastMet ? "missed" : due <= now ? "due" : "known";
      return { point, state, mastery: mastery(card, now), due };
    });
    const best = marks?.best[question.id];
    return { question, points, ...(best === undefined ? {} : { best }) };
  });
  const dues = [...cards.values()].map(dueOf);
  const later = dues.filter((due) => due > now);
  return {
    questions,
    streak: liveStreak(learner?.streak, dayIn(settings.timeZone, now)),
    answers: marks?.attempts ?? 0,
    dueNow: dues.length - later.length,
    ...(later.length === 0 ? {} : { nextDue: Math.min(...later) }),
  };
}

function liveStreak(streak: Learner["streak"] | undefined, today: string): { days: number; longest: number } {
  if (streak === undefined) return { days: 0, longest: 0 };
  const gap = (Date.parse(today) - Date.parse(streak.lastDay)) / 86_400_000;
  return { days: gap <= 1 ? streak.days : 0, longest: streak.longest };
}
