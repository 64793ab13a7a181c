// Where the items of a pattern stand near enough to each other to be one statement.
import type { Negation } from "./negation.js";
import type { Reading } from "./reading.js";
import type { Item, Near, Rubric } from "./rubric.js";
import type { Occurrence } from "./vocabulary.js";

export interface Found extends Occurrence {
  /** The place of each item. */
  readonly used: readonly Occurrence[];
}

/** Every place where all items of a part stand near enough, found from the rarest item outwards. */
export function findAll(part: Near, reading: Reading, rubric: Rubric): Found[] {
  const wanted: Item[] = [];
  const places: (readonly Occurrence[])[] = [];
  for (const item of part.items) {
    if (item.absent) continue;
    const list = placesOf(item, reading, rubric);
    if (list.length === 0) return [];
    wanted.push(item);
    places.push(list);
  }
  const anchor = places.reduce((best, list, index) => (list.length < (places[best]?.length ?? 0) ? index : best), 0);
  const found: Found[] = [];
  for (const place of places[anchor] ?? []) {
    const used = assemble(part, wanted, places, anchor, place, reading);
    if (
      used === undefined ||
      !bareNegations(used, wanted, reading) ||
      !directionsBind(used, reading, rubric) ||
      strayContrast(used, reading) ||
      straddles(used, reading, rubric)
    )
      continue;
    const start = Math.min(...used.map((each) => each.start));
    const end = Math.max(...used.map((each) => each.end));
    if (part.items.some((item) => item.absent && hasAbsent(item, start, end, part, reading))) continue;
    found.push({ start, end, used });
  }
  return found;
}

function placesOf(item: Item, reading: Reading, rubric: Rubric): readonly Occurrence[] {
  const known = item.number === undefined ? reading.places.get(item.key) : undefined;
  if (known !== undefined) return known;
  const places = findPlaces(item, reading, rubric);
  if (item.number === undefined) reading.places.set(item.key, places);
  return places;
}

function findPlaces(item: Item, reading: Reading, rubric: Rubric): Occurrence[] {
  const { number } = item;
  if (number !== undefined) {
    return reading.tokens.flatMap(({ quantity }, at) =>
      quantity !== undefined &&
      quantity.dimension === "count" &&
      quantity.value >= number.min &&
      quantity.value <= number.max
        ? [{ start: at, end: at }]
        : [],
    );
  }
  const places = item.words.flatMap((word) => reading.occurrences.get(word) ?? []);
  // A bare "no" can stand for "less": "does not overfit", "no parameters".
  if (item.words.includes("less") && rubric.opposites.has("less")) {
    const neutral = reading.occurrences.get("not-negation") ?? [];
    places.push(
      ...(reading.occurrences.get("no") ?? []).filter(
        (no) => !neutral.some((span) => span.start <= no.start && no.end <= span.end),
      ),
    );
  }
  return places;
}

function assemble(
  part: Near,
  wanted: readonly Item[],
  places: readonly (readonly Occurrence[])[],
  anchor: number,
  place: Occurrence,
  reading: Reading,
): Occurrence[] | undefined {
  const chosen: (Occurrence | undefined)[] = wanted.map(() => undefined);
  chosen[anchor] = place;
  const order = wanted.map((_, index) => index).filter((index) => index !== anchor);
  // Items nearer to the anchor in the pattern first, so that `a > b > c` finds its middle before its end.
  order.sort((a, b) => Math.abs(a - anchor) - Math.abs(b - anchor));
  for (const index of order) {
    let best: Occurrence | undefined;
    let bestSpan = Number.POSITIVE_INFINITY;
    for (const candidate of places[index] ?? []) {
      if (chosen.some((each) => each !== undefined && overlaps(each, candidate))) continue;
      if (!inOrder(wanted, chosen, index, candidate) || carriedElsewhere(candidate, place, reading)) continue;
      const span = spanOf([...chosen, candidate], reading, part);
      // Of two equally far by meaning, the one with fewer tokens between: "many more weights".
      if (span < bestSpan || (span === bestSpan && best !== undefined && gap(candidate, place) < gap(best, place))) {
        [best, bestSpan] = [candidate, span];
      }
    }
    if (best === undefined || bestSpan > part.window) return undefined;
    chosen[index] = best;
  }
  return chosen.filter((each) => each !== undefined);
}

