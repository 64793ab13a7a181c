// Puts a question to a learner: which one, in which form, and the session that remembers it.
import { randomUUID } from "node:crypto";
import { UserError } from "../errors.js";
import { key, under } from "../store/key-parts.js";
import { fromNow } from "./calendar.js";
import { cardsOf, dueOf } from "./cards.js";
import { duePoints, nextDue, nextQuestion } from "./next.js";
import type { ChoiceItem, Question } from "./question.js";
import { questionById } from "./question.js";
import type { Quiz } from "./quiz.js";
import { type Mode, type Person, type PointCard, SESSION_LIFETIME, type Session } from "./records.js";

export interface Asked {
  readonly session: Session;
  readonly question: Question;
  readonly why: "asked-for" | "due" | "new" | "weakest" | "mistakes";
  /** The item and its options in the order shown; none of it says which is right. */
  readonly choice?: { readonly item: ChoiceItem; readonly options: readonly string[] };
}

/** Throws UserError `question-unknown`, or `nothing-due` / `no-mistakes` where the mode has nothing to ask. */
export async function ask(
  quiz: Quiz,
  person: Person,
  wish: { question?: string; mode: Mode; not?: string },
): Promise<Asked> {
  const cards = await cardsOf(quiz.records, person);
  const now = quiz.now();
  if (wish.question !== undefined) {
    return open(quiz, person, questionById(wish.question), wish.mode, "asked-for", cards);
  }
  if (wish.mode === "review") {
    const due = quiz.questions.filter((question) => duePoints(question, cards, now).length > 0);
    const chosen = nextQuestion(due, cards, now, wish.not);
    if (chosen !== undefined && chosen.why === "due")
      return open(quiz, person, chosen.question, "review", "due", cards);
    const next = nextDue(cards);
    throw new UserError(
      "nothing-due",
      "Nothing is due for review.",
      next === undefined
        ? "Answer a question first: /quiz"
        : `The next point comes back ${fromNow(next, now)}. Until then: /quiz`,
    );
  }
  if (wish.mode === "mistakes") {
    const wrong = quiz.questions.filter((question) =>
      question.points.some((point) => cards.get(`${question.id}.${point.id}`)?.lastMet === false),
    );
    const chosen = nextQuestion(wrong, cards, now, wish.not);
    if (chosen === undefined)
      throw new UserError(
        "no-mistakes",
        "There is no point that you missed last time.",
        "Ask for the next question: /quiz",
      );
    return open(quiz, person, chosen.question, "mistakes", "mistakes", cards);
  }
  const chosen = nextQuestion(quiz.questions, cards, now, wish.not);
  if (chosen === undefined)
    throw new UserError("no-questions", "There are no questions.", "Restore assets/questions from the release.");
  return open(quiz, person, chosen.question, wish.mode, chosen.why, cards);
}

/** A session by its id. Throws UserError `session-expired`. */
export async function sessionOf(
  quiz: Quiz,
  person: Person,
  id: string,
): Promise<{ session: Session; question: Question }> {
  const session = await quiz.records.sessions.get(key(person.community, person.id, id));
  if (session === undefined) {
    throw new UserError(
      "session-expired",
      "This question was put more than 30 days ago, or to somebody else.",
      "Ask for it again: /quiz",
    );
  }
  return { session, question: questionById(session.question) };
}

/** Atomic change of a session that exists. Throws UserError `session-expired`. */
export async function changeSession(
  quiz: Quiz,
  person: Person,
  id: string,
  change: (session: Session) => Session,
): Promise<Session> {
  const next = await quiz.records.sessions.update(
    key(person.community, person.id, id),
    (current) => (current === undefined ? undefined : change(current)),
    SESSION_LIFETIME,
  );
  if (next !== undefined) return next;
  return (await sessionOf(quiz, person, id)).session;
}

export function itemOf(question: Question, session: Session): ChoiceItem {
  const item = question.choices.find((each) => each.id === session.choice?.item);
  if (item === undefined)
    throw new UserError(
      "session-expired",
      "This item is no longer part of the course.",
      "Ask for another: /quiz mode:choice",
    );
  return item;
}

/** Option texts in the order shown: 0 is the right one in the file, the others follow. */
export function optionsOf(item: ChoiceItem, order: readonly number[]): string[] {
  const texts = [item.right, ...item.wrong.map((wrong) => wrong.text)];
  return order.map((index) => texts[index] ?? "");
}

async function open(
  quiz: Quiz,
  person: Person,
  question: Question,
  mode: Mode,
  why: Asked["why"],
  cards: ReadonlyMap<string, PointCard>,
): Promise<Asked> {
  const id = randomUUID().slice(0, 13);
  const due = duePoints(question, cards, quiz.now());
  // One point that is due is refreshed by one item about it; several are worth an answer in one's own words.
  const refreshed = mode === "review" && due.length === 1 ? due[0]?.point : undefined;
  const items = question.choices.filter((each) => mode === "choice" || `${question.id}.${each.point}` === refreshed);
  const item = items.length === 0 ? undefined : await chooseItem(quiz, person, question.id, items, cards);
  const order = item === undefined ? [] : shuffled(item.wrong.length + 1, quiz.random);
  const session: Session = {
    id,
    question: question.id,
    mode,
    startedAt: quiz.now(),
    turn: 0,
    hints: {},
    open: [],
    misconceptions: [],
    explained: false,
    ...(item === undefined ? {} : { choice: { item: item.id, order } }),
  };
  await quiz.records.sessions.set(key(person.community, person.id, id), session, SESSION_LIFETIME);
  return {
    session,
    question,
    why,
    ...(item === undefined ? {} : { choice: { item, options: optionsOf(item, order) } }),
  };
}

/** The item whose point is due longest or known least, among those not seen lately. */
async function chooseItem(
  quiz: Quiz,
  person: Person,
  question: string,
  items: readonly ChoiceItem[],
  cards: ReadonlyMap<string, PointCard>,
): Promise<ChoiceItem | undefined> {
  const seen = new Map<string, number>();
  for await (const [, session] of quiz.records.sessions.entries(under(person.community, person.id))) {
    if (session.choice !== undefined)
      seen.set(session.choice.item, Math.max(session.startedAt, seen.get(session.choice.item) ?? 0));
  }
  const urgency = (item: ChoiceItem): number => {
    const card = cards.get(`${question}.${item.point}`);
    return card === undefined ? Number.MAX_SAFE_INTEGER : dueOf(card);
  };
  return [...items].sort((a, b) => (seen.get(a.id) ?? 0) - (seen.get(b.id) ?? 0) || urgency(a) - urgency(b))[0];
}

/** 0 … length − 1 in random order (Fisher and Yates). */
function shuffled(length: number, random: () => number): number[] {
  const order = Array.from({ length }, (_, index) => index);
  for (let at = length - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1));
    [order[at], order[other]] = [order[other] ?? 0, order[at] ?? 0];
  }
  return order;
}
