// The arena of a community: rounds that open and close, entries with what they reached, and what a person may submit. Plain JSON in the store.
import { randomBytes } from "node:crypto";
import { UserError } from "../../errors.js";
import { key, under } from "../../store/key-parts.js";
import type { Namespace, Store } from "../../store/store.js";
import { isOver, PRIORITIES, type QueuedRun, type RunProgress, type RunQueue } from "../queue/run.js";
import { checkMnist } from "../training/data/mnist.js";
import { ARENA_LIMITS, type ArenaLimits, readEntry } from "./entry.js";

export interface Round {
  readonly v: 1;
  /** From 1. */
  readonly number: number;
  readonly open: boolean;
}

/** Who submitted; the name as it was then. */
export interface Contender {
  readonly id: string;
  readonly name: string;
}

export interface Entry {
  readonly v: 1;
  readonly id: string;
  readonly community: string;
  readonly round: number;
  readonly contender: Contender;
  /** As written. */
  readonly network: string;
  readonly parameters: number;
  readonly submitted: number;
  readonly run: string;
  /** Once its run is over. */
  readonly result?: EntryResult;
}

/** A message in a channel that follows an entry to its result. */
export interface Announcement {
  readonly v: 1;
  readonly community: string;
  readonly round: number;
  readonly entry: string;
  /** Where it lives, as a platform's poster gave it. */
  readonly place: Readonly<Record<string, string>>;
  /** What it says now: a place, an epoch. */
  readonly said: string;
}

export type EntryResult =
  | {
      readonly kind: "ranked";
      /** On the arena's own test images, with Wilson's 95 % interval. */
      readonly accuracy: number;
      readonly low: number;
      readonly high: number;
      /** Of training, loading and measuring. */
      readonly seconds: number;
    }
  | { readonly kind: "failed" | "cancelled"; readonly why: string };

export interface Submission {
  readonly community: string;
  readonly contender: Contender;
  readonly network: string;
}

export interface ArenaParts {
  readonly store: Store;
  readonly queue: Pick<RunQueue, "enqueue" | "get" | "cancel" | "position" | "progress">;
  /** Absolute folder of MNIST. */
  readonly data: string;
  readonly limits?: ArenaLimits;
  readonly now?: () => number;
}

export type Arena = ReturnType<typeof openArena>;

/** The same for all, so that two entries differ by their networks. */
const SEED = 1;

