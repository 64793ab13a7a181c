// One block of a reply → pieces of a Discord message, none of which alone exceeds a limit.
import {
  type APIButtonComponentWithCustomId,
  type APIComponentInContainer,
  ButtonStyle,
  ComponentType,
} from "discord.js";
import type { Block, Button, Field, Tone } from "../../commands/reply.js";
import { LIMITS } from "./limits.js";
import { atoms, literal, packed, shortened } from "./markdown.js";
import type { References } from "./references.js";
import { gathered, tableTexts } from "./tables.js";

/** Components that stay together, with what they take of the message's limits. */
export interface Piece {
  readonly components: readonly APIComponentInContainer[];
  readonly characters: number;
  /** Components, nested ones counted. */
  readonly count: number;
  readonly files: readonly { readonly name: string; readonly bytes: Uint8Array; readonly description: string }[];
}

/** A text a piece: a third of a message, so that pages fill well. */
const TEXT = 1_300;

const SIGNS: Readonly<Record<Tone, string>> = { good: "✅", info: "ℹ️", warning: "⚠️", error: "❌" };
const STYLES = {
  primary: ButtonStyle.Primary,
  secondary: ButtonStyle.Secondary,
  danger: ButtonStyle.Danger,
} as const;

export async function piecesOf(block: Block, references: References, uploadBytes: number): Promise<Piece[]> {
  switch (block.kind) {
    case "heading":
      return [text(`### ${literal(shortened(block.text.replace(/\s+/g, " "), 300))}`)];
    case "text":
      return packed(atoms(block.text), TEXT).map(text);
    case "note":
      return packed([`${SIGNS[block.tone]} `, ...atoms(block.text)], TEXT).map(text);
    case "quote":
      return packed(atoms(block.text), TEXT / 2).flatMap((part) =>
        gathered(
          part.split("\n").map((line) => `> ${line}`),
          TEXT,
        ).map(text),
      );
    case "fields":
      return gathered(block.fields.flatMap(fieldTexts), TEXT).map(text);
    case "table":
      return tableTexts(block, TEXT).map(text);
    case "picture":
      return [upload(references, block.name, block.png, block.alt, uploadBytes, true)];
    case "file":
      return [upload(references, block.name, block.bytes, block.description, uploadBytes, false)];
    case "buttons":
      return await buttonRows(block.buttons, references);
    case "choice":
      return block.style === "letters" ? await letters(block, references) : await lists(block, references);
  }
}

function text(content: string): Piece {
  const shown = content.trim() === "" ? "—" : content;
  return {
    components: [{ type: ComponentType.TextDisplay, content: shown }],
    characters: shown.length,
    count: 1,
    files: [],
  };
}

function fieldTexts(field: Field): string[] {
  const sign = field.tone === undefined ? "" : `${SIGNS[field.tone]} `;
  return packed([`${sign}**${literal(shortened(field.name, 250))}**: `, ...atoms(field.value)], TEXT);
}

function upload(
  references: References,
  name: string,
  bytes: Uint8Array,
  description: string,
  uploadBytes: number,
  picture: boolean,
): Piece {
  if (bytes.byteLength > uploadBytes) {
    const size = (bytes.byteLength / 1_048_576).toFixed(1);
    const limit = Math.floor(uploadBytes / 1_048_576);
    return text(
      `⚠️ ${literal(shortened(name, 100))} is too large for Discord here (${size} MiB; at most ${limit} MiB): ${literal(shortened(description, 500))}`,
    );
  }
  const unique = references.fileName(name);
  const media = { url: `attachment://${unique}` };
  const alt = shortened(description.trim() === "" ? unique : description, LIMITS.attachmentDescription);
  const component: APIComponentInContainer = picture
    ? { type: ComponentType.MediaGallery, items: [{ media, description: alt }] }
    : { type: ComponentType.File, file: media };
  return { components: [component], characters: 0, count: 1, files: [{ name: unique, bytes, description: alt }] };
}

async function buttonRows(buttons: readonly Button[], references: References): Promise<Piece[]> {
  const made: APIButtonComponentWithCustomId[] = [];
  for (const { label, style, press } of buttons)
    made.push({
      type: ComponentType.Button,
      style: STYLES[style],
      label: shortened(label === "" ? "…" : label, LIMITS.buttonLabel),
      custom_id: await references.of(press),
    });
  return Array.from({ length: Math.ceil(made.length / LIMITS.buttonsInRow) }, (_, row) => {
    const components = made.slice(row * LIMITS.buttonsInRow, (row + 1) * LIMITS.buttonsInRow);
    return {
      components: [{ type: ComponentType.ActionRow, components }],
      characters: 0,
      count: components.length + 1,
      files: [],
    };
  });
}

type Choice = Extract<Block, { kind: "choice" }>;

async function letters({ label, options, pick }: Choice, references: References): Promise<Piece[]> {
  const lines = options.flatMap((option, index) => packed([`**${letter(index)}** `, ...atoms(option.label)], TEXT));
  const buttons = options.map(({ value }, index) => ({
    label: letter(index),
    style: "secondary" as const,
    press: references.withValue(pick, value),
  }));
  return [
    ...gathered([`**${literal(shortened(label, 200))}**`, ...lines], TEXT).map(text),
    ...(await buttonRows(buttons, references)),
  ];
}

/** A … Z, then AA, AB … */
function letter(index: number): string {
  const last = String.fromCharCode(65 + (index % 26));
  return index < 26 ? last : `${letter(Math.floor(index / 26) - 1)}${last}`;
}

/** Lists of 25; more options become more lists. */
async function lists({ label, options, pick }: Choice, references: References): Promise<Piece[]> {
  const found: Piece[] = [];
  for (let from = 0; from < options.length; from += LIMITS.selectOptions) {
    const some = options.slice(from, from + LIMITS.selectOptions);
    const shown = [];
    for (const option of some)
      shown.push({
        label: shortened(option.label === "" ? "…" : option.label, LIMITS.selectText),
        value: await references.option(pick, option.value),
      });
    const range = options.length > LIMITS.selectOptions ? ` (${from + 1} to ${from + some.length})` : "";
    found.push({
      components: [
        {
          type: ComponentType.ActionRow,
          components: [
            {
              type: ComponentType.StringSelect,
              custom_id: await references.of(pick),
              placeholder: shortened(label, LIMITS.selectText - range.length) + range,
              options: shown,
            },
          ],
        },
      ],
      characters: 0,
      count: 2,
      files: [],
    });
  }
  return found;
}
