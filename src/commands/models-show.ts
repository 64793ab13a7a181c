// How models are shown: the list, and one with its figures, pictures and card.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { confusionAlt } from "../charts/confusion.js";
import type { Aliases } from "../engine/models/aliases.js";
import { writeInterval } from "../engine/models/card.js";
import type { ModelManifest } from "../engine/models/model.js";
import type { OpenedModel } from "../engine/models/open.js";
import type { ModelEntry } from "../engine/models/registry.js";
import { displayName } from "./display-name.js";
import { message } from "./private-message.js";
import type { Block, Button, Field, Message } from "./reply.js";

/** Rows of the list; the oldest are left out. */
const SHOWN = 20;
const SOURCES = { own: "this community", shared: "shared", shipped: "Convo" } as const;

export function listedMessage(entries: readonly ModelEntry[]): Message {
  if (entries.length === 0) {
    return message([{ kind: "note", tone: "info", text: "There is no model yet. An admin trains one with /train." }]);
  }
  // What serves is never among those that are left out.
  const shown = [...entries]
    .sort((a, b) => b.aliases.length - a.aliases.length)
    .slice(0, SHOWN)
    .sort((a, b) => entries.indexOf(a) - entries.indexOf(b));
  const damaged = entries.flatMap(({ name, version, manifest }) =>
    "wrong" in manifest ? [`${name}@${version} is damaged and cannot serve (${manifest.wrong.code}).`] : [],
  );
  return message([
    { kind: "heading", text: "Models" },
    {
      kind: "table",
      columns: [
        { title: "Model" },
        { title: "Version" },
        { title: "In service as" },
        { title: "Test accuracy (95 %)" },
        { title: "Classes", align: "right" },
        { title: "From" },
      ],
      rows: shown.map(({ name, version, aliases, manifest, source }) => [
        name,
        version,
        aliases.join(", "),
        "wrong" in manifest ? "damaged" : accuracyOf(manifest),
        "wrong" in manifest ? "" : String(manifest.labels.length),
        SOURCES[source],
      ]),
    },
    ...damaged.map((text): Block => ({ kind: "note", tone: "warning", text })),
    {
      kind: "text",
      text: {
        italic: `${entries.length > shown.length ? `${shown.length} of ${entries.length} versions. ` : ""}champion: answers now; previous: what /models rollback returns to.`,
      },
    },
  ]);
}

export async function shownMessage({
  opened,
  aliases,
  follows,
  isAdmin,
}: {
  readonly opened: OpenedModel;
  readonly aliases: Aliases;
  /** Whether nobody has chosen a version here. */
  readonly follows: boolean;
  readonly isAdmin: boolean;
}): Promise<Message> {
  const { folder, manifest } = opened;
  const { name, version } = manifest;
  const buttons = isAdmin ? buttonsOf(manifest, aliases) : [];
  return message([
    { kind: "heading", text: `${name}@${version}` },
    {
      kind: "fields",
      fields: [{ name: "In service", value: serviceOf(version, aliases, follows) }, ...figuresOf(manifest)],
    },
    ...(await pictureOf(
      folder,
      manifest,
      "curves.png",
      `Learning curves of ${name}@${version}: loss and accuracy by epoch`,
    )),
    ...(await confusionPicture(opened)),
    {
      kind: "file",
      name: `${name}-card.md`,
      mediaType: "text/markdown; charset=utf-8",
      bytes: await readFile(join(folder, "card.md")),
      description: `Card of ${name}@${version}: what it is for and not for, data, licences, training, limitations`,
    },
    ...(buttons.length === 0 ? [] : [{ kind: "buttons", buttons } as const]),
  ]);
}

/** The confusion matrix as it was drawn when the model was saved; none where it was not. */
function confusionPicture({ folder, manifest }: OpenedModel): Promise<readonly Block[]> {
  const { name, version, labels, metrics } = manifest;
  const title = `${name}@${version}`;
  const alt =
    metrics.confusion === undefined
      ? `Confusion matrix of ${title}`
      : confusionAlt({ title, labels: labels.map(displayName), counts: metrics.confusion });
  return pictureOf(folder, manifest, "confusion.png", alt);
}

/** What was measured, in the order in which people ask. */
export function figuresOf(manifest: ModelManifest): Field[] {
  const { metrics, labels, data, run, parameters, created } = manifest;
  return [
    { name: "Test accuracy", value: accuracyOf(manifest) },
    ...(metrics.test === undefined
      ? []
      : [
          {
            name: "Test loss",
            value: `${metrics.test.loss.toFixed(4)} on ${metrics.test.images.toLocaleString("en")} pictures`,
          },
        ]),
    { name: "Classes", value: `${labels.length}: ${shortList(labels)}` },
    { name: "Parameters", value: parameters.toLocaleString("en") },
    { name: "Data", value: `${displayName(data.name)}, version ${displayName(data.version.slice(0, VERSION_SHOWN))}` },
    { name: "Trained", value: `${created.slice(0, 10)}, recipe ${manifest.recipe}, seed ${run.seed}` },
    { name: "On", value: displayName(`${run.backend}, ${run.device}`) },
  ];
}

function accuracyOf({ metrics }: ModelManifest): string {
  return metrics.test === undefined ? "not measured" : writeInterval(metrics.test.accuracy);
}

/** Of a data version, which is a hash: enough to tell two apart. */
const VERSION_SHOWN = 12;
/** As many labels as are read with pleasure. */
const LABELS_SHOWN = 12;

function shortList(labels: readonly string[]): string {
  const shown = labels.slice(0, LABELS_SHOWN).map(displayName).join(", ");
  return labels.length > LABELS_SHOWN ? `${shown} …` : shown;
}

function serviceOf(version: string, { champion, previous }: Aliases, follows: boolean): string {
  if (version === champion) {
    const yes = follows ? "yes, as it does for all who have not chosen" : "yes";
    return previous === undefined ? yes : `${yes}; before it served ${previous}`;
  }
  return version === previous ? "no; /models rollback returns to it" : "no";
}

function buttonsOf({ name, version }: ModelManifest, { champion, previous }: Aliases): Button[] {
  if (version !== champion) {
    const press = { command: "models", action: "promote", args: { model: `${name}@${version}` } };
    return [{ label: "Promote", style: "primary", press }];
  }
  if (previous === undefined) return [];
  const press = { command: "models", action: "rollback", args: { model: name, from: version } };
  return [{ label: "Roll back", style: "danger", press }];
}

async function pictureOf(folder: string, { files, name }: ModelManifest, file: string, alt: string): Promise<Block[]> {
  if (!Object.hasOwn(files, file)) return [];
  return [{ kind: "picture", name: `${name}-${file}`, png: await readFile(join(folder, file)), alt }];
}
