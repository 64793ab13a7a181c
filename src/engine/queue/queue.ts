// The queue in the store: wishes in, runs out to workers, every change kept. Any process may open it; all see the same.
import { randomBytes } from "node:crypto";
import type { UserError } from "../../errors.js";
import type { Namespace, Store } from "../../store/store.js";
import {
  arenaEntryOf,
  type Board,
  changed,
  forgetting,
  inOrder,
  leaseOf,
  runOn,
  sameWish,
  WORKER,
  withLease,
  withRun,
} from "./board.js";
import { openDeviceTimes } from "./device-time.js";
import { holderHere, watchWorkers } from "./lost-workers.js";
import { openRecords, RUN_ID } from "./records.js";
import { isOverAlready, notFound, notPromotable, oneEntry } from "./refusals.js";
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
  /**
   * Queued again, to go on from its checkpoint, and the device is free. One that is being cancelled is cancelled. The attempt is not
   * counted unless `counted`.
   */
  handBack(claim: Claim, why: string, counted?: boolean): Promise<QueuedRun | undefined>;
  /**
   * Frees devices whose workers are gone: at once where their process was one of this machine, else when they were not heard of for
   * `lease` ms since this process began to watch them.
   */
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

/** Long enough for a machine that swaps or a store that fails over; a run that lost its worker on another machine waits this long. */
const LEASE = 15_000;
/** Progress is of interest while a run is talked about; what it learned is in its model. */
const PROGRESS_KEPT = 90 * 86_400_000;

export function openQueue({ store, now = Date.now, quotaHours = 0, lease = LEASE }: QueueOptions): WorkQueue {
  const records = openRecords(store);
  const progresses: Namespace<RunProgress> = store.namespace("run-progress");
  const times = openDeviceTimes(store, { now, quotaHours, exempt: SHARED });

  const changeRun = async (id: string, change: (run: QueuedRun) => QueuedRun): Promise<QueuedRun> => {
    const after = await records.changeRun(id, change);
    if (after === undefined) throw notFound(id);
    return after;
  };

  /** What each community that waits has used. */
  const usedBy = async (board: Board): Promise<Map<string, number>> => {
    const waiting = Object.values(board.runs).filter(({ state }) => state === "queued");
    const communities = [...new Set(waiting.map(({ wish }) => wish.community))];
    return new Map(await Promise.all(communities.map(async (name) => [name, await times.used(name)] as const)));
  };

  const newId = async (): Promise<string> => {
    const day = new Date(now()).toISOString().slice(0, 10).replaceAll("-", "");
    for (let bytes = 2; ; bytes++) {
      const id = `r-${day}-${randomBytes(bytes).toString("hex")}`;
      if ((await records.find(id)) === undefined) return id;
    }
  };

  return {
    lease,
    get: records.find,
    used: times.used,
    recover: watchWorkers(records, lease, now),

    async enqueue(wish) {
      const refused = await times.refusal(wish.community);
      const id = await newId();
      const at = now();
      let entered: { run: QueuedRun; isNew: boolean } | undefined;
      await records.update((board) => {
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

    async list(community) {
      return (await records.all())
        .filter(({ wish }) => community === undefined || wish.community === community)
        .sort((a, b) => b.created - a.created || (a.id < b.id ? 1 : -1));
    },

    async glance() {
      const [board, changesOfOver] = await Promise.all([records.read(), records.changesOfOver()]);
      return { live: Object.values(board.runs), changesOfOver };
    },

    async position(id) {
      const board = await records.read();
      const at = inOrder(board, await usedBy(board)).findIndex((run) => run.id === id);
      return at === -1 ? undefined : at + 1;
    },

    cancel: (id, community, by, why) =>
      changeRun(id, (run) => {
        if (run.wish.community !== community) throw notFound(id);
        if (isOver(run.state)) throw isOverAlready(run);
        if (run.state === "cancelling") return run;
        return changed(run, run.state === "queued" ? "cancelled" : "cancelling", { at: now(), by, why });
      }),

    promoted: (id, by, why) =>
      changeRun(id, (run) => {
        if (run.state === "promoted") return run;
        if (run.state !== "succeeded") throw notPromotable(run);
        return changed(run, "promoted", { at: now(), by, why });
      }),

    async setMessage(id, message) {
      await changeRun(id, (run) => ({ ...run, message }));
    },

    progress: async (id) => (RUN_ID.test(id) ? progresses.get(id) : undefined),

    async forget(community, person, pseudonym) {
      const named = (await records.all()).filter(
        (run) => run.wish.community === community && forgetting(run, person, pseudonym) !== run,
      );
      for (const { id } of named) await changeRun(id, (run) => forgetting(run, person, pseudonym));
      return named.length;
    },

    async take(device, worker) {
      const before = await records.read();
      if (leaseOf(before, device) !== undefined) return undefined;
      const used = await usedBy(before);
      if (used.size === 0) return undefined;
      const holder = await holderHere();
      const refusals = new Map<string, UserError>();
      for (const community of used.keys()) {
        const refused = await times.refusal(community);
        if (refused !== undefined) refusals.set(community, refused);
      }
      let claim: Claim | undefined;
      await records.update((board) => {
        claim = undefined;
        if (leaseOf(board, device) !== undefined) return undefined;
        let next = board;
        for (const run of inOrder(board, used)) {
          const refused = refusals.get(run.wish.community);
          const at = now();
          if (refused === undefined) {
            const token = randomBytes(12).toString("hex");
            const why = run.attempts === 0 ? `taken by ${worker}` : `taken again by ${worker}`;
            const taken = { ...changed(run, "running", { at, by: WORKER, why }), attempts: run.attempts + 1, device };
            claim = { run: taken, device, token };
            const held = { run: run.id, token, worker, ...(holder === undefined ? {} : { holder }), beat: 0 };
            return withLease(withRun(next, taken), device, held);
          }
          // It waited while others of its community used the time up.
          const { code, message } = refused;
          const failed = changed(run, "failed", { at, by: WORKER, why: message });
          next = withRun(next, { ...failed, error: { code, message } });
        }
        return next;
      });
      return claim;
    },

    async beat(claim, seconds) {
      const run = await records.changeHeld(claim, (_, board) => {
        const held = leaseOf(board, claim.device);
        return held === undefined ? board : withLease(board, claim.device, { ...held, beat: held.beat + 1 });
      });
      await times.add(claim.run.wish.community, seconds);
      return run;
    },

    async look({ device, token, run }) {
      const board = await records.read();
      return leaseOf(board, device)?.token === token ? runOn(board, run.id) : undefined;
    },

    async saveProgress({ run }, progress) {
      await progresses.update(
        run.id,
        (current) => (current !== undefined && current.attempt > progress.attempt ? current : progress),
        PROGRESS_KEPT,
      );
    },

    note: (claim, found) => records.changeHeld(claim, (run, board) => withRun(board, { ...run, ...found })),

    end: (claim, changes, found = {}) =>
      records.changeHeld(claim, (run, board) => {
        let ended: QueuedRun = { ...run, ...found };
        for (const { state, by, why } of changes) ended = changed(ended, state, { at: now(), by, why });
        return withLease(withRun(board, ended), claim.device, undefined);
      }),

    handBack: (claim, why, counted = false) =>
      records.changeHeld(claim, (run, board) => {
        const state = run.state === "cancelling" ? "cancelled" : "queued";
        const attempts = counted ? run.attempts : run.attempts - 1;
        const back = { ...changed(run, state, { at: now(), by: WORKER, why }), attempts };
        return withLease(withRun(board, back), claim.device, undefined);
      }),
  };
}
