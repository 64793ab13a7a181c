// Blocks that the known networks are built of, and short names for the layers inside.
import type { Counting, Layer, Padding, Pair } from "../layer.js";

/** One written layer, branches that join, or a head that runs in training only. */
export type Block =
  | { readonly kind: "layers"; readonly type: string; readonly name?: string; readonly layers: readonly Layer[] }
  | {
      readonly kind: "join";
      readonly join: "add" | "concat";
      readonly name?: string;
      readonly branches: readonly (readonly Block[])[];
      readonly after: readonly Layer[];
    }
  | { readonly kind: "auxiliary"; readonly blocks: readonly Block[] };

export type Side = number | Pair;

export interface Finish {
  /** Batch norm after the layer. */
  readonly bn?: boolean;
  /** With gamma. */
  readonly scale?: boolean;
  readonly act?: string;
  /** Default: none where batch norm follows. */
  readonly bias?: boolean;
}

export interface Window extends Finish {
  readonly stride?: number;
  readonly padding?: Padding | number;
}

/** The layers of a network, with batch norm as Keras or PyTorch counts it. */
export type Layers = ReturnType<typeof layersOf>;

export function layersOf(counting: Counting) {
  const norm = (scale = true): Layer => ({ kind: "bn", scale, center: true, counting });
  const finish = ({ bn = false, scale = true, act }: Finish): Layer[] => [
    ...(bn ? [norm(scale)] : []),
    ...(act === undefined ? [] : [activation(act)]),
  ];
  return {
    counting,
    norm,
    conv(
      filters: number,
      kernel: Side,
      options: Window & { readonly groups?: number; readonly connections?: readonly number[] } = {},
    ): Block {
      const { stride = 1, padding = "same", bias = options.bn !== true, groups = 1, connections } = options;
      const conv: Layer = {
        kind: "conv",
        filters,
        kernel: pair(kernel),
        stride: pair(stride),
        padding: padded(padding),
        dilation: [1, 1],
        groups,
        bias,
        ...(connections === undefined ? {} : { connections }),
      };
      return layers("conv", [conv, ...finish(options)]);
    },
    depthwise(kernel: Side, options: Window = {}, after: readonly Layer[] = []): Block {
      const { stride = 1, padding = "same", bias = options.bn !== true } = options;
      const depthwise: Layer = {
        kind: "depthwise",
        kernel: pair(kernel),
        stride: pair(stride),
        padding: padded(padding),
        multiplier: 1,
        dilation: [1, 1],
        bias,
      };
      return layers("depthwise", [depthwise, ...finish(options), ...after]);
    },
    separable(filters: number, kernel: Side, options: Finish = {}): Block {
      const { bias = options.bn !== true } = options;
      const separable: Layer = {
        kind: "separable",
        filters,
        kernel: pair(kernel),
        stride: [1, 1],
        padding: "same",
        multiplier: 1,
        dilation: [1, 1],
        bias,
      };
      return layers("separable", [separable, ...finish(options)]);
    },
    dense(units: number, act?: string): Block {
      return layers("dense", [{ kind: "dense", units, bias: true }, ...finish(act === undefined ? {} : { act })]);
    },
    /** Batch norm and an activation on their own, as before a pre-activation block. */
    normed(act?: string): Block {
      return layers("bn", [norm(), ...(act === undefined ? [] : [activation(act)])]);
    },
  };
}

export function activation(name: string): Layer {
  return { kind: "activation", name };
}

export function pool(
  kind: "maxpool" | "avgpool",
  kernel: number,
  stride: number,
  padding: Padding | number = "valid",
  ceil = false,
): Block {
  return layers(kind, [{ kind, kernel: pair(kernel), stride: pair(stride), padding: padded(padding), ceil }]);
}

export function zeropad(margin: number): Block {
  return layers("zeropad", [{ kind: "zeropad", margins: [margin, margin, margin, margin] }]);
}

/** Keras' correct_pad before a `valid` convolution of this kernel with stride 2. */
export function halvingPad(kernel: number): Block {
  return layers("zeropad", [{ kind: "zeropad", margins: { halving: kernel } }]);
}

export const gap: Block = layers("gap", [{ kind: "gap", keepMap: false }]);
export const flatten: Block = layers("flatten", [{ kind: "flatten" }]);
export const dropout: Block = layers("dropout", [{ kind: "dropout" }]);
export const lrn: Block = layers("lrn", [{ kind: "lrn" }]);

export function squeeze(units: number): Layer {
  return { kind: "se", squeeze: { units } };
}

/** Adds what two branches make, by default the input itself (an empty branch). */
export function add(body: readonly Block[], shortcut: readonly Block[] = [], after: readonly Layer[] = []): Block {
  return { kind: "join", join: "add", branches: [body, shortcut], after };
}

export function concat(...branches: readonly (readonly Block[])[]): Block {
  return { kind: "join", join: "concat", branches, after: [] };
}

export function layers(type: string, meaning: readonly Layer[], name?: string): Block {
  return { kind: "layers", type, layers: meaning, ...(name === undefined ? {} : { name }) };
}

function pair(side: Side): Pair {
  return typeof side === "number" ? [side, side] : side;
}

function padded(padding: Padding | number): Padding {
  return typeof padding === "number" ? [padding, padding] : padding;
}
