// How a classification is said: what it is and how sure, the picture with bars, by whom and how fast, and the two buttons.
import { heatPng, isCut } from "../charts/heat.js";
import { percent, seenPng } from "../charts/seen.js";
import type { Classification } from "../engine/vision/classify.js";
import { type HeatMap, heatWords } from "../engine/vision/explain/heat.js";
import type { ShownPicture } from "../engine/vision/shown.js";
import { message } from "./private-message.js";
import type { Block, Button, Message } from "./reply.js";

export interface Seen {
  readonly classification: Classification;
  /** The one model that was asked; absent where the picture decided. */
  readonly asked: string | undefined;
  readonly shown: ShownPicture;
  /** Where it looked, if that is to be shown. */
  readonly heat: HeatMap | undefined;
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
    ...(heat === undefined
      ? {}
      : { overlay: { png: await heatPng(heat, shown.width, shown.height), isCut: isCut(heat) } }),
  });
  return message([
    { kind: "heading", text: headingOf(seen) },
    ...adviceOf(seen),
    { kind: "picture", name: "classified.png", png, alt: inWords(seen) },
    { kind: "fields", fields: [{ name: "Answered by", value: answeredBy(classification) }] },
    { kind: "text", text: { italic: keeping(seen.days) } },
    { kind: "buttons", buttons: buttonsOf(seen) },
  ]);
}

function headingOf({ classification: { verdict, top }, asked }: Seen): string {
  const [best] = top;
  if (verdict === "neither" || best === undefined) {
    return asked === undefined
      ? "Neither a number nor one of the flowers that it knows"
      : `Nothing that the model ${asked} knows`;
  }
  return verdict === "sure"
    ? `${best.label}, ${percent(best.probability)}`
    : `Not sure: perhaps ${best.label}, ${percent(best.probability)}`;
}

/** From here on the label is not what is in doubt, but whether the picture is of this kind at all. */
const LIKELY = 0.9;

function adviceOf({ classification, asked }: Seen): Block[] {
  const { verdict } = classification;
  if (verdict === "sure") return [];
  if (verdict === "neither") return [{ kind: "note", tone: "info", text: nothingWords(asked) }];
  return [{ kind: "note", tone: "warning", text: `${doubtOf(classification)} ${helpOf(classification)}` }];
}

function nothingWords(asked: string | undefined): string {
  return asked === undefined
    ? "It reads handwritten digits and knows daisies, dandelions, roses, sunflowers and tulips. If it is one of these, send it closer and lighter, or force a model with model:digits or model:flowers."
    : "It has seen nothing like this picture while it was trained. Send it closer and lighter, or leave model: out, so that every kind is tried.";
}

function helpOf({ model, digits, hasMarks }: Classification): string {
  if (hasMarks === true) return "A number of digits alone, without point, sign or slash, helps.";
  if (digits !== undefined) return "Digits that do not touch, with a pen, in even light, help.";
  return model === "flowers"
    ? "A photo in which one flower fills the picture, in daylight, helps."
    : "A picture like those that it learned from helps.";
}

function doubtOf({ model, digits, hasMarks, top }: Classification): string {
  if (hasMarks === true) {
    return "Beside the digits there are marks that it does not read, such as a point, a minus, a plus or a slash: the number may be another.";
  }
  if ((top[0]?.probability ?? 0) < LIKELY) return "It may well be wrong.";
  if (digits === undefined && model !== "flowers") {
    return `Of what ${model} knows this is the likeliest, but the picture may be something else.`;
  }
  return digits === undefined
    ? "Of the five flowers it is the likeliest by far, but the picture is unlike those that Convo learned from: it may be none of them."
    : "If these are digits, this is the likeliest by far, but the picture does not look like a page with a number.";
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
  const wrong = button("Wrong: it is…", "wrong");
  return classification.verdict === "neither" ? [wrong] : [button("Right", "right"), wrong];
}

/** The picture for those who cannot see it. */
function inWords({ classification, shown, heat }: Seen): string {
  const { top, digits, verdict } = classification;
  const bars = top.map(({ label, probability }) => `${label} ${percent(probability)}`).join(", ");
  const size = `Your picture, ${shown.width} by ${shown.height} pixels`;
  if (verdict === "neither") return `${size}; nothing in it was recognised.`;
  const boxed =
    digits === undefined ? "" : ` with ${digits.length === 1 ? "one digit" : `${digits.length} digits`} boxed`;
  return `${size}${boxed}. ${heat === undefined ? "" : `${heatWords(heat)} `}Most probable: ${bars}.`;
}
