// The audit list: what was done to a community's models, schedules, settings and queue, by whom, when, and what came of it.
// An entry is written before the work and completed after it: what was cut off stays as begun.
import { randomBytes } from "node:crypto";
import { type Actor, isPerson, renamed } from "../engine/queue/run.js";
import { UserError } from "../errors.js";
import { key, under } from "../store/key-parts.js";
import type { Store } from "../store/store.js";

export interface AuditEntry {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly by: Actor;
  /** On whose behalf, where the house did it by itself: who asked for the run or added the schedule. */
  readonly behalfOf?: Actor;
  /** As it would be typed: `/models promote model:digits@20261127-0503-67019d4b`. */
  readonly what: string;
  /** `begun`: the end is not known, since the process was cut off or the work goes on. */
  readonly result: "begun" | "done" | "refused" | "failed";
  /** What came of it, in words; empty while it is begun. */
  readonly words: string;
}

export interface Audit {
  /** Durable when it resolves; what it resolves to completes the entry. */
  begin(
    community: string,
    by: Actor,
    what: string,
  ): Promise<(result: AuditEntry["result"], words: string) => Promise<void>>;
  /**
   * Of what is over when it is recorded: the gate's decisions, what a schedule started. Durable when it resolves. Told again under
   * the same `once`, as by a process that goes on where another died, it is one entry.
   */
  record(community: string, once: string, entry: Omit<AuditEntry, "at">): Promise<void>;
  /** Newest first. */
  list(community: string): Promise<readonly AuditEntry[]>;
  /** The person is called by the pseudonym from now on; the entries stay. @returns how many named the person */
  forget(community: string, person: string, pseudonym: string): Promise<number>;
}

/** How an entry ends that an error ended. */
export function failureOf(error: unknown): [result: "refused" | "failed", words: string] {
  if (error instanceof UserError) return ["refused", error.what];
  return ["failed", error instanceof Error ? error.message : String(error)];
}

/** Of `what` and `words`: a line of a table, and no essay. */
const LONGEST = 300;

export function openAudit(store: Store, now: () => number = Date.now): Audit {
  const entries = store.namespace<AuditEntry>("audit");
  return {
    async begin(community, by, what) {
      const at = now();
      // Two of one millisecond keep apart; in order of time where a person looks into the store.
      const place = key(community, `${new Date(at).toISOString()}-${randomBytes(4).toString("hex")}`);
      await entries.set(place, { at, by, what: short(what), result: "begun", words: "" });
      return async (result, words) => {
        // Who was meanwhile forgotten stays so.
        await entries.update(place, (entry) => entry && { ...entry, result, words: short(words) });
      };
    },

    async record(community, once, { what, words, ...entry }) {
      const told = { ...entry, what: short(what), words: short(words) };
      // When it was told first is when it was done; who was meanwhile forgotten stays so.
      await entries.update(key(community, once), (known) =>
        known === undefined ? { at: now(), ...told } : { ...known, result: told.result, words: told.words },
      );
    },

    async list(community) {
      const found: [string, AuditEntry][] = [];
      for await (const each of entries.entries(under(community))) found.push(each);
      return found.sort(([a, x], [b, y]) => y.at - x.at || (a < b ? 1 : -1)).map(([, entry]) => entry);
    },

    async forget(community, person, pseudonym) {
      let count = 0;
      for await (const [place, { by, behalfOf }] of entries.entries(under(community))) {
        if (!isPerson(by, person) && !isPerson(behalfOf, person)) continue;
        await entries.update(
          place,
          (entry) =>
            entry && {
              ...entry,
              by: renamed(entry.by, person, pseudonym),
              ...(entry.behalfOf && { behalfOf: renamed(entry.behalfOf, person, pseudonym) }),
            },
        );
        count += 1;
      }
      return count;
    },
  };
}

/** Drawn, not computed: nobody can try people until one fits. */
export function newPseudonym(): string {
  return `person-${randomBytes(4).toString("hex")}`;
}

function short(text: string): string {
  const characters = [...text.replace(/\s+/g, " ").trim()];
  return characters.length <= LONGEST ? characters.join("") : `${characters.slice(0, LONGEST - 1).join("")}…`;
}
