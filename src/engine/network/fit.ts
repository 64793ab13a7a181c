// Question 3, computed: five ways to make a training fit, each the same network with one thing changed and counted anew.
import { countGraph, type NetworkCount } from "./count.js";
import { NetworkError } from "./failure.js";
import type { Graph, Node } from "./graph.js";
import type { Layer } from "./layer.js";
import { type MemoryOptions, memoryOf } from "./memory.js";
import { isMap, type Shape, writeShape } from "./shape.js";

export interface Way {
  readonly way: "batch" | "precision" | "input" | "stride" | "separable";
  /** "batch 25 rather than 50" */
  readonly change: string;
  /** Bytes of the whole training with this one thing changed. */
  readonly total: number;
  /** null without a GPU's size. */
  readonly fits: boolean | null;
}

/**
 * Those of the five that this network allows, in the order in which one would try them (Géron, Hands-On Machine Learning,
 * chapter 14, exercise 3). Nothing at 8 bits, which is for prediction only. Throws as `memoryOf` does.
 */
export function waysToFit(count: NetworkCount, options: MemoryOptions = {}): readonly Way[] {
  const { gpu, batch = 1, precision = "32" } = options;
  if (precision === "8") return [];
  const way = (name: Way["way"], change: string, changed: NetworkCount, other: MemoryOptions = {}): Way[] => {
    const total = memoryOf(changed, { ...options, ...other }).training?.total;
    return total === undefined ? [] : [{ way: name, change, total, fits: gpu === undefined ? null : total <= gpu }];
  };
  return [
    ...smallerBatch(count, options).flatMap((smaller) =>
      way("batch", `batch ${smaller} rather than ${batch}, gradients accumulated`, count, { batch: smaller }),
    ),
    ...(precision === "32" ? way("precision", "mixed precision: maps in 16 bits", count, { precision: "mixed" }) : []),
    ...smallerInput(count).flatMap(({ change, changed }) => way("input", change, changed)),
    ...longerStride(count).flatMap(({ change, changed }) => way("stride", change, changed)),
    ...separableConvs(count).flatMap(({ change, changed }) => way("separable", change, changed)),
  ];
}

interface Change {
  readonly change: string;
  readonly changed: NetworkCount;
}

/** The largest batch that fits where one does, else half. */
function smallerBatch(count: NetworkCount, options: MemoryOptions): number[] {
  const { batch = 1 } = options;
  const fitting = memoryOf(count, options).largestBatch ?? 0;
  const smaller = fitting > 0 && fitting < batch ? fitting : Math.floor(batch / 2);
  return smaller >= 1 ? [smaller] : [];
}

/** Half the side, or three quarters where half is too small for its layers. */
function smallerInput({ graph }: NetworkCount): Change[] {
  const { input } = graph;
  if (!isMap(input)) return [];
  const [height, width, channels] = input;
  if (height === null || width === null) return [];
  for (const share of [0.5, 0.75]) {
    const smaller: Shape = [Math.floor(height * share), Math.floor(width * share), channels];
    if (smaller[0] === 0 || smaller[1] === 0) continue;
    const changed = recounted({ ...graph, input: smaller });
    if (changed !== undefined)
      return [{ change: `input ${writeShape(smaller)} rather than ${writeShape(input)}`, changed }];
  }
  return [];
}

/** The first convolution or pool takes steps twice as long, so every later map has a quarter of the pixels. */
function longerStride({ graph }: NetworkCount): Change[] {
  for (const [index, node] of graph.nodes.entries()) {
    const { layer } = node;
    if (!("stride" in layer) || layer.kind === "tconv") continue;
    const stride = [layer.stride[0] * 2, layer.stride[1] * 2] as const;
    const changed = recounted(withLayers(graph, (each, at) => (at === index ? { ...layer, stride } : each.layer)));
    if (changed === undefined) continue;
    const name = graph.entries[node.entry]?.name ?? layer.kind;
    return [{ change: `stride ${stride[0]} rather than ${layer.stride[0]} in ${name}`, changed }];
  }
  return [];
}

/** Every full convolution with a window, but for the first, becomes depthwise separable: fewer parameters, gradients and state. */
function separableConvs({ graph }: NetworkCount): Change[] {
  let first = true;
  let replaced = 0;
  const layers = withLayers(graph, ({ layer }): Layer => {
    if (layer.kind !== "conv") return layer;
    const isFirst = first;
    first = false;
    const { filters, kernel, stride, padding, dilation, bias } = layer;
    if (isFirst || layer.groups > 1 || layer.connections !== undefined || kernel[0] * kernel[1] === 1) return layer;
    replaced += 1;
    return { kind: "separable", filters, kernel, stride, padding, dilation, bias, multiplier: 1 };
  });
  if (replaced === 0) return [];
  const changed = recounted(layers);
  const what = replaced === 1 ? "one convolution" : `${replaced} convolutions`;
  return changed === undefined ? [] : [{ change: `${what} depthwise separable`, changed }];
}

function withLayers(graph: Graph, layerOf: (node: Node, index: number) => Layer): Graph {
  return { ...graph, nodes: graph.nodes.map((node, index) => ({ ...node, layer: layerOf(node, index) })) };
}

/** Undefined where the changed network no longer fits together. */
function recounted(graph: Graph): NetworkCount | undefined {
  try {
    return countGraph(graph);
  } catch (error) {
    if (error instanceof NetworkError) return undefined;
    throw error;
  }
}
