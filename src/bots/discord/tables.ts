// A table as text: aligned in a code block where it is narrow enough to be read on a telephone, else row by row.
import { type Block, plain } from "../../commands/reply.js";
import { literal, shortened } from "./markdown.js";

type Table = Extract<Block, { kind: "table" }>;

/** Characters that fit beside each other in a code block on a desktop; a telephone scrolls it. */
const WIDEST = 64;
/** No cell says more in a code block. */
const CELL = 30;

/** Texts of at most `limit` characters; the head is repeated in each. */
export function tableTexts(table: Table, limit: number): string[] {
  const cells = [table.columns.map(({ title }) => title), ...table.rows.map((row) => row.map(plain))].map((row) =>
    row.map((cell) => shortened(cell.replace(/\s+/g, " ").replace(/`/g, "ˋ"), CELL)),
  );
  const widths = table.columns.map((_, column) => Math.max(...cells.map((row) => width(row[column] ?? ""))));
  if (widths.reduce((sum, each) => sum + each + 2, 0) > WIDEST) return rowByRow(table, limit);
  const lines = cells.map((row) =>
    table.columns
      .map(({ align }, column) => {
        const cell = row[column] ?? "";
        const blank = " ".repeat((widths[column] ?? 0) - width(cell));
        return align === "right" ? blank + cell : cell + blank;
      })
      .join("  ")
      .trimEnd(),
  );
  const [head = "", ...body] = lines;
  const rule = widths.map((each) => "─".repeat(each)).join("  ");
  return gathered(body, limit - head.length - rule.length - 10).map(
    (part) => `\`\`\`\n${head}\n${rule}\n${part}\n\`\`\``,
  );
}

function rowByRow({ columns, rows }: Table, limit: number): string[] {
  const lines = rows.map((row) => {
    const [first = "", ...rest] = row.map((cell) => literal(shortened(plain(cell), 200)));
    const others = rest.map((cell, index) => `${literal(columns[index + 1]?.title ?? "")} ${cell}`);
    return shortened([`**${first}**`, ...others].join(" · "), limit);
  });
  return gathered(lines, limit);
}

/** Lines joined to texts of at most `limit` characters; a table without rows is one empty text. */
export function gathered(lines: readonly string[], limit: number): string[] {
  const texts: string[] = [];
  let current: string | undefined;
  for (const line of lines) {
    if (current === undefined) current = line;
    else if (current.length + 1 + line.length <= limit) current += `\n${line}`;
    else {
      texts.push(current);
      current = line;
    }
  }
  return [...texts, current ?? ""];
}

/** Columns that a text takes: ideographs and emoji take two, combining marks none. */
function width(text: string): number {
  let columns = 0;
  for (const character of text) {
    if (/\p{M}|\p{Cf}/u.test(character)) continue;
    columns += /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}]/u.test(
      character,
    )
      ? 2
      : 1;
  }
  return columns;
}
