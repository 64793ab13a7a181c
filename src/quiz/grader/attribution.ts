// Whose value a number is: "prediction: 12.6 MB", "12.6 MB (prediction)", "prediction and training need 12.6 MB and 565.6 MB".
import type { Mention, Reading } from "./reading.js";
import type { Rubric } from "./rubric.js";
import type { Token } from "./tokens.js";
import { LINK, type Value } from "./value.js";

/** The name that a value is given for, before or after it: "prediction: 12.6 MB", "12.6 MB (prediction)". Undefined: no one's. */
export function subjectOfValue(
  value: Value,
  values: readonly Value[],
  reading: Reading,
  rubric: Rubric,
): string | undefined {
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
