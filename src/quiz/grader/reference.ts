// What "them", "any", "none" stand for: "the conv has weights, pooling does without them".
import type { Token } from "./tokens.js";
import type { Occurrence } from "./vocabulary.js";

/** Always in place of a noun. */
const PRONOUNS = new Set(["them"]);

/** In place of a noun only where none follows: "has none", "needs any at all", but "any layer". */
const BARE = new Set(["none", "any", "some", "those", "many", "fewer", "ones"]);

/** After a bare one these are no noun that it belongs to. */
const NO_NOUN = new Set(
  "of at than to in for on by and or but because while whereas so since as if when whatsoever is are was were does do did has have can".split(
    " ",
  ),
);

/** A bracket or a sentence of at most so many words after the pronoun may name what it stood for: "… does without them (weights)". */
const AFTERTHOUGHT = 5;

/** How many sentences back the noun may stand. */
const SENTENCES_BACK = 1;

/**
 * Adds to the occurrences of the rubric's `refers` words the pronouns that stand for them: for the one named last before,
 * in this sentence or the one before it; else for one that an afterthought names.
 */
export function resolveReferences(
  tokens: readonly Token[],
  occurrences: Map<string, Occurrence[]>,
  words: readonly string[],
): void {
  if (words.length === 0) return;
  const named = words
    .flatMap((word) => (occurrences.get(word) ?? []).map(({ start, end }) => ({ word, start, end })))
    .sort((a, b) => a.start - b.start);
  if (named.length === 0) return;
  tokens.forEach((token, at) => {
    if (!isReference(tokens, at)) return;
    const before = named.findLast(
      ({ end }) => end < at && token.sentence - (tokens[end]?.sentence ?? 0) <= SENTENCES_BACK,
    );
    const meant = before ?? named.find(({ start }) => start > at && isAfterthought(tokens, at, start));
    if (meant === undefined) return;
    occurrences.set(meant.word, [...(occurrences.get(meant.word) ?? []), { start: at, end: at, standsIn: true }]);
  });
}

function isReference(tokens: readonly Token[], at: number): boolean {
  const { text = "", segment } = tokens[at] ?? {};
  if (PRONOUNS.has(text)) return true;
  if (!BARE.has(text)) return false;
  const next = tokens[at + 1];
  return next === undefined || next.segment !== segment || next.before !== "" || NO_NOUN.has(next.text);
}

/** The noun stands in a bracket or a short sentence right after the pronoun's own segment or sentence. */
function isAfterthought(tokens: readonly Token[], at: number, noun: number): boolean {
  const [here, there] = [tokens[at], tokens[noun]];
  if (here === undefined || there === undefined) return false;
  const group = tokens.filter((token) => token.segment === there.segment);
  if (group.length > AFTERTHOUGHT) return false;
  const bracket = ["(", "--", ","].includes(group[0]?.before ?? "") && there.segment === here.segment + 1;
  return (bracket && there.sentence === here.sentence) || there.sentence === here.sentence + 1;
}
