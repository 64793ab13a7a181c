// What is queued: a wish for a training run, its record from the queue to its end, and what the rest of the house may ask of the queue.
// All of it is plain JSON in the store, so that any process can ask, work or watch.
import type { BackendName } from "../backend/backend.js";
import type { EpochMetrics, RunDescription, RunEvent } from "../training/run.js";

/**
 * queued → running → succeeded | failed | cancelled; succeeded → promoted, at once by the gate or later by a person.
 * `cancelling` lies between a wish to cancel and the trainer's end. A run whose worker died is queued again, and goes on from its
 * last checkpoint.
 */
export const RUN_STATES = ["queued", "running", "cancelling", "cancelled", "failed", "succeeded", "promoted"] as const;
export type RunState = (typeof RUN_STATES)[number];

export const isOver = (state: RunState): boolean =>
  state === "cancelled" || state === "failed" || state === "succeeded" || state === "promoted";

/** Who did something: a person of a community, a schedule, the gate, a worker, or whoever sits at the command line. */
export type Actor =
  | { readonly kind: "person"; readonly id: string; readonly name: string }
  | { readonly kind: "schedule"; readonly id: string }
  | { readonly kind: "gate" | "worker" | "command-line" };

export const isPerson = (actor: Actor | undefined, id: string): boolean => actor?.kind === "person" && actor.id === id;

/** The same actor, or a pseudonym where it is the person. */
export const renamed = (actor: Actor, person: string, pseudonym: string): Actor =>
  isPerson(actor, person) ? { kind: "person", id: pseudonym, name: pseudonym } : actor;

/** Higher first; among equals the community that used the least device time lately, then the older. */
export const PRIORITIES = { person: 20, schedule: 10, arena: 0 } as const;

export interface RunWish {
  /** Whose models change; `SHARED` for those that every community without its own uses. */
  readonly community: string;
  readonly by: Actor;
  /** One of PRIORITIES, or between them. */
  readonly priority: number;
  readonly recipe: RunDescription["recipe"];
  readonly model: string;
  /** Absolute folder of the data set. */
  readonly data: string;
  readonly seed: number;
  readonly settings: RunDescription["settings"];
  readonly backend?: BackendName;
  /** The class's exercise: trained for a bounded time, never saved into a registry, never judged by the gate. */
  readonly arena?: { readonly entry: string; readonly network: string; readonly seconds: number };
  /** `promote`: into service if it passes; `keep`: a candidate whatever the gate says. The community's policy by default. */
  readonly policy?: PassPolicy;
}

/** Of a model that passes the gate: into service at once, or a candidate until a person promotes it. */
export const PASS_POLICIES = ["promote", "keep"] as const;
export type PassPolicy = (typeof PASS_POLICIES)[number];
/** Of one that does not: a candidate all the same, or refused, which is offered to nobody. */
export const FAIL_POLICIES = ["refuse", "keep"] as const;
export type FailPolicy = (typeof FAIL_POLICIES)[number];

/** What becomes of the models of a community's runs. */
export interface GatePolicy {
  readonly passes: PassPolicy;
  readonly fails: FailPolicy;
}

export const DEFAULT_POLICY: GatePolicy = { passes: "promote", fails: "refuse" };

/** Of one run: workers that may die over it before it fails. */
export const MOST_ATTEMPTS = 3;

/** The community whose name stands for all that have no models of their own. */
export const SHARED = "shared";

/** One change of state; the list of a run only grows. */
export interface Change {
  readonly at: number;
  readonly state: RunState;
  readonly by: Actor;
  /** In words, for people. */
  readonly why: string;
}

/** What is known of a run while it learns; the newest only. Times in ms since 1970. */
export interface RunProgress {
  readonly at: number;
  /** Which attempt tells it; a worker that was given up never overwrites what its successor tells. */
  readonly attempt: number;
  readonly started?: Omit<Extract<RunEvent, { type: "started" }>, "type">;
  readonly phase?: string;
  readonly step?: Omit<Extract<RunEvent, { type: "step" }>, "type" | "phase">;
  /** Every epoch so far. */
  readonly epochs: readonly EpochMetrics[];
  /** Notes of the trainer, such as a batch that was halved. */
  readonly notes: readonly { readonly code: string; readonly message: string }[];
}

