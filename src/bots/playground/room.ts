// The channels' messages, in memory: kept within bounds, shown to whom they concern, and told live to whoever listens.
import { PRIVATE_KEPT, PUBLIC_KEPT, TOTAL_KEPT } from "./limits.js";
import type { Entry, LiveEvent } from "./wire.js";

/** A message to publish; the room gives it its revision. */
export type Draft = Omit<Entry, "revision">;

/** Keeps the messages and tells them on. */
export interface Room {
  /** Different with every start. */
  readonly boot: string;
  /** Adds a message, or puts a new revision in the place of the one with the same id. `owner` is the asker's id. */
  publish(draft: Draft, owner: string): Entry;
  remove(id: string): void;
  find(id: string): { readonly entry: Entry; readonly owner: string } | undefined;
  /** All that this person may see, oldest first. */
  visible(person: string): Entry[];
  /** Calls back with what happens from now on that this person may see; returns the way to stop it. */
  listen(person: string, told: (event: LiveEvent) => void): () => void;
}

/** `forgotten` hears of every revision that is no longer kept, so that its pictures can go too. */
export function createRoom(boot: string, forgotten: (entry: Entry) => void): Room {
  const kept = new Map<string, { entry: Entry; owner: string }>();
  const listeners = new Set<{ person: string; told: (event: LiveEvent) => void }>();
  // Starting at the clock, revisions also grow over a restart, so that a page that lived through it stays in step.
  let revision = Date.now();

  const maySee = (entry: Entry, owner: string, person: string) => !entry.private || owner === person;

  const drop = (id: string) => {
    const gone = kept.get(id);
    if (!gone) return;
    kept.delete(id);
    forgotten(gone.entry);
  };

  /** Drops the oldest where there are too many of this kind. */
  const bound = ({ entry, owner }: { entry: Entry; owner: string }) => {
    const alike = [...kept.values()].filter(
      (other) =>
        other.entry.channel === entry.channel &&
        other.entry.private === entry.private &&
        (!entry.private || other.owner === owner),
    );
    const most = entry.private ? PRIVATE_KEPT : PUBLIC_KEPT;
    for (const old of alike.slice(0, Math.max(0, alike.length - most))) drop(old.entry.id);
    const oldest = kept.keys().next();
    if (kept.size > TOTAL_KEPT && !oldest.done) drop(oldest.value);
  };

  const tell = (
    before: { entry: Entry; owner: string } | undefined,
    after: { entry: Entry; owner: string } | undefined,
  ) => {
    for (const { person, told } of listeners) {
      if (after && maySee(after.entry, after.owner, person)) told({ type: "entry", entry: after.entry });
      else if (before && maySee(before.entry, before.owner, person))
        told({ type: "gone", id: before.entry.id, revision });
    }
  };

  return {
    boot,
    publish(draft, owner) {
      revision += 1;
      const before = kept.get(draft.id);
      const after = { entry: { ...draft, revision }, owner };
      kept.set(draft.id, after);
      if (before) forgotten(before.entry);
      else bound(after);
      tell(before, after);
      return after.entry;
    },
    remove(id) {
      const before = kept.get(id);
      if (!before) return;
      revision += 1;
      drop(id);
      tell(before, undefined);
    },
    find: (id) => kept.get(id),
    visible: (person) =>
      [...kept.values()].filter(({ entry, owner }) => maySee(entry, owner, person)).map(({ entry }) => entry),
    listen(person, told) {
      const listener = { person, told };
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
