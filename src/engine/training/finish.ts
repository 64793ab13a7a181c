// The end of a run: validation and, once, the test split; pictures; the model into the registry.
import * as tf from "@tensorflow/tfjs-core";
import { confusionAlt, confusionPng } from "../../charts/confusion.js";
import type { Backend } from "../backend/backend.js";
import { wilson } from "../models/interval.js";
import type { ModelMetrics } from "../models/model.js";
import { ModelRegistry } from "../models/registry.js";
import { type SavedModel, saveModel } from "../models/save.js";
import { calibrate } from "../vision/calibration.js";
import type { Progress } from "./checkpoint.js";
import { curvesOf } from "./curves.js";
import type { DataSet } from "./data/data-set.js";
import { type Evaluation, evaluate } from "./evaluation.js";
import type { Plan } from "./recipe.js";
import type { RunDescription } from "./run.js";

export interface Finish {
  readonly description: RunDescription;
  readonly plan: Plan;
  readonly data: DataSet;
  readonly backend: Backend;
  readonly progress: Progress;
}

export interface Outcome {
  readonly validation: Evaluation;
  readonly test: Evaluation;
  readonly metrics: ModelMetrics;
  /** PNG by file name, and each one in words. */
  readonly pictures: Readonly<Record<string, { readonly png: Uint8Array; readonly alt: string }>>;
}

/** Images that the export is compared on. */
const CHECKED = 64;

/** The model has the weights that are to be kept. */
export async function assess({ description, plan, data, progress }: Finish): Promise<Outcome> {
  const classes = data.labels.length;
  const validation = await evaluate(plan.model, plan.evaluation("validation"), classes);
  const test = await evaluate(plan.model, plan.evaluation("test"), classes);
  const confusion = {
    title: `${description.model}: test images`,
    labels: data.labels,
    counts: test.confusion,
  };
  return {
    validation,
    test,
    metrics: { validation: figures(validation), test: figures(test), confusion: test.confusion },
    pictures: {
      "curves.png": await curvesOf(description, progress),
      "confusion.png": { png: await confusionPng(confusion), alt: confusionAlt(confusion) },
    },
  };
}

/** Exports, checks and saves; unless it is a candidate, it goes into service where no model of its name, shipped or trained, is. @throws what `saveModel` throws */
export async function saveTrained(finish: Finish, outcome: Outcome): Promise<SavedModel> {
  const { description, plan, data, backend, progress } = finish;
  const checkImages = await firstImages(plan, progress.limit);
  try {
    const saved = await saveModel({
      registry: description.models,
      model: plan.model,
      checkImages,
      ...(plan.precision === undefined ? {} : { precision: plan.precision }),
      fields: {
        name: description.model,
        recipe: description.recipe,
        labels: data.labels,
        preprocessing: plan.preprocessing,
        temperature: 1,
        metrics: outcome.metrics,
        data: { name: data.name, version: data.version },
        run: { id: description.id, seed: description.seed, backend: backend.name, device: backend.device.name },
      },
      calibrate: (onnx) =>
        calibrate(onnx, { labels: data.labels, preprocessing: plan.preprocessing }, plan.evaluation, data.splits),
      card: { ...plan.card, command: commandOf(description), epochs: progress.metrics.length },
      pictures: Object.fromEntries(Object.entries(outcome.pictures).map(([name, { png }]) => [name, png])),
    });
    const registry = new ModelRegistry(description.models);
    if (description.candidate !== true && (await registry.aliases(description.model)).champion === undefined) {
      await registry.setChampion(description.model, saved.manifest.version);
    }
    return saved;
  } finally {
    checkImages.dispose();
  }
}

/** The command that makes the model again, as a person would type it; folders as placeholders. */
export function commandOf({ recipe, model, seed, settings, backend }: RunDescription): string {
  const set = Object.entries(settings).map(([key, value]) => `--set ${key}=${value}`);
  const parts = [`convo train ${recipe} --data DIR --seed ${seed}`, ...set];
  if (model !== recipe) parts.push(`--name ${model}`);
  if (backend !== undefined) parts.push(`--backend ${backend}`);
  return parts.join(" ");
}

/** No more than `limit`: where memory did not suffice for a batch while it learned, the check of the export must not fail the run. */
async function firstImages(plan: Plan, limit = CHECKED): Promise<tf.Tensor> {
  for await (const batch of plan.evaluation("validation")) {
    const images = Math.min(CHECKED, limit, batch.labels.length);
    const size = batch.images.length / batch.labels.length;
    return tf.tensor(batch.images.slice(0, images * size), [images, ...batch.shape.slice(1)]);
  }
  throw new Error("the validation split is empty");
}

/** Of the accuracy on the test split: Wilson's, 95 %. */
export function intervalOf({ test }: Outcome): { low: number; high: number } {
  const { low, high } = figures(test).accuracy;
  return { low, high };
}

function figures({ accuracy, images, loss }: Evaluation) {
  return { accuracy: wilson(Math.round(accuracy * images), images), loss, images };
}
