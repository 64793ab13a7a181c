// Discord's components and its markdown → plain HTML, as far as Convo sends them.
import { escapeXml } from "../../src/charts/svg.js";
import type { StoredMessage } from "../../test/platforms/discord/objects.js";
import { buttonHtml, formHtml, inputHtml, listHtml, pictureHtml, textHtml } from "./payload-page.js";

type Json = Readonly<Record<string, unknown>>;

export function messagesHtml(messages: readonly StoredMessage[]): string {
  return messages
    .flatMap((message) => (message.components as readonly Json[]).map((each) => componentHtml(each, message)))
    .join("");
}

/** `typed`: what the learner fills in, by field. */
export function modalHtml(modal: Json, typed: Readonly<Record<string, string>>): string {
  const body = inside(modal).map((each) => {
    const input = (each.component ?? {}) as Json;
    if (each.type !== LABEL) return componentHtml(each);
    return inputHtml(said(each.label), said(each.description), typed[said(input.custom_id)] ?? "");
  });
  return formHtml(said(modal.title), body.join(""), [buttonHtml("Cancel"), buttonHtml("Submit", "primary")]);
}

// https://docs.discord.com/developers/components/reference: the types by number.
const [ROW, BUTTON, LIST, TEXT, GALLERY, FILE, CONTAINER, LABEL] = [1, 2, 3, 10, 12, 13, 17, 18];
const BUTTON_STYLES: Readonly<Record<number, string>> = { 1: "primary", 4: "danger" };

/** Throws for a type that it does not know, so that no picture lacks a part in silence. */
function componentHtml(component: Json, message?: StoredMessage): string {
  const nested = () => inside(component).map((each) => componentHtml(each, message));
  switch (component.type) {
    case CONTAINER: {
      const colour = component.accent_color === undefined ? "d5dae0" : Number(component.accent_color).toString(16);
      return `<div class="accent" style="border-color:#${colour.padStart(6, "0")}">${nested().join("")}</div>`;
    }
    case ROW:
      return `<div class="row">${nested().join("")}</div>`;
    case BUTTON:
      return buttonHtml(said(component.label), BUTTON_STYLES[Number(component.style)]);
    case LIST:
      return listHtml(said(component.placeholder), (component.options as readonly unknown[]).length);
    case TEXT:
      return markdownHtml(said(component.content));
    case GALLERY:
      return (component.items as readonly Json[])
        .map(({ media, description }) => pictureHtml(uploaded(message, media).bytes, said(description)))
        .join("");
    case FILE: {
      const { filename, size } = uploaded(message, component.file);
      return `<div class="file">${escapeXml(filename)}<small>${Math.ceil(size / 1024)} KiB</small></div>`;
    }
    default:
      throw new Error(`a component of type ${String(component.type)}`);
  }
}

function uploaded(message: StoredMessage | undefined, media: unknown): StoredMessage["attachments"][number] {
  const name = said((media as Json).url).replace("attachment://", "");
  const found = message?.attachments.find(({ filename }) => filename === name);
  if (found === undefined) throw new Error(`${name} was not uploaded`);
  return found;
}

const inside = ({ components }: Json): readonly Json[] => components as readonly Json[];
const said = (value: unknown): string => (typeof value === "string" ? value : "");

function markdownHtml(text: string): string {
  return text
    .split(/```\n([\s\S]*?)\n```/)
    .map((part, at) => (at % 2 === 1 ? `<pre>${textHtml(part)}</pre>` : paragraphsHtml(part)))
    .join("");
}

/** Consecutive lines of one kind are one paragraph. */
function paragraphsHtml(text: string): string {
  const paragraphs: { readonly tag: string; readonly lines: string[] }[] = [];
  for (const line of text.split("\n").filter((each) => each !== "")) {
    const [, mark = "", rest = ""] = /^(### |> )?(.*)$/.exec(line) ?? [];
    const tag = { "### ": "h3", "> ": "blockquote" }[mark] ?? "p";
    const last = paragraphs.at(-1);
    if (last?.tag === tag) last.lines.push(rest);
    else paragraphs.push({ tag, lines: [rest] });
  }
  return paragraphs.map(({ tag, lines }) => `<${tag}>${lines.map(inlineHtml).join("<br>")}</${tag}>`).join("");
}

const INLINE =
  /\\(?<literal>[\s\S])|`` (?<fenced>.+?) ``|`(?<code>[^`]+)`|\*\*(?<bold>(?:\\.|[^\\])+?)\*\*|\*(?<italic>(?:\\.|[^\\*])+)\*|\[(?<link>(?:\\.|[^\\\]])+)\]\(<[^>]*>\)/gu;

function inlineHtml(text: string): string {
  let html = "";
  let at = 0;
  for (const match of text.matchAll(INLINE)) {
    const { literal, fenced, code, bold, italic, link } = match.groups ?? {};
    html += textHtml(text.slice(at, match.index));
    if (literal !== undefined) html += textHtml(literal);
    else if (bold !== undefined) html += `<b>${inlineHtml(bold)}</b>`;
    else if (italic !== undefined) html += `<em>${inlineHtml(italic)}</em>`;
    else if (link !== undefined) html += `<u>${inlineHtml(link)}</u>`;
    else html += `<code>${textHtml(fenced ?? code ?? "")}</code>`;
    at = match.index + match[0].length;
  }
  return html + textHtml(text.slice(at));
}
