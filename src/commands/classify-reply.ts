// How a classification is said: what it is and how sure, the picture with bars, by whom and how fast, and the two buttons.
import { percent, seenPng } from "../charts/seen.js";
import type { Classification } from "../engine/vision/classify.js";
import type { ShownPicture } from "../engine/vision/shown.js";
import { message } from "./private-message.js";
import type { Block, Button, Message } from "./reply.js";

export interface Seen {
  readonly classification: Classification;
  readonly shown: ShownPicture;
  /** Laid over the picture, and what it shows in words. */
  readonly heat?: { readonly png: Uint8Array; readonly words: string };
  /** Key of the pending picture. */
  readonly picture: string;
  /** Days that a picture is kept once its owner says so. */
  readonly days: number;
}

export async function classifiedMessage(seen: Seen): Promise<Message> {
  const { classification, shown, heat } = seen;
  const { top, digits, picture } = classification;
  const scale = shown.width / picture.original.width;
  const boxes = digits?.map(({ label, probability, box: [x, y, width, height] }) => ({
    label,
    probability,
    box: [x * scale, y * scale, width * scale, height * scale] as const,
  }));
  const png = await seenPng({
    ...shown,
    bars: top,
    ...(boxes === undefined ? {} : { boxes }),
    ...(heat === undefined ? {} : { overlay: { png: heat.png, caption: HEAT_CAPTION } }),
  });
  return message([
    { kind: "heading", text: headingOf(classification) },
    ...adviceOf(classification),
    { kind: "picture", name: "classified.png", png, alt: inWords(seen) },
    { kind: "fields", fields: [{ name: "Answered by", value: answeredBy(classification) }] },
    { kind: "text", text: { italic: keeping(seen.days) } },
    { kind: "buttons", buttons: buttonsOf(seen) },
  ]);
}

const HEAT_CAPTION = "where it looked: the more yellow, the more it counted";

function headingOf({ verdict, top }: Classification): string {
  const [best] = top;
  if (verdict === "neither" || best === undefined) return "Neither a number nor one of the flowers that it knows";
  return verdict === "sure"
    ? `${best.label}, ${percent(best.probability)}`
    : `Not sure: perhaps ${best.label}, ${percent(best.probability)}`;
}

function adviceOf({ verdict, digits }: Classification): Block[] {
  if (verdict === "sure") return [];
  const text =
    verdict === "neither"
      ? "It reads handwritten digits and knows daisies, dandelions, roses, sunflowers and tulips. If it is one of these, send it closer and lighter, or force a model with model:digits or model:flowers."
      : digits === undefined
        ? "It may well be wrong. A photo in which one flower fills the picture, in daylight, helps."
        : "It may well be wrong. Digits that do not touch, with a pen, in even light, help.";
  return [{ kind: "note", tone: verdict === "neither" ? "info" : "warning", text }];
}

function answeredBy({ model, version, ms }: Classification): string {
  const time = `${ms < 10 ? ms.toFixed(1) : ms.toFixed(0)} ms`;
  return model === null ? `no model took it for its own, in ${time}` : `${model}, version ${version}, in ${time}`;
}

function keeping(days: number): string {
  return `The picture is not kept, unless you press a button: then Convo keeps it to learn from, re-encoded without EXIF, for ${days} days or until /forget-me.`;
}

function buttonsOf({ classification, picture }: Seen): readonly Button[] {
  const button = (label: string, action: string): Button => ({
    label,
    style: "secondary",
    press: { command: "classify", action, args: { picture } },
  });
  if (classification.verdict === "neither") {
    return [button("Wrong: it is a number…", "number-form"), button("Wrong: it is a flower…", "choose")];
  }
  const isNumber = classification.digits !== undefined;
  return [button("Right", "right"), button("Wrong: it is…", isNumber ? "number-form" : "choose")];
}

/** The picture for those who cannot see it. */
function inWords({ classification, shown, heat }: Seen): string {
  const { top, digits, verdict } = classification;
  const bars = top.map(({ label, probability }) => `${label} ${percent(probability)}`).join(", ");
  const size = `Your picture, ${shown.width} by ${shown.height} pixels`;
  if (verdict === "neither") return `${size}; nothing in it was recognised.`;
  const boxed =
    digits === undefined ? "" : ` with ${digits.length === 1 ? "one digit" : `${digits.length} digits`} boxed`;
  return `${size}${boxed}. ${heat === undefined ? "" : `${heat.words} `}Most probable: ${bars}.`;
}
