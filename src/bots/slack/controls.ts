// Buttons and choices: what is pressed carries the reference of its action, and a pick the value too.
import type { KnownBlock, Button as SlackButton } from "@slack/types";
import { z } from "zod";
import type { Dispatcher } from "../../commands/dispatch.js";
import type { ActionRef, Block, Button, Option } from "../../commands/reply.js";
import { jsonOf } from "../../json.js";
import * as limits from "./limits.js";
import type { Speak } from "./names.js";
import { chunksOf, label, section, words } from "./text.js";

type Encoder = Pick<Dispatcher, "encode">;
type Choice = Extract<Block, { kind: "choice" }>;

/** `action_id` of everything that Convo shows begins with one of these. */
export const PRESS = "press";
export const PICK = "pick";

/** `at` keeps the ids of one message apart. */
export async function buttonBlocks(
  dispatcher: Encoder,
  { buttons }: Extract<Block, { kind: "buttons" }>,
  at: number,
): Promise<KnownBlock[]> {
  const elements = await Promise.all(
    buttons.map(async ({ label: text, style, press }, index) =>
      slackButton(text, style, `${PRESS}:${at}:${index}`, await dispatcher.encode(press, limits.BUTTON_VALUE)),
    ),
  );
  return actionRows(elements);
}

export async function choiceBlocks(
  { dispatcher, speak }: { dispatcher: Encoder; speak: Speak },
  choice: Choice,
  at: number,
): Promise<KnownBlock[]> {
  const long = choice.options.some(
    (option) => option.label.length > limits.OPTION_LABEL || option.value.length > limits.OPTION_VALUE,
  );
  const lettered = choice.style === "letters" || (long && choice.options.length <= limits.BUTTONS);
  return lettered
    ? letters(dispatcher, choice, at)
    : selects(dispatcher, { ...choice, label: speak(choice.label) }, at);
}

/** The reference's token and the value picked, from what a press sends back; undefined where it is none of ours. */
export function readPress(action: {
  readonly action_id: string;
  readonly value?: string | undefined;
  readonly selected_option?: { readonly value?: string | undefined } | null | undefined;
}): { token: string; value?: string } | undefined {
  const { action_id: id, value, selected_option: selected } = action;
  if (selected?.value !== undefined && id.startsWith(`${PICK}=`)) {
    return { token: id.slice(id.indexOf(" ") + 1), value: selected.value };
  }
  if (value === undefined) return undefined;
  if (id.startsWith(`${PRESS}:`)) return { token: value };
  if (!id.startsWith(`${PICK}:`)) return undefined;
  const parsed = picked.safeParse(jsonOf(value));
  return parsed.success ? { token: parsed.data.r, value: parsed.data.v } : undefined;
}

const picked = z.object({ r: z.string(), v: z.string() });

/** The whole text of each option in the body, and a button a letter. */
async function letters(dispatcher: Encoder, { options, pick }: Choice, at: number): Promise<KnownBlock[]> {
  const body = options.flatMap((option, index) =>
    chunksOf([{ bold: `${letter(index)}  ` }, option.label], limits.TEXT).map(
      (elements): KnownBlock => ({ type: "rich_text", elements: [section(elements)] }),
    ),
  );
  const elements = await Promise.all(
    options.map(async (option, index) =>
      slackButton(letter(index), "secondary", `${PICK}:${at}:${index}`, await pickValue(dispatcher, pick, option)),
    ),
  );
  return [...body, ...actionRows(elements)];
}

async function pickValue(dispatcher: Encoder, pick: ActionRef, { value }: Option): Promise<string> {
  const room = limits.BUTTON_VALUE - JSON.stringify({ r: "", v: value }).length;
  if (room < 40) throw new RangeError(`The option's value ${value.slice(0, 40)}… is too long for a button.`);
  // A quote or backslash in the token takes two characters; percent-encoded tokens have neither.
  return JSON.stringify({ r: await dispatcher.encode(pick, room), v: value });
}

/** Menus of 100 options each. The reference stands in the `action_id`, which each of them needs for itself. */
async function selects(
  dispatcher: Encoder,
  { label: title, options, pick }: Choice,
  at: number,
): Promise<KnownBlock[]> {
  const pages = Array.from({ length: Math.ceil(options.length / limits.SELECT_OPTIONS) }, (_, page) =>
    options.slice(page * limits.SELECT_OPTIONS, (page + 1) * limits.SELECT_OPTIONS),
  );
  const token = await dispatcher.encode(pick, limits.ACTION_ID - 20);
  const head: KnownBlock = { type: "rich_text", elements: [section([words(title)])] };
  return [
    head,
    ...pages.map((page, index): KnownBlock => {
      const what = pages.length === 1 ? title : `${title} (${index + 1} of ${pages.length})`;
      return {
        type: "actions",
        elements: [
          {
            type: "static_select",
            action_id: `${PICK}=${at}.${index} ${token}`,
            placeholder: label(what, limits.PLACEHOLDER),
            options: page.map((option) => ({
              text: label(option.label, limits.OPTION_LABEL),
              value: option.value,
            })),
          },
        ],
      };
    }),
  ];
}

function slackButton(text: string, style: Button["style"], id: string, value: string): SlackButton {
  return {
    type: "button",
    text: label(text, limits.BUTTON_LABEL),
    action_id: id,
    value,
    ...(style === "secondary" ? {} : { style }),
  };
}

function actionRows(elements: readonly SlackButton[]): KnownBlock[] {
  return Array.from({ length: Math.ceil(elements.length / limits.BUTTONS) }, (_, row) => ({
    type: "actions",
    elements: elements.slice(row * limits.BUTTONS, (row + 1) * limits.BUTTONS),
  }));
}

/** A to Z, then AA, AB … */
function letter(index: number): string {
  const last = String.fromCharCode(65 + (index % 26));
  return index < 26 ? last : `${letter(Math.floor(index / 26) - 1)}${last}`;
}
