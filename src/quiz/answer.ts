// Takes a learner's answer: graded, stored once however often it arrives, cards and marks moved.

import { key } from "../store/key-parts.js";
import { changeSession, itemOf, sessionOf } from "./ask.js";
import { dayIn } from "./calendar.js";
import { dueDates, type Recall, type Reviewed, releaseCards, reviewCards } from "./cards.js";
import type { Grade } from "./grader/grade.js";
import type { ChoiceItem, Question } from "./question.js";
import type { Quiz } from "./quiz.js";
import type { Attempt, Learner, Marks, Person, Session } from "./records.js";

export interface Answered {
  readonly question: Question;
  readonly session: Session;
  readonly attempt: Attempt;
  readonly grade: Grade;
  /** The stored answer is another one than what came now: this turn's form was sent before. */
  readonly repeated: boolean;
  /** When each reviewed point comes back, in milliseconds since 1970. */
  readonly due: ReadonlyMap<string, number>;
}

export interface Picked {
  readonly question: Question;
  readonly item: ChoiceItem;
  readonly right: boolean;
  /** The option picked, 0 being the right one. */
  readonly option: number;
  readonly repeated: boolean;
  readonly due: ReadonlyMap<string, number>;
}

/** An open answer to turn `turn` of a session. Throws UserError `session-expired`, `answer-too-long`. */
export async function answer(
  quiz: Quiz,
  person: Person,
  name: string,
  sessionId: string,
  turn: number,
  text: string,
): Promise<Answered> {
  const { session, question } = await sessionOf(quiz, person, sessionId);
  const given = question.grade(text);
  const attempt = await store(quiz, person, question.id, `${sessionId}-${turn}`, {
    question: question.id,
    kind: "open",
    answer: text,
    score: given.score,
    met: given.met,
    missing: given.missing,
    misconceptions: given.misconceptions,
    ...(given.guard === undefined ? {} : { guard: given.guard }),
  });
  const repeated = attempt.answer !== text;
  const grade = repeated ? question.grade(attempt.answer) : given;
  const reviewed = reviewedPoints(question, grade, session);
  // The turn moves on last: where it has, all of this was done when the form came first, and other attempts may have followed.
  if (session.turn <= turn) {
    const full = reviewed.every(({ recall }) => recall !== "missed");
    await Promise.all([
      reviewCards(quiz.records, person, question.id, reviewed, attempt),
      releaseCards(quiz.records, person, question.id, full ? others(question, reviewed) : [], attempt),
      mark(quiz, person, name, attempt),
    ]);
  }
  const due = await dueDates(
    quiz.records,
    person,
    question.id,
    reviewed.map(({ point }) => point),
  );
  const next = await changeSession(quiz, person, sessionId, (current) =>
    current.turn > turn
      ? current
      : { ...current, turn: turn + 1, open: grade.missing, misconceptions: grade.misconceptions },
  );
  return { question, session: next, attempt, grade, repeated, due };
}

/** The pick of option `shown` (as ordered in the session) of a multiple-choice item. */
export async function pick(
  quiz: Quiz,
  person: Person,
  name: string,
  sessionId: string,
  shown: number,
): Promise<Picked> {
  const before = await sessionOf(quiz, person, sessionId);
  const item = itemOf(before.question, before.session);
  const session = await changeSession(quiz, person, sessionId, (current) =>
    current.choice === undefined || current.choice.picked !== undefined
      ? current
      : { ...current, choice: { ...current.choice, picked: shown } },
  );
  const counted = session.choice?.picked ?? shown;
  const option = session.choice?.order[counted] ?? -1;
  const right = option === 0;
  const wrong = item.wrong[option - 1];
  const attempt = await store(quiz, person, before.question.id, `${sessionId}-0`, {
    question: before.question.id,
    kind: "choice",
    answer: right ? item.right : (wrong?.text ?? ""),
    score: right ? 1 : 0,
    met: right ? [item.point] : [],
    missing: right ? [] : [item.point],
    misconceptions: wrong?.misconception === undefined ? [] : [wrong.misconception],
  });
  const aided = session.explained || session.hints[item.point] !== undefined;
  const recall: Recall = right ? (aided ? "hinted" : "unaided") : "missed";
  if (session.turn === 0) {
    await Promise.all([
      reviewCards(quiz.records, person, before.question.id, [{ point: item.point, recall }], attempt),
      mark(quiz, person, name, attempt),
    ]);
    await changeSession(quiz, person, sessionId, (current) => ({ ...current, turn: 1 }));
  }
  const due = await dueDates(quiz.records, person, before.question.id, [item.point]);
  return { question: before.question, item, right, option, repeated: counted !== shown, due };
}

