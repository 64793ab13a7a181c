// Which weights of a model learn in a phase, and their values, out of the model and into it again.
import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel, LayerVariable, layers } from "@tensorflow/tfjs-layers";
import { UserError } from "../../errors.js";
import type { Phase } from "./recipe.js";

/** One weight's values; its name is `layer/weight`, the same in every process (tfjs numbers its own names). */
export interface WeightValues {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

export interface Weight {
  readonly name: string;
  readonly variable: tf.Variable;
  readonly layer: LayerVariable;
  /** Moved by the optimizer; otherwise moved by the layer itself, as a moving average is. */
  readonly trainable: boolean;
}

/** All weights of the layers that learn in a phase, in the model's order, moving averages included. */
export function learningWeights(phase: Pick<Phase, "part" | "learns">): Weight[] {
  return weightsOf(learningLayers(phase));
}

/** All weights of some layers, in their order. */
export function weightsOf(of: readonly layers.Layer[]): Weight[] {
  return of.flatMap((layer) => {
    const trainable = new Set(layer.trainableWeights);
    return layer.weights.map((weight, index) => ({
      name: `${layer.name}/${index}`,
      variable: variableOf(weight),
      layer: weight,
      trainable: trainable.has(weight),
    }));
  });
}

export function learningLayers(phase: Pick<Phase, "part" | "learns">): layers.Layer[] {
  const { part, learns } = phase;
  if (learns === undefined) return part.layers;
  const names = new Set(part.layers.map((layer) => layer.name));
  const unknown = learns.find((name) => !names.has(name));
  if (unknown !== undefined) throw new Error(`there is no layer ${unknown} to train in ${part.name}`);
  const wanted = new Set(learns);
  return part.layers.filter((layer) => wanted.has(layer.name));
}

/**
 * Makes every batch normalization that does not learn use its moving averages, as in a prediction (question 10: with few images
 * and a low rate, a frozen layer's statistics must stay what the pretrained weights expect). @returns undoes it
 */
export function freezeNormalization(phase: Pick<Phase, "part" | "learns">): () => void {
  const learning = new Set(learningLayers(phase));
  const frozen = phase.part.layers.filter(
    (layer) => layer.getClassName() === "BatchNormalization" && !learning.has(layer),
  );
  const undo = frozen.map((layer) => {
    const call = layer.call;
    layer.call = (inputs, kwargs) => call.call(layer, inputs, { ...kwargs, training: false });
    return () => {
      layer.call = call;
    };
  });
  return () => {
    for (const restore of undo) restore();
  };
}

/** Copies out of the device. */
export async function readWeights(weights: readonly Weight[]): Promise<WeightValues[]> {
  return Promise.all(
    weights.map(async ({ name, variable }) => ({
      name,
      shape: variable.shape,
      values: Float32Array.from(await variable.data()),
    })),
  );
}

/** Copies into the device. @throws UserError `checkpoint-foreign` where names or shapes are another model's */
export function writeWeights(weights: readonly Weight[], values: readonly WeightValues[]): void {
  const byName = new Map(values.map((one) => [one.name, one]));
  for (const { name, variable } of weights) {
    const found = byName.get(name);
    if (found === undefined || found.shape.join() !== variable.shape.join()) {
      throw new UserError(
        "checkpoint-foreign",
        `The checkpoint has no ${variable.shape.join(" × ")} values for ${name}: it was written by another network.`,
        "Resume with the settings that the run was started with, or train into a new folder.",
      );
    }
    tf.tidy(() => variable.assign(tf.tensor(found.values, variable.shape)));
  }
}

/** Number of parameters of a model, moving averages included, as Keras counts them. */
export function parametersOf(model: LayersModel): number {
  return model.weights.reduce((sum, weight) => sum + tf.util.sizeFromShape(weight.read().shape), 0);
}

function variableOf(weight: LayerVariable): tf.Variable {
  const value = weight.read();
  if (!(value instanceof tf.Variable)) throw new Error(`${weight.name} is no variable`);
  return value;
}
