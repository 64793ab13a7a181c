// Statements of a value: the number is right, in the right unit, said of the right thing, and not one of several guesses.

import type { Statement } from "./match.js";
import { findAll, negated } from "./near.js";
import type { Quantity } from "./quantity.js";
import type { Mention, Reading } from "./reading.js";
import type { Claim, Rubric, ValuePattern } from "./rubric.js";
import type { Token } from "./tokens.js";

/** Two values closer than this share are one value written twice ("12.6 MB or 12.03 MiB"). */
const SAME_VALUE = 0.012;
/** Values farther apart than this are of different things ("12.6 MB / 565.6 MB"), not two guesses. */
const ANOTHER_THING = 20;
/** Tokens between two values that can still be a list or a choice of values. */
const LINK = 5;

export function valueStatements(claim: Claim, reading: Reading, rubric: Rubric): Statement[] {
  if (claim.values.length === 0) return [];
  const values = valuesOf(reading);
  return claim.values.flatMap((pattern) =>
    values.flatMap((value): Statement[] => {
      if (!fits(pattern, value.quantity)) return [];
      if (
        pattern.where !== undefined &&
        !findAll(pattern.where, reading, rubric).some((found) => !negated(found, reading))
      )
        return [];
      const { at } = value;
      const subject = claim.subject === undefined ? undefined : subjectOf(value, values, reading, rubric);
      const otherSubject = subject !== undefined && subject !== claim.subject;
      const denied =
        otherSubject ||
        isNegated(reading, at) ||
        isRetracted(value, values, reading) ||
        isHedged(value, values, claim, reading);
      return [{ start: at, end: at, sign: denied ? -1 : 1, otherSubject, subject, source: pattern.source }];
    }),
  );
}

function fits(pattern: ValuePattern, quantity: Quantity): boolean {
  if (quantity.value < pattern.min || quantity.value > pattern.max || quantity.digits < pattern.minDigits) return false;
  if (pattern.unit === "count") return quantity.dimension === "count";
  if (quantity.dimension !== "bytes") return false;
  if (pattern.unit === "bytes-binary") return quantity.binary;
  return pattern.unit === "bytes" || !quantity.binary;
}

interface Value {
  /** The token's place. */
  readonly at: number;
  readonly quantity: Quantity;
}

/** All numbers of an answer. One whose unit stands with another number has that reading too: "12.6 or 30.8 MB", "in MB: 12.6". */
function valuesOf({ tokens }: Reading): Value[] {
  return tokens.flatMap(({ quantity }, at): Value[] => {
    if (quantity === undefined) return [];
    if (isLabelled(tokens, at)) return [{ at, quantity: { ...quantity, dimension: "count" } }];
    const unit = quantity.bare && quantity.dimension === "count" ? sharedUnit(tokens, at) : undefined;
    if (unit === undefined) return [{ at, quantity }];
    const shared: Quantity = { ...quantity, ...unit, dimension: "bytes", value: quantity.value * unit.factor };
    return [
      { at, quantity },
      { at, quantity: shared },
    ];
  });
}

/** "a) 903,400 b) 12.6 MB": the letter is the next item's, no unit. */
function isLabelled(tokens: readonly Token[], at: number): boolean {
  if (!/\d b$/.test(tokens[at]?.quantity?.text ?? "") || tokens[at + 1]?.before !== ")") return false;
  const bracket = tokens.slice(0, at + 1).findLast((token) => token.before === "(" || token.before === ")");
  return bracket?.before !== "(";
}

const UNIT_WORDS: Readonly<Record<string, { factor: number; binary: boolean }>> = {
  mb: { factor: 1e6, binary: false },
  megabytes: { factor: 1e6, binary: false },
  gb: { factor: 1e9, binary: false },
  gigabytes: { factor: 1e9, binary: false },
  kb: { factor: 1e3, binary: false },
  bytes: { factor: 1, binary: false },
  mib: { factor: 2 ** 20, binary: true },
  gib: { factor: 2 ** 30, binary: true },
};

