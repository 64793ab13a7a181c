// Watches over a run that a worker has taken: keeps the lease, passes signs of life on to the trainer, and stops it when it must stop.
import type { RunningRun } from "../training/start-run.js";
import type { Claim, WorkQueue } from "./queue.js";

/** pino's logger fits. */
export interface WorkerLog {
  info(about: object, text: string): void;
  warn(about: object, text: string): void;
  error(about: object, text: string): void;
}

/** Milliseconds between two looks at whether the run is to be cancelled. */
const LOOK_EVERY = 500;
/** Milliseconds that a trainer has to end by itself; with the look before, a cancelled run is over within 5 s. */
export const SOFT_CANCEL = 4000;
/** Milliseconds that it has when the worker ends, of the 10 s that an orderly end may take. */
const SOFT_STOP = 8000;
/** Of the lease: how often a sign of life is given; after how much silence the trainer, and the worker itself, give the run up. */
const BEAT = 1 / 5;
const SILENCE = 3 / 5;
/** Of an entry's time: how much longer it may take to load, to measure and to end before it is ended. Seconds. */
const ARENA_GRACE = 120;

/** Why a trainer was asked to stop. */
export type Stopping = "cancelled" | "worker-ends" | "lost" | "too-long";

export interface Watch {
  /** The trainer that runs now. */
  over(running: RunningRun | undefined): void;
  /** Why the run is to stop; undefined while it is not. */
  stopping(): Stopping | undefined;
  /** Aborted with `stopping`. */
  readonly signal: AbortSignal;
  close(): Promise<void>;
}

/** `stop`: aborted when the worker ends. */
export function watchClaim(
  claim: Claim,
  { queue, log, stop }: { readonly queue: WorkQueue; readonly log: WorkerLog; readonly stop: AbortSignal },
): Watch {
  const { run } = claim;
  const [beatEvery, silence] = [queue.lease * BEAT, queue.lease * SILENCE];
  const stopping = new AbortController();
  let why: Stopping | undefined;
  let running: RunningRun | undefined;
  let closed = false;
  let kill: NodeJS.Timeout | undefined;
  let began = performance.now();
  let paid = began;
  let heard = began;

  const halt = (reason: Stopping): void => {
    // A lost lease overrules: nothing may be written for this run any more.
    if (why !== undefined && reason !== "lost") return;
    why = reason;
    stopping.abort();
    if (running !== undefined) end(running, reason);
  };
  const end = (trainer: RunningRun, reason: Stopping): void => {
    trainer.cancel();
    clearTimeout(kill);
    if (reason === "lost") trainer.cancel();
    else kill = setTimeout(() => trainer.cancel(), reason === "worker-ends" ? SOFT_STOP : SOFT_CANCEL);
  };

  const beat = async (): Promise<void> => {
    const now = performance.now();
    const seconds = (now - paid) / 1000;
    const seen = await queue.beat(claim, seconds);
    paid = now;
    if (seen === undefined) return halt("lost");
    heard = now;
    running?.alive?.(silence);
    if (seen.state === "cancelling") halt("cancelled");
    // A worker that is busy for hours misses others all the same.
    for (const { id, state } of await queue.recover()) log.warn({ run: id, state }, "run: its worker was lost");
  };
  const look = async (): Promise<void> => {
    const seen = await queue.look(claim);
    if (seen === undefined) halt("lost");
    else if (seen.state === "cancelling") halt("cancelled");
  };
  const turn = async (): Promise<void> => {
    const now = performance.now();
    try {
      await (now - heard >= beatEvery ? beat() : look());
    } catch (error) {
      log.warn({ err: error, run: run.id }, "run: the store does not answer");
      if (performance.now() - heard > silence) halt("lost");
    }
    const limit = run.wish.arena === undefined ? Number.POSITIVE_INFINITY : run.wish.arena.seconds + ARENA_GRACE;
    if ((now - began) / 1000 > limit) halt("too-long");
  };

  /** One turn at a time: a slow store must not pile them up. */
  let turning: Promise<void> | undefined;
  const onStop = (): void => halt("worker-ends");
  if (stop.aborted) onStop();
  stop.addEventListener("abort", onStop);
  const timer = setInterval(
    () => {
      turning ??= turn().finally(() => {
        turning = undefined;
      });
    },
    Math.min(LOOK_EVERY, beatEvery),
  );
  return {
    over(next) {
      running = next;
      clearTimeout(kill);
      if (next === undefined) return;
      began = performance.now();
      next.alive?.(silence);
      if (why !== undefined) end(next, why);
    },
    stopping: () => why,
    signal: stopping.signal,
    async close() {
      if (closed) return;
      closed = true;
      clearInterval(timer);
      clearTimeout(kill);
      stop.removeEventListener("abort", onStop);
      await turning;
      // The last seconds of the device; the run's end is another write.
      if (why !== "lost") await queue.beat(claim, (performance.now() - paid) / 1000);
    },
  };
}
