// The schedules of all communities: kept in the store, looked at every minute, each time fired once however many processes look.
import { randomUUID } from "node:crypto";
import { createTask, type ScheduledTask } from "node-cron";
import { UserError } from "../../errors.js";
import { nearest } from "../../nearest.js";
import { key, under } from "../../store/key-parts.js";
import type { Namespace, Store } from "../../store/store.js";
import { type Actor, isPerson, type RunQueue, renamed } from "../queue/run.js";
import { wishFor } from "../queue/wishes.js";
import { fire } from "./fire.js";
import { readWhen } from "./read-when.js";
import { type CatchUp, type Firing, HISTORY, MOST_SCHEDULES, type Schedule, type ScheduleWish } from "./schedule.js";
import { readTimeZone } from "./time-zone.js";
import { dueBy, timesAfter } from "./times.js";

export interface SchedulesParts {
  readonly store: Store;
  readonly queue: Pick<RunQueue, "enqueue" | "list" | "setMessage">;
  readonly log: ScheduleLog;
  /** Absolute folder that holds the data sets, each in a folder of its name. */
  readonly data: string;
  /** Milliseconds since 1970; tests move it. */
  readonly now?: () => number;
  /** Told what became of a time, before the schedule's own history; once more about the same time where a process died in between. */
  readonly fired?: (schedule: Schedule, firing: Firing) => Promise<void>;
  /** When it is looked what is due, as node-cron reads it; every minute by default. */
  readonly beat?: string;
}

/** pino's logger fits. */
export interface ScheduleLog {
  debug(about: object, text: string): void;
  info(about: object, text: string): void;
  warn(about: object, text: string): void;
  error(about: object, text: string): void;
}

export interface NewSchedule {
  readonly community: string;
  /** Cron or plain words. */
  readonly when: string;
  readonly timeZone: string;
  readonly wish: ScheduleWish;
  readonly catchUp: CatchUp;
  readonly by: Actor;
  readonly report?: Schedule["report"];
}

/** Milliseconds after which a claim without a result is another's: whoever had it died. */
const CLAIM_LIFE = 60_000;
const EVERY_MINUTE = "* * * * *";

export function openSchedules(parts: SchedulesParts): Schedules {
  return new Schedules(parts);
}

/** Life cycle: `start` begins to look, `close` ends it. Everything else works without, too. */
export class Schedules {
  readonly #parts: SchedulesParts;
  readonly #records: Namespace<Schedule>;
  readonly #numbers: Namespace<number>;
  readonly #now: () => number;
  #task: ScheduledTask | undefined;
  #looking: Promise<void> = Promise.resolve();

  constructor(parts: SchedulesParts) {
    this.#parts = parts;
    this.#records = parts.store.namespace("schedules");
    this.#numbers = parts.store.namespace("schedule-numbers");
    this.#now = parts.now ?? Date.now;
  }

  /** Of a community, the oldest first. */
  async list(community: string): Promise<Schedule[]> {
    const found: Schedule[] = [];
    for await (const [, schedule] of this.#records.entries(under(community))) found.push(schedule);
    return found.sort((a, b) => a.created - b.created || numberOf(a) - numberOf(b));
  }

  /** What a model's name stands for. Throws UserError `model-unknown`, `data-missing`. */
  wishFor(model: string): Promise<ScheduleWish> {
    return wishFor(model, this.#parts.data);
  }

  /** Throws what `readWhen` and `readTimeZone` throw, and UserError `too-many-schedules`. */
  async add({ community, when, timeZone, wish, catchUp, by, report }: NewSchedule): Promise<Schedule> {
    const { cron, words } = readWhen(when);
    const zone = readTimeZone(timeZone);
    if ((await this.list(community)).length >= MOST_SCHEDULES) {
      throw new UserError(
        "too-many-schedules",
        `There are ${MOST_SCHEDULES} schedules already.`,
        "Remove one first: /schedule remove",
      );
    }
    const number = (await this.#numbers.update(key(community), (last) => (last ?? 0) + 1)) ?? 1;
    const now = this.#now();
    const schedule: Schedule = {
      v: 1,
      id: `s${number}`,
      community,
      cron,
      words,
      timeZone: zone,
      wish,
      catchUp,
      paused: false,
      created: now,
      by,
      ...(report === undefined ? {} : { report }),
      settled: now,
      history: [],
    };
    await this.#records.set(key(community, schedule.id), schedule);
    return schedule;
  }

  /** What was due while it was paused is not made good. Throws UserError `schedule-not-found`. */
  async pause(community: string, id: string, paused: boolean): Promise<Schedule> {
    const { id: own } = await this.#find(community, id);
    const now = this.#now();
    const changed = await this.#records.update(key(community, own), (current) =>
      current === undefined || current.paused === paused
        ? current
        : { ...current, paused, settled: Math.max(current.settled, now) },
    );
    if (changed === undefined) throw await this.#notFound(community, id);
    return changed;
  }

  /** Throws UserError `schedule-not-found`. */
  async remove(community: string, id: string): Promise<Schedule> {
    const schedule = await this.#find(community, id);
    await this.#records.delete(key(community, schedule.id));
    return schedule;
  }

  /** Puts another name in a person's place, for `/forget-me`; what the person added goes on. @returns how many named the person */
  async forget(community: string, person: string, pseudonym: string): Promise<number> {
    const named = (await this.list(community)).filter(({ by }) => isPerson(by, person));
    for (const { id } of named) {
      await this.#records.update(key(community, id), (current) => {
        return current && { ...current, by: renamed(current.by, person, pseudonym) };
      });
    }
    return named.length;
  }

