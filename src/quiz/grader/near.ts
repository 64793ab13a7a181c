// Where the items of a pattern stand near enough to each other to be one statement.
import { bindsRightly, type Found, gap, overlaps } from "./binding.js";
import type { Reading } from "./reading.js";
import type { Item, Near, Rubric } from "./rubric.js";
import type { Occurrence } from "./vocabulary.js";

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
    if (used === undefined || !bindsRightly(used, wanted, reading, rubric)) continue;
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
