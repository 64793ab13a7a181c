// Saving a trained model: exported, checked against tfjs, and put into the registry whole or not at all.
import { join } from "node:path";
import type * as tf from "@tensorflow/tfjs-core";
import type * as layers from "@tensorflow/tfjs-layers";
import { UserError } from "../../errors.js";
import { sha256 } from "../hash.js";
import { checkExport, type ExportCheck } from "../onnx/check.js";
import { type ExportOptions, exportLayersModel } from "../onnx/export/exporter.js";
import { type CardText, writeCard } from "./card.js";
import { writeFolderWhole } from "./durable.js";
import { readManifest } from "./manifest.js";
import { CENTRES, type Decision, type ModelManifest } from "./model.js";
import { weightFiles } from "./weights.js";

/** How sure the model may be, and the features that this is told by. */
export interface Calibration {
  readonly temperature: number;
  readonly decision: Decision;
  /** For `CENTRES`: labels × width. */
  readonly centres?: Float32Array;
}

/** What the saver finds out by itself is not asked for. */
export type ManifestFields = Omit<
  ModelManifest,
  "v" | "version" | "parameters" | "precision" | "exportDifference" | "storageDifference" | "created" | "files"
>;

export interface ModelToSave {
  /** The registry: the version becomes REGISTRY/NAME/VERSION. */
  readonly registry: string;
  readonly fields: ManifestFields;
  /** Its input is preprocessed as `fields.preprocessing` says, its first output are the logits. */
  readonly model: layers.LayersModel;
  /** Real pictures, preprocessed, [n, height, width, channels]: the export is checked on them. */
  readonly checkImages: tf.Tensor;
  readonly card: CardText;
  /** Told the graph before it is saved; undefined where it cannot be calibrated. */
  readonly calibrate?: (onnx: Uint8Array) => Promise<Calibration | undefined>;
  /** PNG files beside the model, such as `curves.png` and `confusion.png`. */
  readonly pictures?: Readonly<Record<string, Uint8Array>>;
  readonly precision?: "float32" | "float16";
  /** Without the tfjs weights a model cannot be trained on, but is half the size. Default: with. */
  readonly keepWeights?: boolean;
  readonly exportOptions?: Omit<ExportOptions, "precision" | "metadata">;
  /** For tests; default: now. */
  readonly now?: Date;
}

export interface SavedModel {
  readonly folder: string;
  readonly manifest: ModelManifest;
  readonly check: ExportCheck;
}

/** Throws UserError: `export-unsupported`, `export-differs`, `model-invalid`, `model-exists`, `disk-full`, `not-writable`. */
export async function saveModel(given: ModelToSave): Promise<SavedModel> {
  const { registry, fields, model, card, pictures = {}, precision = "float32", keepWeights = true } = given;
  const now = given.now ?? new Date();
  const options: ExportOptions = {
    ...given.exportOptions,
    precision,
    name: fields.name,
    metadata: {
      labels: JSON.stringify(fields.labels),
      preprocessing: JSON.stringify(fields.preprocessing),
    },
  };
  const onnx = await exportLayersModel(model, options);
  const check = await checkExport(model, onnx, given.checkImages, options);
  const { centres, ...calibration } = (await given.calibrate?.(onnx)) ?? {};
  const files = new Map<string, string | Uint8Array>([
    ["model.onnx", onnx],
    ...(keepWeights ? await weightFiles(model) : []),
    ...(centres === undefined ? [] : [[CENTRES, littleEndian(centres)] as const]),
    ...Object.entries(pictures),
  ]);
  const manifest: ModelManifest = {
    v: 1,
    version: versionOf(now, sha256(`${sha256(onnx)} ${fields.run.id}`)),
    ...fields,
    ...calibration,
    parameters: model.countParams(),
    precision,
    exportDifference: check.difference,
    ...(precision === "float16" ? { storageDifference: check.storageDifference } : {}),
    created: now.toISOString(),
    files: {},
  };
  files.set("card.md", writeCard(manifest, card, { onnxBytes: onnx.length, pictures: Object.keys(pictures) }));
  const hashes = Object.fromEntries([...files].map(([name, content]) => [name, sha256(content)]));
  const whole = { ...manifest, files: hashes };
  const text = `${JSON.stringify(whole, null, 2)}\n`;
  refuseInvalid(text, model);
  files.set("model.json", text);
  const folder = join(registry, manifest.name, manifest.version);
  await writeFolderWhole(folder, files);
  return { folder, manifest: whole, check };
}

function littleEndian(values: Float32Array): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [at, value] of values.entries()) view.setFloat32(at * 4, value, true);
  return bytes;
}

/** Time of its making, UTC, and eight digits of a hash of what is served and of its run: two runs may end with the same weights. */
function versionOf(now: Date, hash: string): string {
  const digits = now.toISOString().replace(/\D/g, "");
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-${hash.slice(0, 8)}`;
}

/** What could not be opened again is not written. */
function refuseInvalid(text: string, model: layers.LayersModel): void {
  const read = readManifest(text);
  const labels = "wrong" in read ? 0 : read.labels.length;
  const outputs = model.outputs[0]?.shape.at(-1);
  const wrong = "wrong" in read ? read.wrong : `there are ${labels} labels for ${outputs} outputs`;
  if (!("wrong" in read) && labels === outputs) return;
  throw new UserError("model-invalid", `The model was not saved: ${wrong}.`, "Mend what the recipe gives.");
}
