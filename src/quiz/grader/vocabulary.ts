// Finds a rubric's words, single or phrases, in an answer's stems.
import { normalise } from "./normalise.js";
import type { Rubric } from "./rubric.js";
import { tokenise } from "./tokens.js";
import { Speller, stem } from "./words.js";

/** Tokens `start` to `end`, inclusive, say `word`. */
export interface Occurrence {
  readonly start: number;
  readonly end: number;
  /** Not written there, but carried over from before ("reduce A, B and C"): it takes up no place. */
  readonly inherited?: true;
  /** Not the word itself but a pronoun that stands for it ("them", "none"): it takes up no place of its own. */
  readonly standsIn?: true;
}

/** Two parts with up to `GAP_LENGTH` words between; it is said where the first part stands. */
interface GappedPhrase {
  readonly word: string;
  readonly head: readonly string[];
  readonly tail: readonly string[];
}

/** Words between the verb and its particle: "keeps all of its neighbours down". */
const GAP_LENGTH = 4;

/** Marks a word's exceptions among the trie's words. */
const EXCEPT = "-";

interface TrieNode {
  readonly next: Map<string, TrieNode>;
  readonly words: string[];
}

/** Articles stand anywhere and mean nothing here: they are dropped from answers and phrases alike. */
export const ARTICLES = new Set(["a", "an", "the"]);

/** Tokens of one answer as the vocabulary sees them. */
export interface Stems {
  readonly texts: readonly string[];
  readonly stems: readonly string[];
  /** A mark (comma, bracket, colon …) stands before this token: no phrase runs across it. */
  readonly breaks: readonly boolean[];
}

export class Vocabulary {
  readonly speller: Speller;
  readonly #root: TrieNode = { next: new Map(), words: [] };
  /** By the stem of the first word: "keep .. down". */
  readonly #gapped = new Map<string, GappedPhrase[]>();
  readonly #exceptions: readonly string[];
  readonly #prefixes: { readonly prefix: string; readonly word: string }[] = [];

  constructor(rubric: Rubric) {
    const surface = new Set<string>();
    const add = (word: string, phrase: string): void => {
      if (phrase.endsWith("*")) {
        this.#prefixes.push({ prefix: phrase.slice(0, -1), word });
        return;
      }
      const [head, tail] = phrase.split(" .. ");
      if (head !== undefined && tail !== undefined) {
        this.#addGapped({ word, head: phraseTexts(head).map(stem), tail: phraseTexts(tail).map(stem) });
        return;
      }
      const texts = phraseTexts(phrase);
      for (const text of texts) if (/^[a-z]{3,}$/.test(text)) surface.add(text);
      this.#insert(word, texts.map(stem));
    };
    for (const [word, synonyms] of rubric.words) for (const synonym of synonyms) add(word, synonym);
    for (const word of quotedWords(rubric)) add(word, normalise(word.slice(1, -1)));
    for (const [word, phrases] of rubric.exceptions) for (const phrase of phrases) add(EXCEPT + word, phrase);
    this.#exceptions = [...rubric.exceptions.keys()];
    this.speller = new Speller(surface);
  }

  /** Every word's occurrences, in order of their start. */
  occurrences({ texts, stems, breaks }: Stems): Map<string, Occurrence[]> {
    const found = new Map<string, Occurrence[]>();
    const note = (word: string, start: number, end: number): void => {
      const list = found.get(word);
      if (list === undefined) found.set(word, [{ start, end }]);
      else list.push({ start, end });
    };
    for (let start = 0; start < stems.length; start += 1) {
      let node: TrieNode | undefined = this.#root;
      for (let end = start; end < stems.length; end += 1) {
        if (end > start && breaks[end] === true) break;
        node = node.next.get(stems[end] ?? "");
        if (node === undefined) break;
        for (const word of node.words) note(word, start, end);
      }
      for (const phrase of this.#gapped.get(stems[start] ?? "") ?? [])
        if (standsGapped(phrase, start, stems, breaks)) note(phrase.word, start, start + phrase.head.length - 1);
      const text = texts[start] ?? "";
      for (const { prefix, word } of this.#prefixes) if (text.startsWith(prefix)) note(word, start, start);
    }
    for (const word of this.#exceptions) {
      const excluded = found.get(EXCEPT + word);
      const places = found.get(word);
      if (excluded === undefined || places === undefined) continue;
      found.set(
        word,
        places.filter(({ start, end }) => !excluded.some((span) => span.start <= start && end <= span.end)),
      );
    }
    return found;
  }

  #addGapped(phrase: GappedPhrase): void {
    const [first = ""] = phrase.head;
    this.#gapped.set(first, [...(this.#gapped.get(first) ?? []), phrase]);
  }

  #insert(word: string, stems: readonly string[]): void {
    let node = this.#root;
    for (const each of stems) {
      let next = node.next.get(each);
      if (next === undefined) {
        next = { next: new Map(), words: [] };
        node.next.set(each, next);
      }
      node = next;
    }
    if (node !== this.#root && !node.words.includes(word)) node.words.push(word);
  }
}

/** The head stands at `start`, and the tail follows in the same stretch without a mark, with one to `GAP_LENGTH` words between. */
function standsGapped(
  { head, tail }: GappedPhrase,
  start: number,
  stems: readonly string[],
  breaks: readonly boolean[],
): boolean {
  if (!head.every((each, index) => stems[start + index] === each)) return false;
  const after = start + head.length;
  for (let gap = 1; gap <= GAP_LENGTH; gap += 1) {
    if (breaks[after + gap - 1] === true || breaks[after + gap] === true) return false;
    if (tail.every((each, index) => stems[after + gap + index] === each)) return true;
  }
  return false;
}

function phraseTexts(phrase: string): string[] {
  return tokenise(phrase)
    .map((token) => token.text)
    .filter((text) => !ARTICLES.has(text));
}

function quotedWords(rubric: Rubric): Set<string> {
  const claims = [...rubric.points, ...rubric.misconceptions];
  const parts = claims.flatMap((claim) => [
    ...claim.patterns.flatMap((pattern) => pattern.parts),
    ...claim.values.flatMap((value) => (value.where === undefined ? [] : [value.where])),
  ]);
  return new Set(
    parts.flatMap((part) => part.items.flatMap((item) => item.words.filter((word) => word.startsWith('"')))),
  );
}
