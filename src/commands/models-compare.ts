// Two versions side by side: what was measured, which class each takes for which, and what each says to one picture.
import { type ConfusionChart, confusionAlt, confusionPairPng, confusionPng } from "../charts/confusion.js";
import { percent } from "../charts/seen.js";
import type { OpenedModel } from "../engine/models/open.js";
import type { Classification } from "../engine/vision/classify.js";
import { UserError } from "../errors.js";
import { displayName } from "./display-name.js";
import { figuresOf } from "./models-show.js";
import { message } from "./private-message.js";
import { type Block, type Message, plain } from "./reply.js";

/** Labels of an answer. */
const TOP = 3;

/** `classify`: what a model, by its reference, says to the picture that was attached; undefined without one. */
export async function comparedMessage(
  both: readonly [OpenedModel, OpenedModel],
  classify: (reference: string) => Promise<Classification | undefined>,
): Promise<Message> {
  const [first, second] = both.map(({ manifest: { name, version } }) => `${name}@${version}`) as [string, string];
  if (first === second) {
    throw new UserError(
      "same-model",
      `Both are ${first}.`,
      `Name another one, as in with:${first.split("@")[0]}@VERSION; /models list has them.`,
    );
  }
  // One after the other: both would share the cores.
  const answers = [await classify(first), await classify(second)];
  return message([
    { kind: "heading", text: titleOf(both) },
    {
      kind: "table",
      columns: [{ title: "What" }, ...columnsOf(both).map((title) => ({ title }))],
      rows: [...figureRows(both), ...answerRows(answers)],
    },
    ...warningsOf(both),
    ...(await confusionPicture(both)),
  ]);
}

const isOneModel = ([a, b]: readonly [OpenedModel, OpenedModel]): boolean => a.manifest.name === b.manifest.name;

function titleOf(both: readonly [OpenedModel, OpenedModel]): string {
  const [a, b] = both.map(({ manifest }) => manifest.name);
  return isOneModel(both) ? `Two versions of ${a}` : `${a} and ${b}`;
}

function columnsOf(both: readonly [OpenedModel, OpenedModel]): string[] {
  return both.map(({ manifest: { name, version } }) => (isOneModel(both) ? version : `${name}@${version}`));
}

function figureRows([a, b]: readonly [OpenedModel, OpenedModel]): string[][] {
  const [left, right] = [figuresOf(a.manifest), figuresOf(b.manifest)];
  return left.map(({ name, value }) => {
    const other = right.find((field) => field.name === name);
    return [name, plain(value), other === undefined ? "" : plain(other.value)];
  });
}

/** Of those that have one. */
async function confusionPicture(both: readonly OpenedModel[]): Promise<Block[]> {
  const charts = both.flatMap(({ manifest: { name, version, labels, metrics } }): ConfusionChart[] => {
    if (metrics.confusion === undefined) return [];
    return [{ title: `${name}@${version}`, labels: labels.map(displayName), counts: metrics.confusion }];
  });
  const [first, second] = charts;
  if (first === undefined) return [];
  const png = second === undefined ? await confusionPng(first) : await confusionPairPng([first, second]);
  return [{ kind: "picture", name: "confusion.png", png, alt: charts.map(confusionAlt).join(" ") }];
}

function answerRows(answers: readonly (Classification | undefined)[]): string[][] {
  const [a, b] = answers;
  if (a === undefined || b === undefined) return [];
  return [
    ["Your picture", saidOf(a), saidOf(b)],
    ["Most probable", topOf(a), topOf(b)],
    ["In", `${a.ms.toFixed(1)} ms`, `${b.ms.toFixed(1)} ms`],
  ];
}

function saidOf({ verdict, top: [best] }: Classification): string {
  if (verdict === "neither" || best === undefined) return "nothing that it knows";
  return `${verdict === "sure" ? "" : "not sure: perhaps "}${displayName(best.label)}`;
}

function topOf({ top }: Classification): string {
  return top
    .slice(0, TOP)
    .map(({ label, probability }) => `${displayName(label)} ${percent(probability)}`)
    .join(", ");
}

/** Figures that were not measured on the same pictures do not say which is better. */
function warningsOf([{ manifest: a }, { manifest: b }]: readonly [OpenedModel, OpenedModel]): Block[] {
  const warn = (text: string): Block[] => [{ kind: "note", tone: "warning", text }];
  if (a.labels.join("\n") !== b.labels.join("\n"))
    return warn("They know different classes; the figures do not compare.");
  if (a.data.version !== b.data.version) {
    return warn(
      "They were trained and measured on different versions of the data; a small difference may come from that.",
    );
  }
  return [];
}
