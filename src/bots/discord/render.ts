// Reply → Discord's messages: a container of components, split where it exceeds a limit, shortened with a note at last.
import {
  type APIComponentInContainer,
  type APIMessageTopLevelComponent,
  AttachmentBuilder,
  ComponentType,
  MessageFlags,
} from "discord.js";
import type { Dispatcher } from "../../commands/dispatch.js";
import type { Message, Tone } from "../../commands/reply.js";
import { LIMITS, MESSAGES_OF_A_REPLY } from "./limits.js";
import { type Piece, piecesOf } from "./pieces.js";
import { References } from "./references.js";

/** One message, for `editReply` and `followUp`. No mention in it notifies anybody. */
export interface Payload {
  readonly flags: MessageFlags.IsComponentsV2;
  readonly components: readonly APIMessageTopLevelComponent[];
  readonly files: readonly AttachmentBuilder[];
  readonly attachments: readonly never[];
  readonly allowedMentions: { readonly parse: readonly never[] };
}

const COLOURS: Readonly<Record<Tone, number>> = { info: 0x3b82f6, good: 0x22a06b, warning: 0xd9a406, error: 0xd64545 };

/** Room in the last message for the note that something is missing. */
const NOTE = "*The rest does not fit into Discord's messages and is left out.*";

/**
 * At least one message, in order; each within every limit.
 * @param uploadBytes of one file; larger ones are named in a note instead.
 */
export async function renderMessage(
  dispatcher: Pick<Dispatcher, "encode">,
  message: Message,
  uploadBytes: number = LIMITS.uploadBytes,
): Promise<readonly [Payload, ...Payload[]]> {
  const tone = message.blocks.find((block) => block.kind === "note")?.tone;
  const references = new References(dispatcher);
  const pieces: Piece[] = [];
  for (const block of message.blocks) pieces.push(...(await piecesOf(block, references, uploadBytes)));
  const pages = paged(pieces);
  const shown = pages.slice(0, MESSAGES_OF_A_REPLY);
  if (pages.length > shown.length) shown.push([...withRoom(shown.pop() ?? []), textPiece(NOTE)]);
  const [first = [], ...others] = shown;
  return [payload(first, tone), ...others.map((page) => payload(page, tone))];
}

export function textPiece(content: string): Piece {
  return {
    components: [{ type: ComponentType.TextDisplay, content }],
    characters: content.length,
    count: 1,
    files: [],
  };
}

function paged(pieces: readonly Piece[]): Piece[][] {
  const pages: Piece[][] = [];
  let page: Piece[] = [];
  for (const piece of pieces) {
    if (page.length > 0 && !fits([...page, piece])) {
      pages.push(page);
      page = [];
    }
    page.push(piece);
  }
  return page.length > 0 || pages.length === 0 ? [...pages, page] : pages;
}

/** The container itself is a component too. */
function fits(page: readonly Piece[]): boolean {
  const sum = (of: (piece: Piece) => number): number => page.reduce((total, piece) => total + of(piece), 0);
  return (
    sum((piece) => piece.characters) <= LIMITS.messageText &&
    sum((piece) => piece.count) < LIMITS.messageComponents &&
    sum((piece) => piece.files.length) <= LIMITS.attachments
  );
}

function withRoom(page: readonly Piece[]): Piece[] {
  const kept = [...page];
  while (kept.length > 0 && !fits([...kept, textPiece(NOTE)])) kept.pop();
  return kept;
}

function payload(page: readonly Piece[], tone: Tone | undefined): Payload {
  const inside: APIComponentInContainer[] = page.flatMap((piece) => [...piece.components]);
  // Every upload needs a name of its own, by which its component refers to it.
  const files = page.flatMap((piece) => piece.files);
  return {
    flags: MessageFlags.IsComponentsV2,
    components: [
      {
        type: ComponentType.Container,
        ...(tone === undefined ? {} : { accent_color: COLOURS[tone] }),
        components: inside.length > 0 ? inside : [{ type: ComponentType.TextDisplay, content: "—" }],
      },
    ],
    files: files.map(
      ({ name, bytes, description }) => new AttachmentBuilder(Buffer.from(bytes), { name, description }),
    ),
    attachments: [],
    allowedMentions: { parse: [] },
  };
}
