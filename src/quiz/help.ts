// Help on the question at hand: hints, one step at a time, and the full explanation.
import { changeSession, itemOf, sessionOf } from "./ask.js";
import { goals, type PointText, type Question } from "./question.js";
import type { Quiz } from "./quiz.js";
import type { Person, Session } from "./records.js";

export const HINT_STEPS = ["nudge", "cue", "example"] as const;

export interface Hint {
  readonly question: Question;
  readonly session: Session;
  readonly point: PointText;
  /** 1 nudge, 2 cue, 3 worked example. */
  readonly step: number;
  /** There is another hint after this one. */
  readonly more: boolean;
}

/**
 * The next hint: three steps for a point, then the next open point. Undefined where nothing is open (all is said) or every hint was given.
 * Throws UserError `session-expired`.
 */
export async function nextHint(quiz: Quiz, person: Person, sessionId: string): Promise<Hint | undefined> {
  const { session: before, question } = await sessionOf(quiz, person, sessionId);
  const order = hintOrder(question, before);
  const target = order.find((point) => (before.hints[point.id] ?? 0) < HINT_STEPS.length);
  if (target === undefined) return undefined;
  const session = await changeSession(quiz, person, sessionId, (current) => ({
    ...current,
    hints: { ...current.hints, [target.id]: Math.min(HINT_STEPS.length, (current.hints[target.id] ?? 0) + 1) },
  }));
  const step = session.hints[target.id] ?? 1;
  const left = order.some((point) => (session.hints[point.id] ?? 0) < HINT_STEPS.length);
  return { question, session, point: target, step, more: left };
}

/** The full explanation was shown; what is recalled later in this session counts as helped. */
export async function explain(
  quiz: Quiz,
  person: Person,
  sessionId: string,
): Promise<{ question: Question; session: Session }> {
  const session = await changeSession(quiz, person, sessionId, (current) => ({ ...current, explained: true }));
  return { session, question: (await sessionOf(quiz, person, sessionId)).question };
}

/** The points that hints are for, in order: those still open after an answer; before one, all that count towards a full mark. */
function hintOrder(question: Question, session: Session): PointText[] {
  if (session.choice !== undefined) {
    const item = itemOf(question, session);
    return question.points.filter((point) => point.id === item.point);
  }
  const open = session.turn > 0 ? new Set(session.open) : undefined;
  return goals(question).filter((point) => open === undefined || open.has(point.id));
}
