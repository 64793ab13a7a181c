// Transfer learning as a plan: pretrained backbone, features, head, fine-tuning.
import * as tf from "@tensorflow/tfjs-core";
import { initializers, layers } from "@tensorflow/tfjs-layers";
import type { Preprocessing } from "../../models/model.js";
import { type Backbone, chain, imageShape } from "../backbones/backbone.js";
import { mobileNetV2 } from "../backbones/mobilenet-v2.js";
import { startBatchWorkers } from "../data/batch-workers.js";
import { batchSource, fixedBatches } from "../data/batches.js";
import type { DataSet, Split } from "../data/data-set.js";
import { type Features, frozenFeatures } from "../features/features.js";
import { batchNormalization } from "../layers/batch-normalization.js";
import { dropout } from "../layers/dropout.js";
import { seededRandom, shuffled } from "../random.js";
import type { Phase, Plan, RecipeStart, TrainingBatch } from "../recipe.js";
import { cosineWithWarmUp } from "../schedule.js";
import { findWeights } from "../weights/find-weights.js";
import { placeWeights } from "../weights/layer-values.js";
import { stagesOf, type TransferSettings } from "./settings.js";

/** Images of a batch that only goes forward. */
const FORWARD_BATCH = 32;
/** An augmented crop is taken out of a photo whose shorter side is 8/7 of the input's, as ImageNet networks are trained. */
const ROOM = 8 / 7;