export interface RunResult {
  readonly model: string;
  readonly version: string;
  /** Absolute, of the saved model. */
  readonly folder: string;
  readonly testAccuracy: number;
  readonly testInterval: { readonly low: number; readonly high: number };
  readonly seconds: number;
}

/** What the gate found; `words` is what people read. */
export interface GateReport {
  readonly verdict: "promoted" | "kept" | "refused";
  readonly words: string;
  /** Version of the model that was in service. */
  readonly champion?: string;
  /** Candidate minus champion, accuracy on the gate split. */
  readonly difference?: { readonly value: number; readonly low: number; readonly high: number };
  readonly classes?: readonly {
    readonly label: string;
    readonly images: number;
    readonly candidate: number;
    readonly champion: number;
    /** Lower 95 % bound of the difference; absent where the class is too small to be judged. */
    readonly low?: number;
  }[];
  /** How often this gate split has judged by now. */
  readonly uses?: number;
}

export interface QueuedRun {
  readonly v: 1;
  /** Short and readable, such as `r-20261126-7f3a`; a folder's name and nothing more. */
  readonly id: string;
  readonly wish: RunWish;
  readonly state: RunState;
  readonly created: number;
  readonly changes: readonly Change[];
  /** How often it was taken up; a worker that dies in attempt `MOST_ATTEMPTS` fails it. An orderly hand-back is not counted. */
  readonly attempts: number;
  /** Where it runs, or ran last: host and name of the device. */
  readonly device?: string;
  readonly result?: RunResult;
  readonly gate?: GateReport;
  /** Of the failure. */
  readonly error?: { readonly code: string; readonly message: string };
  /** Where its message lives, as a platform's poster gave it; the queue only keeps it. */
  readonly message?: Readonly<Record<string, string>>;
}

export interface RunQueue {
  /**
   * Puts a wish into the queue. The same wish (all but `by` and `priority`) while one is queued or running is that run, `isNew`
   * false; a higher priority then counts. Throws UserError `quota-used` and, for an arena, `arena-one-at-a-time`: one person has
   * one entry queued or running.
   */
  enqueue(wish: RunWish): Promise<{ readonly run: QueuedRun; readonly isNew: boolean }>;
  get(id: string): Promise<QueuedRun | undefined>;
  /** Of a community, newest first; of all without one. */
  list(community?: string): Promise<readonly QueuedRun[]>;
  /**
   * What can have changed since one looked last, for two reads: the runs that are not over, and a number that is another one after
   * every change of a run that is.
   */
  glance(): Promise<{ readonly live: readonly QueuedRun[]; readonly changesOfOver: number }>;
  /** 1 for the next; undefined for one that is not queued. */
  position(id: string): Promise<number | undefined>;
  /**
   * Queued: cancelled at once. Running: `cancelling`, and over within 5 s; asked again, nothing more happens.
   * Throws UserError `run-not-found` (also for another community's) and `run-over`.
   */
  cancel(id: string, community: string, by: Actor, why: string): Promise<QueuedRun>;
  /** After a person promoted what it made. Throws UserError `run-not-found` and, unless it succeeded, `run-not-promotable`. */
  promoted(id: string, by: Actor, why: string): Promise<QueuedRun>;
  /** Keeps where the run's message lives. Throws UserError `run-not-found`. */
  setMessage(id: string, message: Readonly<Record<string, string>>): Promise<void>;
  progress(id: string): Promise<RunProgress | undefined>;
  /** Puts another name in a person's place, in wishes and changes alike, for `/forget-me`. @returns how many runs named the person */
  forget(community: string, person: string, pseudonym: string): Promise<number>;
  /** Seconds of device time that a community has used in the last 30 days, today (UTC) included. */
  used(community: string): Promise<number>;
}
