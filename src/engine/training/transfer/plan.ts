// Transfer learning as a plan that the trainer carries out; it reads like the lesson: backbone, features, head, fine-tuning.
import type { Preprocessing } from "../../models/model.js";
import type { AugmentSettings } from "../data/augment.js";
import { startBatchWorkers } from "../data/batch-workers.js";
import { fixedBatches } from "../data/batches.js";
import type { Split } from "../data/data-set.js";
import type { Phase, Plan, RecipeStart } from "../recipe.js";
import { type PretrainedBackbone, pretrainedBackbone } from "../weights/pretrained.js";
import { FORWARD_BATCH, featureSource } from "./feature-source.js";
import { transferNetwork } from "./network.js";
import { everyLayerPhase, headFeatures, headPhase, type TransferPhases, tailPhase } from "./phases.js";
import type { TransferSettings } from "./settings.js";

export interface TransferOptions {
  readonly card: Omit<Plan["card"], "base">;
  /** Instead of the one that the settings name. */
  readonly pretrained?: PretrainedBackbone;
  /** Folder of the features' cache; the operating system's by default. */
  readonly cache?: string;
}

export async function transferPlan(start: RecipeStart<TransferSettings>, options: TransferOptions): Promise<Plan> {
  const { data, settings, seed, note } = start;
  const { side, from } = settings;
  const pretrained = options.pretrained ?? (await pretrainedBackbone(settings.backbone));
  const { backbone } = pretrained;
  const network = transferNetwork(backbone, { side, classes: data.labels.length, rate: settings.dropout, seed });
  pretrained.place();

  const preprocessing: Preprocessing = {
    height: side,
    width: side,
    channels: 3,
    fit: "cover",
    ...backbone.preprocessing,
  };
  const { preprocessing: preprocess } = backbone;
  const augment: AugmentSettings = { kind: "photos", crop: [settings.crop, 1] };
  const workers = startBatchWorkers(data);
  const trainWorkers = startBatchWorkers(data);
  const evaluation = (split: Split) =>
    fixedBatches({
      dataSet: data,
      split,
      batchSize: FORWARD_BATCH,
      height: side,
      width: side,
      channels: 3,
      preprocess,
      workers,
    });
  const source = featureSource({
    data,
    seed,
    note,
    backbone: { name: backbone.name, hash: pretrained.hash },
    side,
    preprocess,
    workers,
    augment,
    ...(options.cache === undefined ? {} : { cache: options.cache }),
  });
  const transfer: TransferPhases = {
    network,
    settings,
    data,
    seed,
    source,
    workers: trainWorkers,
    preprocess,
    augment,
    evaluation,
  };
  const features = headFeatures(transfer);
  return {
    model: network.whole,
    preprocessing,
    phases: [headPhase(transfer, features), ...fineTuning(from)],
    card: { ...options.card, base: pretrained.origin },
    precision: "float16",
    evaluation,
    async close() {
      await Promise.all([workers.close(), trainWorkers.close()]);
    },
  };

  function fineTuning(first: string): Phase[] {
    if (first === "none") return [];
    return [first === "all" ? everyLayerPhase(transfer, features) : tailPhase(transfer, features)];
  }
}
