// Whether a candidate is not worse than the champion: paired bootstrap of the difference in accuracy, overall and in each class.
// Efron and Tibshirani, "An Introduction to the Bootstrap" (1993), chapter 13: the percentile interval.
import { type Random, seededRandom } from "../training/random.js";

/** Accuracy, candidate minus champion, that the lower bound must exceed. */
export const MARGIN = -0.01;
export const CLASS_MARGIN = -0.05;
/** Pictures below which a class is not judged: its bound would be wider than any margin. */
export const LEAST_IN_CLASS = 50;
export const RESAMPLES = 4000;
/** One-sided: a candidate that is worse by just the margin passes in one of twenty. */
const ERROR = 0.05;

/** What both models said of one picture of the gate. */
export interface Paired {
  /** Of the class. */
  readonly label: string;
  readonly candidate: boolean;
  readonly champion: boolean;
}

export interface Difference {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export interface ClassFinding {
  readonly label: string;
  readonly images: number;
  /** Accuracies. */
  readonly candidate: number;
  readonly champion: number;
  /** Absent where the class is too small to be judged. */
  readonly low?: number;
}

export interface Comparison {
  readonly images: number;
  readonly candidate: number;
  readonly champion: number;
  readonly difference: Difference;
  readonly classes: readonly ClassFinding[];
  /** In words, one for each margin that is missed; none: the candidate is not worse. */
  readonly misses: readonly string[];
}

const byName = new Intl.Collator("en", { numeric: true });
/** Classes that are named where a candidate may be worse. */
const MOST_NAMED = 3;

/** The same answers and seed give the same bounds. At least one picture. */
export function compare(pairs: readonly Paired[], seed: number | string): Comparison {
  const random = seededRandom(seed);
  const difference = bounds(pairs, random.fork("overall"));
  const labels = [...new Set(pairs.map(({ label }) => label))];
  const classes = labels.toSorted(byName.compare).map((label): ClassFinding => {
    const own = pairs.filter((pair) => pair.label === label);
    const found = { label, images: own.length, candidate: share(own, "candidate"), champion: share(own, "champion") };
    return own.length < LEAST_IN_CLASS ? found : { ...found, low: bounds(own, random.fork(`class/${label}`)).low };
  });
  const misses = [
    ...(difference.low > MARGIN
      ? []
      : [`overall by up to ${worse(difference.low)}, where ${worse(MARGIN)} is the limit`]),
    ...classMisses(classes),
  ];
  return {
    images: pairs.length,
    candidate: share(pairs, "candidate"),
    champion: share(pairs, "champion"),
    difference,
    classes,
    misses,
  };
}

/** The worst first; a table beside it has all. */
function classMisses(classes: readonly ClassFinding[]): string[] {
  const missed = classes
    .flatMap(({ label, low }) => (low === undefined || low > CLASS_MARGIN ? [] : [{ label, low }]))
    .toSorted((a, b) => a.low - b.low);
  const named = missed.slice(0, MOST_NAMED).map(({ label, low }) => {
    return `in ${label} by up to ${worse(low)}, where ${worse(CLASS_MARGIN)} is the limit`;
  });
  const more = missed.length - named.length;
  return more === 0 ? named : [...named, `in ${more} more ${more === 1 ? "class" : "classes"} beyond that limit`];
}

/** "−0.42 points" */
export function points(share: number): string {
  const value = 100 * share;
  const sign = value < 0 ? "−" : "+";
  return `${sign}${Math.abs(value).toFixed(2)} points`;
}

const worse = (share: number): string => points(share).slice(1);

function share(pairs: readonly Paired[], who: "candidate" | "champion"): number {
  return pairs.filter((pair) => pair[who]).length / pairs.length;
}

/**
 * Drawing n pictures with replacement and adding up their differences is drawing how many of the n differ at all (each with the
 * share that differs, so that the distance from one to the next is geometric), and of each in whose favour: the same
 * distribution, in a fraction of the draws.
 */
function bounds(pairs: readonly Paired[], random: Random): Difference {
  const count = pairs.length;
  const better = pairs.filter(({ candidate, champion }) => candidate && !champion).length;
  const worse = pairs.filter(({ candidate, champion }) => champion && !candidate).length;
  if (better + worse === 0) return { value: 0, low: 0, high: 0 };
  const alike = Math.log(1 - (better + worse) / count);
  const favour = better / (better + worse);
  const sums = new Int32Array(RESAMPLES);
  for (let resample = 0; resample < RESAMPLES; resample++) {
    const step = (): number => 1 + Math.floor(Math.log(1 - random.next()) / alike);
    let sum = 0;
    for (let at = step(); at <= count; at += step()) sum += random.next() < favour ? 1 : -1;
    sums[resample] = sum;
  }
  sums.sort();
  const quantile = (share: number): number => (sums[Math.round(share * (RESAMPLES - 1))] ?? 0) / count;
  return { value: (better - worse) / count, low: quantile(ERROR), high: quantile(1 - ERROR) };
}
