// Whether what a pattern found belongs together: its negations, directions and sides; and whether it is denied.
import type { Negation } from "./negation.js";
import type { Reading } from "./reading.js";
import type { Item, Rubric } from "./rubric.js";
import type { Occurrence } from "./vocabulary.js";

export interface Found extends Occurrence {
  /** The place of each item. */
  readonly used: readonly Occurrence[];
}

/** The items found are said of each other: no negation, direction or side among them belongs to something else. */
export function bindsRightly(
  used: readonly Occurrence[],
  wanted: readonly Item[],
  reading: Reading,
  rubric: Rubric,
): boolean {
  return (
    bareNegations(used, wanted, reading) &&
    directionsBind(used, reading, rubric) &&
    !strayContrast(used, reading) &&
    !straddles(used, reading, rubric)
  );
}

/**
 * Where a pattern uses a "no" itself ("no parameters"), the "no" must be said of the rest: it reaches it, and no direction
 * stands between ("does not reduce the parameters" is not "no parameters").
 */
function bareNegations(used: readonly Occurrence[], wanted: readonly Item[], reading: Reading): boolean {
  if (!wanted.some((item) => item.words.includes("no") || item.words.includes("less"))) return true;
  const negations = reading.negations.filter((negation) =>
    // The "no" may be part of a longer denial: "I would not say that …".
    used.some((each) => !isVirtual(each) && negation.at.start <= each.start && each.end <= negation.at.end),
  );
  return negations.every((negation) => {
    const others = used.filter(
      (each) => isVirtual(each) || each.start < negation.at.start || each.end > negation.at.end,
    );
    const reached = others.every((each) => reaches(negation, each) || each.end < negation.at.start);
    if (!reached) return false;
    // "does not overfit less" is not "does not overfit".
    const last = Math.max(...used.map((each) => each.end));
    if (
      reading.directions.some(
        (place) =>
          place.start > last &&
          place.start <= last + 2 &&
          place.start <= negation.to &&
          !isNegation(place, reading) &&
          LEAST.has(place.word),
      )
    )
      return false;
    const nearest = Math.min(...others.filter((each) => each.start > negation.at.start).map((each) => each.start));
    if (!Number.isFinite(nearest)) return others.length > 0;
    return !reading.directions.some(
      (place) => place.start > negation.at.end && place.end < nearest && !used.some((each) => overlaps(each, place)),
    );
  });
}

/**
 * A direction belongs to the nearest thing: between the two stands no other direction ("fewer weights and more accuracy" is not
 * "less accuracy"), and a thing with a direction in its own segment takes none from another ("bigger stride, smaller batch").
 */
function directionsBind(used: readonly Occurrence[], reading: Reading, rubric: Rubric): boolean {
  const segmentOf = (at: number): number => reading.tokens[at]?.segment ?? -1;
  const things = used.filter((place) => !reading.directions.some((direction) => same(direction, place)));
  return used.every((place) => {
    const direction = reading.directions.find((each) => same(each, place));
    const nearest = things.toSorted((a, b) => gap(a, place) - gap(b, place))[0];
    if (direction === undefined || nearest === undefined) return true;
    if (direction.inherited !== undefined) return segmentOf(place.start) === segmentOf(nearest.start);
    const rivals = reading.directions.filter(
      (rival) =>
        rubric.opposites.get(rival.word) === direction.word &&
        rival.inherited === undefined &&
        !isNegation(rival, reading) &&
        !used.some((each) => overlaps(each, rival)),
    );
    const [low, high] = nearest.start > place.end ? [place.end, nearest.start] : [nearest.end, place.start];
    if (rivals.some((rival) => rival.start > low && rival.end < high)) return false;
    const here = segmentOf(nearest.start);
    return segmentOf(place.start) === here || !rivals.some((rival) => segmentOf(rival.start) === here);
  });
}

/** "It has fewer than a DNN, and finds a pattern only where …": who is named to be compared with is no part of what is said elsewhere. */
function strayContrast(used: readonly Occurrence[], reading: Reading): boolean {
  return reading.mentions.some((mention) => {
    if (!mention.contrast || !used.some((place) => same(place, mention))) return false;
    const span = reading.contrasts.find(({ start, end }) => start <= mention.start && mention.end <= end);
    if (span === undefined) return false;
    const next = reading.tokens[span.end + 1]?.text ?? "";
    return !RELATIVE.has(next) && used.some((place) => place.start > span.end + 1);
  });
}

/** "An MLP shares its filters, a CNN has a separate weight …": what two sides do in turn is no one statement. */
function straddles(used: readonly Occurrence[], { mentions, tokens }: Reading, rubric: Rubric): boolean {
  if (rubric.subjects.kind !== "sides") return false;
  const start = Math.min(...used.map((each) => each.start));
  const end = Math.max(...used.map((each) => each.end));
  return mentions.some((mention) => {
    if (mention.contrast || mention.start <= start || mention.end >= end) return false;
    // At the head of its segment it is whom the rest speaks of.
    if (tokens[mention.start - 1]?.segment === tokens[mention.start]?.segment) return false;
    const before = mentions.findLast((other) => other.end < mention.start && !other.contrast);
    if (before === undefined || before.subject === mention.subject) return false;
    if (tokens[before.start]?.sentence !== tokens[mention.start]?.sentence) return false;
    return !used.some((place) => mentions.some((each) => same(each, place)));
  });
}

const LEAST = new Set(["less", "more"]);
const RELATIVE = new Set(["which", "who", "whose", "where", "that"]);

export const gap = (a: Occurrence, b: Occurrence): number => Math.max(a.start - b.end, b.start - a.end);

function isNegation(place: Occurrence, reading: Reading): boolean {
  return reading.negations.some((negation) => same(negation.at, place));
}

/**
 * What was found is denied: the negations that the pattern did not ask for stand an odd number deep. Two side by side ("no conv, no
 * pooling") deny; one inside the other ("it is not that it has no weights") does not.
 */
export function negated(found: Found, reading: Reading): boolean {
  const foreign = reading.negations.filter((negation) => !found.used.some((each) => overlaps(each, negation.at)));
  const depths = found.used.map((place) => foreign.filter((negation) => reaches(negation, place)).length);
  return Math.max(...depths) % 2 === 1;
}

export const overlaps = (a: Occurrence, b: Occurrence): boolean =>
  !isVirtual(a) && !isVirtual(b) && a.start <= b.end && b.start <= a.end;
/** A negation reaches what stands in its range; a "none" also what it stands for itself. */
function reaches(negation: Negation, { start, standsIn }: Occurrence): boolean {
  return (negation.from <= start && start <= negation.to) || (standsIn !== undefined && start === negation.at.start);
}

const isVirtual = (place: Occurrence): boolean => place.inherited !== undefined || place.standsIn !== undefined;
const same = (a: Occurrence, b: Occurrence): boolean =>
  a.start === b.start && a.end === b.end && a.inherited === b.inherited && a.standsIn === b.standsIn;
