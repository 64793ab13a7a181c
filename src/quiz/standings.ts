// Standings of a community: the sum of each learner's best open scores, this week and of all time.

import { key, partsOf, under } from "../store/key-parts.js";
import { dayIn, shiftDay, startOfWeek } from "./calendar.js";
import type { Quiz } from "./quiz.js";
import type { Marks, Person } from "./records.js";

export interface Standing {
  readonly rank: number;
  readonly learner: string;
  readonly name: string;
  /** Best scores of the questions, summed; at most the number of questions. */
  readonly score: number;
  readonly answered: number;
}

export type Period = "week" | "all";

/** Best first; equal scores share a rank; hidden learners are left out. */
export async function standings(quiz: Quiz, community: string, period: Period): Promise<Standing[]> {
  const best = new Map<string, Map<string, number>>();
  for (const prefix of await prefixes(quiz, community, period)) {
    for await (const [stored, marks] of quiz.records.marks.entries(prefix))
      merge(best, partsOf(stored).at(-1) ?? "", marks);
  }
  const rows: Omit<Standing, "rank">[] = [];
  for (const [learner, scores] of best) {
    const known = await quiz.records.learners.get(key(community, learner));
    if (known === undefined || known.hidden || scores.size === 0) continue;
    rows.push({
      learner,
      name: known.name,
      score: [...scores.values()].reduce((sum, score) => sum + score, 0),
      answered: scores.size,
    });
  }
  rows.sort((a, b) => b.score - a.score || a.name.localeCompare(b.name) || (a.learner < b.learner ? -1 : 1));
  return rows.map((row) => ({ ...row, rank: 1 + rows.filter((other) => other.score > row.score).length }));
}

/** In or out of the standings; resolves with what holds now. */
export async function setHidden(quiz: Quiz, person: Person, name: string, hidden: boolean): Promise<void> {
  await quiz.records.learners.update(key(person.community, person.id), (current) => ({
    name: current?.name ?? name,
    firstSeen: current?.firstSeen ?? quiz.now(),
    streak: current?.streak ?? { days: 0, longest: 0, lastDay: "1970-01-01" },
    hidden,
  }));
}

async function prefixes(quiz: Quiz, community: string, period: Period): Promise<string[]> {
  if (period === "all") return [under(community, "all")];
  const { timeZone, weekStart } = await quiz.settings.of(community);
  const today = dayIn(timeZone, quiz.now());
  const first = startOfWeek(today, weekStart);
  return Array.from({ length: 7 }, (_, index) => shiftDay(first, index))
    .filter((day) => day <= today)
    .map((day) => under(community, day));
}

function merge(best: Map<string, Map<string, number>>, learner: string, marks: Marks): void {
  const scores = best.get(learner) ?? new Map<string, number>();
  for (const [question, score] of Object.entries(marks.best))
    scores.set(question, Math.max(score, scores.get(question) ?? 0));
  best.set(learner, scores);
}
