// A table that can be read on a phone: monospaced lines where they fit its width, else one paragraph a row.
import type { RichTextBlock, RichTextSection } from "@slack/types";
import { type Block, plain, type Text } from "../../commands/reply.js";
import { PHONE_LINE, TEXT } from "./limits.js";
import { cutAt, defused, section, words } from "./text.js";

type Table = Extract<Block, { kind: "table" }>;

/**
 * Slack's own `table` block shows in messages only, once in each, and scrolls sideways on phones; these show everywhere.
 * Several blocks where the text is longer than one may be.
 */
export function tableBlocks({ columns, rows }: Table): RichTextBlock[] {
  const lines = [columns.map((column) => column.title), ...rows.map((row) => columns.map((_, at) => cell(row[at])))];
  const widths = columns.map((_, at) => Math.max(...lines.map((line) => [...(line[at] ?? "")].length)));
  const width = widths.reduce((sum, each) => sum + each + 2, -2);
  if (width > PHONE_LINE) return paragraphs(columns, lines.slice(1));
  const text = lines.map((line) =>
    line
      .map((value, at) => padded(value, widths[at] ?? 0, columns[at]?.align === "right"))
      .join("  ")
      .trimEnd(),
  );
  return pages(text, (line) => line.length + 1).map((page) => ({
    type: "rich_text",
    elements: [{ type: "rich_text_preformatted", elements: [{ type: "text", text: page.join("\n") }] }],
  }));
}

function paragraphs(columns: Table["columns"], rows: readonly (readonly string[])[]): RichTextBlock[] {
  const items = rows.map((row): RichTextSection => {
    const [first = "", ...others] = row;
    const parts = others.flatMap((value, at) => (value === "" ? [] : [`${columns[at + 1]?.title ?? ""}: ${value}`]));
    return section([words(cutAt(first, TEXT / 4) || "–", "bold"), words(cutAt(` ${parts.join(" · ")}`, TEXT / 2))]);
  });
  return pages(items, (item) => sizeOf(item)).map((page) => ({
    type: "rich_text",
    elements: [{ type: "rich_text_list", style: "bullet", elements: page }],
  }));
}

/** One line of a cell's text, its invisible parts gone. */
function cell(text: Text | undefined): string {
  return text === undefined ? "" : defused(plain(text)).replace(/\s+/gu, " ").trim();
}

function padded(value: string, width: number, right: boolean): string {
  const blanks = " ".repeat(Math.max(0, width - [...value].length));
  return right ? blanks + value : value + blanks;
}

/** Consecutive items, as many a page as a block of text holds. */
function pages<T>(items: readonly T[], size: (item: T) => number): T[][] {
  const found: T[][] = [];
  let used = TEXT;
  for (const item of items) {
    if (used + size(item) > TEXT) {
      found.push([]);
      used = 0;
    }
    found.at(-1)?.push(item);
    used += size(item);
  }
  return found;
}

/** Characters that are read in a section. */
export function sizeOf(item: RichTextSection): number {
  return item.elements.reduce((sum, part) => sum + ("text" in part ? (part.text?.length ?? 0) : 2), 0);
}
