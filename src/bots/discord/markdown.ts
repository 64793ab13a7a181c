// Inline text → Discord's markdown, in which whatever a person typed stays literal: no markup, no link, no mention.
import type { Inline, Text } from "../../commands/reply.js";

/** A word is cut where it is longer, so that a text can always be split. Characters before escaping. */
const LONGEST_ATOM = 500;

/** The text as pieces that must not be cut; joined they are the whole. */
export function atoms(text: Text): string[] {
  const parts: readonly Inline[] = Array.isArray(text) ? text : [text as Inline];
  return parts.flatMap(atomsOf);
}

export function markdown(text: Text): string {
  return atLineStarts(atoms(text).join(""));
}

/** Plain words, escaped. */
export function literal(text: string): string {
  return markdown(text);
}

function atomsOf(part: Inline): string[] {
  if (typeof part === "string") return words(part).map(escaped);
  if ("bold" in part) return wrapped(part.bold, "**");
  if ("italic" in part) return wrapped(part.italic, "*");
  if ("code" in part) return pieces(part.code, LONGEST_ATOM).map(code);
  return [`[${escaped(part.link).slice(0, LONGEST_ATOM)}](<${part.url.replace(/[\s<>]/g, encodeURIComponent)}>)`];
}

/** Markup may not begin or end with a blank inside. */
function wrapped(text: string, mark: string): string[] {
  return pieces(text, LONGEST_ATOM).map((piece) => {
    const [, before = "", inner = "", after = ""] = /^(\s*)(.*?)(\s*)$/s.exec(piece) ?? [];
    return inner === "" ? piece : `${before}${mark}${escaped(inner)}${mark}${after}`;
  });
}

export function code(text: string): string {
  if (text.trim() === "") return text;
  if (!text.includes("`")) return `\`${text}\``;
  // Two backticks as the fence; those inside are kept apart by a zero-width space.
  return `\`\` ${text.replace(/``/g, "`\u200b`")} \`\``;
}

function escaped(text: string): string {
  return text
    .replace(/[\\*_~`|[\]<>]/g, "\\$&")
    .replace(/(https?|ftp|steam|discord)(?=:\/\/)/gi, "$1\\")
    .replace(/@(?=everyone|here)/gi, "@\u200b");
}

/** What makes a heading, a list or small print only at the start of a line. Quotes (`>`) of our own stay. */
function atLineStarts(markdown: string): string {
  return markdown.replace(/^([ \t]*)([#+-])/gm, "$1\\$2").replace(/^([ \t]*\d+)([.)])(?=\s)/gm, "$1\\$2");
}

function words(text: string): string[] {
  return (text.match(/\s*\S+|\s+$/g) ?? (text === "" ? [] : [text])).flatMap((word) => pieces(word, LONGEST_ATOM));
}

/** By code points, so that no character is cut in two. */
function pieces(text: string, limit: number): string[] {
  if (text.length <= limit) return text === "" ? [] : [text];
  const characters = [...text];
  const half = Math.floor(limit / 2);
  return Array.from({ length: Math.ceil(characters.length / half) }, (_, index) =>
    characters.slice(index * half, (index + 1) * half).join(""),
  );
}

/** Cut to `limit` characters with an ellipsis, never in the middle of a character. */
export function shortened(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return `${text.slice(0, limit - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}

/** Pieces of rendered text of at most `limit` characters, cut between atoms. */
export function packed(all: readonly string[], limit: number): string[] {
  const found: string[] = [];
  let current = "";
  for (const atom of all) {
    if (current !== "" && atLineStarts(current + atom).length > limit) {
      found.push(atLineStarts(current));
      current = atom.replace(/^\s+/, "");
    } else current += atom;
  }
  if (current.trim() !== "") found.push(atLineStarts(current));
  return found;
}
