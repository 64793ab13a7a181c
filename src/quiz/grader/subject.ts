// Of whom a statement speaks: the subject that governs a stretch of tokens.
import type { Mention, Reading } from "./reading.js";
import type { Rubric } from "./rubric.js";

/** A sentence that starts with one of these goes on about whom the one before was about. */
const PRONOUNS = new Set([
  "it",
  "they",
  "this",
  "these",
  "that",
  "its",
  "their",
  "those",
  "here",
  "such",
  "both",
  "each",
  "which",
  "hence",
  "so",
  "therefore",
  "thus",
  "because",
  "as",
  "also",
  "then",
  "there",
  "thereby",
  "consequently",
]);

/** Pronouns that stand for whom the question is about where no one was named before. */
const SPEAKERS = new Set(["it", "they", "its", "their"]);

/** A clause after one of these speaks of the last one named, compared with or not: "unlike a DNN, which …". */
const RELATIVE = new Set(["which", "who", "whose", "where", "that"]);

/** The subject's word, or undefined where no one is named (a statement about the question's own subject). */
export function subjectOf(reading: Reading, rubric: Rubric, start: number, end: number): string | undefined {
  if (rubric.subjects.kind === "none") return undefined;
  const { tokens, mentions } = reading;
  const first = tokens[start];
  if (first === undefined) return undefined;
  // "unlike a DNN which …": said of the one compared with, though the statement begins before the relative part.
  const compared = mentions.some((mention) => mention.contrast && mention.start === start);
  const relative = relativeSubject(reading, start) ?? (compared ? relativeSubject(reading, end) : undefined);
  if (relative !== undefined) return relative.subject;

  const answered = namedInReply(reading, start);
  if (answered !== undefined) return answered.subject;

  const segment = tokens[start]?.segment;
  const own = mentions.filter(
    (mention) => !mention.contrast && (tokens[mention.start]?.segment === segment || !isAside(reading, mention)),
  );
  const sameSegment = own.filter((mention) => inSegments(reading, mention, start, end));
  const nearestBefore = (list: readonly Mention[]): Mention | undefined =>
    list.filter((mention) => mention.start <= end).at(-1);
  const sameSentence = own.filter((mention) => tokens[mention.start]?.sentence === first.sentence);
  const trailing =
    bracketed(reading, own, end) ??
    (rubric.subjects.kind === "names" ? namedAfter(reading, own, sameSegment, end) : undefined);
  const before = nearestBefore(sameSegment) ?? trailing ?? nearestBefore(sameSentence);
  if (before !== undefined) return before.subject;
  // "Its parameters are learnt, just as those of a conv": the pronoun comes before the one named later.
  const continued = carried(reading, rubric, start, own);
  const head = tokens.find((token) => token.sentence === first.sentence);
  if (rubric.subjects.kind === "sides" && (continued !== undefined || SPEAKERS.has(head?.text ?? "")))
    return continued?.subject;
  const sameClause = own.filter((mention) => tokens[mention.start]?.clause === first.clause);
  // In another clause the other side is set against this one; only among several names does it tell of whom this speaks.
  const later = sameSegment[0] ?? sameClause[0] ?? (rubric.subjects.kind === "names" ? sameSentence[0] : undefined);
  return (later ?? continued)?.subject;
}

/** "skip connections (ResNet)", "inception -> GoogLeNet". */
function bracketed(reading: Reading, own: readonly Mention[], end: number): Mention | undefined {
  const { tokens } = reading;
  const next = (tokens[end]?.segment ?? -1) + 1;
  return own.find(
    ({ start }) => start > end && tokens[start]?.segment === next && ["(", "->"].includes(tokens[start]?.before ?? ""),
  );
}

/** In a sentence that does not begin with a name: "Inception modules for GoogLeNet, skip connections for ResNet". */
function namedAfter(
  reading: Reading,
  own: readonly Mention[],
  sameSegment: readonly Mention[],
  end: number,
): Mention | undefined {
  const { tokens } = reading;
  const sentence = tokens[end]?.sentence;
  const head = tokens.findIndex((token) => token.sentence === sentence);
  const first = own.find((mention) => tokens[mention.start]?.sentence === sentence);
  return first !== undefined && first.start > head + 2 ? sameSegment[0] : undefined;
}