function sharedUnit(tokens: readonly Token[], at: number): Pick<Quantity, "factor" | "binary"> | undefined {
  for (let next = at + 1; next <= at + LINK; next += 1) {
    const token = tokens[next];
    if (token === undefined || token.sentence !== tokens[at]?.sentence) break;
    if (token.quantity?.dimension === "bytes") return token.quantity;
    if (token.quantity?.bare !== true && !JOINING.has(token.text)) break;
  }
  for (let back = at - 1; back >= Math.max(0, at - 12); back -= 1) {
    const token = tokens[back];
    if (token === undefined || token.sentence !== tokens[at]?.sentence) break;
    if (token.quantity !== undefined && !token.quantity.bare) break;
    const unit = UNIT_WORDS[token.text];
    if (unit !== undefined) return unit;
  }
  return undefined;
}

/** Words that may stand in a list of values. */
const JOINING = new Set(
  "or and to between either maybe perhaps possibly about around roughly say even rather also respectively resp then".split(
    " ",
  ),
);

// --- Whose value it is -----------------------------------------------------------------------------------------------

/** The name that a value is given for, before or after it: "prediction: 12.6 MB", "12.6 MB (prediction)". Undefined: no one's. */
function subjectOf(value: Value, values: readonly Value[], reading: Reading, rubric: Rubric): string | undefined {
  if (rubric.subjects.kind === "none") return undefined;
  const { tokens } = reading;
  const mentions = reading.mentions.filter((mention) => !mention.contrast);
  const peers = values.filter((each) => each.quantity.dimension === value.quantity.dimension).map((each) => each.at);
  const { at } = value;
  const paired = pairedSubject(at, peers, mentions, tokens);
  if (paired !== undefined) return paired;

  const inSegment = mentions.filter(({ start }) => tokens[start]?.segment === tokens[at]?.segment);
  const before = inSegment.filter(({ end }) => end < at).at(-1);
  const after = inSegment.find(({ start }) => start > at);
  const peersHere = peers.filter((peer) => tokens[peer]?.segment === tokens[at]?.segment);
  // "12.6 MB for prediction 565.6 MB for training": names follow their values where a value comes first.
  const valueFirst = (inSegment[0]?.start ?? Number.POSITIVE_INFINITY) > (peersHere[0] ?? at);
  const nextPeer = peersHere.find((peer) => peer > at) ?? Number.POSITIVE_INFINITY;
  // "… of 565.6 MB is above the 12.6 MB of a prediction": the name before has its value already.
  const taken = before !== undefined && peersHere.some((peer) => peer > before.end && peer < at);
  const close = after !== undefined && after.start - at < LINK && after.start < nextPeer;
  if (after !== undefined && (before === undefined || (valueFirst && after.start < nextPeer) || (taken && close)))
    return after.subject;
  if (before !== undefined) return before.subject;

  const bracket = hangsOn(tokens, at + 1) ? tokens[at + 1]?.segment : undefined;
  const inBracket = mentions.find(({ start }) => tokens[start]?.segment === bracket);
  if (
    inBracket !== undefined &&
    bracket !== undefined &&
    !peers.some((peer) => peer > at && tokens[peer]?.segment === bracket)
  )
    return inBracket.subject;

  const earlier = mentions.filter(({ end }) => end < at);
  const last = earlier.at(-1);
  if (last === undefined || isPair(earlier.at(-2), last, peers)) return undefined;
  const bound = isBound(last, peers, mentions, tokens);
  if (tokens[last.start]?.sentence === tokens[at]?.sentence) return bound ? undefined : last.subject;
  const told = peers.some((peer) => peer < at && tokens[peer]?.sentence === tokens[last.start]?.sentence);
  const head = tokens.find((token) => token.sentence === tokens[at]?.sentence);
  return !bound && (!told || GOES_ON.has(head?.text ?? "")) ? last.subject : undefined;
}

/** A sentence that starts with one of these goes on with the sum of the one before. */
const GOES_ON = new Set(
  "it they this that so thus hence therefore total altogether together sum add adding plus with then in which these gives makes and overall".split(
    " ",
  ),
);

