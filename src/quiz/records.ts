// What the quiz stores, and under which keys. Every key starts with the community, then (mostly) the learner.
import type { Card } from "ts-fsrs";
import type { Namespace, Store } from "../store/store.js";
import type { Guard } from "./grader/guards.js";
import type { Level } from "./practice/task.js";

/** Open answers are graded point by point; a choice is right or wrong. */
export type AnswerKind = "open" | "choice";

/** How questions are asked: `review` brings back what is due, `mistakes` what went wrong last time. */
export const MODES = ["open", "choice", "review", "mistakes"] as const;
export type Mode = (typeof MODES)[number];

/** One answer; appended, never rewritten. */
export interface Attempt {
  readonly id: string;
  readonly question: string;
  readonly kind: AnswerKind;
  readonly answer: string;
  /** 0 to 1 in quarters. */
  readonly score: number;
  readonly met: readonly string[];
  readonly missing: readonly string[];
  readonly misconceptions: readonly string[];
  readonly guard?: Guard;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The community's calendar day at that time, YYYY-MM-DD. */
  readonly day: string;
}

/** A question put to a learner, until it is answered for good or skipped. Lives 30 days, across restarts. */
export interface Session {
  readonly id: string;
  readonly question: string;
  readonly mode: Mode;
  readonly startedAt: number;
  /** Answers given so far; the form of turn n stores attempt n, once. */
  readonly turn: number;
  /** Hints seen, by point: 1 nudge, 2 cue, 3 example. */
  readonly hints: Readonly<Record<string, number>>;
  /** The points still open after the last answer. */
  readonly open: readonly string[];
  readonly misconceptions: readonly string[];
  readonly explained: boolean;
  readonly choice?: { readonly item: string; readonly order: readonly number[]; readonly picked?: number };
}

/** A card of ts-fsrs as plain JSON: dates in milliseconds since 1970. */
export interface StoredCard extends Omit<Card, "due" | "last_review"> {
  readonly due: number;
  readonly last_review?: number;
}

/** A review card: one point of one learner. */
export interface PointCard {
  /** "q4.noparams" */
  readonly point: string;
  readonly card: StoredCard;
  /** The last attempt that moved it: applied twice, it moves once. */
  readonly lastAttempt: string;
  readonly lastMet: boolean;
}

export interface Learner {
  readonly name: string;
  readonly firstSeen: number;
  readonly hidden: boolean;
  readonly streak: { readonly days: number; readonly longest: number; readonly lastDay: string };
}

/** Best open score by question, over all time or one day. */
export interface Marks {
  readonly best: Readonly<Record<string, number>>;
  /** Ids of the attempts counted, as a number; choices count too. */
  readonly attempts: number;
  readonly lastAttempt: string;
}

/** Where a learner stands in one kind of exercise. */
export interface PracticeStanding {
  readonly level: Level;
  /** Right ones in a row on this level. */
  readonly inARow: number;
  readonly lastAttempt: string;
}

export interface Records {
  readonly attempts: Namespace<Attempt>;
  readonly sessions: Namespace<Session>;
  readonly cards: Namespace<PointCard>;
  readonly learners: Namespace<Learner>;
  readonly marks: Namespace<Marks>;
  /** By learner and kind of exercise. */
  readonly practice: Namespace<PracticeStanding>;
}

export function openRecords(store: Store): Records {
  return {
    attempts: store.namespace("attempts"),
    sessions: store.namespace("sessions"),
    cards: store.namespace("cards"),
    learners: store.namespace("learners"),
    marks: store.namespace("marks"),
    practice: store.namespace("practice"),
  };
}

/** A person in a community. */
export interface Person {
  readonly community: string;
  readonly id: string;
}

/** Thirty days: as long as a button works. */
export const SESSION_LIFETIME = 30 * 24 * 3_600_000;
