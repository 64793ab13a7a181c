// An answer as a rubric reads it: tokens, where its words stand, what is negated, and who is named.

import { contrastSpans, type Negation, negationsOf } from "./negation.js";
import { normalise } from "./normalise.js";
import { resolveReferences } from "./reference.js";
import type { Rubric } from "./rubric.js";
import { type Token, tokenise } from "./tokens.js";
import { ARTICLES, type Occurrence, type Vocabulary } from "./vocabulary.js";
import { stem } from "./words.js";

export interface Mention extends Occurrence {
  readonly subject: string;
  /** "than a DNN", "unlike a DNN": named only to be compared with. */
  readonly contrast: boolean;
}

export interface Reading {
  readonly normal: string;
  readonly tokens: readonly Token[];
  /** Distance scale: words that carry meaning count one, the others nothing, a comma two. */
  readonly positions: readonly number[];
  readonly occurrences: ReadonlyMap<string, readonly Occurrence[]>;
  readonly negations: readonly Negation[];
  readonly mentions: readonly Mention[];
  /** From "than", "unlike" … to the end of what is set apart. */
  readonly contrasts: readonly Occurrence[];
  /** Words that have an opposite, wherever they stand. */
  readonly directions: readonly (Occurrence & { readonly word: string })[];
  /** Places by an item's key, filled as patterns ask. */
  readonly places: Map<string, readonly Occurrence[]>;
}

/** Words that say little by themselves; they do not count as distance. */
const LITTLE = new Set(
  "of to in on at by for from with as is are was were be been being am it its they their them this that these those there here do does did has have had will would can could may might should shall must we you i he she one ones your our my me us and or also just very much far so too such more most than then well really quite only even still own same each every any some all both into onto over per about because since which who what where when how if not no".split(
    " ",
  ),
);

/** A direction is not carried over these. */
const TURNS = new Set(["but", "whereas", "while", "whilst", "however", "although", "though", "yet"]);

export function read(answer: string, rubric: Rubric, vocabulary: Vocabulary): Reading {
  const normal = normalise(answer);
  const tokens: Token[] = [];
  let mark = "";
  for (const token of tokenise(normal)) {
    const before = token.before === "" ? mark : token.before;
    mark = "";
    if (ARTICLES.has(token.text)) {
      mark = before;
      continue;
    }
    const [first = token.text, ...rest] =
      token.quantity === undefined ? vocabulary.speller.mend(token.text) : [token.text];
    tokens.push({ ...token, before, text: first });
    for (const text of rest) tokens.push({ ...token, before: "", text });
  }
  const texts = tokens.map((token) => token.text);
  const stems = tokens.map((token) => (token.quantity === undefined ? stem(token.text) : token.text));
  const breaks = tokens.map((token) => token.before !== "" && /[^\w/+=]/.test(token.before));
  const occurrences = vocabulary.occurrences({ texts, stems, breaks });
  for (const { word, place } of numberSteps(tokens)) occurrences.set(word, [...(occurrences.get(word) ?? []), place]);
  resolveReferences(tokens, occurrences, rubric.refers);
  if (rubric.inheritDirection) inheritDirections(tokens, occurrences, rubric);
  const contrasts = contrastSpans(tokens, occurrences, rubric.subjects.words);
  return {
    normal,
    tokens,
    positions: positionsOf(tokens),
    occurrences,
    negations: [...negationsOf(tokens, occurrences), ...contrasts.negations],
    mentions: mentionsOf(rubric, tokens, occurrences, contrasts.spans),
    contrasts: contrasts.spans,
    directions: [...rubric.opposites.keys()].flatMap((word) =>
      (occurrences.get(word) ?? []).map((place) => ({ ...place, word })),
    ),
    places: new Map(),
  };
}

/**
 * "Reduce the batch size, the resolution and the depth": a segment without a direction of its own takes the last one before
 * it in its sentence, and so do the lines of a list under a heading that ends with a colon.
 */
function inheritDirections(tokens: readonly Token[], occurrences: Map<string, Occurrence[]>, rubric: Rubric): void {
  const directions = [...rubric.opposites.keys()].flatMap((word) =>
    (occurrences.get(word) ?? []).map((place) => ({ word, place })),
  );
  const ofSegment = new Map<number, string>();
  for (const { word, place } of directions.sort((a, b) => a.place.start - b.place.start)) {
    const segment = tokens[place.start]?.segment;
    if (segment !== undefined && !ofSegment.has(segment)) ofSegment.set(segment, word);
  }
  let current: string | undefined;
  let underHeading = false;
  let heading: string | undefined;
  tokens.forEach((token, at) => {
    const previous = tokens[at - 1];
    if (previous !== undefined && previous.segment === token.segment) return;
    if (previous === undefined || previous.sentence !== token.sentence) {
      if (token.before === ":\n") [underHeading, heading] = [true, current];
      else if (token.before !== "\n") underHeading = false;
      current = underHeading ? heading : undefined;
    }
    if (TURNS.has(token.before)) current = undefined;
    const own = ofSegment.get(token.segment);
    if (own !== undefined) current = own;
    else if (current !== undefined)
      occurrences.set(current, [...(occurrences.get(current) ?? []), { start: at, end: at, inherited: true }]);
  });
}

