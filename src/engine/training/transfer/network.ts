// The networks of transfer learning, all on one set of layers: the whole, its frozen part, the part that learns, the head.

import * as tf from "@tensorflow/tfjs-core";
import { initializers, type LayersModel, layers } from "@tensorflow/tfjs-layers";
import { UserError } from "../../../errors.js";
import { type Backbone, type Block, chain, imageShape } from "../backbones/backbone.js";
import type { Features } from "../features/features.js";
import { batchNormalization } from "../layers/batch-normalization.js";
import { dropout } from "../layers/dropout.js";
import { seededRandom } from "../random.js";

export interface TransferNetwork {
  readonly backbone: Backbone;
  /** Images [n, side, side, 3] → logits. */
  readonly whole: LayersModel;
  /** The same for images of any size: layers do not care, and smaller images train faster. */
  readonly anySize: LayersModel;
  /** Images → the backbone's features. */
  readonly frozen: LayersModel;
  /** Features → logits. */
  readonly head: LayersModel;
  /** Standardised features → logits: what there is to learn in the head. */
  readonly classifier: LayersModel;
  /** Sets the head's first layer to the training features' mean and variance. */
  standardise(features: Features): void;
  /** What the head's first layer makes of features. */
  standardised(features: Features): Promise<Features>;
}

/**
 * The head: features standardised by the training images' mean and variance, dropout, logits. Standardised inputs let one
 * learning rate suit all of them.
 */
export function transferNetwork(
  backbone: Backbone,
  { side, classes, rate, seed }: { side: number; classes: number; rate: number; seed: number },
): TransferNetwork {
  const random = seededRandom(`head/${seed}`);
  const standardised = batchNormalization({ name: "standardise", epsilon: 1e-5 });
  const dropped = dropout({ name: "dropout", rate, seed: random.below(2 ** 31) });
  const kernelInitializer = initializers.glorotUniform({ seed: random.below(2 ** 31) });
  const head = [standardised, dropped, layers.dense({ name: LOGITS, units: classes, kernelInitializer })];
  return {
    backbone,
    whole: chain("classifier", imageShape(side), backbone.blocks, head),
    anySize: chain("classifier_any_size", imageShape(null), backbone.blocks, head),
    frozen: chain("backbone", imageShape(side), backbone.blocks),
    head: chain("head", [backbone.features], [], head),
    classifier: chain("head_standardised", [backbone.features], [], head.slice(1)),
    standardise: (features) => standardiseBy(standardised, features),
    standardised: (features) => appliedTo(features, standardised),
  };
}

/** The layer that the head's phase trains. */
export const LOGITS = "logits";

export interface Cut {
  /** Images → the maps that the first learning block takes. */
  readonly frozen: LayersModel;
  /** Those maps → logits. */
  readonly tail: LayersModel;
}

/** @throws UserError `block-unknown` */
export function cutAt(network: TransferNetwork, from: string, side: number): Cut {
  const { blocks } = network.backbone;
  const at = blocks.findIndex(({ name }) => name === from);
  const [first] = blocks;
  if (at < 0) {
    throw new UserError(
      "block-unknown",
      `${network.backbone.name} has no block "${from}" to train from.`,
      `Choose none, all, or one of: ${blocks
        .slice(1)
        .map(({ name }) => name)
        .join(", ")}.`,
    );
  }
  const before: readonly Block[] = at === 0 && first !== undefined ? [] : blocks.slice(0, at);
  const frozen = chain("frozen", imageShape(side), before);
  const head = network.head.layers.filter((layer) => layer.getClassName() !== "InputLayer");
  return { frozen, tail: chain("tail", frozen.outputShape.slice(1) as number[], blocks.slice(at), head) };
}

/** Layers with weights that fine-tuning moves: not the normalizations, whose statistics few images would spoil. */
export function learningNames(part: LayersModel): string[] {
  return part.layers
    .filter((layer) => layer.weights.length > 0 && layer.getClassName() !== "BatchNormalization")
    .map((layer) => layer.name);
}

async function appliedTo(features: Features, layer: layers.Layer): Promise<Features> {
  const result = tf.tidy(() => layer.call(tf.tensor(features.values, [features.images, ...features.shape]), {}));
  if (Array.isArray(result)) throw new Error(`${layer.name} gives several tensors`);
  try {
    return { ...features, values: Float32Array.from(await result.data()) };
  } finally {
    result.dispose();
  }
}

/** Mean and variance into the layer's moving averages, which no phase moves. */
function standardiseBy(layer: layers.Layer, { values, images, shape }: Features): void {
  tf.tidy(() => {
    const { mean, variance } = tf.moments(tf.tensor(values, [images, ...shape]), 0);
    const [gamma, beta] = layer.getWeights();
    if (gamma === undefined || beta === undefined) throw new Error("a normalization has four weights");
    layer.setWeights([gamma, beta, mean, variance]);
  });
}
