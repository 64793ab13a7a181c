// The kinds of layer that a network is made of, each with every number that its shape, parameters and cost depend on.

/** Height and width, in this order. */
export type Pair = readonly [height: number, width: number];

/**
 * `same` is TensorFlow's: output = ceil(input / stride), asymmetric where it must be. `valid` is none.
 * A pair is PyTorch's explicit, symmetric padding (each side gets the number).
 */
export type Padding = "same" | "valid" | Pair;

/** Top, bottom, left, right, in pixels. */
export type Margins = readonly [top: number, bottom: number, left: number, right: number];

/** Who counts: Keras counts batch norm's running statistics as non-trainable parameters, PyTorch as buffers (not at all). */
export type Counting = "keras" | "torch";

export interface Conv {
  readonly kind: "conv";
  readonly filters: number;
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly padding: Padding;
  readonly dilation: Pair;
  readonly groups: number;
  readonly bias: boolean;
  /** Input maps that each filter sees, where not all (C3 of LeNet-5, 1998); `filters` numbers. */
  readonly connections?: readonly number[];
}

export interface Depthwise {
  readonly kind: "depthwise";
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly padding: Padding;
  /** Maps made of each input map. */
  readonly multiplier: number;
  readonly dilation: Pair;
  readonly bias: boolean;
}

/** Depthwise, then 1×1; one bias, after the second step. */
export interface Separable {
  readonly kind: "separable";
  readonly filters: number;
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly padding: Padding;
  readonly multiplier: number;
  readonly dilation: Pair;
  readonly bias: boolean;
}

/** Transposed convolution. `outpad` counts only with explicit padding. `groups` is 1 in the notation. */
export interface TransposedConv {
  readonly kind: "tconv";
  readonly filters: number;
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly padding: Padding;
  readonly outpad: Pair;
  readonly dilation: Pair;
  readonly groups: number;
  readonly bias: boolean;
}

export interface Pool {
  readonly kind: "maxpool" | "avgpool";
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly padding: Padding;
  /** PyTorch's ceil mode: a last window that would start beyond input + left padding is dropped. Never with `same`. */
  readonly ceil: boolean;
}

/** Global average or max pooling: to a vector, or, with `keepMap` (PyTorch, Keras' keepdims), to a 1×1 map. */
export interface GlobalPool {
  readonly kind: "gap" | "gmp";
  readonly keepMap: boolean;
}

/** PyTorch's AdaptiveAvgPool2d and AdaptiveMaxPool2d with an output other than 1×1. */
export interface AdaptivePool {
  readonly kind: "adaptivepool";
  readonly output: Pair;
}

/** Average pooling with a trainable factor and bias a map (S2 and S4 of LeNet-5, 1998). */
export interface Subsample {
  readonly kind: "subsample";
  readonly kernel: Pair;
}

export interface Dense {
  readonly kind: "dense";
  readonly units: number;
  readonly bias: boolean;
  /** On maps it works per position, as in Keras; with `vectorOnly` (PyTorch's nn.Linear) maps are an error. */
  readonly vectorOnly?: boolean;
}

/** Gaussian connections with fixed centres (output of LeNet-5, 1998): no parameters and no MACs are counted. */
export interface RadialBasis {
  readonly kind: "rbf";
  readonly units: number;
}

/** `counting` decides about mean and variance: `keras` two non-trainable a channel, `torch` none (a note gives the number). */
export interface BatchNorm {
  readonly kind: "bn";
  readonly scale: boolean;
  readonly center: boolean;
  readonly counting: Counting;
}

/** Layer norm over channels: gamma and beta. */
export interface LayerNorm {
  readonly kind: "ln";
  readonly scale: boolean;
  readonly center: boolean;
}

/** Keras' Normalization: mean and variance a channel and a counter, none trainable. */
export interface Standardise {
  readonly kind: "standardise";
}

/** Squeeze-and-excitation: gap, dense `units`, dense back to the channels, both with bias. */
export interface SqueezeExcite {
  readonly kind: "se";
  /** The divisor R: floor(C/R) units between; or the number of units itself. */
  readonly squeeze: { readonly ratio: number } | { readonly units: number };
}

/** Without parameters, shapes kept: `relu`, `softmax`, …; by its name in the notation. */
export interface Activation {
  readonly kind: "activation";
  readonly name: string;
}

/** One slope a channel, or (PyTorch's default) `slopes: "one"` for all. Keras' default of one a position is `"each"`. */
export interface PRelu {
  readonly kind: "prelu";
  readonly slopes: "channel" | "one" | "each";
}

/** `rate`: the share that is zeroed in training; absent where it is not said (noise of other kinds in pasted code). */
export interface Dropout {
  readonly kind: "dropout";
  readonly rate?: number;
}

/** Shape and numbers as they were, without parameters: local response normalization, rescaling. */
export interface Passing {
  readonly kind: "lrn" | "rescale" | "identity";
}

export interface Flatten {
  readonly kind: "flatten";
}

/** `halving` (Keras' correct_pad): just what a `valid` kernel with stride 2 needs to halve an even or an odd size, rounding up. */
export interface Frame {
  readonly kind: "zeropad" | "crop";
  readonly margins: Margins | { readonly halving: number };
}

/** Nearest neighbour unless `interpolation` says otherwise. */
export interface Upsample {
  readonly kind: "upsample";
  readonly factor: Pair;
  readonly interpolation?: "bilinear";
}

/** Joins: sums of equal shapes, or maps (vectors) side by side along channels. */
export interface Join {
  readonly kind: "add" | "concat" | "multiply";
}

/** Every layer but the input. */
export type Layer =
  | Conv
  | Depthwise
  | Separable
  | TransposedConv
  | Pool
  | GlobalPool
  | AdaptivePool
  | Subsample
  | Dense
  | RadialBasis
  | BatchNorm
  | LayerNorm
  | Standardise
  | SqueezeExcite
  | Activation
  | PRelu
  | Dropout
  | Passing
  | Flatten
  | Frame
  | Upsample
  | Join;

export type LayerKind = Layer["kind"];
