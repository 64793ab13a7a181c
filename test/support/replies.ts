// Reading a reply as a person would: its text, its buttons, its choice.
import { type ActionRef, type Block, type Button, type Message, plain, type Reply } from "../../src/commands/reply.js";

/** All that is readable in a reply, one line a block or field. */
export function textOf(reply: Reply): string {
  if (reply.kind === "form")
    return [reply.title, reply.introduction === undefined ? "" : plain(reply.introduction)].join("\n");
  return reply.blocks.map(blockText).join("\n");
}

function blockText(block: Block): string {
  switch (block.kind) {
    case "heading":
    case "quote":
      return block.text;
    case "text":
    case "note":
      return plain(block.text);
    case "fields":
      return block.fields.map((field) => `${field.name}: ${plain(field.value)}`).join("\n");
    case "table":
      return [block.columns.map((column) => column.title), ...block.rows.map((row) => row.map(plain))]
        .map((cells) => cells.join(" | "))
        .join("\n");
    case "picture":
      return block.alt;
    case "file":
      return `${block.name}: ${block.description}`;
    case "buttons":
      return block.buttons.map((button) => `[${button.label}]`).join(" ");
    case "choice":
      return block.options.map((option) => option.label).join("\n");
  }
}

export function buttonsOf(reply: Reply): Button[] {
  if (reply.kind === "form") return [];
  return reply.blocks.flatMap((block) => (block.kind === "buttons" ? block.buttons : []));
}

/** What the button of this label presses. */
export function press(reply: Reply, label: string): ActionRef {
  const button = buttonsOf(reply).find((each) => each.label === label);
  if (button === undefined) throw new Error(`no button "${label}" in:\n${textOf(reply)}`);
  return button.press;
}

type BlockOf<Kind extends Block["kind"]> = Extract<Block, { kind: Kind }>;

/** The first block of a kind. */
export function blockOf<Kind extends Block["kind"]>(reply: Message, kind: Kind): BlockOf<Kind> {
  const found = reply.blocks.find((block): block is BlockOf<Kind> => block.kind === kind);
  if (found === undefined) throw new Error(`no ${kind} in:\n${textOf(reply)}`);
  return found;
}
