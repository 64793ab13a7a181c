// Slack's Block Kit → plain HTML, as far as Convo sends it.
import { escapeXml } from "../../src/charts/svg.js";
import type { LocalSlack } from "../../test/platforms/slack/local-slack.js";
import { buttonHtml, formHtml, inputHtml, listHtml, pictureHtml, textHtml } from "./payload-page.js";

type Json = Readonly<Record<string, unknown>>;

/** Throws for a block or an element that it does not know, so that no picture lacks a part in silence. */
export function blocksHtml(slack: LocalSlack, blocks: readonly unknown[], typed: Fields = {}): string {
  return (blocks as readonly Json[]).map((block) => blockHtml(slack, block, typed)).join("");
}

/** What the learner fills in, by the block's name. */
export type Fields = Readonly<Record<string, string>>;

export function viewHtml(slack: LocalSlack, view: Json, typed: Fields): string {
  const buttons = [buttonHtml(textOf(view.close)), buttonHtml(textOf(view.submit), "primary")];
  return formHtml(textOf(view.title), blocksHtml(slack, view.blocks as readonly unknown[], typed), buttons);
}

function blockHtml(slack: LocalSlack, block: Json, typed: Fields): string {
  switch (block.type) {
    case "header":
      return `<h3>${textHtml(textOf(block.text))}</h3>`;
    case "context":
      return `<p><small>${nested(block).map(textOf).map(textHtml).join(" ")}</small></p>`;
    case "rich_text":
      return nested(block).map(richHtml).join("");
    case "image": {
      const file = slack.files.get(String((block.slack_file as Json).id));
      if (file === undefined) throw new Error("a picture that was not uploaded");
      return pictureHtml(file.bytes, String(block.alt_text));
    }
    case "actions":
      return `<div class="row">${nested(block).map(controlHtml).join("")}</div>`;
    case "input":
      return inputHtml(textOf(block.label), textOf(block.hint), typed[String(block.block_id)] ?? "");
    default:
      throw new Error(`a block of type ${String(block.type)}`);
  }
}

function controlHtml(element: Json): string {
  if (element.type === "button") return buttonHtml(textOf(element.text), String(element.style ?? ""));
  if (element.type !== "static_select") throw new Error(`a control of type ${String(element.type)}`);
  return listHtml(textOf(element.placeholder), (element.options as readonly unknown[]).length);
}

const TAGS: Readonly<Record<string, string>> = {
  rich_text_section: "p",
  rich_text_quote: "blockquote",
  rich_text_preformatted: "pre",
};

function richHtml(part: Json): string {
  if (part.type === "rich_text_list") {
    const tag = part.style === "ordered" ? "ol" : "ul";
    return `<${tag}>${nested(part)
      .map((each) => `<li>${nested(each).map(inlineHtml).join("")}</li>`)
      .join("")}</${tag}>`;
  }
  const tag = TAGS[String(part.type)];
  if (tag === undefined) throw new Error(`rich text of type ${String(part.type)}`);
  return `<${tag}>${nested(part).map(inlineHtml).join("")}</${tag}>`;
}

const EMOJI: Readonly<Record<string, string>> = {
  white_check_mark: "✅",
  information_source: "ℹ",
  warning: "⚠",
  x: "❌",
};

function inlineHtml(element: Json): string {
  const style = (element.style ?? {}) as Json;
  if (element.type === "emoji") return textHtml(EMOJI[String(element.name)] ?? `:${String(element.name)}:`);
  if (element.type === "channel") return `<u>#${escapeXml(String(element.channel_id))}</u>`;
  const text = textHtml(String(element.text));
  if (element.type === "link") return `<u>${text}</u>`;
  if (element.type !== "text") throw new Error(`an element of type ${String(element.type)}`);
  const tag = style.bold === true ? "b" : style.italic === true ? "em" : style.code === true ? "code" : "span";
  return `<${tag}>${text}</${tag}>`;
}

const nested = ({ elements }: Json): readonly Json[] => elements as readonly Json[];

/** Of a text object; empty where there is none. */
function textOf(object: unknown): string {
  return typeof object === "object" && object !== null && "text" in object ? String(object.text) : "";
}
