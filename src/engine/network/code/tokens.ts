// Pasted Python → its logical lines, each a row of tokens: brackets and backslashes join lines, comments are kept apart.
import { networkError } from "../failure.js";
import { DEEPEST_NESTING, LONGEST_CODE } from "../limits.js";
import { codeError } from "./failure.js";

export interface Token {
  readonly kind: "name" | "number" | "string" | "sign" | "end";
  /** A string without its quotes; a number as written. */
  readonly text: string;
  /** From 1. */
  readonly line: number;
}

/** One statement: its first column says to which block it belongs. The last token is `end`. */
export interface LogicalLine {
  readonly indent: number;
  readonly tokens: readonly Token[];
}

export interface Comment {
  readonly line: number;
  readonly text: string;
}

const SIGN =
  /(\*\*=|\/\/=|>>=|<<=|\.\.\.|->|:=|==|!=|<=|>=|\*\*|\/\/|<<|>>|\+=|-=|\*=|\/=|%=|\|=|&=|[-+*/%@=<>()[\]{},:;.|&^~!?])/y;
const NUMBER = /(0[xX][\da-fA-F_]+|(\d[\d_]*)?\.?\d[\d_]*\.?([eE][-+]?\d+)?)/y;
const NAME = /[\p{L}_][\p{L}\p{N}_]*/uy;
const QUOTE = /([rRbBuUfF]{0,2})("""|'''|"|')/y;
const CONTINUED = /\\[ \t]*\n/y;
const OPENING = "([{";
const CLOSING = ")]}";

/**
 * Splits code into logical lines. Typographic quotes, `&gt;`, code fences and notebook prompts are undone.
 * Throws `text-too-long`, `too-deep`, `open-bracket`, `open-string`, `unreadable-code`.
 */
export function readTokens(text: string): { lines: readonly LogicalLine[]; comments: readonly Comment[] } {
  if (text.length > LONGEST_CODE) {
    throw networkError(
      "text-too-long",
      `This is ${text.length.toLocaleString("en")} characters of code; at most ${LONGEST_CODE.toLocaleString("en")} are read.`,
      "Paste only the lines that build the network.",
      null,
    );
  }
  const code = undoChat(text);
  const lines: LogicalLine[] = [];
  const comments: Comment[] = [];
  const open: Token[] = [];
  let tokens: Token[] = [];
  let indent = 0;
  let line = 1;
  let column = 0;
  let at = 0;

  const endLine = () => {
    if (tokens.length > 0) lines.push({ indent, tokens: [...tokens, { kind: "end", text: "", line }] });
    tokens = [];
  };
  const push = (token: Token) => {
    if (tokens.length === 0) indent = column;
    tokens.push(token);
  };

  while (at < code.length) {
    const first = code.charAt(at);
    if (first === "\n") {
      if (open.length === 0) endLine();
      line++;
      at++;
      column = 0;
      continue;
    }
    if (first === " " || first === "\t") {
      column += first === "\t" ? 4 : 1;
      at++;
      continue;
    }
    if (first === "\\" && matchAt(CONTINUED, code, at)) {
      at = endOfLine(code, at) + 1;
      line++;
      continue;
    }
    if (first === "#") {
      const end = endOfLine(code, at);
      comments.push({ line, text: code.slice(at + 1, end).trim() });
      at = end;
      continue;
    }
    if (first === ";" && open.length === 0) {
      const inBlock = indent;
      endLine();
      column = inBlock;
      at++;
      continue;
    }
    const quote = matchAt(QUOTE, code, at);
    if (quote) {
      const string = readString(code, at + quote[0].length, quote[2] ?? '"', line);
      push({ kind: "string", text: string.text, line });
      line += string.newlines;
      at = string.end;
      continue;
    }
    const word = matchAt(NAME, code, at);
    const number = /^[\d.]/.test(first) ? matchAt(NUMBER, code, at) : null;
    const found = word ?? number ?? matchAt(SIGN, code, at);
    if (!found) {
      throw codeError(
        "unreadable-code",
        line,
        `"${String.fromCodePoint(code.codePointAt(at) ?? 0)}" is not part of Python.`,
        "Paste the code as it stands in your notebook.",
      );
    }
    const token: Token = { kind: word ? "name" : number ? "number" : "sign", text: found[0], line };
    if (token.kind === "sign" && OPENING.includes(token.text)) {
      open.push(token);
      if (open.length > DEEPEST_NESTING) {
        throw codeError("too-deep", line, `more than ${DEEPEST_NESTING} brackets within brackets.`, "Nest less.");
      }
    } else if (token.kind === "sign" && CLOSING.includes(token.text)) {
      const opener = open.pop();
      if (opener === undefined || OPENING.indexOf(opener.text) !== CLOSING.indexOf(token.text)) {
        const against =
          opener === undefined ? "closes nothing" : `does not close "${opener.text}" of line ${opener.line}`;
        throw codeError("unmatched-bracket", line, `"${token.text}" ${against}.`, "Check the brackets.");
      }
    }
    push(token);
    column += found[0].length;
    at += found[0].length;
  }
  const opener = open.at(-1);
  if (opener) {
    throw codeError(
      "open-bracket",
      opener.line,
      `"${opener.text}" is never closed.`,
      "Paste the code up to its closing bracket.",
    );
  }
  endLine();
  return { lines, comments };
}

/** Undoes what chats and notebooks do to code, line for line: fences, prompts, entities, typographic quotes. */
function undoChat(text: string): string {
  return text
    .replace(/\r\n?/g, "\n")
    .replace(/^[ \t]*```[a-zA-Z0-9]*[ \t]*$/gm, "")
    .replace(/```(python|py)?/g, "")
    .replace(/^(>>> ?|\.\.\. |In ?\[\d*\]: ?)/gm, "")
    .replace(/^[ \t]*[%!].*$/gm, "")
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&amp;/g, "&")
    .replace(/[“”„]/g, '"')
    .replace(/[‘’‚]/g, "'")
    .replace(/[–−]/g, "-")
    .replace(/×/g, "x")
    .replace(/[\u00a0\u2000-\u200a\u202f\f\v]/g, " ")
    .replace(/[\u200b\ufeff]/g, "");
}

function matchAt(sticky: RegExp, code: string, at: number): RegExpExecArray | null {
  sticky.lastIndex = at;
  return sticky.exec(code);
}

function endOfLine(code: string, from: number): number {
  const end = code.indexOf("\n", from);
  return end < 0 ? code.length : end;
}

function readString(code: string, from: number, quote: string, line: number) {
  let newlines = 0;
  for (let at = from; at < code.length; at++) {
    if (code.startsWith(quote, at)) return { text: code.slice(from, at), end: at + quote.length, newlines };
    if (code[at] === "\\") at++;
    if (code[at] === "\n") {
      if (quote.length === 1 && code[at - 1] !== "\\") break;
      newlines++;
    }
  }
  throw codeError("open-string", line, "a string is never closed.", `Close it with ${quote}.`);
}
