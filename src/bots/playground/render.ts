// Reply → what the page shows: bytes become addresses, action references become signed tokens, all else stays as it is.
import type { Dispatcher } from "../../commands/dispatch.js";
import type { ActionRef, Block, Form, Message } from "../../commands/reply.js";
import { REFERENCE_CHARACTERS } from "./limits.js";
import type { Media } from "./media.js";
import type { Signer } from "./signing.js";
import { type Action, writeAction } from "./tokens.js";
import type { WireBlock, WireForm } from "./wire.js";

export interface Renderer {
  readonly dispatcher: Pick<Dispatcher, "encode">;
  readonly signer: Signer;
  readonly media: Media;
}

/** Where the rendered thing will stand: its message's id and channel, and the id of the person it is made for. */
export interface Place {
  readonly message: string;
  readonly channel: string;
  readonly person: string;
}

export async function renderMessage(renderer: Renderer, message: Message, place: Place): Promise<WireBlock[]> {
  const token = (gesture: Action["gesture"], label: string, ref: ActionRef) =>
    sign(renderer, { gesture, label, private: message.private }, ref, place);
  return await Promise.all(message.blocks.map((block) => renderBlock(renderer, block, token)));
}

/** A form is always its asker's own, whatever it was opened from. */
export async function renderForm(renderer: Renderer, form: Form, place: Place): Promise<WireForm> {
  const about = { gesture: "submit", label: form.title, private: true } as const;
  return {
    title: form.title,
    ...(form.introduction === undefined ? {} : { introduction: form.introduction }),
    fields: form.fields,
    submitLabel: form.submitLabel,
    token: await sign(renderer, about, form.submit, place),
  };
}

/** Addresses of the pictures and files in these blocks. */
export function mediaOf(blocks: readonly WireBlock[]): string[] {
  return blocks.flatMap((block) => (block.kind === "picture" || block.kind === "file" ? [block.url] : []));
}

async function renderBlock(
  { media }: Renderer,
  block: Block,
  token: (gesture: Action["gesture"], label: string, ref: ActionRef) => Promise<string>,
): Promise<WireBlock> {
  switch (block.kind) {
    case "picture": {
      const { name, png, alt } = block;
      const url = media.put({ name, mediaType: "image/png", bytes: png, inline: true });
      return { kind: "picture", name, alt, url, ...sizeOf(png) };
    }
    case "file": {
      const { name, mediaType, bytes, description } = block;
      const url = media.put({ name, mediaType, bytes, inline: false });
      return { kind: "file", name, mediaType, description, url, size: bytes.byteLength };
    }
    case "buttons": {
      const buttons = block.buttons.map(async ({ label, style, press }) => {
        return { label, style, token: await token("press", label, press) };
      });
      return { kind: "buttons", buttons: await Promise.all(buttons) };
    }
    case "choice": {
      const { kind, style, label, options, pick } = block;
      return { kind, style, label, options, token: await token("pick", label, pick) };
    }
    default:
      return block;
  }
}

/** Width and height stand in the header chunk of every PNG, at bytes 16 and 20 (PNG specification, 11.2.2). */
function sizeOf(png: Uint8Array): { width: number; height: number } {
  if (png.byteLength < 24) return { width: 0, height: 0 };
  const header = new DataView(png.buffer, png.byteOffset, 24);
  return { width: header.getUint32(16), height: header.getUint32(20) };
}

async function sign(
  { dispatcher, signer }: Renderer,
  about: Pick<Action, "gesture" | "label" | "private">,
  ref: ActionRef,
  place: Place,
): Promise<string> {
  const reference = await dispatcher.encode(ref, REFERENCE_CHARACTERS);
  const action: Action = { ...about, reference, channel: place.channel, message: place.message };
  return writeAction(signer, action, place.person);
}
