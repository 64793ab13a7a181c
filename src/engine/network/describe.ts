// A layer in the words of the notation, without what is its default: for tables, pictures and comparisons.
import type { Graph } from "./graph.js";
import type { Layer, Padding, Pair } from "./layer.js";

/** `conv 100 3×3 /2`, `maxpool 2×2`, `dense 10`; the words that belong to a layer (`bn`, `relu`) follow it. */
export function describeEntry(graph: Graph, entry: number): string {
  return graph.nodes
    .filter((node) => node.entry === entry)
    .map((node) => describeLayer(node.layer))
    .join(" ");
}

export function describeLayer(layer: Layer): string {
  switch (layer.kind) {
    case "conv":
      return words(
        "conv",
        layer.filters,
        size(layer.kernel),
        stride(layer.stride, [1, 1]),
        padding(layer.padding, "same"),
        dilation(layer.dilation),
        layer.groups > 1 && `groups ${layer.groups}`,
        !layer.bias && "nobias",
      );
    case "depthwise":
      return words(
        "depthwise",
        size(layer.kernel),
        stride(layer.stride, [1, 1]),
        padding(layer.padding, "same"),
        layer.multiplier > 1 && `mult ${layer.multiplier}`,
        dilation(layer.dilation),
        !layer.bias && "nobias",
      );
    case "separable":
      return words(
        "separable",
        layer.filters,
        size(layer.kernel),
        stride(layer.stride, [1, 1]),
        padding(layer.padding, "same"),
        layer.multiplier > 1 && `mult ${layer.multiplier}`,
        dilation(layer.dilation),
        !layer.bias && "nobias",
      );
    case "tconv":
      return words(
        "tconv",
        layer.filters,
        size(layer.kernel),
        stride(layer.stride, [1, 1]),
        padding(layer.padding, "same"),
        !layer.bias && "nobias",
      );
    case "maxpool":
    case "avgpool":
      return words(
        layer.kind,
        size(layer.kernel),
        stride(layer.stride, layer.kernel),
        padding(layer.padding, "valid"),
        layer.ceil && "ceil",
      );
    case "dense":
      return words("dense", layer.units, !layer.bias && "nobias");
    default:
      return layer.kind === "activation" ? layer.name : layer.kind;
  }
}

const words = (...parts: readonly (string | number | false)[]): string =>
  parts.filter((part) => part !== "" && part !== false).join(" ");

const size = ([height, width]: Pair): string => `${height}×${width}`;

const stride = (own: Pair, usual: Pair): string =>
  own[0] === usual[0] && own[1] === usual[1] ? "" : own[0] === own[1] ? `/${own[0]}` : `/${size(own)}`;

const padding = (own: Padding, usual: Padding): string =>
  own === usual ? "" : typeof own === "string" ? own : `pad ${own[0] === own[1] ? own[0] : size(own)}`;

const dilation = (own: Pair): string => (own[0] === 1 && own[1] === 1 ? "" : `dilation ${size(own)}`);
