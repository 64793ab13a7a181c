// The calls of layers that a model's outputs depend on, each after what it takes.
import * as layers from "@tensorflow/tfjs-layers";
import type { Layer } from "./config.js";

export interface LayerCall {
  readonly layer: Layer;
  readonly inputs: readonly layers.SymbolicTensor[];
  readonly outputs: readonly layers.SymbolicTensor[];
}

export interface Calls {
  readonly inOrder: readonly LayerCall[];
  /** How many calls (and outputs of the model) take this tensor. */
  uses(tensor: layers.SymbolicTensor): number;
  /** How often the layer is called: shared layers more than once. */
  times(layer: Layer): number;
}

/** Only what lies between the model's inputs and outputs; a layer's other calls, in other models, are not ours. */
export function callsOf(model: layers.LayersModel): Calls {
  const inOrder: LayerCall[] = [];
  const seen = new Set<string>();
  const uses = new Map<number, number>();
  const times = new Map<Layer, number>();
  const given = new Set(model.inputs.map((input) => input.id));
  // A stack of our own: a network of a thousand layers must not exhaust the call stack.
  const stack: { readonly tensor: layers.SymbolicTensor; readonly isReady: boolean }[] = [];
  const wish = (tensor: layers.SymbolicTensor): void => {
    stack.push({ tensor, isReady: false });
  };
  for (const output of [...model.outputs].reverse()) {
    uses.set(output.id, (uses.get(output.id) ?? 0) + 1);
    wish(output);
  }
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { tensor, isReady } = next;
    const layer = tensor.sourceLayer;
    const key = `${layer.id}:${tensor.nodeIndex}`;
    const node = layer.inboundNodes[tensor.nodeIndex];
    if (node === undefined || given.has(tensor.id) || (seen.has(key) && !isReady)) continue;
    if (isReady) {
      inOrder.push({ layer, inputs: node.inputTensors, outputs: node.outputTensors });
      continue;
    }
    seen.add(key);
    times.set(layer, (times.get(layer) ?? 0) + 1);
    stack.push({ tensor, isReady: true });
    for (const input of node.inputTensors) {
      uses.set(input.id, (uses.get(input.id) ?? 0) + 1);
      if (input.id !== tensor.id) wish(input);
    }
  }
  return {
    inOrder,
    uses: (tensor) => uses.get(tensor.id) ?? 0,
    times: (layer) => times.get(layer) ?? 0,
  };
}

/** A model used as a layer. */
export function isNested(layer: Layer): boolean {
  return layer instanceof layers.LayersModel;
}

export function nestedModel(layer: Layer): layers.LayersModel {
  if (layer instanceof layers.LayersModel) return layer;
  throw new Error(`${layer.name} is no model.`);
}