  /** The times to come, in ms since 1970; none while it is paused. */
  next({ cron, timeZone, paused }: Schedule, count: number): number[] {
    return paused ? [] : timesAfter(cron, timeZone, this.#now(), count);
  }

  /** Looks at once, so that what was missed is made good, and then whenever node-cron says so. */
  async start(): Promise<void> {
    if (this.#task !== undefined) return;
    const { log, beat = EVERY_MINUTE } = this.#parts;
    this.#task = createTask(beat, () => this.look(), {
      name: "schedules",
      timezone: "UTC",
      noOverlap: true,
      unref: true,
      // A minute that was missed is made up for by the next: what is due stays due.
      suppressMissedWarning: true,
      logger: {
        debug: (message) => log.debug({ from: "node-cron" }, String(message)),
        info: (message) => log.info({ from: "node-cron" }, message),
        warn: (message) => log.debug({ from: "node-cron" }, message),
        error: (message, err) => log.error({ from: "node-cron", err: err ?? message }, "schedules: a look failed"),
      },
    });
    await this.#task.start();
    await this.look();
  }

  /** Resolves when nothing is looked at any more. */
  async close(): Promise<void> {
    await this.#task?.destroy();
    this.#task = undefined;
    await this.#looking;
  }

  /** Fires what is due; never throws. One look at a time. */
  look(): Promise<void> {
    this.#looking = this.#looking.then(() => this.#lookAtAll());
    return this.#looking;
  }

  async #lookAtAll(): Promise<void> {
    const { log } = this.#parts;
    try {
      for await (const [stored, schedule] of this.#records.entries()) {
        await this.#lookAt(stored, schedule).catch((err: unknown) =>
          log.error({ err, schedule: schedule.id, community: schedule.community }, "schedule: it could not be fired"),
        );
      }
    } catch (err) {
      log.error({ err }, "schedules: they could not be read");
    }
  }

  async #lookAt(stored: string, seen: Schedule): Promise<void> {
    if (seen.paused && seen.claim === undefined) return;
    const token = randomUUID();
    const now = this.#now();
    const claimed = isDue(seen, now)
      ? await this.#records.update(stored, (current) => claim(current, now, token))
      : seen;
    if (claimed?.claim?.token !== token) return;
    const firing = await fire(claimed, claimed.claim, this.#parts.queue, now);
    await this.#parts.fired?.(claimed, firing);
    await this.#records.update(stored, (current) => {
      if (current?.claim?.token !== token) return current;
      const { claim: _, ...rest } = current;
      return { ...rest, history: [firing, ...current.history].slice(0, HISTORY) };
    });
    const { id, community } = claimed;
    this.#parts.log.info(
      { schedule: id, community, run: firing.run, outcome: firing.outcome },
      `schedule: ${firing.why}`,
    );
  }

  async #find(community: string, id: string): Promise<Schedule> {
    const wanted = id.trim().toLowerCase();
    const found = wanted === "" ? undefined : await this.#records.get(key(community, wanted));
    if (found === undefined) throw await this.#notFound(community, id);
    return found;
  }

  async #notFound(community: string, id: string): Promise<UserError> {
    const ids = (await this.list(community)).map((schedule) => schedule.id);
    const near = nearest(id.trim().toLowerCase(), ids);
    return new UserError(
      "schedule-not-found",
      `There is no schedule "${id.trim().slice(0, 40)}" here.`,
      ids.length === 0
        ? "Add one: /schedule add"
        : `${near === undefined ? "" : `Did you mean ${near}? `}There are ${ids.join(", ")}.`,
    );
  }
}

/** The schedule taken by `token` for what is due now, or as it is where nothing is or another has it. */
function claim(current: Schedule | undefined, now: number, token: string): Schedule | undefined {
  if (current === undefined || !isDue(current, now)) return current;
  // One that died: what it had taken is fired in its place.
  if (current.claim !== undefined) return { ...current, claim: { ...current.claim, at: now, token } };
  const due = dueBy(current.cron, current.timeZone, current.settled, now);
  return due === undefined ? current : { ...current, settled: due.due, claim: { ...due, at: now, token } };
}

function isDue(schedule: Schedule, now: number): boolean {
  if (schedule.claim !== undefined) return now - schedule.claim.at >= CLAIM_LIFE;
  return !schedule.paused && dueBy(schedule.cron, schedule.timeZone, schedule.settled, now) !== undefined;
}

const numberOf = ({ id }: Schedule): number => Number(id.slice(1));