/** Words that begin an aside: who is named in it governs the aside alone ("…, as a DNN does, …"). */
const ASIDES = new Set(["as", "like", "what", "which", "where", "who", "whose", "something", "when"]);

function isAside(reading: Reading, mention: Mention): boolean {
  const { tokens } = reading;
  const own = tokens[mention.start];
  const head = tokens.findIndex((token) => token.segment === own?.segment);
  return ASIDES.has(tokens[head]?.text ?? "") && tokens[head - 1]?.sentence === own?.sentence;
}

function inSegments(reading: Reading, mention: Mention, start: number, end: number): boolean {
  const segment = reading.tokens[mention.start]?.segment ?? -1;
  return segment >= (reading.tokens[start]?.segment ?? 0) && segment <= (reading.tokens[end]?.segment ?? 0);
}

/** In "…, which needs many weights, …" the relative part speaks of whoever was named last before it. */
function relativeSubject(reading: Reading, start: number): Mention | undefined {
  const { tokens, mentions } = reading;
  const segment = tokens[start]?.segment;
  let head = start;
  while (head > 0 && tokens[head - 1]?.segment === segment) head -= 1;
  if (!RELATIVE.has(tokens[head]?.text ?? "") || tokens[head]?.before === "\n" || tokens[head]?.before === ".")
    return undefined;
  const before = mentions
    .filter((mention) => mention.end < head && tokens[mention.start]?.sentence === tokens[head]?.sentence)
    .at(-1);
  const inside = mentions.some((mention) => mention.start > head && mention.start < start && !mention.contrast);
  return inside || before === undefined || head - before.end > 3 ? undefined : before;
}

/** "Which of the two adds no weights? The pooling layer.": the short reply says of whom the question speaks. */
function namedInReply({ tokens, mentions }: Reading, start: number): Mention | undefined {
  const sentence = tokens[start]?.sentence ?? 0;
  const head = tokens.find((token) => token.sentence === sentence);
  if (!ASKING.has(head?.text ?? "")) return undefined;
  const reply = tokens.filter((token) => token.sentence === sentence + 1);
  if (reply[0]?.before !== "?" || reply.length > REPLY) return undefined;
  return mentions.find((mention) => !mention.contrast && tokens[mention.start]?.sentence === sentence + 1);
}

const ASKING = new Set(["which", "who", "what"]);

/** Words of a reply that only names. */
const REPLY = 5;

/** "One has a bypass around its layers. That was ResNet.": a short sentence that only gives the name. */
function namedNext({ tokens }: Reading, own: readonly Mention[], sentence: number): Mention | undefined {
  const next = tokens.filter((token) => token.sentence === sentence + 1);
  const [pronoun, verb] = [next[0]?.text ?? "", next[1]?.text ?? ""];
  if (next.length > NAMING || !["that", "this", "it"].includes(pronoun)) return undefined;
  if (!["is", "was", "would", "must", "will"].includes(verb)) return undefined;
  return own.find(({ start }) => tokens[start]?.sentence === sentence + 1);
}

/** Words of a sentence that only names: "That would be SENet, I think." */
const NAMING = 7;

function carried(reading: Reading, rubric: Rubric, start: number, own: readonly Mention[]): Mention | undefined {
  const { tokens } = reading;
  const sentence = tokens[start]?.sentence ?? 0;
  const head = tokens.findIndex((token) => token.sentence === sentence);
  const previous = own.filter((mention) => (tokens[mention.start]?.sentence ?? 0) < sentence);
  if (rubric.subjects.kind === "names") return namedNext(reading, own, sentence) ?? previous.at(-1);
  if (!PRONOUNS.has(tokens[head]?.text ?? "")) return undefined;
  const last = previous.at(-1);
  if (last === undefined || (tokens[last.start]?.sentence ?? 0) < sentence - 1) return undefined;
  // "It has no weights, and later X took its place. It …": a sentence that began with the pronoun keeps its topic.
  const before = tokens.findIndex((token) => token.sentence === sentence - 1);
  if (SPEAKERS.has(tokens[before]?.text ?? "") && previous.every((mention) => mention.start > before)) return undefined;
  return previous.find((mention) => tokens[mention.start]?.segment === tokens[last.start]?.segment);
}
