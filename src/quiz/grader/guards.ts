// Answers that are no answer: they score 0 whatever words stand in them, and the learner is told why.
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type { eld } from "eld/extrasmall";
import type { WinkMethods } from "wink-nlp";
import winkNLP from "wink-nlp";
import type { Reading } from "./reading.js";
import type { Rubric } from "./rubric.js";
import { isEnglish, stem } from "./words.js";

export const GUARDS = ["empty", "emoji", "code", "language", "copied-question", "keyword-list"] as const;
export type Guard = (typeof GUARDS)[number];

/** The guard that an answer runs into, if any. `question`: the prompt that was shown. */
export function guardOf(answer: string, reading: Reading, rubric: Rubric, question: string): Guard | undefined {
  if (!/[\p{L}\p{N}]/u.test(answer)) return /\p{Extended_Pictographic}/u.test(answer) ? "emoji" : "empty";
  if (isCode(answer)) return "code";
  if (isForeign(answer, reading, rubric)) return "language";
  if (isCopied(reading, [question, ...rubric.copies])) return "copied-question";
  if (!rubric.listsAllowed && isKeywordList(reading)) return "keyword-list";
  return undefined;
}

/** The commonest words of English that are none in its neighbours' spelling. */
const FUNCTION_WORDS = new Set(
  "the of and to is are it that this they with for from because which than not as be by an you at or have has can does do its their so more less fewer i my we use each only when if while instead of into all between across over within around under through along after against before then per two three four five ten twice".split(
    " ",
  ),
);

function isForeign(answer: string, reading: Reading, rubric: Rubric): boolean {
  const letters = answer.match(/\p{L}/gu)?.length ?? 0;
  const latin = answer.match(/\p{Script=Latin}/gu)?.length ?? 0;
  if (letters >= 4 && latin / letters < 0.6) return true;
  const inFormulas = formulaWords(answer);
  const words = reading.tokens
    .filter((token) => /^\p{L}{2,}$/u.test(token.text) && !inFormulas.has(token.text))
    .map((token) => token.text);
  if (words.length < 3) return false;
  const share = (test: (word: string) => boolean): number => words.filter(test).length / words.length;
  if (share((word) => FUNCTION_WORDS.has(word)) >= 0.14) return false;
  const inRubric = new Set(
    [...reading.occurrences]
      .filter(([word]) => rubric.words.has(word))
      .flatMap(([, places]) =>
        places.flatMap(({ start, end }) => reading.tokens.slice(start, end + 1).map((token) => token.text)),
      ),
  );
  if (share((word) => inRubric.has(word) && isEnglish(word)) >= 0.5) return false;
  if (share((word) => inRubric.has(word)) >= 0.6) return false;
  const detected = detector().detect(answer);
  const english = share((word) => isEnglish(word));
  return detected.language !== "en" && detected.language !== "" && english < 0.85;
}

let loaded: typeof eld | undefined;

/** Its table of letter sequences takes a third of a second, and most answers are told apart without it. */
function detector(): typeof eld {
  // By its file: the package names none for require().
  loaded ??= (
    createRequire(import.meta.url)(fileURLToPath(import.meta.resolve("eld/extrasmall"))) as { eld: typeof eld }
  ).eld;
  return loaded;
}

/** Names that only stand beside signs of arithmetic ("k*k*Cin*Cout + Cout", "H_in = W_in"): no words of any language. */
function formulaWords(answer: string): Set<string> {
  const plain = answer.toLowerCase();
  const names = plain.match(/\p{L}[\p{L}\d_]*(?=\s?[*^])|(?<=[*^+]\s?)\p{L}[\p{L}\d_]*/gu) ?? [];
  return new Set(names);
}

const CODE_LINE =
  /^\s*(?:import\s|from\s+\S+\s+import|def\s|class\s|for\s.*:\s*$|return\s|[\w.]+\s*=\s*\S*\(|[\w.]+\(.*\)[,;]?\s*$|[\])}]|#include|model\.|nn\.|layers?\.|keras\.|tf\.|torch\.)/;

