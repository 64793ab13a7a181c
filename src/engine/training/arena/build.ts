// A counted network → a layers model of TensorFlow.js with the same parameters, seeded, that ends in logits.
import {
  type LayersModel,
  layers,
  model as layersModel,
  input as modelInput,
  type SymbolicTensor,
} from "@tensorflow/tfjs-layers";
import { logitsOf } from "../../arena/trainable.js";
import type { NetworkCount } from "../../network/count.js";
import { INPUT, type Node } from "../../network/graph.js";
import { shapeAt } from "../../network/shapes.js";
import { seededRandom } from "../random.js";
import { type Part, partOf, symbolic } from "./layers.js";

/**
 * From [n, height, width, channels] to [n, classes]; a softmax at the end is left out. Only for what `readEntry` let pass. Layers are
 * named by their node's index, so that a checkpoint fits the model of another process.
 */
export function buildNetwork({ graph, shapes }: NetworkCount, seed: number): LayersModel {
  const input = modelInput({ shape: graph.input.map((size) => size ?? 0), name: "image" });
  const results: SymbolicTensor[] = [];
  const owned = new Map<number, Part>();
  const at = (index: number): SymbolicTensor => {
    const result = index === INPUT ? input : results[index];
    if (result === undefined) throw new Error(`node ${index} has not run`);
    return result;
  };
  const partAt = (node: Node, index: number): Part => {
    // Shared weights are one layer that is applied more than once.
    const lender = node.weights === index ? undefined : owned.get(node.weights);
    if (lender !== undefined) return lender;
    const random = seededRandom(`arena/${seed}/${index}`);
    const made = partOf(node.layer, {
      name: `node${index}`,
      input: shapeAt(graph.input, shapes, node.inputs[0] ?? INPUT),
      seed: () => random.below(2 ** 31),
    });
    if (node.frozen) for (const layer of made.layers) layer.trainable = false;
    owned.set(index, made);
    return made;
  };
  const last = logitsOf(graph.nodes, graph.output);
  for (const [index, node] of graph.nodes.entries()) {
    if (index > last) break;
    const inputs = node.inputs.map(at);
    results[index] = isJoin(node)
      ? symbolic(joinOf(node, `node${index}`).apply(inputs))
      : partAt(node, index).apply(at(node.inputs[0] ?? INPUT));
  }
  return layersModel({ inputs: input, outputs: at(last), name: "arena" });
}

function isJoin({ layer }: Node): boolean {
  return layer.kind === "add" || layer.kind === "concat" || layer.kind === "multiply";
}

function joinOf({ layer, inputs }: Node, name: string): layers.Layer {
  if (inputs.length === 1) return layers.activation({ name, activation: "linear" });
  if (layer.kind === "concat") return layers.concatenate({ name, axis: -1 });
  return layer.kind === "add" ? layers.add({ name }) : layers.multiply({ name });
}
