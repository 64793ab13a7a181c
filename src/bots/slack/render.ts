// Reply → Block Kit: every part natively, split where it exceeds a limit, shortened only with a visible note.
import type { KnownBlock } from "@slack/types";
import type { Dispatcher } from "../../commands/dispatch.js";
import { type Block, type Message, plain } from "../../commands/reply.js";
import { buttonBlocks, choiceBlocks } from "./controls.js";
import * as limits from "./limits.js";
import { type Speak, spokenText } from "./names.js";
import { sizeOf, tableBlocks } from "./table.js";
import { chunksOf, escaped, label, section, shortened, sign, words } from "./text.js";

export interface Renderer {
  readonly dispatcher: Pick<Dispatcher, "encode">;
  readonly speak: Speak;
}

/** A message as Slack takes it. `text` is what notifications read out. */
export interface Payload {
  readonly text: string;
  readonly blocks: readonly KnownBlock[];
}

type Picture = Extract<Block, { kind: "picture" }>;
export type File = Extract<Block, { kind: "file" }>;

/** Puts a picture where Slack can show it; resolves with the file's id, or undefined where that did not succeed. */
export type Upload = (picture: Picture) => Promise<string | undefined>;

/** One to `MESSAGES` payloads, `invocation` under the last. Files are not among them: they are sent beside the message. */
export async function renderMessage(
  renderer: Renderer,
  message: Message,
  upload: Upload,
  invocation?: string,
): Promise<Payload[]> {
  const answer = await blocksOf(renderer, message, upload);
  const blocks = invocation === undefined ? answer : [...answer, note(invocation)];
  const pages = paged(blocks, limits.MESSAGE_BLOCKS - 1, limits.MESSAGE_CHARACTERS);
  const shown = pages.slice(0, limits.MESSAGES).map((page, at) => {
    if (pages.length === 1) return page;
    const more = at + 1 < Math.min(pages.length, limits.MESSAGES) ? "Continued in the next message." : undefined;
    const cut = pages.length > limits.MESSAGES ? "Shortened: Slack shows no more of it." : "The end of a long reply.";
    return [...page, note(more ?? cut)];
  });
  const text = fallback(renderer, message);
  return shown.map((page, at) => ({ text: at === 0 ? text : "…", blocks: page }));
}

/** The blocks of a message, for a surface that is no message (App Home): cut at `VIEW_BLOCKS` with a note. */
export async function renderHome(renderer: Renderer, message: Message, upload: Upload): Promise<KnownBlock[]> {
  const blocks = await blocksOf(renderer, message, upload);
  if (blocks.length <= limits.VIEW_BLOCKS) return blocks;
  return [...blocks.slice(0, limits.VIEW_BLOCKS - 1), note("Shortened: Slack shows no more of it.")];
}

export function filesOf(message: Message): File[] {
  return message.blocks.filter((block): block is File => block.kind === "file");
}

async function blocksOf(renderer: Renderer, message: Message, upload: Upload): Promise<KnownBlock[]> {
  const parts = await Promise.all(message.blocks.map((block, at) => renderBlock(renderer, block, at, upload)));
  const blocks = parts.flat();
  return blocks.length > 0 ? blocks : [note("There is nothing to show.")];
}

async function renderBlock(renderer: Renderer, block: Block, at: number, upload: Upload): Promise<KnownBlock[]> {
  const { speak } = renderer;
  switch (block.kind) {
    case "heading": {
      const text = speak(block.text);
      const header: KnownBlock = { type: "header", text: label(text, limits.HEADER) };
      return text.length <= limits.HEADER ? [header] : [header, ...textBlocks(text)];
    }
    case "text":
      return textBlocks(spokenText(speak, block.text));
    case "quote":
      return chunksOf(block.text, limits.TEXT).map((elements) => ({
        type: "rich_text",
        elements: [{ type: "rich_text_quote", elements }],
      }));
    case "note":
      return chunksOf(spokenText(speak, block.text), limits.TEXT - 2).map((elements, index) => ({
        type: "rich_text",
        elements: [section(index === 0 ? [...sign(block.tone), ...elements] : elements)],
      }));
    case "fields":
      return fieldBlocks(speak, block);
    case "table":
      return tableBlocks({
        ...block,
        rows: block.rows.map((row) => row.map((cell) => spokenText(speak, cell))),
      });
    case "picture": {
      const id = await upload(block);
      const alt = shortened(block.alt.trim() === "" ? block.name : block.alt, limits.ALT_TEXT);
      if (id !== undefined) return [{ type: "image", slack_file: { id }, alt_text: alt }];
      return [note("The picture could not be shown here; in words:"), ...textBlocks(block.alt)];
    }
    case "file":
      return [note(`📎 ${block.name}: ${speak(block.description)}`)];
    case "buttons":
      return buttonBlocks(renderer.dispatcher, block, at);
    case "choice":
      return choiceBlocks(renderer, block, at);
  }
}

export function textBlocks(text: Parameters<typeof chunksOf>[0]): KnownBlock[] {
  return chunksOf(text, limits.TEXT).map((elements) => ({ type: "rich_text", elements: [section(elements)] }));
}

export function note(text: string): KnownBlock {
  return { type: "context", elements: [label(text, limits.TEXT)] };
}

function fieldBlocks(speak: Speak, { fields }: Extract<Block, { kind: "fields" }>): KnownBlock[] {
  const items = fields.flatMap(({ name, value, tone }) => {
    const head = [...(tone === undefined ? [] : sign(tone)), words(shortened(speak(name), limits.TEXT / 4), "bold")];
    const [first = [], ...more] = chunksOf(spokenText(speak, value), limits.TEXT / 2);
    return [section(first.length === 0 ? head : [...head, words(": "), ...first]), ...more.map(section)];
  });
  const pages: (typeof items)[] = [];
  let used: number = limits.TEXT;
  for (const item of items) {
    if (used + sizeOf(item) > limits.TEXT) {
      pages.push([]);
      used = 0;
    }
    pages.at(-1)?.push(item);
    used += sizeOf(item);
  }
  return pages.map((page) => ({
    type: "rich_text",
    elements: [{ type: "rich_text_list", style: "bullet", elements: page }],
  }));
}

/** Consecutive blocks, as many a page as a message may have; nobody's block is taken apart. */
function paged(blocks: readonly KnownBlock[], most: number, characters: number): KnownBlock[][] {
  const pages: KnownBlock[][] = [[]];
  let used = 0;
  for (const block of blocks) {
    const size = charactersIn(block);
    if ((pages.at(-1)?.length ?? 0) >= most || (used > 0 && used + size > characters)) {
      pages.push([]);
      used = 0;
    }
    pages.at(-1)?.push(block);
    used += size;
  }
  return pages;
}

/** Characters under any `text` or `alt_text`. */
function charactersIn(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  return Object.entries(value).reduce((sum, [name, each]) => {
    if (typeof each === "string") return name === "text" || name === "alt_text" ? sum + each.length : sum;
    return sum + charactersIn(each);
  }, 0);
}

function fallback({ speak }: Renderer, message: Message): string {
  const line = message.blocks
    .flatMap((block) => {
      if (block.kind === "heading") return [speak(block.text)];
      if (block.kind === "text" || block.kind === "note") return [speak(plain(block.text))];
      return block.kind === "picture" ? [block.alt] : [];
    })
    .join(" ");
  return shortened(escaped(shortened(line, limits.FALLBACK / 2)), limits.FALLBACK) || "Convo";
}
