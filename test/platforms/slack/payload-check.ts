// What Slack would refuse of a message or a view: the documented limits, checked on what really arrives.
import { z } from "zod";

const plain = (most: number) =>
  z.object({ type: z.literal("plain_text"), text: z.string().min(1).max(most), emoji: z.boolean().optional() });
const style = z.strictObject({
  bold: z.literal(true).optional(),
  italic: z.literal(true).optional(),
  code: z.literal(true).optional(),
});

/** Mentions (`user`, `broadcast`, `usergroup`) are elements that Slack takes; here they are refused, as nothing may ping. */
const richElement = z.union([
  z.strictObject({ type: z.literal("text"), text: z.string().min(1), style: style.optional() }),
  z.strictObject({ type: z.literal("link"), url: z.url(), text: z.string().min(1) }),
  z.strictObject({ type: z.literal("emoji"), name: z.string() }),
  z.strictObject({ type: z.literal("channel"), channel_id: z.string().regex(/^[CG]/) }),
]);
const section = z.strictObject({ type: z.literal("rich_text_section"), elements: z.array(richElement).min(1) });
const rich = z.strictObject({
  type: z.literal("rich_text"),
  elements: z
    .array(
      z.union([
        section,
        z.strictObject({
          type: z.enum(["rich_text_quote", "rich_text_preformatted"]),
          elements: z.array(richElement).min(1),
        }),
        z.strictObject({
          type: z.literal("rich_text_list"),
          style: z.enum(["bullet", "ordered"]),
          elements: z.array(section).min(1),
        }),
      ]),
    )
    .min(1),
});
const option = z.strictObject({ text: plain(75), value: z.string().min(1).max(150) });
const select = z.strictObject({
  type: z.literal("static_select"),
  action_id: z.string().min(1).max(255),
  placeholder: plain(150),
  options: z.array(option).min(1).max(100),
  initial_option: option.optional(),
});
const button = z.strictObject({
  type: z.literal("button"),
  text: plain(75),
  action_id: z.string().min(1).max(255),
  value: z.string().max(2_000),
  style: z.enum(["primary", "danger"]).optional(),
});
const block = z.union([
  rich,
  z.strictObject({ type: z.literal("header"), text: plain(150) }),
  z.strictObject({ type: z.literal("context"), elements: z.array(plain(3_000)).min(1).max(10) }),
  z.strictObject({
    type: z.literal("image"),
    slack_file: z.strictObject({ id: z.string() }),
    alt_text: z.string().min(1).max(2_000),
  }),
  z.strictObject({
    type: z.literal("actions"),
    elements: z
      .array(z.union([button, select]))
      .min(1)
      .max(25),
  }),
  z.strictObject({
    type: z.literal("input"),
    block_id: z.string().max(255),
    optional: z.boolean().optional(),
    label: plain(2_000),
    hint: plain(2_000).optional(),
    element: z.union([
      select,
      z.strictObject({
        type: z.literal("plain_text_input"),
        action_id: z.string(),
        multiline: z.boolean(),
        max_length: z.number().int().min(1).max(3_000),
        initial_value: z.string().max(3_000).optional(),
        placeholder: plain(150).optional(),
      }),
      z.strictObject({
        type: z.literal("file_input"),
        action_id: z.string(),
        max_files: z.number().int().min(1).max(10),
      }),
    ]),
  }),
]);
const view = z.strictObject({
  type: z.literal("modal"),
  callback_id: z.string().max(255),
  title: plain(24),
  submit: plain(24),
  close: plain(24),
  private_metadata: z.string().max(3_000),
  blocks: z.array(block).min(1).max(100),
});
const home = z.strictObject({ type: z.literal("home"), blocks: z.array(block).min(1).max(100) });

/** Throws with every fault. `msg_blocks_too_long` comes at 13,200 characters. */
export function checkMessage(body: { readonly text?: unknown; readonly blocks?: unknown }): void {
  z.object({ text: z.string().min(1).max(4_000), blocks: z.array(block).min(1).max(50) }).parse(body);
  if (readable(body.blocks).length > 13_200) throw new Error("msg_blocks_too_long");
  if (/<[!@#]|@(?:everyone|channel|here)\b/iu.test(JSON.stringify([body.text, readable(body.blocks)])))
    throw new Error(`something could ping: ${readable(body.blocks).slice(0, 500)}`);
  checkIds(body.blocks);
}

export function checkView(value: unknown): void {
  z.union([view, home]).parse(value);
  checkIds(value);
}

/** All that a person reads in blocks, one line a text. */
export function readable(value: unknown): string {
  if (typeof value !== "object" || value === null) return "";
  return Object.entries(value)
    .map(([name, each]) =>
      typeof each === "string" ? (name === "text" || name === "alt_text" ? each : "") : readable(each),
    )
    .filter((text) => text !== "")
    .join("\n");
}

function checkIds(value: unknown): void {
  const ids = [...JSON.stringify(value).matchAll(/"action_id":"((?:[^"\\]|\\.)*)"/gu)].map((match) => match[1]);
  const many = ids.filter((id, at) => ids.indexOf(id) !== at && id !== "text" && id !== "select" && id !== "files");
  if (many.length > 0) throw new Error(`action ids twice: ${many.join(", ")}`);
}
