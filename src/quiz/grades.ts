// Grades for instructors: one row a learner and question, as a table and as CSV.
import { csv } from "../csv.js";
import { key, partsOf, under } from "../store/key-parts.js";
import type { Quiz } from "./quiz.js";
import type { Attempt } from "./records.js";

export interface GradeRow {
  readonly learner: string;
  readonly name: string;
  readonly question: string;
  /** Open answers. */
  readonly attempts: number;
  readonly best: number;
  readonly last: number;
  /** Points met in the best answer. */
  readonly points: readonly string[];
}

/** Rows by name, then question; open answers only, since a choice is an exercise and no mark. */
export async function grades(quiz: Quiz, community: string, question?: string): Promise<GradeRow[]> {
  const groups = new Map<
    string,
    { learner: string; question: string; attempts: number; best: Attempt; last: Attempt }
  >();
  for await (const [stored, attempt] of quiz.records.attempts.entries(under(community))) {
    if (attempt.kind !== "open" || (question !== undefined && attempt.question !== question)) continue;
    const [, learner = ""] = partsOf(stored);
    const id = key(learner, attempt.question);
    const group = groups.get(id);
    if (group === undefined)
      groups.set(id, { learner, question: attempt.question, attempts: 1, best: attempt, last: attempt });
    else {
      group.attempts += 1;
      if (attempt.score > group.best.score) group.best = attempt;
      if (attempt.at >= group.last.at) group.last = attempt;
    }
  }
  const names = new Map<string, string>();
  for (const { learner } of groups.values()) {
    if (!names.has(learner)) names.set(learner, (await quiz.records.learners.get(key(community, learner)))?.name ?? "");
  }
  return [...groups.values()]
    .map(({ learner, question, attempts, best, last }) => ({
      learner,
      name: names.get(learner) ?? "",
      question,
      attempts,
      best: best.score,
      last: last.score,
      points: best.met,
    }))
    .sort(
      (a, b) =>
        a.name.localeCompare(b.name) ||
        (a.learner < b.learner ? -1 : a.learner > b.learner ? 1 : 0) ||
        a.question.localeCompare(b.question, "en", { numeric: true }),
    );
}

export function gradesCsv(rows: readonly GradeRow[]): string {
  const header = ["learner", "name", "question", "attempts", "best", "last", "points"];
  const lines = rows.map((row) => [
    row.learner,
    row.name,
    row.question,
    String(row.attempts),
    String(row.best),
    String(row.last),
    row.points.join(" "),
  ]);
  return csv([header, ...lines]);
}
