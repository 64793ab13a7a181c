// The queue in the store: wishes in, runs out to workers, every change kept. Any process may open it; all see the same.
// What lives is on the board, one record; what is over is moved to a record of its own.
import { randomBytes } from "node:crypto";
import { UserError } from "../../errors.js";
import type { Namespace, Store } from "../../store/store.js";
import {
  arenaEntryOf,
  type Board,
  changed,
  EMPTY,
  inOrder,
  leaseOf,
  released,
  runOn,
  sameWish,
  WORKER,
  withLease,
  withoutRun,
  withRun,
} from "./board.js";
import { openDeviceTimes } from "./device-time.js";
import { type Actor, isOver, type QueuedRun, type RunProgress, type RunQueue, type RunState, SHARED } from "./run.js";

/** A device taken for a run. */
export interface Claim {
  readonly run: QueuedRun;
  readonly device: string;
  readonly token: string;
}

/** What a worker asks of the queue besides. A claim that was lost changes nothing any more; the answer is then undefined. */
export interface WorkQueue extends RunQueue {
  /** The next run, now `running` on this device; undefined where nothing waits or the device is taken. `worker`: in words. */
  take(device: string, worker: string): Promise<Claim | undefined>;
  /** Says that the worker lives and used the device for so many seconds more. @returns the run as it is wished now */
  beat(claim: Claim, seconds: number): Promise<QueuedRun | undefined>;
  /** As `beat`, without a word of life. */
  look(claim: Claim): Promise<QueuedRun | undefined>;
  saveProgress(claim: Claim, progress: RunProgress): Promise<void>;
  /** Adds to the run without changing its state. */
  note(claim: Claim, found: Pick<QueuedRun, "result">): Promise<QueuedRun | undefined>;
  /** Over, and the device is free. `changes` in order: the last is the state that stays. */
  end(claim: Claim, changes: readonly Ending[], found?: Found): Promise<QueuedRun | undefined>;
  /** Queued again, to go on from its checkpoint, and the device is free. One that is being cancelled is cancelled. */
  handBack(claim: Claim, why: string): Promise<QueuedRun | undefined>;
  /** Frees devices whose workers were not heard of for `lease` ms since this process began to watch them. */
  recover(): Promise<readonly QueuedRun[]>;
  /** Milliseconds without a beat after which a worker is given up. */
  readonly lease: number;
}

export interface Ending {
  readonly state: Exclude<RunState, "queued" | "running" | "cancelling">;
  readonly by: Actor;
  readonly why: string;
}
export type Found = Partial<Pick<QueuedRun, "result" | "gate" | "error">>;

export interface QueueOptions {
  readonly store: Store;
  /** Milliseconds since 1970; for tests. */
  readonly now?: () => number;
  /** Training hours that a community has in 30 days; 0, the default: no limit. */
  readonly quotaHours?: number;
  /** Milliseconds, see `WorkQueue.lease`. */
  readonly lease?: number;
}

/** Long enough for a machine that swaps or a store that fails over; a run that lost its worker waits this long. */
const LEASE = 15_000;
/** Progress is of interest while a run is talked about; what it learned is in its model. */
const PROGRESS_KEPT = 90 * 86_400_000;
const BOARD = "board";
const RUN_ID = /^r-\d{8}-[0-9a-f]{4,}$/;

