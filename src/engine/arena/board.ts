// Who is where: by accuracy, by parameters among those that are good enough, and whom nobody beats in both.
import type { Entry, EntryResult } from "./arena.js";

export type RankedEntry = Entry & { readonly result: Extract<EntryResult, { kind: "ranked" }> };

export interface Board {
  /** Each contender's best entry, the most accurate first; of equals the smaller. */
  readonly byAccuracy: readonly Place[];
  /** Each contender's smallest entry of those that reach `BAR`; of equals the more accurate. */
  readonly byParameters: readonly Place[];
  /** Every ranked entry, for the plot. */
  readonly all: readonly { readonly entry: RankedEntry; readonly best: boolean }[];
}

export interface Place {
  /** Equal ones share it. */
  readonly rank: number;
  readonly entry: RankedEntry;
  /** No other entry has as few parameters and as high an accuracy, or better in either. */
  readonly best: boolean;
}

/** A network of no size guesses, so the smallest counts only from here on: what one dense layer does not reach. */
export const BAR = 0.95;

export function boardOf(entries: readonly Entry[]): Board {
  const ranked = entries.filter(isRanked);
  const isBest = new Map(ranked.map((entry) => [entry.id, !ranked.some((other) => beats(other, entry))]));
  const places = (among: readonly RankedEntry[], order: (a: RankedEntry, b: RankedEntry) => number): Place[] => {
    const sorted = firstOfEach(among.toSorted((a, b) => order(a, b) || a.submitted - b.submitted));
    return sorted.map((entry) => ({
      rank: 1 + sorted.filter((other) => order(other, entry) < 0).length,
      entry,
      best: isBest.get(entry.id) === true,
    }));
  };
  return {
    byAccuracy: places(ranked, (a, b) => b.result.accuracy - a.result.accuracy || a.parameters - b.parameters),
    byParameters: places(
      ranked.filter(({ result }) => result.accuracy >= BAR),
      (a, b) => a.parameters - b.parameters || b.result.accuracy - a.result.accuracy,
    ),
    all: ranked.map((entry) => ({ entry, best: isBest.get(entry.id) === true })),
  };
}

export function isRanked(entry: Entry): entry is RankedEntry {
  return entry.result?.kind === "ranked";
}

/** At least as good in both, and better in one. */
function beats(a: RankedEntry, b: RankedEntry): boolean {
  const [small, good] = [b.parameters - a.parameters, a.result.accuracy - b.result.accuracy];
  return small >= 0 && good >= 0 && (small > 0 || good > 0);
}

function firstOfEach(entries: readonly RankedEntry[]): RankedEntry[] {
  const seen = new Set<string>();
  return entries.filter(({ contender: { id } }) => !seen.has(id) && seen.add(id));
}
