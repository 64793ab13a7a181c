// What a schedule is: when, in which zone, what to train, and what became of its last times. Plain JSON in the store.
import type { Actor, RunWish } from "../queue/run.js";

/** `once`: of all times that were missed while nobody was there, one is made good; `skip`: none. */
export const CATCH_UP = ["once", "skip"] as const;
export type CatchUp = (typeof CATCH_UP)[number];

/** What is trained: a wish without whose it is, who wishes it and how urgently. */
export type ScheduleWish = Omit<RunWish, "community" | "by" | "priority" | "arena">;

export interface Schedule {
  readonly v: 1;
  /** Short, for people to type: `s3`; unique in its community. */
  readonly id: string;
  readonly community: string;
  /** Five fields. */
  readonly cron: string;
  /** What was understood: "every Sunday at 03:00". */
  readonly words: string;
  /** IANA name. */
  readonly timeZone: string;
  readonly wish: ScheduleWish;
  readonly catchUp: CatchUp;
  readonly paused: boolean;
  readonly created: number;
  readonly by: Actor;
  /** Where its runs are to be reported, in the words of whoever posts there; the engine only hands it on. */
  readonly report?: Readonly<Record<string, string>>;
  /** Times up to here (ms since 1970) are settled, or were before the schedule began or went on. */
  readonly settled: number;
  /** Taken by a process that is about to enqueue its run; one that dies in between is followed by another. */
  readonly claim?: { readonly due: number; readonly missed: number; readonly at: number; readonly token: string };
  /** What became of its times, the newest first; at most `HISTORY`. */
  readonly history: readonly Firing[];
}

/** One of its times. */
export interface Firing {
  /** When it was due. */
  readonly due: number;
  readonly at: number;
  readonly outcome: "started" | "joined" | "overlapped" | "missed" | "refused";
  /** In words, for people. */
  readonly why: string;
  readonly run?: string;
}

/** Times that are remembered. */
export const HISTORY = 20;
/** Of a community; a class has no use for more, and each is looked at every minute. */
export const MOST_SCHEDULES = 20;
