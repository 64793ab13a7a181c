// When a cron expression is due in a time zone. node-cron would leave out a night whose hour the clocks skip, and with it the week
// of a weekly schedule (its "Timezones & DST" page says so); croner gives the first moment after the gap, and an hour that comes
// twice once. So croner counts and node-cron beats.
import { Cron } from "croner";

/** Due times after `after` (ms since 1970), at most `count`; fewer where there are no more. For what `readWhen` gave. */
export function timesAfter(cron: string, timeZone: string, after: number, count: number): number[] {
  const times = new Cron(cron, { timezone: timeZone, paused: true }).nextRuns(count, new Date(after));
  return times.map((time) => time.getTime());
}

export interface Due {
  /** The newest time that is due. */
  readonly due: number;
  /** How many older ones are due with it; counting ends at `MOST_MISSED`. */
  readonly missed: number;
}

/** An hourly schedule misses as many in 40 days. */
export const MOST_MISSED = 1_000;

/** What is due in (after, now]; undefined where nothing is. */
export function dueBy(cron: string, timeZone: string, after: number, now: number): Due | undefined {
  const schedule = new Cron(cron, { timezone: timeZone, paused: true });
  let due: number | undefined;
  let missed = -1;
  let from = after;
  for (;;) {
    const next = schedule.nextRun(new Date(from))?.getTime();
    if (next === undefined || next > now) break;
    due = next;
    missed += 1;
    from = next;
    if (missed < MOST_MISSED) continue;
    // Long gone: the newest is found from a short time ago on.
    const [last] = schedule.previousRuns(1, new Date(now + 1));
    if (last !== undefined) due = Math.max(due, last.getTime());
    break;
  }
  return due === undefined ? undefined : { due, missed };
}
