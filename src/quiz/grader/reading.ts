// An answer as a rubric reads it: tokens, where its words stand, what is negated, and of whom each part speaks.

import { normalise } from "./normalise.js";
import type { Rubric } from "./rubric.js";
import { type Token, tokenise } from "./tokens.js";
import { ARTICLES, type Occurrence, type Vocabulary } from "./vocabulary.js";
import { stem } from "./words.js";

export interface Mention extends Occurrence {
  readonly subject: string;
  /** "than a DNN", "unlike a DNN": named only to be compared with. */
  readonly contrast: boolean;
}

/** A "not" and how far it reaches: tokens `from` to `to`, inclusive. */
export interface Negation {
  readonly at: Occurrence;
  readonly from: number;
  readonly to: number;
}

export interface Reading {
  readonly normal: string;
  readonly tokens: readonly Token[];
  /** Distance scale: words that carry meaning count one, the others nothing, a comma two. */
  readonly positions: readonly number[];
  readonly occurrences: ReadonlyMap<string, readonly Occurrence[]>;
  readonly negations: readonly Negation[];
  readonly mentions: readonly Mention[];
  /** Words that have an opposite, wherever they stand. */
  readonly directions: readonly (Occurrence & { readonly word: string })[];
  /** Places by an item's key, filled as patterns ask. */
  readonly places: Map<string, readonly Occurrence[]>;
}

/** The rubric's own words that steer how an answer is read; `common.rubric` defines them. */
const STEERING = {
  negation: "no",
  /** Sounds like a negation, is none: "not only", "no matter". */
  neutral: "not-negation",
  /** "than", "unlike", "rather than": what follows is spoken of only to be set apart. */
  contrast: "contrast",
  /** "… is a myth", "… they are mistaken": takes back what was said right before. */
  takesBack: "takes-back",
  /** "… is not needed": denies what its segment said before. */
  deniesBefore: "denies-before",
  /** "it is wrong that …": denies what follows. */
  deniesNext: "denies-next",
} as const;

/** Words that say little by themselves; they do not count as distance. */
const LITTLE = new Set(
  "of to in on at by for from with as is are was were be been being am it its they their them this that these those there here do does did has have had will would can could may might should shall must we you i he she one ones your our my me us and or also just very much far so too such more most than then well really quite only even still own same each every any some all both into onto over per about because since which who what where when how if not no".split(
    " ",
  ),
);

/** A direction is not carried over these. */
const TURNS = new Set(["but", "whereas", "while", "whilst", "however", "although", "though", "yet"]);

