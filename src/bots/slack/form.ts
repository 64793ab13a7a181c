// Form → a view, and what was filled in → fields; a view carries in its metadata where it was opened.
import type { InputBlock, KnownBlock, ModalView } from "@slack/types";
import { z } from "zod";
import type { OptionSpec } from "../../commands/command.js";
import type { Form, FormField } from "../../commands/reply.js";
import { jsonOf } from "../../json.js";
import * as limits from "./limits.js";
import { spokenText } from "./names.js";
import { type Renderer, textBlocks } from "./render.js";
import { label } from "./text.js";

/** `callback_id` of the views: an ordinary form, and one that asks for a command's files. */
export const FORM = "form";
export const FILES = "files";

/** Where a view was opened: its answer goes there. Short names, because metadata holds 3,000 characters. */
const originShape = z.object({
  /** Channel, thread and the response URL of what was pressed. */
  c: z.string(),
  t: z.string().optional(),
  u: z.string().optional(),
  /** Milliseconds since 1970 when the response URL was given. */
  a: z.number(),
  /** The pressed message and whether the asker alone sees it. */
  m: z.string().optional(),
  p: z.boolean(),
  /** The direct messages of bot and asker. */
  d: z.boolean(),
});
export type Origin = z.infer<typeof originShape>;

const metadataShape = z.object({
  o: originShape,
  /** The reference of a form's action. */
  r: z.string().optional(),
  /** The command that wants files, as typed. */
  w: z
    .object({ c: z.string(), s: z.string().optional(), o: z.record(z.string(), z.string()), f: z.string() })
    .optional(),
});
export type Metadata = z.infer<typeof metadataShape>;

export async function formView(renderer: Renderer, form: Form, origin: Origin): Promise<ModalView> {
  const token = await renderer.dispatcher.encode(form.submit, limits.PRIVATE_METADATA / 2);
  const { speak } = renderer;
  const title = speak(form.title);
  const head: KnownBlock[] =
    title.length > limits.VIEW_TITLE ? [{ type: "header", text: label(title, limits.HEADER) }] : [];
  const introduction = form.introduction === undefined ? [] : textBlocks(spokenText(speak, form.introduction));
  return {
    type: "modal",
    callback_id: FORM,
    title: label(title, limits.VIEW_TITLE),
    submit: label(form.submitLabel, limits.VIEW_BUTTON),
    close: label("Cancel", limits.VIEW_BUTTON),
    private_metadata: JSON.stringify({ o: origin, r: token } satisfies Metadata),
    blocks: [...head, ...introduction, ...form.fields.map((field) => input(field))].slice(0, limits.VIEW_BLOCKS),
  };
}

/** A view that asks for the files of a command typed without them; where the command does without, none need be given. */
export function filesView(
  wanted: Exclude<Metadata["w"], undefined>,
  { description, required = false }: Pick<OptionSpec, "description" | "required">,
  origin: Origin,
): ModalView {
  return {
    type: "modal",
    callback_id: FILES,
    title: label(`/convo ${wanted.c}`, limits.VIEW_TITLE),
    submit: label("Send", limits.VIEW_BUTTON),
    close: label("Cancel", limits.VIEW_BUTTON),
    private_metadata: JSON.stringify({ o: origin, w: wanted } satisfies Metadata),
    blocks: [
      {
        type: "input",
        block_id: wanted.f,
        optional: !required,
        label: label(description, limits.INPUT_LABEL),
        element: { type: "file_input", action_id: "files", max_files: limits.FILE_INPUT_FILES },
      },
    ],
  };
}

/** Undefined where the view is none of ours, or of an older version. */
export function readMetadata(text: string): Metadata | undefined {
  return metadataShape.safeParse(jsonOf(text)).data;
}

export type Values = Readonly<
  Record<
    string,
    Readonly<
      Record<
        string,
        {
          readonly value?: string | null | undefined;
          readonly selected_option?: { readonly value?: string | undefined } | null | undefined;
        }
      >
    >
  >
>;

export function readFields(values: Values): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([name, block]) => {
      const [given] = Object.values(block);
      return [name, given?.selected_option?.value ?? given?.value ?? ""];
    }),
  );
}

function input(field: FormField): InputBlock {
  return {
    type: "input",
    block_id: field.name,
    optional: !field.required,
    label: label(field.label, limits.INPUT_LABEL),
    ...(field.help === undefined ? {} : { hint: label(field.help, limits.INPUT_LABEL) }),
    element: field.type === "select" ? menu(field) : line(field),
  };
}

function line(field: FormField): InputBlock["element"] {
  const most = Math.min(field.maxLength ?? limits.INPUT_TEXT, limits.INPUT_TEXT);
  return {
    type: "plain_text_input",
    action_id: "text",
    multiline: field.type === "paragraph",
    max_length: most,
    ...(field.value === undefined ? {} : { initial_value: field.value.slice(0, most) }),
    ...(field.placeholder === undefined ? {} : { placeholder: label(field.placeholder, limits.PLACEHOLDER) }),
  };
}

function menu(field: FormField): InputBlock["element"] {
  const options = (field.options ?? []).slice(0, limits.SELECT_OPTIONS).map((option) => ({
    text: label(option.label, limits.OPTION_LABEL),
    value: option.value,
  }));
  const initial = options.find((option) => option.value === field.value);
  return {
    type: "static_select",
    action_id: "select",
    options,
    placeholder: label(field.placeholder ?? "Choose one", limits.PLACEHOLDER),
    ...(initial === undefined ? {} : { initial_option: initial }),
  };
}
