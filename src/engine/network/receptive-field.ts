// The theoretical receptive field: how many input pixels one unit of the last map can see.
import { INPUT, type Node } from "./graph.js";
import type { Layer, Pair } from "./layer.js";
import type { Shape } from "./shape.js";
import { isMap } from "./shape.js";
import { span } from "./windows.js";

/** Pixels that one unit sees, and pixels between the centres of neighbouring units. */
interface Sight {
  readonly field: Pair;
  readonly jump: Pair;
}

const PIXEL: Sight = { field: [1, 1], jump: [1, 1] };

/**
 * [height, width] in input pixels for one unit of the last map before the first flatten, global pooling or dense layer on
 * a vector; padding does not bound it, so it may exceed the input. The largest over branches. Null where a `tconv` or
 * `upsample` comes first, or where the input is no map. The gate of squeeze-and-excitation is passed over.
 * field' = field + (k − 1)·jump, jump' = jump·stride (Araujo, Norris, Sim: Computing Receptive Fields of CNNs, Distill 2019).
 */
export function receptiveField(
  input: Shape,
  nodes: readonly Node[],
  shapes: readonly Shape[],
  output: number,
): Pair | null {
  if (!isMap(input)) return null;
  const sights: Sight[] = [];
  for (const [index, node] of nodes.entries()) {
    const seen = node.inputs.map((from) => (from === INPUT ? PIXEL : (sights[from] ?? PIXEL)));
    const sight = widest(seen);
    const read = node.inputs[0] ?? INPUT;
    if (!node.auxiliary && leavesMaps(node.layer, read === INPUT ? input : (shapes[read] ?? input))) return sight.field;
    if (node.layer.kind === "tconv" || node.layer.kind === "upsample") return null;
    sights[index] = through(node.layer, sight);
  }
  return (output === INPUT ? PIXEL : (sights[output] ?? PIXEL)).field;
}

function leavesMaps(layer: Layer, input: Shape): boolean {
  switch (layer.kind) {
    case "flatten":
    case "gap":
    case "gmp":
    case "adaptivepool":
      return true;
    case "dense":
    case "rbf":
      return !isMap(input);
    default:
      return false;
  }
}

function through(layer: Layer, { field, jump }: Sight): Sight {
  switch (layer.kind) {
    case "conv":
    case "depthwise":
    case "separable":
      return windowed({ field, jump }, layer.kernel, layer.stride, layer.dilation);
    case "maxpool":
    case "avgpool":
      return windowed({ field, jump }, layer.kernel, layer.stride, [1, 1]);
    case "subsample":
      return windowed({ field, jump }, layer.kernel, layer.kernel, [1, 1]);
    default:
      return { field, jump };
  }
}

function windowed({ field, jump }: Sight, kernel: Pair, stride: Pair, dilation: Pair): Sight {
  return {
    field: [
      field[0] + (span(kernel[0], dilation[0]) - 1) * jump[0],
      field[1] + (span(kernel[1], dilation[1]) - 1) * jump[1],
    ],
    jump: [jump[0] * stride[0], jump[1] * stride[1]],
  };
}

function widest(sights: readonly Sight[]): Sight {
  const [first, ...others] = sights;
  if (first === undefined) return PIXEL;
  return others.reduce<Sight>(
    (best, { field, jump }) => ({
      field: [Math.max(best.field[0], field[0]), Math.max(best.field[1], field[1])],
      jump: [Math.max(best.jump[0], jump[0]), Math.max(best.jump[1], jump[1])],
    }),
    first,
  );
}