/** "from 64 to 16", "64 -> 16", "16 instead of 64": the built-in words `falls` and `rises`. */
function numberSteps(tokens: readonly Token[]): { word: string; place: Occurrence }[] {
  return tokens.flatMap((token, start) => {
    const end = tokens.findIndex((other, at) => at > start && at - start <= 4 && other.quantity !== undefined);
    const [first, last] = [token.quantity, tokens[end]?.quantity];
    if (first === undefined || last === undefined || first.dimension !== last.dimension) return [];
    if (tokens[end]?.sentence !== token.sentence || first.value === last.value) return [];
    const between = tokens
      .slice(start + 1, end)
      .map((each) => each.text)
      .join(" ");
    const forwards =
      between === "to" ||
      between === "down to" ||
      between === "up to" ||
      (between === "" && tokens[end]?.before === "->");
    const backwards = /^(?:\w+ )?(?:instead of|rather than|not)$/.test(between);
    if (!forwards && !backwards) return [];
    const falling = forwards === first.value > last.value;
    return [{ word: falling ? "falls" : "rises", place: { start, end } }];
  });
}

function positionsOf(tokens: readonly Token[]): number[] {
  let position = 0;
  return tokens.map((token) => {
    if (token.before === "," || token.before === "(" || token.before === ")") position += 1;
    if (!LITTLE.has(token.text)) position += 1;
    return position;
  });
}

/** Words right before a name that set it beside the one spoken of: "next to an MLP", "as in a DNN", "not GoogLeNet". */
const BESIDE = new Set(["not", "beside", "besides", "against", "over", "versus", "than", "like", "as"]);
const BESIDE_FIRST = new Set(["like", "as", "than", "next", "compared"]);

function isBeside(tokens: readonly Token[], start: number, rubric: Rubric): boolean {
  const [first, second] = [tokens[start - 2], tokens[start - 1]];
  if (second === undefined || second.segment !== tokens[start]?.segment) return false;
  if (second.text === "not") return true;
  // "networks such as ResNet", "like in ResNet": among several names these introduce the one that is meant.
  if (rubric.subjects.kind !== "sides") return false;
  if (BESIDE.has(second.text)) return true;
  return BESIDE_FIRST.has(first?.text ?? "") && ["in", "with", "for", "to", "of", "on"].includes(second.text);
}

/** Of two sides the first is the one that the question is about. */
function isOwnSide(rubric: Rubric, subject: string): boolean {
  return rubric.subjects.kind === "sides" && rubric.subjects.words[0] === subject;
}

/** "…, a DNN does not": all that its segment says is that the other differs ("what only a DNN has" says more). */
function isElliptic(tokens: readonly Token[], start: number, end: number): boolean {
  const segment = tokens[start]?.segment;
  if (tokens[start - 1]?.segment === segment && tokens[start - 1]?.text === "only") return false;
  const rest = tokens
    .slice(end + 1)
    .filter((token) => token.segment === segment)
    .map((token) => token.text);
  return /^(?:does|do|can|could|is|are|has|have|had|will|would|did) ?(?:not)?(?: do| done| have| had)?(?: this| that| it| so| yet| before)?$/.test(
    rest.join(" "),
  );
}

function mentionsOf(
  rubric: Rubric,
  tokens: readonly Token[],
  occurrences: ReadonlyMap<string, readonly Occurrence[]>,
  contrasts: readonly Occurrence[],
): Mention[] {
  const all = rubric.subjects.words.flatMap((subject) =>
    (occurrences.get(subject) ?? []).map(({ start, end }) => ({
      subject,
      start,
      end,
      contrast:
        contrasts.some((span) => span.start <= start && end <= span.end) ||
        (!isOwnSide(rubric, subject) && isElliptic(tokens, start, end)) ||
        isBeside(tokens, start, rubric),
    })),
  );
  // "fully convolutional network" is no mention of a shorter name inside it.
  return all
    .filter(
      (one) =>
        !all.some(
          (other) =>
            other !== one &&
            other.start <= one.start &&
            one.end <= other.end &&
            other.end - other.start > one.end - one.start,
        ),
    )
    .sort((a, b) => a.start - b.start);
}
