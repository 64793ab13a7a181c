// The closed vocabulary of a Reply as a schema: anything beyond it, or beyond what every platform can show, is refused.
import { z } from "zod";
import type { Command } from "../../src/commands/command.js";
import { ANSWER_LIMIT, type Reply } from "../../src/commands/reply.js";

/** No control characters but line breaks and tabs: nothing invisible reaches a platform from our own texts. */
const shown = z.string().min(1);
const line = shown.regex(/^[^\n\r\t\p{Cc}]*$/u);

const inline = z.union([
  z.string(),
  z.strictObject({ bold: shown }),
  z.strictObject({ italic: shown }),
  z.strictObject({ code: shown }),
  z.strictObject({ link: shown, url: z.url({ protocol: /^https$/ }) }),
]);
const text = z.union([inline, z.array(inline).min(1)]);
const tone = z.enum(["info", "good", "warning", "error"]);
const option = z.strictObject({ value: shown, label: line });
const bytes = z.instanceof(Uint8Array).refine((value) => value.length > 0);

function schemaFor(commands: readonly Command[]) {
  const action = z
    .strictObject({ command: shown, action: shown, args: z.record(z.string(), z.string()) })
    .refine(
      ({ command, action: name }) =>
        commands.some((each) => each.name === command && Object.hasOwn(each.actions ?? {}, name)),
      {
        message: "no declared action",
      },
    );
  const button = z.strictObject({
    label: line.max(80),
    style: z.enum(["primary", "secondary", "danger"]),
    press: action,
  });
  const block = z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("heading"), text: line.max(150) }),
    z.strictObject({ kind: z.literal("text"), text }),
    z.strictObject({ kind: z.literal("quote"), text: z.string() }),
    z.strictObject({ kind: z.literal("note"), tone, text }),
    z.strictObject({
      kind: z.literal("fields"),
      fields: z.array(z.strictObject({ name: line, value: text, tone: tone.optional() })).min(1),
    }),
    z
      .strictObject({
        kind: z.literal("table"),
        columns: z.array(z.strictObject({ title: line, align: z.enum(["left", "right"]).optional() })).min(1),
        rows: z.array(z.array(text)),
      })
      .refine(({ columns, rows }) => rows.every((row) => row.length === columns.length)),
    z.strictObject({ kind: z.literal("picture"), name: line, png: bytes, alt: shown }),
    z.strictObject({ kind: z.literal("file"), name: line, mediaType: line, bytes, description: shown }),
    // Discord shows five buttons in a row.
    z.strictObject({ kind: z.literal("buttons"), buttons: z.array(button).min(1).max(5) }),
    z
      .strictObject({
        kind: z.literal("choice"),
        style: z.enum(["select", "letters"]),
        label: line,
        options: z.array(option).min(2).max(25),
        pick: action,
      })
      .refine(({ options }) => new Set(options.map(({ value }) => value)).size === options.length),
  ]);
  const field = z.strictObject({
    name: shown,
    // Discord's modal: 45 characters.
    label: line.max(45),
    type: z.enum(["line", "paragraph", "select"]),
    help: shown.max(100).optional(),
    placeholder: shown.max(100).optional(),
    value: z.string().optional(),
    required: z.boolean(),
    maxLength: z.number().int().max(ANSWER_LIMIT).optional(),
    options: z.array(option).optional(),
  });
  return z.discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("message"),
      private: z.boolean(),
      replaces: z.boolean().optional(),
      blocks: z.array(block).min(1),
    }),
    z.strictObject({
      kind: z.literal("form"),
      title: line.max(45),
      introduction: text.optional(),
      fields: z.array(field).min(1).max(5),
      submitLabel: line.max(24),
      submit: action,
    }),
  ]);
}

/** A schema takes longer to make than to use. */
const schemas = new WeakMap<readonly Command[], ReturnType<typeof schemaFor>>();

/** What is wrong with a reply; empty where it is within the vocabulary, and its buttons call declared actions of `commands`. */
export function faultsOf(reply: Reply, commands: readonly Command[]): string {
  const schema = schemas.get(commands) ?? schemaFor(commands);
  schemas.set(commands, schema);
  const result = schema.safeParse(reply);
  return result.success ? "" : z.prettifyError(result.error);
}
