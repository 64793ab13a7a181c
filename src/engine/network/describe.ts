// A layer in the words of the notation, without what is its default: for tables, pictures and comparisons.
import type { Graph } from "./graph.js";
import type { Conv, Depthwise, Layer, Padding, Pair, Separable, TransposedConv } from "./layer.js";

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
      return words("conv", layer.filters, window(layer), layer.groups > 1 && `groups ${layer.groups}`, biasOf(layer));
    case "depthwise":
      return words("depthwise", window(layer), multiplierOf(layer), biasOf(layer));
    case "separable":
      return words("separable", layer.filters, window(layer), multiplierOf(layer), biasOf(layer));
    case "tconv":
      return words("tconv", layer.filters, window(layer), biasOf(layer));
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
      return words("dense", layer.units, biasOf(layer));
    default:
      return layer.kind === "activation" ? layer.name : layer.kind;
  }
}

/** Kernel, stride, padding and dilation of a convolution of any kind. */
function window(layer: Conv | Depthwise | Separable | TransposedConv): string {
  const { kernel, padding: margin, dilation } = layer;
  const spread = dilation[0] === 1 && dilation[1] === 1 ? "" : `dilation ${size(dilation)}`;
  return words(size(kernel), stride(layer.stride, [1, 1]), padding(margin, "same"), spread);
}

const biasOf = ({ bias }: { readonly bias: boolean }): string => (bias ? "" : "nobias");

const multiplierOf = ({ multiplier }: Depthwise | Separable): string => (multiplier > 1 ? `mult ${multiplier}` : "");

const words = (...parts: readonly (string | number | false)[]): string =>
  parts.filter((part) => part !== "" && part !== false).join(" ");

const size = ([height, width]: Pair): string => `${height}×${width}`;

const stride = (own: Pair, usual: Pair): string =>
  own[0] === usual[0] && own[1] === usual[1] ? "" : own[0] === own[1] ? `/${own[0]}` : `/${size(own)}`;

const padding = (own: Padding, usual: Padding): string =>
  own === usual ? "" : typeof own === "string" ? own : `pad ${own[0] === own[1] ? own[0] : size(own)}`;