export function openQueue({ store, now = Date.now, quotaHours = 0, lease = LEASE }: QueueOptions): WorkQueue {
  const boards: Namespace<Board> = store.namespace("queue");
  const over: Namespace<QueuedRun> = store.namespace("runs");
  const progresses: Namespace<RunProgress> = store.namespace("run-progress");
  const times = openDeviceTimes(store, { now, quotaHours, exempt: SHARED });
  /** What was last seen of each device's lease, and since when, by this process's own clock. */
  const seen = new Map<string, { token: string; beat: number; since: number }>();

  const read = async (): Promise<Board> => (await boards.get(BOARD)) ?? EMPTY;
  /** `change` gives the new board, or undefined to leave it as it is. */
  const update = async (change: (board: Board) => Board | undefined): Promise<Board> =>
    (await boards.update(BOARD, (current) => change(current ?? EMPTY) ?? current)) ?? EMPTY;

  const find = async (id: string): Promise<QueuedRun | undefined> => {
    if (!RUN_ID.test(id)) return undefined;
    // In this order: a run is on the board until its record is written.
    return runOn(await read(), id) ?? (await over.get(id));
  };

  /** Moves what is over to its own record. Stopped at any moment, it is done again by the next who calls it. */
  const archive = async (board: Board): Promise<void> => {
    for (const run of Object.values(board.runs)) {
      if (!isOver(run.state)) continue;
      await over.set(run.id, run);
      const written = JSON.stringify(run);
      await update((current) => {
        const same = JSON.stringify(runOn(current, run.id)) === written;
        return same ? withoutRun(current, run.id) : undefined;
      });
    }
  };

  /** Changes a run wherever it is. `change` may throw. */
  const changeRun = async (id: string, change: (run: QueuedRun) => QueuedRun): Promise<QueuedRun> => {
    let after: QueuedRun | undefined;
    if (RUN_ID.test(id)) {
      const board = await update((current) => {
        const run = runOn(current, id);
        after = run === undefined ? undefined : change(run);
        return after === undefined ? undefined : withRun(current, after);
      });
      if (after === undefined) after = await over.update(id, (run) => (run === undefined ? undefined : change(run)));
      else await archive(board);
    }
    if (after === undefined) throw notFound(id);
    return after;
  };

  /** Changes the run of a claim that is still held. */
  const changeClaimed = async (
    { device, token }: Claim,
    change: (run: QueuedRun, board: Board) => Board | undefined,
  ): Promise<QueuedRun | undefined> => {
    let after: QueuedRun | undefined;
    const board = await update((current) => {
      after = undefined;
      const held = leaseOf(current, device);
      const run = held?.token === token ? runOn(current, held.run) : undefined;
      if (run === undefined) return undefined;
      const next = change(run, current);
      after = runOn(next ?? current, run.id);
      return next;
    });
    await archive(board);
    return after;
  };

  const usedBy = async (board: Board): Promise<Map<string, number>> => {
    const waiting = Object.values(board.runs).filter(({ state }) => state === "queued");
    const communities = [...new Set(waiting.map(({ wish }) => wish.community))];
    return new Map(await Promise.all(communities.map(async (name) => [name, await times.used(name)] as const)));
  };

  const newId = async (): Promise<string> => {
    const day = new Date(now()).toISOString().slice(0, 10).replaceAll("-", "");
    for (let digits = 2; ; digits++) {
      const id = `r-${day}-${randomBytes(digits).toString("hex")}`;
      if ((await find(id)) === undefined) return id;
    }
  };

  return {
    lease,

    async enqueue(wish) {
      const refused = await times.refusal(wish.community);
      const id = await newId();
      const at = now();
      let entered: { run: QueuedRun; isNew: boolean } | undefined;
      await update((board) => {
        const same = sameWish(board, wish);
        if (same !== undefined) {
          const run = { ...same, wish: { ...same.wish, priority: Math.max(same.wish.priority, wish.priority) } };
          entered = { run, isNew: false };
          return withRun(board, run);
        }
        if (refused !== undefined) throw refused;
        const entry = wish.arena === undefined ? undefined : arenaEntryOf(board, wish);
        if (entry !== undefined) throw oneEntry(entry);
        const run: QueuedRun = { v: 1, id, wish, state: "queued", created: at, changes: [], attempts: 0 };
        const asked = changed(run, "queued", { at, by: wish.by, why: "asked for" });
        entered = { run: asked, isNew: true };
        return withRun(board, asked);
      });
      if (entered === undefined) throw new Error("the store did not call the change");
      return entered;
    },

    get: find,

    async list(community) {
      const found = new Map<string, QueuedRun>();
      // The board first, as in `find`; what it has is newer than a record that is being written.
      const board = await read();
      for await (const [id, run] of over.entries()) found.set(id, run);
      for (const run of Object.values(board.runs)) found.set(run.id, run);
      return [...found.values()]
        .filter(({ wish }) => community === undefined || wish.community === community)
        .sort((a, b) => b.created - a.created || (a.id < b.id ? 1 : -1));
    },

    async position(id) {
      const board = await read();
      const at = inOrder(board, await usedBy(board)).findIndex((run) => run.id === id);
      return at === -1 ? undefined : at + 1;
    },

    async cancel(id, community, by, why) {
      return changeRun(id, (run) => {
        if (run.wish.community !== community) throw notFound(id);
        if (isOver(run.state)) throw isOverAlready(run);
        if (run.state === "cancelling") return run;
        return changed(run, run.state === "queued" ? "cancelled" : "cancelling", { at: now(), by, why });
      });
    },

    async promoted(id, by, why) {
      return changeRun(id, (run) => {
        if (run.state === "promoted") return run;
        if (run.state !== "succeeded") throw notPromotable(run);
        return changed(run, "promoted", { at: now(), by, why });
      });
    },

    async setMessage(id, message) {
      await changeRun(id, (run) => ({ ...run, message }));
    },

    progress: async (id) => (RUN_ID.test(id) ? progresses.get(id) : undefined),

    used: (community) => times.used(community),

    async take(device, worker) {
      const before = await read();
      if (leaseOf(before, device) !== undefined) return undefined;
      const used = await usedBy(before);
      if (used.size === 0) return undefined;
      const refusals = new Map<string, UserError>();
      for (const community of used.keys()) {
        const refused = await times.refusal(community);
        if (refused !== undefined) refusals.set(community, refused);
      }
      let claim: Claim | undefined;
      const after = await update((board) => {
        claim = undefined;
        if (leaseOf(board, device) !== undefined) return undefined;
        let next = board;
        for (const run of inOrder(board, used)) {
          const refused = refusals.get(run.wish.community);
          if (refused === undefined) {
            const token = randomBytes(12).toString("hex");
            const why = run.attempts === 0 ? `taken by ${worker}` : `taken again by ${worker}`;
            const at = now();
            const taken = { ...changed(run, "running", { at, by: WORKER, why }), attempts: run.attempts + 1, device };
            claim = { run: taken, device, token };
            return withLease(withRun(next, taken), device, { run: run.id, token, worker, beat: 0 });
          }
          // It waited while others of its community used the time up.
          const { code, message } = refused;
          const failed = changed(run, "failed", { at: now(), by: WORKER, why: message });
          next = withRun(next, { ...failed, error: { code, message } });
        }
        return next;
      });
      await archive(after);
      return claim;
    },

    async beat(claim, seconds) {
      const run = await changeClaimed(claim, (_, board) => {
        const held = leaseOf(board, claim.device);
        return held === undefined ? undefined : withLease(board, claim.device, { ...held, beat: held.beat + 1 });
      });
      await times.add(claim.run.wish.community, seconds);
      return run;
    },

    async look({ device, token, run }) {
      const board = await read();
      return leaseOf(board, device)?.token === token ? runOn(board, run.id) : undefined;
    },

    async saveProgress({ run }, progress) {
      await progresses.update(
        run.id,
        (current) => (current !== undefined && current.attempt > progress.attempt ? current : progress),
        PROGRESS_KEPT,
      );
    },

    note: (claim, found) => changeClaimed(claim, (run, board) => withRun(board, { ...run, ...found })),

    end: (claim, changes, found = {}) =>
      changeClaimed(claim, (run, board) => {
        const ended = changes.reduce((so, { state, by, why }) => changed(so, state, { at: now(), by, why }), {
          ...run,
          ...found,
        });
        return withLease(withRun(board, ended), claim.device, undefined);
      }),

    handBack: (claim, why) =>
      changeClaimed(claim, (run, board) => {
        const state = run.state === "cancelling" ? "cancelled" : "queued";
        const back = { ...changed(run, state, { at: now(), by: WORKER, why }), attempts: run.attempts - 1 };
        return withLease(withRun(board, back), claim.device, undefined);
      }),

    async recover() {
      const board = await read();
      const clock = performance.now();
      const stale: string[] = [];
      for (const device of seen.keys()) if (leaseOf(board, device) === undefined) seen.delete(device);
      for (const [device, { token, beat }] of Object.entries(board.leases)) {
        const before = seen.get(device);
        if (before?.token !== token || before.beat !== beat) seen.set(device, { token, beat, since: clock });
        else if (clock - before.since >= lease) stale.push(device);
      }
      const freed: QueuedRun[] = [];
      for (const device of stale) {
        let id: string | undefined;
        const after = await update((current) => {
          const [held, watched] = [leaseOf(current, device), seen.get(device)];
          const same = held !== undefined && held.token === watched?.token && held.beat === watched.beat;
          id = same ? held.run : undefined;
          return same ? released(current, device, now()) : undefined;
        });
        const run = id === undefined ? undefined : runOn(after, id);
        if (run !== undefined) freed.push(run);
        await archive(after);
      }
      // What an earlier process left on the board when it was killed between two records.
      await archive(board);
      return freed;
    },
  };
}

function notFound(id: string): UserError {
  return new UserError(
    "run-not-found",
    `There is no run "${id.slice(0, 40)}" here.`,
    "Its name is on its message and in the list of runs.",
  );
}

function isOverAlready({ id, state }: QueuedRun): UserError {
  return new UserError("run-over", `The run ${id} is over: ${state}.`, "There is nothing left to cancel.");
}

function notPromotable({ id, state }: QueuedRun): UserError {
  return new UserError(
    "run-not-promotable",
    `The run ${id} is ${state}: it made no model.`,
    "Promote the model of a run that succeeded.",
  );
}

function oneEntry({ id }: QueuedRun): UserError {
  return new UserError(
    "arena-one-at-a-time",
    `Your entry ${id} is still waiting or learning.`,
    "Wait until it is on the board, or cancel it.",
  );
}
