// Normalised text → tokens that know their sentence, clause and segment.
import { QUANTITY, type Quantity, quantityOf } from "./quantity.js";

/**
 * A word or a number. A *sentence* ends at a full stop or a line break; a *clause* at a contrast ("but", "whereas") or a
 * semicolon; a *segment* at a comma, a bracket, a colon, a dash or a conjunction. Marks themselves are not tokens.
 */
export interface Token {
  /** Lower case, typos not yet mended. */
  readonly text: string;
  readonly sentence: number;
  readonly clause: number;
  readonly segment: number;
  /** The mark or line start that stands right before this token: "," "(" ")" ":" "--" "->" "." "?" "\n", ":\n" (a heading's first line) or "". */
  readonly before: string;
  /** Where it stands in the text: from here up to, not including, `to`. */
  readonly from: number;
  readonly to: number;
  readonly quantity?: Quantity;
}

/** Marks and words that part clauses: what follows may have another subject and another polarity. */
const CLAUSE_WORDS = new Set([
  "but",
  "whereas",
  "while",
  "whilst",
  "however",
  "although",
  "though",
  "yet",
  "nevertheless",
  "nonetheless",
  "conversely",
  "otherwise",
]);

/** Words that part segments inside a clause. */
const SEGMENT_WORDS = new Set([
  "and",
  "because",
  "so",
  "since",
  "which",
  "who",
  "hence",
  "therefore",
  "thus",
  "then",
  "plus",
  "also",
  "where",
  "whose",
  "if",
  "when",
]);

const WORD = /[\p{L}_][\p{L}\p{M}_]*(?:'[\p{L}]+)?/uy;
/** "3x3", "1x1", "hxw", "200x300x3", "h*w*c": one token, spelled with x. */
const SIZE = /(?:\d+|[hwnkc])(?:\s?[x*]\s?(?:\d+|[hwnkc]))+(?![\p{L}\d])/uy;
const SENTENCE_END = /[.!?]+(?=["')\]]*(?:\s|$))/y;
/** "(1) … (2) …" inside a line. */
const INLINE_ITEM = /\((?:\d|1\d|[a-h])\)(?=\s)/y;
const BULLET = /(?:[-*·•+]+|\(?\d{1,2}[.):](?!\d)|\(?[a-h][.)])\s+/y;

/** "not so many", "so much", "is so cheap": a degree, no conclusion. */
function isDegree(word: string, before: string | undefined, ahead: string): boolean {
  if (word !== "so") return false;
  return (
    ["not", "is", "are", "was", "were", "has", "have", "with"].includes(before ?? "") ||
    /^so (?:many|much|few|little|big|large|deep|high|long|wide|small|far|fast|easi|strong|heav|hard)/.test(ahead)
  );
}

/** "…, as it lacks weights": the "as" of a reason, not of "as many as they need". */
function isReason(word: string, before: string | undefined, ahead: string): boolean {
  const comparing = ["as", "same", "such", "just", "much", "many", "well", "long", "far", "soon", "even"];
  return word === "as" && /^as (?:it|they|there|this|we|you|these)\b/.test(ahead) && !comparing.includes(before ?? "");
}

/** Tokens of `text` (as `normalise` leaves it), at most `limit` of them. */
export function tokenise(text: string, limit = 2_000): Token[] {
  const tokens: Token[] = [];
  let sentence = 0;
  let clause = 0;
  let segment = 0;
  let before = "\n";
  let at = 0;
  const sticky = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    return pattern.exec(text);
  };
  const push = (word: string, length: number, quantity?: Quantity): void => {
    tokens.push({
      text: word,
      sentence,
      clause,
      segment,
      before,
      from: at,
      to: at + length,
      ...(quantity === undefined ? {} : { quantity }),
    });
    before = "";
  };
  const part = (mark: string, level: "sentence" | "clause" | "segment"): void => {
    if (level === "sentence") sentence += 1;
    if (level !== "segment") clause += 1;
    segment += 1;
    // "…, because": the comma is what parts.
    if (level !== "segment" || !/^[a-z]+$/.test(mark) || before === "") before = mark;
  };

  while (at < text.length && tokens.length < limit) {
    if (before === "\n" || before === ":\n") {
      const bullet = sticky(BULLET);
      if (bullet !== null) {
        at += bullet[0].length;
        continue;
      }
    }
    const character = text[at] ?? "";
    const end = sticky(SENTENCE_END);
    if (end !== null) {
      part(end[0].includes("?") ? "?" : ".", "sentence");
      at += end[0].length;
      continue;
    }
    if (character === "\n") {
      part(before === ":" || before === ":\n" ? ":\n" : "\n", "sentence");
      at += 1;
      continue;
    }
    const item = sticky(INLINE_ITEM);
    if (item !== null) {
      part(before === ":" ? ":\n" : "\n", "sentence");
      at += item[0].length;
      continue;
    }
    const size = sticky(SIZE);
    if (size !== null && /\d|[hw].*[wh]/.test(size[0])) {
      push(size[0].replace(/\s/g, "").replace(/\*/g, "x"), size[0].length);
      at += size[0].length;
      continue;
    }
    if (/[\d.]/.test(character)) {
      const match = sticky(QUANTITY);
      const quantity = match === null ? undefined : quantityOf(match);
      if (match !== null && quantity !== undefined) {
        push(match[0].trim(), match[0].trim().length, quantity);
        at += match[0].length;
        continue;
      }
    }
    const word = sticky(WORD);
    if (word !== null) {
      const found = word[0].replace(/'/g, "");
      // "It is not as though …", "as if": no concession and no condition.
      const supposed = tokens.at(-1)?.text === "as" && (found === "though" || found === "if");
      if (supposed) before = "";
      else if (CLAUSE_WORDS.has(found)) part(found, "clause");
      else if (isReason(found, tokens.at(-1)?.text, text.slice(at, at + 12))) part(found, "segment");
      else if (SEGMENT_WORDS.has(found) && !isDegree(found, tokens.at(-1)?.text, text.slice(at, at + 12)))
        part(found, "segment");
      push(found, word[0].length);
      at += word[0].length;
      continue;
    }
    if (character === ";") part(";", "clause");
    else if (text.startsWith("--", at) || text.startsWith("->", at)) {
      part(text.slice(at, at + 2), "segment");
      at += 1;
    } else if (",():[]/=+·".includes(character)) {
      if (character !== "/" && character !== "+" && character !== "=") part(character, "segment");
      else before = character;
    }
    at += 1;
  }
  return tokens;
}
