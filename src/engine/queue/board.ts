// Everything that is queued or running, and which device runs what: one record, so that every change of it is atomic on any store.
// Here are the changes, pure; queue.ts makes them in the store.
import type { ProcessIdentity } from "../living.js";
import type { Actor, Change, QueuedRun, RunState, RunWish } from "./run.js";
import { isOver, isPerson, MOST_ATTEMPTS, renamed } from "./run.js";

/** A device that is taken. Whoever waits for it watches `beat`: clocks of two machines are never compared. */
export interface Lease {
  readonly run: string;
  /** Drawn anew for each taking; whoever has another one has lost the device. */
  readonly token: string;
  /** In words, for people: process and host. */
  readonly worker: string;
  /** Its process, where another one of the same `space` can tell that it is gone. */
  readonly holder?: ProcessIdentity & { readonly space: string };
  /** Grows while its holder lives. */
  readonly beat: number;
}

export interface Board {
  readonly v: 1;
  readonly runs: Readonly<Record<string, QueuedRun>>;
  /** By device. */
  readonly leases: Readonly<Record<string, Lease>>;
}

export const EMPTY: Board = { v: 1, runs: {}, leases: {} };

export const WORKER: Actor = { kind: "worker" };

export function runOn(board: Board, id: string): QueuedRun | undefined {
  return Object.hasOwn(board.runs, id) ? board.runs[id] : undefined;
}

export function leaseOf(board: Board, device: string): Lease | undefined {
  return Object.hasOwn(board.leases, device) ? board.leases[device] : undefined;
}

export function withRun(board: Board, run: QueuedRun): Board {
  return { ...board, runs: { ...board.runs, [run.id]: run } };
}

export function withoutRun(board: Board, id: string): Board {
  const { [id]: _, ...runs } = board.runs;
  return { ...board, runs };
}

export function withLease(board: Board, device: string, lease: Lease | undefined): Board {
  const { [device]: _, ...leases } = board.leases;
  return { ...board, leases: lease === undefined ? leases : { ...leases, [device]: lease } };
}

/** The run in another state; its list of changes grows. */
export function changed(run: QueuedRun, state: RunState, { at, by, why }: Omit<Change, "state">): QueuedRun {
  return { ...run, state, changes: [...run.changes, { at, state, by, why }] };
}

/** The run with another name in a person's place; the same value where it does not name the person. */
export function forgetting(run: QueuedRun, person: string, pseudonym: string): QueuedRun {
  const isNamed = (by: Actor): boolean => isPerson(by, person);
  if (!isNamed(run.wish.by) && !run.changes.some(({ by }) => isNamed(by))) return run;
  return {
    ...run,
    wish: { ...run.wish, by: renamed(run.wish.by, person, pseudonym) },
    changes: run.changes.map((change) => ({ ...change, by: renamed(change.by, person, pseudonym) })),
    // Where its message lives may say who asked for it.
    ...(run.message?.asker === undefined || !isNamed(run.wish.by)
      ? {}
      : { message: { ...run.message, asker: pseudonym } }),
  };
}

/** What makes two wishes the same: all but who wishes it and how urgently. */
export function identityOf({ by: _by, priority: _priority, ...wish }: RunWish): string {
  return JSON.stringify(sorted(wish));
}

/** The run that this wish asks for already: queued or running, and not being cancelled. */
export function sameWish(board: Board, wish: RunWish): QueuedRun | undefined {
  const identity = identityOf(wish);
  return live(board).find((run) => run.state !== "cancelling" && identityOf(run.wish) === identity);
}

/** The entry that a person has in the arena's queue. */
export function arenaEntryOf(board: Board, { community, by }: RunWish): QueuedRun | undefined {
  if (by.kind !== "person") return undefined;
  return live(board).find(
    ({ wish }) =>
      wish.arena !== undefined && wish.community === community && wish.by.kind === "person" && wish.by.id === by.id,
  );
}

/** The queued ones, the next first: by priority, then the community that used the least device time, then the older. */
export function inOrder(board: Board, used: ReadonlyMap<string, number>): readonly QueuedRun[] {
  const time = ({ wish }: QueuedRun): number => used.get(wish.community) ?? 0;
  return Object.values(board.runs)
    .filter(({ state }) => state === "queued")
    .sort(
      (a, b) =>
        b.wish.priority - a.wish.priority ||
        time(a) - time(b) ||
        a.created - b.created ||
        (a.id < b.id ? -1 : a.id > b.id ? 1 : 0),
    );
}

/** A device whose holder is gone is free again; its run waits again, or is over where it must not be tried once more. */
export function released(board: Board, device: string, at: number): Board {
  const lease = leaseOf(board, device);
  if (lease === undefined) return board;
  const run = runOn(board, lease.run);
  const free = withLease(board, device, undefined);
  if (run === undefined || isOver(run.state) || run.state === "queued") return free;
  const gone = `${lease.worker} was not heard of any more`;
  if (run.state === "cancelling") {
    return withRun(free, changed(run, "cancelled", { at, by: WORKER, why: `${gone} while it was being cancelled` }));
  }
  if (run.attempts < MOST_ATTEMPTS) {
    const why = `${gone}; goes on from the last checkpoint`;
    return withRun(free, changed(run, "queued", { at, by: WORKER, why }));
  }
  const message = `${gone}: the last of ${MOST_ATTEMPTS} workers that were lost over this run. Look at the machine's log and memory before you ask for it again.`;
  return withRun(free, {
    ...changed(run, "failed", { at, by: WORKER, why: message }),
    error: { code: "workers-lost", message },
  });
}

function live(board: Board): readonly QueuedRun[] {
  return Object.values(board.runs).filter(({ state }) => !isOver(state));
}

/** The same value with the keys of every object in order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, part]) => part !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, part]) => [key, sorted(part)]),
  );
}
