// What a rubric is, once read: vocabulary, points, misconceptions and how points add up.

/** One thing that must be found: any of some words, a number in a range, or (`absent`) none of some words. */
export interface Item {
  readonly words: readonly string[];
  readonly number?: { readonly min: number; readonly max: number };
  readonly absent: boolean;
  /** Absent only between the others and within a few words of them, not in the whole clause. */
  readonly nearby?: true;
  /** The words as one text: items that look for the same share one look-up. */
  readonly key: string;
  /** This item stands after the item before it. */
  readonly ordered: boolean;
}

/** Items that stand near each other: within `window` words of one clause, or anywhere in one sentence. */
export interface Near {
  readonly items: readonly Item[];
  readonly window: number;
  readonly scope: "clause" | "sentence" | "answer";
}

/** One line `+ …` or `- …` of a rubric: parts that must all be said, each in its place. */
export interface Pattern {
  readonly parts: readonly Near[];
  /** The parts with their first direction replaced by its opposite, which states the contrary; undefined where none has one. */
  readonly mirrored?: readonly Near[];
  /** `+` states the point; `-` states its opposite. */
  readonly sign: 1 | -1;
  /** As written, with its line: for explanations and error messages. */
  readonly source: string;
}

/** One line `= …`: a value with its unit. */
export interface ValuePattern {
  readonly min: number;
  readonly max: number;
  readonly unit: "count" | "bytes" | "bytes-decimal" | "bytes-binary";
  readonly minDigits: number;
  /** Something that must be said as well. */
  readonly where?: Near;
  readonly source: string;
}

/** A thing that an answer can state: a point, or a misconception. */
export interface Claim {
  readonly id: string;
  readonly patterns: readonly Pattern[];
  readonly values: readonly ValuePattern[];
  /** Whose property it is: the word of a side or a name; undefined where no subject matters. */
  readonly subject?: string;
  /** The subject must be named; a statement about no one in particular does not count. */
  readonly named: boolean;
}

export interface Point extends Claim {
  readonly worth: number;
  /** The stronger point that this one stands in for; only the better of the two counts. */
  readonly weakerThan?: string;
  /** The misconception that the opposite of this point is. */
  readonly contrary?: string;
}

export interface Misconception extends Claim {
  /** Taken off the score: 0 where it is only explained. */
  readonly costs: number;
}

export type Scoring =
  | { readonly kind: "sum"; readonly groups: readonly Group[] }
  /** min(n, of) / of, rounded to the nearest quarter. */
  | { readonly kind: "count"; readonly of: number };

/** Points that together bring at most `cap`. */
export interface Group {
  readonly points: readonly string[];
  readonly cap: number;
}

export interface Rubric {
  readonly question: string;
  /** Word → its synonyms, each a phrase of one or more words. A trailing `*` matches any ending, `..` up to three words. */
  readonly words: ReadonlyMap<string, readonly string[]>;
  /** Word → phrases in which its synonyms do not count: "weakly activated" is not `strong` although "activated" is. */
  readonly exceptions: ReadonlyMap<string, readonly string[]>;
  /** Pairs whose meaning is opposite: a pattern with the one is, with the other in its place, its contrary. */
  readonly opposites: ReadonlyMap<string, string>;
  /** Two sides of a comparison (a statement about the other side is the contrary), or several names. */
  readonly subjects: { readonly kind: "none" | "sides" | "names"; readonly words: readonly string[] };
  /** Words that "them", "any", "none" can stand for. */
  readonly refers: readonly string[];
  /** "reduce A, B and C": a part without a direction of its own takes the one before. */
  readonly inheritDirection: boolean;
  /** A bare list of nouns can be a fair answer here. */
  readonly listsAllowed: boolean;
  /** Other wordings of the question that people copy. */
  readonly copies: readonly string[];
  readonly scoring: Scoring;
  readonly points: readonly Point[];
  readonly misconceptions: readonly Misconception[];
}