export async function transferPlan(
  { data, settings, seed, note }: RecipeStart<TransferSettings>,
  card: Plan["card"],
): Promise<Plan> {
  const pretrained = await findWeights(settings.backbone);
  const backbone: Backbone = mobileNetV2({ normalized: pretrained.normalized });
  const { side } = settings;
  const frozen = chain("backbone", imageShape(side), backbone.blocks);
  placeWeights(backbone, pretrained);

  const standardise = batchNormalization({ name: "standardise", epsilon: 1e-5 });
  const random = seededRandom(`head/${seed}`);
  const head = [
    standardise,
    dropout({ name: "dropout", rate: settings.dropout, seed: random.below(2 ** 31) }),
    layers.dense({
      name: "logits",
      units: data.labels.length,
      kernelInitializer: initializers.glorotUniform({ seed: random.below(2 ** 31) }),
    }),
  ];
  const model = chain("flowers", imageShape(side), backbone.blocks, head);
  const trained = chain("flowers_any_size", imageShape(null), backbone.blocks, head);
  const headOnly = chain("head", [backbone.features], [], head);

  const preprocessing: Preprocessing = {
    height: side,
    width: side,
    channels: 3,
    fit: "cover",
    ...backbone.preprocessing,
  };
  const workers = startBatchWorkers(data);
  const trainWorkers = startBatchWorkers(data);
  const stages = stagesOf(settings.stages);
  const pixels = {
    dataSet: data,
    height: side,
    width: side,
    channels: 3,
    preprocess: backbone.preprocessing,
    workers,
  } as const;
  const evaluation = (split: Split) => fixedBatches({ ...pixels, split, batchSize: FORWARD_BATCH });

  const features = async (split: Split): Promise<Features> => {
    const began = performance.now();
    const result = await frozenFeatures({
      frozen,
      split,
      images: data.splits[split].length,
      key: {
        data: data.version,
        backbone: backbone.name,
        weights: pretrained.hash,
        side,
        preprocessing: backbone.preprocessing,
        cut: "features",
      },
      batches: (first) => {
        const rest = data.splits[split].slice(first);
        const part: DataSet = { ...data, splits: { ...data.splits, [split]: rest } };
        return fixedBatches({ ...pixels, dataSet: part, split, batchSize: FORWARD_BATCH });
      },
    });
    const seconds = (performance.now() - began) / 1000;
    note(
      "features",
      result.cached
        ? `The ${split} features were in the cache.`
        : `Features of ${result.images} ${split} images in ${seconds.toFixed(1)} s.`,
    );
    return result;
  };
  let ready: Promise<{ train: Features; validation: Features }> | undefined;
  const prepare = (): Promise<{ train: Features; validation: Features }> => {
    ready ??= (async () => {
      const train = await features("train");
      const validation = await features("validation");
      standardiseBy(standardise, train);
      return { train, validation };
    })();
    return ready;
  };

  const steps = (batch: number) => Math.ceil(data.splits.train.length / batch);
  const phases: Phase[] = [
    {
      name: "head",
      what: "the head, on features of the frozen backbone",
      epochs: settings.headEpochs,
      steps: steps(settings.headBatch),
      prepare: async () => {
        await prepare();
      },
      part: headOnly,
      learns: ["logits"],
      async *train(epoch, from) {
        const { train } = await prepare();
        const order = shuffled([...data.splits.train.keys()], seededRandom(seed).fork(`head/${epoch}`));
        yield* rows(data, "train", train, order, settings.headBatch, from);
      },
      async *validation() {
        const { validation } = await prepare();
        yield* rows(data, "validation", validation, [...data.splits.validation.keys()], 1024, 0);
      },
      optimizer: { kind: "adam", weightDecay: settings.headDecay },
      learningRate: cosineWithWarmUp({
        peak: settings.headRate,
        steps: settings.headEpochs * steps(settings.headBatch),
      }),
      labelSmoothing: settings.labelSmoothing,
    },
  ];
  if (settings.from === "all") {
    const epochs = stages.reduce((sum, stage) => sum + stage.epochs, 0);
    const sideOf = (epoch: number): number => {
      let last = 0;
      for (const stage of stages) {
        last += stage.epochs;
        if (epoch <= last) return stage.side;
      }
      return side;
    };
    const largest = Math.max(...stages.map((stage) => stage.side));
    phases.push({
      name: "all",
      what: "every layer, with a low rate and augmented images",
      epochs,
      steps: steps(settings.batch),
      prepare: async () => {
        await prepare();
      },
      part: trained,
      learns: trained.layers
        .filter((layer) => layer.weights.length > 0 && layer.getClassName() !== "BatchNormalization")
        .map((layer) => layer.name),
      train: (epoch, from) =>
        batchSource({
          ...pixels,
          height: sideOf(epoch),
          width: sideOf(epoch),
          preprocess: { ...backbone.preprocessing, resize: Math.round(largest * ROOM) },
          workers: trainWorkers,
          split: "train",
          batchSize: settings.batch,
          seed,
          epoch,
          shuffle: true,
          skip: from,
          augment: { kind: "photos", crop: [settings.crop, 1] },
        }),
      validation: () => evaluation("validation"),
      optimizer: { kind: "adam", weightDecay: settings.weightDecay },
      learningRate: cosineWithWarmUp({
        peak: settings.learningRate,
        steps: epochs * steps(settings.batch),
        warmUp: settings.warmUp,
        end: settings.learningRate / 100,
      }),
      labelSmoothing: settings.labelSmoothing,
      patience: settings.patience,
      ...(settings.averaging > 0 ? { averaging: { decay: settings.averaging, every: 1 } } : {}),
    });
  }
  return {
    model,
    preprocessing,
    phases,
    card,
    precision: "float16",
    evaluation,
    async close() {
      await Promise.all([workers.close(), trainWorkers.close()]);
    },
  };
}

function* rows(
  data: DataSet,
  split: Split,
  { values, shape }: Features,
  order: readonly number[],
  size: number,
  from: number,
): Generator<TrainingBatch> {
  const area = shape.reduce((product, one) => product * one, 1);
  for (let at = from * size; at < order.length; at += size) {
    const chosen = order.slice(at, at + size);
    const images = new Float32Array(chosen.length * area);
    for (const [row, index] of chosen.entries())
      images.set(values.subarray(index * area, (index + 1) * area), row * area);
    const labels = Int32Array.from(chosen, (index) => data.splits[split][index]?.label ?? 0);
    yield { images, shape: [chosen.length, ...shape], labels };
  }
}

/** Mean and variance of the training features into the layer's moving averages, which never move again. */
function standardiseBy(layer: layers.Layer, { values, images, shape }: Features): void {
  tf.tidy(() => {
    const { mean, variance } = tf.moments(tf.tensor(values, [images, ...shape]), 0);
    const [gamma, beta] = layer.getWeights();
    if (gamma === undefined || beta === undefined) throw new Error("a normalization has four weights");
    layer.setWeights([gamma, beta, mean, variance]);
  });
}
