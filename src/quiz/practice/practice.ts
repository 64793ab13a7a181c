// A learner's way through the exercises: the level rises and falls, and what is practised moves question 2's review cards.

import { key } from "../../store/key-parts.js";
import { reviewCards } from "../cards.js";
import type { Quiz } from "../quiz.js";
import type { Person, PracticeStanding } from "../records.js";
import { type Judgement, judge } from "./judge.js";
import { type Exercise, LEVELS, type Level, newExercise, type PracticeKind, taskOf } from "./task.js";

/** Right ones in a row that lead to the next level. */
const ROW = 2;

export async function nextExercise(
  quiz: Quiz,
  person: Person,
  kind: PracticeKind,
): Promise<Exercise & { level: Level }> {
  const standing = await quiz.records.practice.get(key(person.community, person.id, kind));
  const level = standing?.level ?? 1;
  return { ...newExercise(kind, level, quiz.random), level };
}

/** Judges and remembers; sent twice (`attempt` is the same), it counts once. Throws UserError `practice-number`. */
export async function practise(
  quiz: Quiz,
  person: Person,
  exercise: Exercise,
  attempt: string,
  text: string,
): Promise<{ judgement: Judgement; standing: PracticeStanding; rose: boolean }> {
  const judgement = judge(taskOf(exercise), text);
  let rose = false;
  const standing = await quiz.records.practice.update(
    key(person.community, person.id, exercise.kind),
    (current = { level: 1, inARow: 0, lastAttempt: "" }) => {
      rose = false;
      // A forgotten unit is asked for and costs nothing.
      if (current.lastAttempt === attempt || judgement.unitMissing) return current;
      const next = moved(current, judgement.right);
      rose = next.level > current.level;
      return { ...next, lastAttempt: attempt };
    },
  );
  const point = judgement.unitMissing ? undefined : pointOf(exercise);
  if (point !== undefined) {
    const recall = judgement.right ? "unaided" : "missed";
    await reviewCards(quiz.records, person, "q2", [{ point, recall }], { id: `practice-${attempt}`, at: quiz.now() });
  }
  if (standing === undefined) throw new Error("a standing that was just stored is not there");
  return { judgement, standing, rose };
}

function moved({ level, inARow }: PracticeStanding, right: boolean): Pick<PracticeStanding, "level" | "inARow"> {
  if (!right) return { level: LEVELS.find((each) => each === level - 1) ?? level, inARow: 0 };
  const next = LEVELS.find((each) => each === level + 1);
  return inARow + 1 >= ROW && next !== undefined ? { level: next, inARow: 0 } : { level, inARow: inARow + 1 };
}

/** The point of question 2 that an exercise trains. */
function pointOf({ kind, batch }: Exercise): string | undefined {
  if (kind === "params") return "params";
  return kind === "memory" ? (batch === 0 ? "ram_pred" : "ram_train") : undefined;
}