/** Appends the attempt, or resolves with the one that is there already. */
async function store(
  quiz: Quiz,
  person: Person,
  question: string,
  id: string,
  draft: Omit<Attempt, "id" | "at" | "day">,
): Promise<Attempt> {
  const at = quiz.now();
  const { timeZone } = await quiz.settings.of(person.community);
  const stored = await quiz.records.attempts.update(
    key(person.community, person.id, question, id),
    (current) => current ?? { ...draft, id, at, day: dayIn(timeZone, at) },
  );
  if (stored === undefined) throw new Error("an attempt that was just stored is not there");
  return stored;
}

/** Met points count as recalled; missing ones as missed, but of a list of measures only as many as the full mark still needs. */
function reviewedPoints(question: Question, grade: Grade, session: Session): Reviewed[] {
  const { scoring } = question.rubric;
  const needed = scoring.kind === "count" ? Math.max(0, scoring.of - grade.met.length) : grade.missing.length;
  // A weaker twin has no card: what is still to be learned is the stronger one.
  const lasting = grade.met.filter((id) =>
    question.rubric.points.every((each) => each.id !== id || each.weakerThan === undefined),
  );
  const recalled = lasting.map((point): Reviewed => {
    const aided = session.explained || session.hints[point] !== undefined;
    return { point, recall: aided ? "hinted" : "unaided" };
  });
  const hintedFirst = [...grade.missing].sort(
    (a, b) => Number(session.hints[b] !== undefined) - Number(session.hints[a] !== undefined),
  );
  return [...recalled, ...hintedFirst.slice(0, needed).map((point): Reviewed => ({ point, recall: "missed" }))];
}

/** The points of a question besides these. */
function others(question: Question, reviewed: readonly Reviewed[]): string[] {
  return question.points.map(({ id }) => id).filter((id) => reviewed.every(({ point }) => point !== id));
}

/** The learner's name and streak, and the best marks of all time and of the day. Each step may be repeated without harm. */
async function mark(quiz: Quiz, person: Person, name: string, attempt: Attempt): Promise<void> {
  const { records } = quiz;
  const count = (current: Marks | undefined): Marks => {
    if (current?.lastAttempt === attempt.id) return current;
    const best = { ...current?.best };
    if (attempt.kind === "open") best[attempt.question] = Math.max(best[attempt.question] ?? 0, attempt.score);
    return { best, attempts: (current?.attempts ?? 0) + 1, lastAttempt: attempt.id };
  };
  await Promise.all([
    records.learners.update(key(person.community, person.id), (current) => ({
      name,
      firstSeen: current?.firstSeen ?? attempt.at,
      hidden: current?.hidden ?? false,
      streak: streakAfter(current?.streak, attempt.day),
    })),
    records.marks.update(key(person.community, "all", person.id), count),
    records.marks.update(key(person.community, attempt.day, person.id), count),
  ]);
}

function streakAfter(streak: Learner["streak"] | undefined, day: string): Learner["streak"] {
  if (streak === undefined) return { days: 1, longest: 1, lastDay: day };
  if (day <= streak.lastDay) return streak;
  const gap = (Date.parse(day) - Date.parse(streak.lastDay)) / 86_400_000;
  const days = gap === 1 ? streak.days + 1 : 1;
  return { days, longest: Math.max(days, streak.longest), lastDay: day };
}
