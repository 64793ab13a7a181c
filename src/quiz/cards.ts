// One review card per point, scheduled by FSRS (ts-fsrs): when a point comes back, and how well it is known.
import { type Card, createEmptyCard, fsrs, Rating, State } from "ts-fsrs";
import { key, under } from "../store/key-parts.js";
import type { Person, PointCard, Records, StoredCard } from "./records.js";

/**
 * No fuzz: the same answers give the same dates. No steps of minutes: a question is answered once a sitting, and what was missed can be asked
 * for at once (`mode:mistakes`); it comes back by itself the next day. Ninety percent is FSRS' own default of wished-for recall.
 */
const scheduler = fsrs({ enable_fuzz: false, enable_short_term: false, request_retention: 0.9 });

/** How well a point was recalled: missed, recalled after a hint, recalled unaided. */
export type Recall = "missed" | "hinted" | "unaided";

const RATING = { missed: Rating.Again, hinted: Rating.Hard, unaided: Rating.Good } as const;

export interface Reviewed {
  readonly point: string;
  readonly recall: Recall;
}

/** Moves the cards of `question` after an attempt. Idempotent for one attempt. Resolves with the next dates by point. */
export async function reviewCards(
  records: Records,
  person: Person,
  question: string,
  reviewed: readonly Reviewed[],
  attempt: { id: string; at: number },
): Promise<ReadonlyMap<string, number>> {
  const due = new Map<string, number>();
  const move = async ({ point, recall }: Reviewed): Promise<void> => {
    const id = `${question}.${point}`;
    const card = await records.cards.update(key(person.community, person.id, id), (current) => {
      if (current?.lastAttempt === attempt.id) return current;
      const before = current === undefined ? createEmptyCard(attempt.at) : revived(current.card);
      const { card } = scheduler.next(before, noEarlier(attempt.at, before), RATING[recall]);
      return { point: id, card: plain(card), lastAttempt: attempt.id, lastMet: recall !== "missed" };
    });
    if (card !== undefined) due.set(point, dueOf(card));
  };
  // Together: the store gathers what is written in one turn.
  await Promise.all(reviewed.map(move));
  return due;
}

/**
 * Points that a full answer did not need: one missed before is no longer open, one that is due is put off as after a hint, so that
 * the question does not come back at once. Idempotent for one attempt.
 */
export async function releaseCards(
  records: Records,
  person: Person,
  question: string,
  points: readonly string[],
  attempt: { id: string; at: number },
): Promise<void> {
  const release = (point: string): Promise<unknown> =>
    records.cards.update(key(person.community, person.id, `${question}.${point}`), (current) => {
      if (current === undefined || current.lastAttempt === attempt.id) return current;
      if (!current.lastMet) return undefined;
      if (dueOf(current) > attempt.at) return current;
      const { card } = scheduler.next(revived(current.card), attempt.at, RATING.hinted);
      return { ...current, card: plain(card), lastAttempt: attempt.id };
    });
  await Promise.all(points.map(release));
}

/** When each of these points comes back; those never reviewed are left out. */
export async function dueDates(
  records: Records,
  person: Person,
  question: string,
  points: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const cards = await Promise.all(
    points.map((point) => records.cards.get(key(person.community, person.id, `${question}.${point}`))),
  );
  return new Map(points.flatMap((point, index) => (cards[index] === undefined ? [] : [[point, dueOf(cards[index])]])));
}

export async function cardsOf(records: Records, person: Person): Promise<Map<string, PointCard>> {
  const cards = new Map<string, PointCard>();
  for await (const [, card] of records.cards.entries(under(person.community, person.id))) cards.set(card.point, card);
  return cards;
}

/** Milliseconds since 1970. */
export function dueOf(card: PointCard): number {
  return card.card.due;
}

/** The chance, 0 to 1, that the point is recalled now; 0 where it was missed last time. */
export function mastery(card: PointCard | undefined, now: number): number {
  if (card === undefined || !card.lastMet) return 0;
  const revivedCard = revived(card.card);
  if (revivedCard.state === State.New) return 0;
  return scheduler.get_retrievability(revivedCard, now, false);
}

/** FSRS refuses a review before the last one, as a clock that was set back would give it. */
function noEarlier(time: number, { last_review: last }: Card): number {
  return Math.max(time, last?.getTime() ?? time);
}

function plain({ due, last_review: lastReview, ...rest }: Card): StoredCard {
  return { ...rest, due: due.getTime(), ...(lastReview === undefined ? {} : { last_review: lastReview.getTime() }) };
}

function revived({ due, last_review: lastReview, ...rest }: StoredCard): Card {
  return { ...rest, due: new Date(due), ...(lastReview === undefined ? {} : { last_review: new Date(lastReview) }) };
}
