// All weights of a model, read once from wherever its backend keeps them.
import type * as layers from "@tensorflow/tfjs-layers";
import type { Layer } from "./config.js";
import { callsOf, isNested, nestedModel } from "./walk.js";
import type { Weights } from "./weights.js";

/** A layer's weights by their own names: `kernel`, `bias`, `gamma`, `moving_mean` … */
export type WeightsByLayer = ReadonlyMap<Layer, ReadonlyMap<string, Weights>>;

export async function readWeights(model: layers.LayersModel): Promise<WeightsByLayer> {
  const found = new Map<Layer, ReadonlyMap<string, Weights>>();
  for (const { layer } of callsOf(model).inOrder) {
    if (found.has(layer)) continue;
    if (isNested(layer))
      for (const [inner, weights] of await readWeights(nestedModel(layer))) found.set(inner, weights);
    else found.set(layer, await layerWeights(layer));
  }
  return found;
}

async function layerWeights(layer: Layer): Promise<ReadonlyMap<string, Weights>> {
  const weights = new Map<string, Weights>();
  const tensors = layer.getWeights();
  for (const [at, variable] of layer.weights.entries()) {
    const tensor = tensors[at];
    if (tensor === undefined) continue;
    // A copy: a backend may hand out its own memory.
    const data = Float32Array.from(await tensor.data());
    weights.set(ownName(variable.originalName), { shape: tensor.shape, data });
  }
  return weights;
}

/** `conv2d_1/kernel` → `kernel`; tfjs may add `_1` where a name is taken. */
function ownName(name: string): string {
  return (name.split("/").at(-1) ?? name).replace(/_\d+$/, "");
}