/** The farthest that a negation reaches, in tokens. */
const NEGATION_REACH = 12;

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
  if (rubric.inheritDirection) inheritDirections(tokens, occurrences, rubric);
  const contrasts = contrastSpans(tokens, occurrences);
  return {
    normal,
    tokens,
    positions: positionsOf(tokens),
    occurrences,
    negations: [...negationsOf(tokens, occurrences), ...contrasts.negations],
    mentions: mentionsOf(rubric, occurrences, contrasts.spans),
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

function positionsOf(tokens: readonly Token[]): number[] {
  let position = 0;
  return tokens.map((token) => {
    if (token.before === "," || token.before === "(" || token.before === ")") position += 1;
    if (!LITTLE.has(token.text)) position += 1;
    return position;
  });
}

function negationsOf(tokens: readonly Token[], occurrences: ReadonlyMap<string, readonly Occurrence[]>): Negation[] {
  // A "not" inside "not only" or "it is not true that" is no negation of its own.
  const taken = new Set(
    [STEERING.neutral, STEERING.deniesNext, STEERING.deniesBefore, STEERING.takesBack]
      .flatMap((word) => occurrences.get(word) ?? [])
      .flatMap(({ start, end }) => range(start, end)),
  );
  const places = (occurrences.get(STEERING.negation) ?? []).filter(
    ({ start, end }, _, all) =>
      !taken.has(start) &&
      !isSecondHalf(tokens, start) &&
      // "can not" and the "not" in it are one.
      !all.some((other) => other.start <= start && end <= other.end && other.end - other.start > end - start),
  );
  const forward = places.map((at) => ({ at, from: at.end + 1, to: reach(tokens, at.end) }));
  const next = (occurrences.get(STEERING.deniesNext) ?? []).map((at) => {
    const clause = tokens[at.start]?.clause;
    return { at, from: at.end + 1, to: tokens.findLastIndex((token) => token.clause === clause) };
  });
  const nextPlaces = occurrences.get(STEERING.deniesNext) ?? [];
  const backward = (occurrences.get(STEERING.takesBack) ?? [])
    // "It is not true that …" is no "… is not true".
    .filter(({ start, end }) => !nextPlaces.some((other) => other.start <= end && start <= other.end))
    .map((at) => ({ at, ...saidBefore(tokens, at) }));
  const own = (occurrences.get(STEERING.deniesBefore) ?? []).map((at) => {
    const segment = tokens[at.start]?.segment;
    return { at, from: tokens.findIndex((token) => token.segment === segment), to: at.start - 1 };
  });
  return [...forward, ...next, ...own, ...backward];
}

/** The "nor" of "neither … nor": one negation, which the "neither" makes. */
function isSecondHalf(tokens: readonly Token[], at: number): boolean {
  const nor = tokens[at];
  return (
    nor?.text === "nor" && tokens.slice(0, at).some((token) => token.text === "neither" && token.clause === nor.clause)
  );
}

/** To the end of the segment, which "or" does not end: "no weights or biases", "not because of pooling". */
function reach(tokens: readonly Token[], at: number, most = NEGATION_REACH): number {
  const from = tokens[at];
  const next = tokens[at + 1];
  if (from === undefined || next === undefined) return at;
  // "not because of …": the word right after the "not" parts segments, and its segment is what is denied.
  const segment = /^[a-z]+$/.test(next.before) ? next.segment : from.segment;
  let to = at;
  for (let step = at + 1; step < tokens.length && step - at <= most; step += 1) {
    const token = tokens[step];
    if (token === undefined || token.clause !== from.clause || token.segment !== segment) break;
    to = step;
  }
  return to;
}

/** "…, but that is wrong" takes back the clause before; "that X is a myth" its own clause; "They are mistaken." the sentence before. */
function saidBefore(tokens: readonly Token[], at: Occurrence): { from: number; to: number } {
  const here = tokens[at.start];
  const clauseStart = tokens.findIndex((token) => token.clause === here?.clause);
  const sentenceStart = tokens.findIndex((token) => token.sentence === here?.sentence);
  const to = at.start - 1;
  if (at.start - clauseStart > 3) return { from: clauseStart, to };
  if (clauseStart > sentenceStart) {
    const before = tokens[clauseStart - 1]?.clause;
    return { from: tokens.findIndex((token) => token.clause === before), to };
  }
  const before = tokens[sentenceStart - 1]?.sentence;
  return { from: before === undefined ? 0 : tokens.findIndex((token) => token.sentence === before), to };
}

interface Contrasts {
  readonly spans: readonly Occurrence[];
  readonly negations: readonly Negation[];
}

/** From "unlike", "than" … to the next comma or clause. "Rather than X" and "instead of X" also deny X. */
function contrastSpans(tokens: readonly Token[], occurrences: ReadonlyMap<string, readonly Occurrence[]>): Contrasts {
  const denying = new Set((occurrences.get("instead") ?? []).map(({ start }) => start));
  const spans: Occurrence[] = [];
  const negations: Negation[] = [];
  for (const at of occurrences.get(STEERING.contrast) ?? []) {
    const end = reach(tokens, at.end, Number.POSITIVE_INFINITY);
    spans.push({ start: at.start, end });
    if (denying.has(at.start)) negations.push({ at, from: at.end + 1, to: end });
  }
  return { spans, negations };
}

function mentionsOf(
  rubric: Rubric,
  occurrences: ReadonlyMap<string, readonly Occurrence[]>,
  contrasts: readonly Occurrence[],
): Mention[] {
  const all = rubric.subjects.words.flatMap((subject) =>
    (occurrences.get(subject) ?? []).map(({ start, end }) => ({
      subject,
      start,
      end,
      contrast: contrasts.some((span) => span.start <= start && end <= span.end),
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

function range(start: number, end: number): number[] {
  return Array.from({ length: end - start + 1 }, (_, index) => start + index);
}