/** A segment that says more of what stands before it: "12.6 MB (prediction)", "12.6 MB when predicting". */
function hangsOn(tokens: readonly Token[], at: number): boolean {
  return tokens[at]?.before === "(" || ["when", "if", "where"].includes(tokens[at]?.text ?? "");
}

/** Its value stands right before it in its own segment or bracket: "12.6 MB for prediction". */
function isBound(
  mention: Mention,
  peers: readonly number[],
  mentions: readonly Mention[],
  tokens: readonly Token[],
): boolean {
  const segment = tokens[mention.start]?.segment ?? -1;
  const start = tokens.findIndex((token) => token.segment === segment);
  const from = hangsOn(tokens, start)
    ? tokens.findIndex((token) => token.segment === tokens[start - 1]?.segment)
    : start;
  const peer = peers.filter((each) => each >= from && each < mention.start).at(-1);
  return peer !== undefined && !mentions.some((other) => other.start >= from && other.start < peer);
}

/** "Prediction and training need 12.6 MB and 565.6 MB": as many names as values, in the same order. */
function pairedSubject(
  at: number,
  peers: readonly number[],
  mentions: readonly Mention[],
  tokens: readonly Token[],
): string | undefined {
  const row = rowAround(at, peers, mentions);
  if (row.length < 2) return undefined;
  const [first, last] = [row[0] ?? at, row.at(-1) ?? at];
  const near = mentions.filter(({ start }) => tokens[start]?.sentence === tokens[at]?.sentence);
  // "training (50 images)" names one thing twice.
  const once = near.filter(({ subject }, index) => subject !== near[index - 1]?.subject);
  const before = once.filter(({ end }) => end < first).slice(-row.length);
  const after = once.filter(({ start }) => start > last).slice(0, row.length);
  const names = [before, after].find(
    (list) =>
      new Set(list.map(({ subject }) => subject)).size === row.length &&
      list.slice(1).every((next, index) => isPair(list[index], next, peers)),
  );
  return names?.[row.indexOf(at)]?.subject;
}

/** Two names said in one breath: "prediction and training". */
function isPair(one: Mention | undefined, next: Mention, peers: readonly number[]): boolean {
  if (one === undefined || one.subject === next.subject || next.start - one.end > LINK) return false;
  return !peers.some((peer) => peer > one.end && peer < next.start);
}

/** A value and its neighbours, with little and no name in between. */
function rowAround(at: number, peers: readonly number[], mentions: readonly Mention[]): number[] {
  const linked = (left: number | undefined, right: number | undefined): boolean =>
    left !== undefined &&
    right !== undefined &&
    right - left < LINK &&
    !mentions.some(({ start }) => start > left && start < right);
  let from = peers.indexOf(at);
  let to = from;
  while (linked(peers[from - 1], peers[from])) from -= 1;
  while (linked(peers[to], peers[to + 1])) to += 1;
  return peers.slice(from, to + 1);
}

// --- Whether it is meant ---------------------------------------------------------------------------------------------

/** Negations that deny a value after them; "without", "no" deny the thing named next ("without biases 902,700"). */
const DENYING = new Set(["not", "never", "neither", "nor", "hardly", "rather", "instead", "no"]);
/** "not counting the biases", "no more than 12.6 MB", "not sure, 12.6 MB": no denial of the value. */
const HARMLESS_NEXT = new Set(
  "counting including considering using taking keeping storing count include consider use more less under below above exceed exceeding sure certain quite fewer over only just even".split(
    " ",
  ),
);

/** The farthest that a "not" reaches towards a value. */
const DENIAL_REACH = 6;

function isNegated({ tokens, negations }: Reading, at: number): boolean {
  const reaching = negations.filter((negation) => {
    if (at < negation.from || at > negation.to) return false;
    const backward = negation.to < negation.at.start;
    const word = tokens[negation.at.start]?.text ?? "";
    if (backward || negation.at.end > negation.at.start) return true;
    if (!DENYING.has(word)) return false;
    if (HARMLESS_NEXT.has(tokens[negation.at.end + 1]?.text ?? "")) return false;
    return at - negation.at.end <= (word === "no" ? 2 : DENIAL_REACH);
  });
  return reaching.length % 2 === 1;
}

