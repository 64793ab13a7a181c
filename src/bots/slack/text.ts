// Text as Slack takes it: rich text elements, which are literal, and escaped plain text; nothing in either can mention anyone.
import type { RichTextElement, RichTextSection } from "@slack/types";
import { type Inline, plain, type Text, type Tone } from "../../commands/reply.js";

const SIGNS: Readonly<Record<Tone, string>> = {
  info: "information_source",
  good: "white_check_mark",
  warning: "warning",
  error: "x",
};

/** A text as elements of at most `limit` characters in all a chunk, in order. */
export function chunksOf(text: Text, limit: number): RichTextElement[][] {
  const chunks: RichTextElement[][] = [[]];
  let used = 0;
  for (const part of inlines(text)) {
    let rest = defused(plain(part));
    while (rest !== "") {
      if (used >= limit) {
        chunks.push([]);
        used = 0;
      }
      const piece = cutAt(rest, limit - used);
      chunks.at(-1)?.push(...(typeof part === "string" ? withChannels(piece) : [element(part, piece)]));
      used += piece.length;
      rest = rest.slice(piece.length);
      if (rest !== "") used = limit;
    }
  }
  return chunks.filter((chunk) => chunk.length > 0);
}

export function section(elements: readonly RichTextElement[]): RichTextSection {
  return { type: "rich_text_section", elements: [...elements] };
}

/** The sign before a finding: met, missing, wrong. */
export function sign(tone: Tone): RichTextElement[] {
  return [{ type: "emoji", name: SIGNS[tone] }, words(" ")];
}

export function words(text: string, style?: "bold" | "italic" | "code"): RichTextElement {
  return { type: "text", text: defused(text), ...(style === undefined ? {} : { style: { [style]: true } }) };
}

/** For `plain_text` objects: one line, never empty, shortened with "…" to `limit` characters. */
export function label(text: string, limit: number): { type: "plain_text"; text: string; emoji: false } {
  const line = defused(text).replace(/\s+/gu, " ").trim();
  return { type: "plain_text", text: shortened(line === "" ? "–" : line, limit), emoji: false };
}

/** At most `limit` UTF-16 units, the last an ellipsis where something is left out. */
export function shortened(text: string, limit: number): string {
  return text.length <= limit ? text : `${cutAt(text, limit - 1).trimEnd()}…`;
}

/** For `text` of a message, which Slack reads as markup: https://docs.slack.dev/messaging/formatting-message-text#escaping */
export function escaped(text: string): string {
  return defused(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/**
 * Rich text is literal already; an invisible word joiner (U+2060) behind what could begin a mention keeps it so wherever
 * the text is copied to or quoted by other programs.
 */
export function defused(text: string): string {
  return text
    .replace(/<(?=[!@#])/gu, "<\u2060")
    .replace(/@(?=(?:everyone|channel|here)\b)/giu, "@\u2060")
    .replaceAll("\0", "");
}

/** "#C0123ABCD", as our own texts name a channel, becomes its name; naming a channel notifies nobody. */
function withChannels(text: string): RichTextElement[] {
  return text.split(/#((?=[A-Z]*\d)[CG][A-Z0-9]{8,})\b/u).flatMap((part, at): RichTextElement[] => {
    if (at % 2 === 1) return [{ type: "channel", channel_id: part }];
    return part === "" ? [] : [{ type: "text", text: part }];
  });
}

function inlines(text: Text): readonly Inline[] {
  return typeof text === "string" || !("length" in text) ? [text] : text;
}

function element(part: Exclude<Inline, string>, text: string): RichTextElement {
  if ("bold" in part) return { type: "text", text, style: { bold: true } };
  if ("italic" in part) return { type: "text", text, style: { italic: true } };
  if ("code" in part) return { type: "text", text, style: { code: true } };
  return { type: "link", text, url: part.url };
}

/** The longest beginning of at most `limit` units that ends at a blank where there is one late enough, and never inside a character. */
export function cutAt(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const blank = Math.max(text.lastIndexOf("\n", limit - 1), text.lastIndexOf(" ", limit - 1));
  if (blank > limit / 2) return text.slice(0, blank + 1);
  return text.slice(0, isHighSurrogate(text.charCodeAt(limit - 1)) ? Math.max(limit - 1, 1) : limit);
}

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;
