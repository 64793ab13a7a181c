// What becomes of a time that is due: a run in the queue, or the reason why there is none.
import { UserError } from "../../errors.js";
import { isOver, PRIORITIES, type QueuedRun, type RunQueue } from "../queue/run.js";
import type { Firing, Schedule } from "./schedule.js";

/** Milliseconds after which a time counts as missed: nobody looked, every minute, for so long. */
export const LATE = 5 * 60_000;

/** A claim that another process died with may have been carried out already: its run is then found, not made again. */
export async function fire(
  schedule: Schedule,
  { due, missed }: { readonly due: number; readonly missed: number },
  queue: Pick<RunQueue, "enqueue" | "list" | "setMessage">,
  now: number,
): Promise<Firing> {
  const { id, community, wish, catchUp, report } = schedule;
  const firing = (outcome: Firing["outcome"], why: string, run?: string): Firing => ({
    due,
    at: now,
    outcome,
    why,
    ...(run === undefined ? {} : { run }),
  });
  const own = (await queue.list(community)).filter(({ wish: { by } }) => by.kind === "schedule" && by.id === id);
  const made = own.find(({ created }) => created >= due);
  if (made !== undefined) {
    if (made.message === undefined && report !== undefined) await queue.setMessage(made.id, report);
    return firing("started", `run ${made.id}`, made.id);
  }
  const isLate = now - due > LATE;
  if (isLate && catchUp === "skip") return firing("missed", `${timesMissed(missed + 1)}; what is missed is skipped`);
  const before = own.find(({ state }) => !isOver(state));
  if (before !== undefined) {
    return firing(
      "overlapped",
      `left out, as run ${before.id} of this schedule is still ${inWords(before)}`,
      before.id,
    );
  }
  try {
    const by = { kind: "schedule", id } as const;
    const { run, isNew } = await queue.enqueue({ ...wish, community, by, priority: PRIORITIES.schedule });
    if (!isNew) return firing("joined", `run ${run.id} of the same kind was ${inWords(run)} already`, run.id);
    if (report !== undefined) await queue.setMessage(run.id, report);
    return firing("started", isLate ? `run ${run.id}, made good: ${timesMissed(missed + 1)}` : `run ${run.id}`, run.id);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return firing("refused", error.message);
  }
}

function timesMissed(count: number): string {
  return `${count === 1 ? "one time was" : `${count.toLocaleString("en")} times were`} missed while Convo was not running`;
}

function inWords({ state }: QueuedRun): string {
  return state === "queued" ? "waiting" : "running";
}