/** A direction that was carried over holds in its own segment alone. */
function carriedElsewhere(one: Occurrence, other: Occurrence, { tokens }: Reading): boolean {
  if (one.inherited === undefined && other.inherited === undefined) return false;
  return tokens[one.start]?.segment !== tokens[other.start]?.segment;
}

function inOrder(
  wanted: readonly Item[],
  chosen: readonly (Occurrence | undefined)[],
  index: number,
  candidate: Occurrence,
): boolean {
  const before = chosen[index - 1];
  // What is inherited stands before everything in its segment.
  if (wanted[index]?.ordered && before !== undefined && before.inherited === undefined) {
    // "none" is both the "no" and what there is none of.
    const first = candidate.standsIn === undefined ? before.end + 1 : before.start;
    if (candidate.start < first) return false;
  }
  const after = chosen[index + 1];
  return !(
    wanted[index + 1]?.ordered &&
    after !== undefined &&
    candidate.inherited === undefined &&
    candidate.end >= after.start
  );
}

function spanOf(places: readonly (Occurrence | undefined)[], reading: Reading, part: Near): number {
  const present = places.filter((place) => place !== undefined);
  const start = Math.min(...present.map((place) => place.start));
  const end = Math.max(...present.map((place) => place.end));
  const [first, last] = [reading.tokens[start], reading.tokens[end]];
  if (first === undefined || last === undefined) return Number.POSITIVE_INFINITY;
  if (part.scope !== "answer" && first.sentence !== last.sentence) return Number.POSITIVE_INFINITY;
  if (part.scope === "clause" && first.clause !== last.clause) return Number.POSITIVE_INFINITY;
  return (reading.positions[end] ?? 0) - (reading.positions[start] ?? 0);
}

/** Words that carry meaning between what was found and what `!!x` looks for. */
const NEARBY = 3;

function distanceTo(place: Occurrence, start: number, end: number, { positions }: Reading): number {
  const at = (token: number): number => positions[token] ?? 0;
  return place.start > end ? at(place.start) - at(end) : at(start) - at(place.end);
}

function hasAbsent(item: Item, start: number, end: number, part: Near, reading: Reading): boolean {
  return item.words.some((word) =>
    (reading.occurrences.get(word) ?? []).some((place) => {
      if (place.start <= end && place.end >= start) return true;
      if (item.nearby && distanceTo(place, start, end, reading) > NEARBY) return false;
      const [token, first] = [reading.tokens[place.start], reading.tokens[start]];
      return part.scope === "clause"
        ? token?.clause === first?.clause
        : part.scope === "answer" || token?.sentence === first?.sentence;
    }),
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

const gap = (a: Occurrence, b: Occurrence): number => Math.max(a.start - b.end, b.start - a.end);

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

const overlaps = (a: Occurrence, b: Occurrence): boolean =>
  !isVirtual(a) && !isVirtual(b) && a.start <= b.end && b.start <= a.end;
/** A negation reaches what stands in its range; a "none" also what it stands for itself. */
function reaches(negation: Negation, { start, standsIn }: Occurrence): boolean {
  return (negation.from <= start && start <= negation.to) || (standsIn !== undefined && start === negation.at.start);
}

const isVirtual = (place: Occurrence): boolean => place.inherited !== undefined || place.standsIn !== undefined;
const same = (a: Occurrence, b: Occurrence): boolean =>
  a.start === b.start && a.end === b.end && a.inherited === b.inherited && a.standsIn === b.standsIn;