/** "30.8 MB, no wait, 12.6 MB": what stands before is taken back. */
const CORRECTIONS = new Set("actually wait correction sorry oops scratch instead correctly corrected".split(" "));

function isRetracted({ at, quantity }: Value, values: readonly Value[], { tokens }: Reading): boolean {
  return values.some(
    (other) =>
      other.at > at &&
      other.at - at <= 10 &&
      isRival(quantity, other.quantity) &&
      tokens.slice(at + 1, other.at).some((token) => CORRECTIONS.has(token.text)),
  );
}

/** "903,400 or 8,006,700", "12.6 MB, maybe 30 MB", "400, 565 or 700 MB": one of several that are offered for the same thing. */
function isHedged(value: Value, values: readonly Value[], claim: Claim, reading: Reading): boolean {
  const { quantity, at } = value;
  const peers = values.filter((each) => each.quantity.dimension === quantity.dimension);
  const index = peers.findIndex((each) => each.at === at);
  const row = [peers[index] ?? value];
  const links: Link[] = [];
  for (const step of [-1, 1]) {
    for (let next = index; ; next += step) {
      const [one, other] = step < 0 ? [peers[next - 1], peers[next]] : [peers[next], peers[next + 1]];
      const link = one === undefined || other === undefined ? undefined : linkOf(one, other, values, reading);
      const added = step < 0 ? one : other;
      if (link === undefined || added === undefined) break;
      links.push(link);
      row.push(added);
    }
  }
  if (!links.includes("choice")) return false;
  return row.some(
    (other) => isRival(quantity, other.quantity) && !claim.values.some((pattern) => fits(pattern, other.quantity)),
  );
}

function isRival(one: Quantity, other: Quantity): boolean {
  if (one.dimension !== other.dimension) return false;
  const [low, high] = [Math.min(one.value, other.value), Math.max(one.value, other.value)];
  return high - low > SAME_VALUE * high && high <= low * ANOTHER_THING;
}

type Link = "list" | "choice";

/** How two neighbouring values are joined: as a choice, as a list, or not at all (undefined). */
function linkOf(one: Value, other: Value, values: readonly Value[], { tokens }: Reading): Link | undefined {
  const between = tokens.slice(one.at + 1, other.at);
  const last = tokens[other.at];
  if (between.length > LINK + 1 || values.some((each) => each.at > one.at && each.at < other.at)) return undefined;
  const newSentence = last?.sentence !== tokens[one.at]?.sentence;
  if (newSentence && !HEDGES.has(tokens[one.at + 1]?.text ?? "")) return undefined;
  const marks = [...between, last].map((token) => token?.before ?? "");
  if (marks.includes("=") || marks.includes("+") || between.some((token) => SUMS.has(token.text))) return undefined;
  // "12.6 MB, or 14.1 MB if all maps are kept" states a condition, not a doubt.
  const rest = tokens.slice(one.at, other.at + 9).filter((token) => token.sentence === last?.sentence);
  if (rest.some((token) => CONDITIONS.has(token.text))) return undefined;
  const maybe = between.some(
    (token, index) =>
      HEDGES.has(token.text) ||
      (["could", "might", "may"].includes(token.text) && ["be", "also"].includes(between[index + 1]?.text ?? "")),
  );
  if (maybe || last?.before === "/") return "choice";
  const first = tokens.slice(Math.max(0, one.at - 4), one.at);
  if (between[0]?.text === "and" && first.some((token) => token.text === "between")) return "choice";
  return between.every((token) => JOINING.has(token.text)) && last?.before === "," ? "list" : undefined;
}

const HEDGES = new Set(["or", "maybe", "perhaps", "either", "possibly", "else", "alternatively"]);
const SUMS = new Set(["plus", "minus", "times", "x", "gives", "makes", "equals"]);
const CONDITIONS = new Set(
  "if when with without w including counting keeping plus excluding assuming depending incl include included adding ignoring unless leaving".split(
    " ",
  ),
);
