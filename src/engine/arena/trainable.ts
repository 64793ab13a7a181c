// Which layers the arena can train: those that TensorFlow.js has, each in the form in which it has them. Loads nothing of it, so that
// a network is refused at once.
import { INPUT, type Node } from "../network/graph.js";
import type { Layer, Padding, Pair } from "../network/layer.js";
import { type Shape, volume } from "../network/shape.js";

/** Why a layer cannot be trained here, and what to write in its place; both whole sentences. */
export interface Obstacle {
  readonly what: string;
  readonly fix: string;
}

/** By the notation's names. `logsoftmax` only at the end, where the loss has it already. */
export const ACTIVATIONS: ReadonlySet<string> = new Set([
  "relu",
  "relu6",
  "leakyrelu",
  "elu",
  "selu",
  "gelu",
  "silu",
  "mish",
  "tanh",
  "sigmoid",
  "hardsigmoid",
  "softmax",
  "softplus",
  "softsign",
  "linear",
]);

/** Undefined where the layer can be trained. `input` and `output` are its shapes. */
export function obstacleOf({ layer, inputs, auxiliary }: Node, input: Shape, output: Shape): Obstacle | undefined {
  if (auxiliary) return obstacle("An auxiliary head is not trained in the arena.", "Leave it out.");
  switch (layer.kind) {
    case "conv":
      if (layer.groups > 1 || layer.connections !== undefined) {
        return obstacle(
          "A convolution with groups cannot be trained here.",
          "Use separable or depthwise, or leave out groups.",
        );
      }
      return dilated(layer.dilation, "convolution");
    case "depthwise":
      return dilated(layer.dilation, "depthwise layer") ?? unequal(layer.stride, "depthwise");
    case "separable":
      return dilated(layer.dilation, "separable layer") ?? unequal(layer.stride, "separable");
    case "tconv":
      if (isMore(layer.dilation) || layer.groups > 1 || typeof layer.padding !== "string") {
        return obstacle(
          "tconv is trained here with same or valid padding, without dilation and groups.",
          "Write tconv 8 3x3 /2 same.",
        );
      }
      return undefined;
    case "maxpool":
    case "avgpool":
      if (layer.ceil || isExplicit(layer.padding)) {
        return obstacle(
          `${layer.kind} is trained here with same or valid padding, without ceil.`,
          `Write ${layer.kind} 3x3 /2 same.`,
        );
      }
      return undefined;
    case "activation":
      if (ACTIVATIONS.has(layer.name)) return undefined;
      return obstacle(
        `The activation ${layer.name} cannot be trained here.`,
        `There are ${[...ACTIVATIONS].join(", ")}.`,
      );
    case "dropout":
      if (layer.rate !== undefined) return undefined;
      return obstacle("Noise of this kind cannot be trained here.", "Write dropout 0.3.");
    case "identity":
      if (volume(input) === volume(output) && input.length === output.length) return undefined;
      return obstacle("A reshape cannot be trained here.", "Use flatten, gap or gmp.");
    case "add":
    case "multiply":
      if (new Set(inputs).size === inputs.length) return undefined;
      return obstacle("A join of a result with itself cannot be trained here.", "Put a layer into the branch.");
    case "zeropad":
    case "crop":
      if (!("halving" in layer.margins)) return undefined;
      return obstacle(`This ${layer.kind} cannot be trained here.`, `Write ${layer.kind} 1.`);
    case "dense":
    case "gap":
    case "gmp":
    case "bn":
    case "ln":
    case "se":
    case "prelu":
    case "flatten":
    case "upsample":
    case "concat":
      return undefined;
    default:
      return obstacle(`The layer ${nameOf(layer)} cannot be trained here.`, REST);
  }
}

/** The node whose values the loss takes: a softmax at the end is left out, as the loss has one of its own. */
export function logitsOf(nodes: readonly Node[], output: number): number {
  const last = nodes[output];
  if (last?.layer.kind !== "activation" || !["softmax", "logsoftmax", "linear"].includes(last.layer.name))
    return output;
  return last.inputs[0] ?? INPUT;
}

const REST =
  "Layers of the arena are conv, depthwise, separable, tconv, pools, gap, gmp, dense, bn, ln, se, flatten, dropout, zeropad, crop, upsample, residual and concat.";

function nameOf(layer: Layer): string {
  return layer.kind === "adaptivepool" ? "adaptive pooling" : layer.kind;
}

/** TensorFlow.js computes it, but has no gradient of it. */
function dilated(dilation: Pair, kind: string): Obstacle | undefined {
  if (!isMore(dilation)) return undefined;
  return obstacle(`A dilated ${kind} cannot be trained here.`, "Leave out dilation, or use a larger kernel.");
}

function unequal([height, width]: Pair, kind: string): Obstacle | undefined {
  if (height === width) return undefined;
  return obstacle(`${kind} is trained here with one stride for both directions.`, `Write /${height}.`);
}

const isMore = ([height, width]: Pair): boolean => height > 1 || width > 1;
const isExplicit = (padding: Padding): boolean => typeof padding !== "string";
const obstacle = (what: string, fix: string): Obstacle => ({ what, fix });