export function openArena({ store, queue, data, limits = ARENA_LIMITS, now = Date.now }: ArenaParts) {
  const rounds: Namespace<Round> = store.namespace("arena-rounds");
  const entries: Namespace<Entry> = store.namespace("arena-entries");
  const announcements: Namespace<Announcement> = store.namespace("arena-announcements");

  /** The entry with its result, as soon as its run is over. */
  const settle = async (entry: Entry): Promise<Entry> => {
    if (entry.result !== undefined) return entry;
    const result = resultOf(await queue.get(entry.run));
    if (result === undefined) return entry;
    const settled = await entries.update(
      keyOf(entry),
      (current) => current && { ...current, result: current.result ?? result },
    );
    return settled ?? { ...entry, result };
  };

  const round = async (community: string): Promise<Round> =>
    (await rounds.get(key(community))) ?? { v: 1, number: 1, open: true };

  const setRound = async (community: string, change: (current: Round) => Round): Promise<Round> => {
    const first: Round = { v: 1, number: 1, open: true };
    return (await rounds.update(key(community), (current) => change(current ?? first))) ?? first;
  };

  const all = async function* (prefix: string): AsyncGenerator<Entry> {
    for await (const [, entry] of entries.entries(prefix)) yield entry;
  };

  return {
    limits,
    /** The newest; an arena is open until somebody closes it. */
    round,

    /** No more entries; those that wait or run still count. Throws UserError `arena-closed`. */
    async close(community: string): Promise<Round> {
      if (!(await round(community)).open) throw closed();
      return setRound(community, (current) => ({ ...current, open: false }));
    },

    /** A new round with an empty board; the one before is closed. */
    async open(community: string): Promise<Round> {
      return setRound(community, (current) => ({ v: 1, number: current.number + 1, open: true }));
    },

    /**
     * Checks a network and puts its run into the queue. Throws what `readEntry` throws, UserError `arena-closed`, `data-missing`,
     * and what the queue throws (`arena-one-at-a-time`, `quota-used`).
     */
    async submit({ community, contender, network }: Submission): Promise<Entry> {
      const { number, open } = await round(community);
      if (!open) throw closed();
      const { count } = readEntry(network, limits);
      await checkMnist(data);
      const id = randomBytes(6).toString("hex");
      const { run } = await queue.enqueue({
        community,
        by: { kind: "person", ...contender },
        priority: PRIORITIES.arena,
        recipe: "arena",
        model: "arena",
        data,
        seed: SEED,
        settings: { network, seconds: limits.seconds, parameters: limits.parameters },
        arena: { entry: id, network, seconds: limits.seconds },
      });
      const entry: Entry = {
        v: 1,
        id,
        community,
        round: number,
        contender,
        network,
        parameters: count.parameters.total,
        submitted: now(),
        run: run.id,
      };
      await entries.set(keyOf(entry), entry);
      return entry;
    },

    /** All of a round, the oldest first, each with its result where there is one. */
    async entries(community: string, number: number): Promise<Entry[]> {
      const found: Entry[] = [];
      for await (const entry of all(under(community, String(number)))) found.push(await settle(entry));
      return found.sort((a, b) => a.submitted - b.submitted || (a.id < b.id ? -1 : 1));
    },

    /** Throws UserError `arena-entry-not-found`. */
    async entry(community: string, number: number, id: string): Promise<Entry> {
      const found = await entries.get(key(community, String(number), id));
      if (found !== undefined) return settle(found);
      throw new UserError(
        "arena-entry-not-found",
        "This entry is not in the arena any more.",
        "See what is: /arena board",
      );
    },

    /** Where an entry stands while it waits (place 1 is next) or runs; neither once it has a result. */
    async standing({ run }: Entry): Promise<{ readonly place?: number; readonly progress?: RunProgress }> {
      const place = await queue.position(run);
      const progress = place === undefined ? await queue.progress(run) : undefined;
      return { ...(place === undefined ? {} : { place }), ...(progress === undefined ? {} : { progress }) };
    },

    /** Withdraws an entry that waits or runs. Throws what the queue throws. */
    async withdraw(entry: Entry, { id, name }: Contender): Promise<void> {
      await queue.cancel(entry.run, entry.community, { kind: "person", id, name }, "withdrawn");
    },

    /** Keeps where an entry's message lives and what it says. */
    async announced(
      { community, round: number, id }: Entry,
      place: Announcement["place"],
      said: string,
    ): Promise<void> {
      const announcement = { v: 1, community, round: number, entry: id, place, said } as const;
      await announcements.set(key(community, String(number), id), announcement);
    },

    /** The entry's message says the last there is to say, or is gone. */
    async toldAll({ community, round: number, entry }: Announcement): Promise<void> {
      await announcements.delete(key(community, String(number), entry));
    },

    /** Of every community: messages whose entries have no result yet, or have one that they do not tell. */
    async announcements(): Promise<Announcement[]> {
      const found: Announcement[] = [];
      for await (const [, announcement] of announcements.entries()) found.push(announcement);
      return found;
    },

    /** Everything of a person in a community; what waits or runs is withdrawn. @returns how many entries there were */
    async forget(community: string, contender: Contender): Promise<number> {
      let gone = 0;
      for await (const entry of all(under(community))) {
        if (entry.contender.id !== contender.id) continue;
        const run = await queue.get(entry.run);
        if (run !== undefined && !isOver(run.state)) await this.withdraw(entry, contender);
        if (await entries.delete(keyOf(entry))) gone += 1;
      }
      return gone;
    },
  };
}

/** Undefined while it waits or runs. A run that the queue does not know any more was cut off. */
function resultOf(run: QueuedRun | undefined): EntryResult | undefined {
  if (run === undefined) return { kind: "failed", why: "Its run is not in the queue any more." };
  if (!isOver(run.state)) return undefined;
  const { result } = run;
  if (result !== undefined) {
    const { low, high } = result.testInterval;
    return { kind: "ranked", accuracy: result.testAccuracy, low, high, seconds: result.seconds };
  }
  if (run.state === "cancelled") return { kind: "cancelled", why: run.changes.at(-1)?.why ?? "withdrawn" };
  return { kind: "failed", why: run.error?.message ?? run.changes.at(-1)?.why ?? "It failed." };
}

const keyOf = ({ community, round, id }: Entry): string => key(community, String(round), id);

function closed(): UserError {
  return new UserError("arena-closed", "The arena is closed.", "An instructor opens the next round: /arena open");
}
