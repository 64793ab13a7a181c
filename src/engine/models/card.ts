// A model's card: what it is for, where it comes from, how good it is and how sure that is. After Mitchell et al. 2019, "Model cards".
import { wilson } from "./interval.js";
import type { Interval, ModelManifest } from "./model.js";

/** What only the recipe knows; Markdown, a sentence or a few each. */
export interface CardText {
  readonly title: string;
  readonly purpose: string;
  readonly notFor: string;
  /** Licence and attribution of the data set, or where they stand. */
  readonly dataLicence: string;
  /** Weights that it started from, with their licence; absent when trained from scratch. */
  readonly base?: string;
  /** The command that makes it again. */
  readonly command: string;
  readonly epochs: number;
  /** More about the training: schedule, augmentation, stopping. */
  readonly training: string;
  readonly limitations: readonly string[];
}

export interface CardFiles {
  readonly onnxBytes: number;
  readonly pictures: readonly string[];
}

/** Markdown. */
export function writeCard(manifest: ModelManifest, text: CardText, { onnxBytes, pictures }: CardFiles): string {
  const { metrics, data, run } = manifest;
  const parts = [
    `# ${text.title}`,
    `Model \`${manifest.name}\`, version \`${manifest.version}\`, made ${manifest.created.slice(0, 10)}.`,
    `**For:** ${text.purpose}`,
    `**Not for:** ${text.notFor}`,
    "## Data",
    `${data.name}, version \`${data.version}\`. ${text.dataLicence}`,
    ...(text.base === undefined ? [] : ["## Weights it started from", text.base]),
    "## Training",
    `\`${text.command}\``,
    `${text.epochs} epochs, seed ${run.seed}, on ${run.backend} (${run.device}), run \`${run.id}\`. ${text.training}`,
    "## How good it is",
    metricsTable(manifest),
    ...(metrics.confusion === undefined ? [] : [confusionParts(manifest.labels, metrics.confusion)]),
    ...pictures.map((name) => `![${name.replace(/\.\w+$/, "")}](${name})`),
    "## Input and size",
    preprocessingText(manifest),
    `${written(manifest.parameters)} parameters; model.onnx has ${(onnxBytes / 1e6).toFixed(2)} MB (${manifest.precision} storage). ${exportText(manifest)}`,
    LIMITATIONS,
    text.limitations.map((limitation) => `- ${limitation}`).join("\n"),
  ];
  return withCalibration(`${parts.join("\n\n")}\n`, manifest);
}

const CALIBRATION = "## When it is sure";
const LIMITATIONS = "## Limitations";

/** The card with what `temperature` and `decision` say now, before the limitations; what it said of them before is replaced. */
export function withCalibration(card: string, manifest: ModelManifest): string {
  const at = card.lastIndexOf(`${LIMITATIONS}\n`);
  const before = card.slice(0, at).split(`${CALIBRATION}\n`)[0] ?? "";
  const text = calibrationText(manifest);
  return at < 0 || text === "" ? card : `${before}${CALIBRATION}\n\n${text}\n\n${card.slice(at)}`;
}

function calibrationText({ temperature, decision }: ModelManifest): string {
  const calibrated =
    temperature === 1
      ? []
      : [`Probabilities are softmax(logits / ${temperature.toFixed(3)}), fitted on the validation split.`];
  if (decision === undefined) return calibrated.join(" ");
  const { method, sureProbability, sureEnergy, sureViewsEnergy, sureLikeness } = decision;
  const { neitherEnergy, neitherLikeness, neitherProbability } = decision;
  const floors = [
    `an energy of ${neitherEnergy.toFixed(2)}`,
    ...(neitherLikeness === undefined ? [] : [`a cosine of ${neitherLikeness.toFixed(3)}`]),
    ...(neitherProbability === undefined ? [] : [`${percent(neitherProbability)} % for most of its digits`]),
  ];
  const rule = [
    `An answer is "sure" from a probability of ${percent(sureProbability)} % and an energy, log Σ exp(logit), of ${sureEnergy.toFixed(2)};`,
    ...(sureViewsEnergy === undefined
      ? []
      : [`turned, narrowed or flattened a little, every digit must keep one of ${sureViewsEnergy.toFixed(2)};`]),
    ...(sureLikeness === undefined
      ? []
      : [`what the head is given must have a cosine of ${sureLikeness.toFixed(3)} with its mean over the class;`]),
    `below ${floors.join(" or ")} the picture is "neither". How these were found: ${method}.`,
  ];
  return [...calibrated, ...rule].join(" ");
}

/** `98.7 % (98.1 to 99.1)` */
export function writeInterval({ value, low, high }: Interval): string {
  return `${percent(value)} % (${percent(low)} to ${percent(high)})`;
}

function metricsTable({ metrics: { validation, test } }: ModelManifest): string {
  const rows = [["validation", validation] as const, ["test, looked at once", test] as const].flatMap(
    ([name, split]) =>
      split === undefined
        ? []
        : [`| ${name} | ${written(split.images)} | ${writeInterval(split.accuracy)} | ${split.loss.toFixed(4)} |`],
  );
  if (rows.length === 0) return "Not measured.";
  const heading = ["| split | images | accuracy (95 %, Wilson) | loss |", "|---|---:|---:|---:|"];
  return [...heading, ...rows].join("\n");
}

function confusionParts(labels: readonly string[], confusion: readonly (readonly number[])[]): string {
  const recalls = confusion.map((row, at) => {
    const total = row.reduce((sum, count) => sum + count, 0);
    const recall = total === 0 ? "no images" : writeInterval(wilson(row[at] ?? 0, total));
    return `| ${cell(labels[at])} | ${written(total)} | ${recall} |`;
  });
  const rows = confusion.map((row, at) => `| **${cell(labels[at])}** | ${row.join(" | ")} |`);
  return [
    "| class | test images | recall (95 %, Wilson) |",
    "|---|---:|---:|",
    ...recalls,
    "",
    "Confusion on the test split (rows: the true class; columns: the predicted one):",
    "",
    `| | ${labels.map(cell).join(" | ")} |`,
    `|---|${labels.map(() => "---:|").join("")}`,
    ...rows,
  ].join("\n");
}

function preprocessingText({ preprocessing, labels }: ModelManifest): string {
  const { height, width, channels, fit, resize, scale, offset, order } = preprocessing;
  const geometry =
    fit === "cover"
      ? `the shorter side is resized to ${resize ?? Math.max(height, width)}, the centre cut out`
      : "the digit is fitted into 20 × 20, centred by mass in 28 × 28";
  return `Input ${height} × ${width} × ${channels} (${order}): ${geometry}; value = byte × ${scale.join(", ")} + ${offset.join(", ")}. Output: logits of ${labels.length} classes.`;
}

function exportText({ exportDifference, storageDifference }: ModelManifest): string {
  const storage =
    storageDifference === undefined
      ? ""
      : ` Storing the weights as float16 changes logits by at most ${storageDifference.toExponential(1)}.`;
  return `ONNX and tfjs differ by at most ${exportDifference.toExponential(1)}.${storage}`;
}

/** Labels come from folder names: nothing in them may end a table's cell or begin markup. */
function cell(text = ""): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, " ").replace(/[\\`*_{}[\]<>()#|!~]/g, "\\$&");
}

function percent(share: number): string {
  return (share * 100).toFixed(2);
}

function written(count: number): string {
  return count.toLocaleString("en-GB");
}
