// What is denied in an answer, and how far: "not", "it is a myth that", "… is not needed", "rather than".
import type { Token } from "./tokens.js";
import type { Occurrence } from "./vocabulary.js";

/** A "not" and how far it reaches: tokens `from` to `to`, inclusive. */
export interface Negation {
  readonly at: Occurrence;
  readonly from: number;
  readonly to: number;
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

/** The farthest that a negation reaches, in tokens. */
const NEGATION_REACH = 12;

export function negationsOf(
  tokens: readonly Token[],
  occurrences: ReadonlyMap<string, readonly Occurrence[]>,
): Negation[] {
  // A "not" inside "not only" or "it is not true that" is no negation of its own.
  const taken = new Set(
    [STEERING.neutral, STEERING.deniesNext, STEERING.deniesBefore, STEERING.takesBack]
      .flatMap((word) => occurrences.get(word) ?? [])
      .flatMap(({ start, end }) => range(start, end)),
  );
  const places = (occurrences.get(STEERING.negation) ?? []).filter(
    ({ start, end }, _, all) =>
      !range(start, end).some((at) => taken.has(at)) &&
      !isSecondHalf(tokens, start) &&
      // "can not" and the "not" in it are one.
      !all.some((other) => other.start <= start && end <= other.end && other.end - other.start > end - start),
  );
  const nextPlaces = longest(occurrences.get(STEERING.deniesNext) ?? []);
  const next = nextPlaces.map((at) => ({ at, from: at.end + 1, to: endOfClaim(tokens, at) }));
  const forward = places
    .filter(({ start }) => !isCondition(tokens, places, start))
    // "I do not believe that X, nor that Y": the "nor" goes on with the denial that reaches it.
    .filter(({ start }) => tokens[start]?.text !== "nor" || !next.some(({ from, to }) => from <= start && start <= to))
    .map((at) => ({
      at,
      from: at.end + 1,
      to: reach(tokens, at.end, inFreeRelative(tokens, at.start) ? 1 : undefined),
    }));
  const backward = (occurrences.get(STEERING.takesBack) ?? [])
    // "It is not true that …" is no "… is not true".
    .filter(({ start, end }) => !nextPlaces.some((other) => other.start <= end && start <= other.end))
    // "Nobody would claim that …, that is not the case" denies once.
    .filter(({ start }) => !nextPlaces.some((other) => other.end < start && inOneSentence(tokens, other.start, start)))
    .map((at) => ({ at, ...saidBefore(tokens, at) }));
  const own = (occurrences.get(STEERING.deniesBefore) ?? []).map((at) => {
    const segment = tokens[at.start]?.segment;
    return { at, from: tokens.findIndex((token) => token.segment === segment), to: at.start - 1 };
  });
  return [...forward, ...next, ...own, ...backward, ...answeredNo(tokens)];
}

/** "I would not say that X, and it does Y": a new main clause with a speaker of its own. */
function startsAnew(tokens: readonly Token[], at: number): boolean {
  if (!["and", "so"].includes(tokens[at]?.text ?? "")) return false;
  // "…, and no, it is not quicker either"
  const no = tokens[at + 1]?.text === "no" && tokens[at + 2]?.segment !== tokens[at + 1]?.segment;
  return no || SPEAKERS.has(tokens[at + 1]?.text ?? "");
}

const SPEAKERS = new Set(["it", "they", "this", "we", "i", "you", "there", "he", "she"]);

/** "It is not true that X, since Y", "… X: Y": X alone is denied. */
function endOfClaim(tokens: readonly Token[], at: Occurrence): number {
  const clause = tokens[at.start]?.clause;
  const reason = tokens.findIndex(
    (token, index) =>
      index > at.end &&
      token.clause === clause &&
      token.segment !== tokens[at.end]?.segment &&
      (REASONS.has(token.text) || token.before === ":" || token.before === "--" || startsAnew(tokens, index)),
  );
  return reason < 0 ? tokens.findLastIndex((token) => token.clause === clause) : reason - 1;
}

const REASONS = new Set(["since", "because", "as"]);

/** "Fewer parameters? No." */
function answeredNo(tokens: readonly Token[]): Negation[] {
  return tokens.flatMap((token, at) => {
    if (token.before !== "?" || !["no", "nope", "never"].includes(token.text)) return [];
    if (tokens[at + 1]?.sentence === token.sentence && tokens[at + 1]?.segment === token.segment) return [];
    const asked = tokens[at - 1]?.sentence;
    return [{ at: { start: at, end: at }, from: tokens.findIndex((each) => each.sentence === asked), to: at - 1 }];
  });
}

/** "Without shortcuts ResNet could not have had so many layers": what is missing in thought is there in truth. */
function isCondition(tokens: readonly Token[], places: readonly Occurrence[], at: number): boolean {
  const without = tokens[at];
  if (without?.text !== "without" || tokens[at - 1]?.segment === without.segment) return false;
  return places.some(
    ({ start }) => start > at && tokens[start]?.clause === without.clause && tokens[start]?.text !== "without",
  );
}

/** The "nor" of "neither … nor": one negation, which the "neither" makes. */
function isSecondHalf(tokens: readonly Token[], at: number): boolean {
  const nor = tokens[at];
  return (
    nor?.text === "nor" && tokens.slice(0, at).some((token) => token.text === "neither" && token.clause === nor.clause)
  );
}

/** "Park what you do not need in main memory": the "not" belongs to the "what …", and reaches its verb alone. */
function inFreeRelative(tokens: readonly Token[], at: number): boolean {
  const { segment } = tokens[at] ?? {};
  for (let back = at - 1; back >= Math.max(1, at - 3); back -= 1) {
    if (tokens[back]?.segment !== segment) return false;
    // "things you do not need": the pronoun right after a noun begins a clause that belongs to it.
    const before = tokens[back - 1];
    if (["you", "we", "i"].includes(tokens[back]?.text ?? "") && !NO_NOUNS.has(before?.text ?? ""))
      return before?.segment === segment;
    if (FREE_RELATIVES.has(tokens[back]?.text ?? ""))
      return tokens[back - 1]?.segment === segment && !JOINTS.has(tokens[back - 1]?.text ?? "");
  }
  return false;
}

/** "And what it does not need is …": the relative clause is the subject, and the "not" reaches beyond it. */
const JOINTS = new Set(["and", "but", "or", "so", "that"]);

const NO_NOUNS = new Set(
  "and but or so that as than because if when why then here there now also means say think is are where what which for with".split(
    " ",
  ),
);

const FREE_RELATIVES = new Set(["what", "whatever", "everything", "anything"]);

/** To the end of the segment, which "or" does not end: "no weights or biases", "not because of pooling". */
function reach(tokens: readonly Token[], at: number, most = NEGATION_REACH): number {
  const from = tokens[at];
  const next = tokens[at + 1];
  if (from === undefined || next === undefined) return at;
  // "not because of …": the word right after the "not" parts segments, and its segment is what is denied.
  let segment = /^[a-z]+$/.test(next.before) ? next.segment : from.segment;
  let to = at;
  for (let step = at + 1; step < tokens.length && step - at <= most; step += 1) {
    const token = tokens[step];
    // "It can not overfit, for the reason that it has no weights": the reason is no part of what is denied.
    if (token === undefined || token.clause !== from.clause) break;
    if (token.text === "reason" && step > at + 1) break;
    // "not flattened into a row where nobody …": what is said of the thing denied is denied with it.
    if (token.segment !== segment) {
      if (!DEFINING.has(token.before)) break;
      segment = token.segment;
    }
    to = step;
  }
  return to;
}

/** What begins a defining relative clause, where no comma stands before it. */
const DEFINING = new Set(["where", "which", "who", "whose"]);

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

export interface Contrasts {
  readonly spans: readonly Occurrence[];
  readonly negations: readonly Negation[];
}

/** "Compared to LeNet AlexNet is bigger": where the comma is left out, a name before a finite verb begins the main clause. */
function resumes(
  tokens: readonly Token[],
  at: Occurrence,
  end: number,
  named: readonly Occurrence[],
): number | undefined {
  if (tokens[at.start - 1]?.segment === tokens[at.start]?.segment) return undefined;
  const subject = named.find(
    (name) => name.start > at.end + 1 && name.end < end && FINITE.has(tokens[name.end + 1]?.text ?? ""),
  );
  return subject === undefined ? undefined : subject.start - 1;
}

const FINITE = new Set(
  "is are was were has have had does do did uses use used needs need can could will would may must keeps gets takes makes learns shares adds".split(
    " ",
  ),
);

/** From "unlike", "than" … to the next comma or clause. "Rather than X" and "instead of X" also deny X. */
export function contrastSpans(
  tokens: readonly Token[],
  occurrences: ReadonlyMap<string, readonly Occurrence[]>,
  subjects: readonly string[],
): Contrasts {
  const named = subjects.flatMap((subject) => occurrences.get(subject) ?? []);
  const denying = new Set((occurrences.get("instead") ?? []).map(({ start }) => start));
  const spans: Occurrence[] = [];
  const negations: Negation[] = [];
  for (const at of occurrences.get(STEERING.contrast) ?? []) {
    const whole = reach(tokens, at.end, Number.POSITIVE_INFINITY);
    const end = resumes(tokens, at, whole, named) ?? whole;
    spans.push({ start: at.start, end });
    if (denying.has(at.start)) negations.push({ at, from: at.end + 1, to: end });
  }
  return { spans, negations };
}

const inOneSentence = (tokens: readonly Token[], one: number, other: number): boolean =>
  tokens[one]?.sentence === tokens[other]?.sentence;

/** "not mean" inside "does not mean that" denies once. */
function longest(places: readonly Occurrence[]): Occurrence[] {
  return places.filter(
    (one) => !places.some((other) => other !== one && other.start <= one.start && one.end <= other.end),
  );
}

function range(start: number, end: number): number[] {
  return Array.from({ length: end - start + 1 }, (_, index) => start + index);
}
