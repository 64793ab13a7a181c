// Reply blocks as plain text for a terminal; colours only where one is attached.
import { styleText } from "node:util";
import { type Block, plain, type Tone } from "../commands/reply.js";

const SIGNS: Readonly<Record<Tone, string>> = { good: "✓", info: "·", warning: "○", error: "✕" };
const COLOURS = { good: "green", info: "cyan", warning: "yellow", error: "red" } as const;

export function toTerminal(blocks: readonly Block[], colour = process.stdout.isTTY): string {
  const paint = (format: Parameters<typeof styleText>[0], text: string): string =>
    colour ? styleText(format, text) : text;
  const sign = (tone: Tone): string => paint(COLOURS[tone], SIGNS[tone]);
  return blocks
    .map((block): string => {
      switch (block.kind) {
        case "heading":
          return paint("bold", block.text);
        case "text":
          return plain(block.text);
        case "quote":
          return block.text.replace(/^/gm, "> ");
        case "note":
          return `${sign(block.tone)} ${plain(block.text)}`;
        case "fields":
          return block.fields
            .map(
              (field) =>
                `  ${field.tone === undefined ? "" : `${sign(field.tone)} `}${field.name}: ${plain(field.value)}`,
            )
            .join("\n");
        case "table":
          return [block.columns.map((column) => column.title), ...block.rows.map((row) => row.map(plain))]
            .map((cells) => cells.join("  "))
            .join("\n");
        case "picture":
          return `[picture: ${block.alt}]`;
        case "file":
          return `[file ${block.name}: ${block.description}]`;
        case "choice":
          return block.options
            .map((option, index) => `  ${String.fromCharCode(65 + index)}  ${option.label}`)
            .join("\n");
        default:
          return "";
      }
    })
    .filter((part) => part !== "")
    .join("\n");
}
