// Points and misconceptions to a score, and what would still raise it.
import type { Rubric } from "./rubric.js";

export interface Tally {
  /** 0, 0.25, 0.5, 0.75 or 1. */
  readonly score: number;
  /** Points that would still raise the score, in the rubric's order. */
  readonly missing: readonly string[];
}

/** `penalty`: what the misconceptions held cost together. */
export function tally(rubric: Rubric, met: readonly string[], penalty: number): Tally {
  const score = (points: readonly string[]): number => clamp(base(rubric, points) - penalty);
  const now = score(met);
  const open = rubric.points.filter((point) => !met.includes(point.id));
  if (rubric.scoring.kind === "count") return { score: now, missing: now === 1 ? [] : open.map((point) => point.id) };
  const raising = open.filter((point) => base(rubric, [...met, point.id]) > base(rubric, met));
  // A weaker twin is no goal of its own: its stronger one is named.
  const missing = raising.filter((point) => point.weakerThan === undefined).map((point) => point.id);
  return { score: now, missing };
}

function base(rubric: Rubric, met: readonly string[]): number {
  const counted = rubric.points.filter(
    (point) => met.includes(point.id) && !(point.weakerThan !== undefined && met.includes(point.weakerThan)),
  );
  if (rubric.scoring.kind === "count") return quarter(Math.min(counted.length, rubric.scoring.of) / rubric.scoring.of);
  const grouped = new Set(rubric.scoring.groups.flatMap((group) => group.points));
  const worth = (ids: readonly string[]): number =>
    counted.filter((point) => ids.includes(point.id)).reduce((sum, point) => sum + point.worth, 0);
  const capped = rubric.scoring.groups.reduce((sum, group) => sum + Math.min(group.cap, worth(group.points)), 0);
  return clamp(capped + worth(counted.map((point) => point.id).filter((id) => !grouped.has(id))));
}

const quarter = (value: number): number => Math.round(value * 4) / 4;
const clamp = (value: number): number => Math.max(0, Math.min(1, quarter(value)));