/** Some of it is code, and hardly a word of prose is left without what only code holds. */
function isCode(answer: string): boolean {
  const lines = answer.replace(/```\w*/g, "\n").split(/\n|;/);
  if (!lines.some((line) => CODE_LINE.test(line))) return false;
  const prose = lines
    .map((line) => (CODE_LINE.test(line) ? line.replace(/^\s*(?:import|from|def|class|for|return)\s.*$/, "") : line))
    .join(" ");
  // Names with a dot inside, calls and assignments are no prose.
  const words = prose.replace(/\S*[()[\]{}=_]\S*|\w+\.\w\S*/g, " ").match(/\p{L}{2,}/gu) ?? [];
  return words.length < 5;
}

/** Most of the answer's runs of three words stand in the question. */
function isCopied(reading: Reading, questions: readonly string[]): boolean {
  const words = reading.tokens.map((token) => stem(token.text));
  if (words.length < 4) return false;
  return questions.some((question) => {
    const { pairs, known } = askedIn(question);
    const paired =
      words.slice(0, -1).filter((word, at) => pairs.has(`${word} ${words[at + 1] ?? ""}`)).length / (words.length - 1);
    const shared = words.filter((word) => known.has(word)).length / words.length;
    return (paired >= 0.6 && shared >= 0.8) || (shared >= 0.9 && paired >= 0.4);
  });
}

interface Asked {
  /** Stems, and stems side by side. */
  readonly known: ReadonlySet<string>;
  readonly pairs: ReadonlySet<string>;
}

/** By question's wording, of which there are a few dozen: stemmed once, not for every answer. */
const asked = new Map<string, Asked>();

function askedIn(question: string): Asked {
  const before = asked.get(question);
  if (before !== undefined) return before;
  const stems = (question.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [])
    .filter((word) => !["a", "an", "the"].includes(word))
    .map(stem);
  const pairs = new Set(stems.map((word, at) => `${word} ${stems[at + 1] ?? ""}`));
  const made = { known: new Set(stems), pairs };
  asked.set(question, made);
  return made;
}

const LIST_WORDS = new Set(["and", "of", "in", "for", "with", "or", "any", "more", "all"]);

/** Below this share of items that say something, a list is one of key words. */
const SAYING = 1 / 3;

const JOINS_CLAUSE = new Set(["so", "because", "since", "as", "that", "which", "and"]);
const PERSONS = new Set(["it", "they", "we", "you", "i", "this"]);
const POSSESSIVES = new Set(["own", "its", "their", "his", "whose"]);

/** Words an item of a list of key words has at most, on average. */
const ITEM_LENGTH = 2.5;

/** Short items of which hardly any says something: no verb, comparison, negation, number or pairing ("ResNet: skip connections"). */
function isKeywordList(reading: Reading): boolean {
  const { tokens } = reading;
  if (tokens.length < 3 || tokens.some((token) => [":", "(", "->", "--", "=", ":\n"].includes(token.before)))
    return false;
  const items: number[][] = [];
  tokens.forEach((token, at) => {
    const last = tokens[at - 1];
    if (last === undefined || last.segment !== token.segment || token.before === "/" || token.before === "+")
      items.push([]);
    items.at(-1)?.push(at);
  });
  if (items.length === 2 || (items.length > 1 && tokens.length / items.length > ITEM_LENGTH)) return false;
  // Words in a row without a mark between them: a list only where the rubric knows every one and none joins two.
  const known = new Set([...reading.occurrences.values()].flat().map((place) => place.start));
  const strange = tokens.filter((_, at) => !known.has(at)).length / tokens.length;
  if (items.length === 1 && (strange > 0.2 || tokens.some((token) => LIST_WORDS.has(token.text)))) return false;
  const telling = new Set(
    ["no", "less", "more"].flatMap((word) => (reading.occurrences.get(word) ?? []).map((place) => place.start)),
  );
  // "resize + the model's own preprocessing": whose it is says something; so do "10%" and ">= 100", and two numbers.
  const measures = tokens.filter(({ quantity }) => quantity !== undefined);
  if (measures.length >= 2 && items.length >= 2) return false;
  if (measures.length > 0 && /\d ?%|at least \d|at most \d|\de-\d/.test(reading.normal)) return false;
  if (tokens.some(({ text }) => POSSESSIVES.has(text))) return false;
  // "…, so it generalises": a clause with a subject of its own, however many nouns are listed before it.
  if (
    tokens.some(
      ({ text }, at) => JOINS_CLAUSE.has(text) && PERSONS.has(tokens[at + 1]?.text ?? "") && at + 2 < tokens.length,
    )
  )
    return false;
  const counted = tokens.some((token) => token.quantity !== undefined);
  const says = (item: readonly number[]): boolean =>
    item.some((at) => {
      const { text, quantity } = tokens[at] ?? { text: "" };
      return (
        telling.has(at) ||
        quantity !== undefined ||
        /^\d/.test(text) ||
        (FUNCTION_WORDS.has(text) && !LIST_WORDS.has(text))
      );
    }) ||
    (item.length > 2 && hasVerb(item.map((at) => tokens[at]?.text ?? "").join(" ")));
  const saying = items.filter(says).length;
  // "120 a class; resize; then unfreeze": a number and one more thing that is said make a note, not a list.
  if (counted && saying >= 2) return false;
  // Articles are no tokens; who writes "the" writes sentences.
  const articles = reading.normal.match(/\b(?:the|an?|your|my|our)\s/g)?.length ?? 0;
  return (saying + articles) / items.length < SAYING;
}

let wink: WinkMethods | undefined;

/** A finite verb or a comparative by wink-nlp's tagger; gerunds are nouns here ("pooling, sharing"). */
function hasVerb(text: string): boolean {
  wink ??= winkNLP(createRequire(import.meta.url)("wink-eng-lite-web-model"), ["sbd", "pos"]);
  const { its } = wink;
  const tokens = wink.readDoc(text).tokens();
  const tags = tokens.out(its.pos) as string[];
  const words = tokens.out() as string[];
  return (
    tags.some((tag, at) => (tag === "VERB" || tag === "AUX") && !/(ing|ed|ion|s)$/.test(words[at] ?? "")) ||
    // "CNN loses spatial information": in the middle, with its object after it, the -s is a verb's.
    tags.some(
      (tag, at) =>
        tag === "VERB" &&
        at > 0 &&
        /[^s]s$/.test(words[at] ?? "") &&
        ["NOUN", "ADJ", "PROPN"].includes(tags[at + 1] ?? ""),
    ) ||
    words.some(
      (word) =>
        /^\w{3,}(?:er|est)$/.test(word) &&
        /^(?:fast|quick|small|larg|big|deep|wide|cheap|few|low|high|short|long|easi|simpl|light)/.test(word),
    )
  );
}
