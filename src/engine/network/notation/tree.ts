// The notation's first reading: text → words → a tree of written layers and groups in brackets. No meaning yet.

import { networkError } from "../failure.js";
import { DEEPEST_NESTING, LONGEST_TEXT } from "../limits.js";
import { written } from "../parameters.js";

/** A written layer: its words in lower case, the first of them its name. */
export interface Leaf {
  readonly kind: "leaf";
  readonly words: readonly string[];
}

/** `head ( … ) ( … ) shortcut ( … ) words`: `head` are the words before the first bracket. */
export interface Group {
  readonly kind: "group";
  readonly head: readonly string[];
  readonly branches: readonly Branch[];
  /** Words after the last bracket: `residual ( … ) relu`. */
  readonly tail: readonly string[];
}

export interface Branch {
  /** Words before its bracket, from the second branch on: `shortcut`. */
  readonly head: readonly string[];
  readonly items: readonly Item[];
}

export type Item = Leaf | Group;

/** Throws `too-long`, `too-deep`, `bracket-open`, `bracket-closed`, `empty-network`. Takes time linear in the text. */
export function readTree(text: string): readonly Item[] {
  if (text.length > LONGEST_TEXT)
    throw networkError(
      "too-long",
      `This network has ${written(text.length)} characters.`,
      `Write at most ${written(LONGEST_TEXT)}; repeat N ( … ) saves many.`,
      null,
    );
  const tokens = tokensOf(text);
  const { items } = sequence(tokens, 0, 0);
  if (items.length === 0)
    throw networkError("empty-network", "There is no layer.", "Begin with input 28x28x1; conv 8; …", null);
  return items;
}

const SEPARATOR = ";";
const OPEN = "(";
const CLOSE = ")";

/** Undoes what phones, Slack and copying do to a text: entities, typographic dashes and quotes, odd blanks. */
export function plainText(text: string): string {
  return text
    .replace(/&gt;/gi, ">")
    .replace(/&lt;/gi, "<")
    .replace(/&amp;/gi, "&")
    .replace(/[\u200b-\u200d\u2060\ufeff]/g, "")
    .replace(/[‐‑‒–—―−]/g, "-")
    .replace(/[“”„‟«»″]/g, '"')
    .replace(/[‘’‚‛′]/g, "'")
    .replace(/\r\n?|[\u2028\u2029\u0085]/g, "\n")
    .replace(/[^\S\n]/g, " ");
}

function tokensOf(text: string): readonly string[] {
  const plain = plainText(text)
    .replace(/#[^\n]*/g, "")
    .replace(/^ {0,8}[-•] /gm, "")
    .toLowerCase()
    .replace(/["'`]/g, "")
    .replace(/-{1,3} {0,2}>|={1,3}>|→|⇒|➔|➜|\||\n|>/g, SEPARATOR)
    // 3 x 3, 3×3 and 3*3 are one word; so are 28x28 x rgb and /2 written apart.
    .replace(/(?<=[\d?]) *[x×*] *(?=[\d?])/g, "x")
    .replace(/(?<=[\d?]) *[x×*] *(?=(?:rgb|gray|grey)\b)/g, " ")
    .replace(/\/ *(?=[\d?-])/g, " /")
    .replace(/, /g, " ")
    .replace(/([;()])/g, " $1 ");
  return plain.split(" ").filter((word) => word !== "");
}

/** Items from `at` up to the closing bracket (or the end, at depth 0). */
function sequence(tokens: readonly string[], at: number, depth: number): { items: Item[]; next: number } {
  const items: Item[] = [];
  let words: string[] = [];
  const endLeaf = (): void => {
    if (words.length > 0) items.push({ kind: "leaf", words });
    words = [];
  };
  let index = at;
  for (;;) {
    const token = tokens[index];
    if (token === undefined) {
      if (depth > 0)
        throw networkError("bracket-open", "A bracket is opened and never closed.", "Add the missing ).", null);
      endLeaf();
      return { items, next: index };
    }
    if (token === CLOSE) {
      if (depth === 0)
        throw networkError("bracket-closed", "A bracket is closed that was never opened.", "Take away one ).", null);
      endLeaf();
      return { items, next: index + 1 };
    }
    if (token === OPEN) {
      const { group, next } = groupAt(tokens, index, depth, words);
      items.push(group);
      words = [];
      index = next;
    } else {
      if (token === SEPARATOR) endLeaf();
      else words.push(token);
      index++;
    }
  }
}

/** A group whose first bracket is at `at`. */
function groupAt(
  tokens: readonly string[],
  at: number,
  depth: number,
  head: readonly string[],
): { group: Group; next: number } {
  if (depth >= DEEPEST_NESTING)
    throw networkError(
      "too-deep",
      `More than ${DEEPEST_NESTING} brackets stand within each other.`,
      "Nest less deeply.",
      null,
    );
  const branches: Branch[] = [];
  let branchHead: readonly string[] = [];
  let index = at;
  for (;;) {
    const { items, next } = sequence(tokens, index + 1, depth + 1);
    branches.push({ head: branchHead, items });
    index = next;
    const further = openingAfter(tokens, index);
    if (further === undefined) break;
    branchHead = tokens.slice(index, further).filter((token) => token !== SEPARATOR);
    index = further;
  }
  const tail: string[] = [];
  for (; index < tokens.length; index++) {
    const token = tokens[index];
    if (token === undefined || token === SEPARATOR || token === CLOSE) break;
    tail.push(token);
  }
  return { group: { kind: "group", head, branches, tail }, next: index };
}

/** Where the next branch of a group opens that has just closed a bracket: `) (`, `) shortcut (`, over line ends too. */
function openingAfter(tokens: readonly string[], at: number): number | undefined {
  let index = at;
  while (tokens[index] === SEPARATOR) index++;
  if (tokens[index] === "shortcut") index++;
  while (tokens[index] === SEPARATOR) index++;
  return tokens[index] === OPEN ? index : undefined;
}
