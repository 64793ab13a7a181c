// Keras' layers: their arguments in order, their defaults, and the layers of a graph that they stand for (Keras 3's signatures).
import { activationNamed } from "./activations.js";
import type { Arguments } from "./arguments.js";
import { conv, depthwise, frame, globalPool, pool, separable, transposed, upsample } from "./kerasWindows.js";
import { type LayerRule, one, rateOf } from "./layerRule.js";
import { isList } from "./value.js";

const dense: LayerRule = {
  signature: ["units", "activation", "use_bias"],
  make: (args) =>
    one("dense", { kind: "dense", units: args.count("units"), bias: args.flag("use_bias", true) }, args.activation()),
};

const batchNorm: LayerRule = {
  signature: ["axis", "momentum", "epsilon", "center", "scale"],
  make: (args) => {
    onChannels(args);
    return one("bn", {
      kind: "bn",
      scale: args.flag("scale", true),
      center: args.flag("center", true),
      counting: "keras",
    });
  },
};

function layerNorm(...signature: string[]): LayerRule {
  return {
    signature: [...signature, "axis", "epsilon", "center", "scale"],
    make: (args) => {
      onChannels(args);
      return one("ln", { kind: "ln", scale: args.flag("scale", true), center: args.flag("center", true) });
    },
  };
}

function onChannels(args: Arguments): void {
  const axis = args.get("axis") ?? -1;
  const only = isList(axis) ? (axis.items.length === 1 ? axis.items[0] : undefined) : axis;
  if (only !== -1 && only !== 3) throw args.bad("axis", "-1 (the channels)");
}

function activation(...signature: string[]): (name: string) => LayerRule {
  return (name) => ({
    signature,
    make: () => {
      const layer = activationNamed(name);
      if (layer === null || layer === "none") throw new Error(`${name} is no activation of the notation`);
      return one(layer.kind === "activation" ? layer.name : layer.kind, layer);
    },
  });
}

/** Keras' PReLU has a slope at every position unless axes are shared. */
const prelu: LayerRule = {
  signature: ["alpha_initializer", "alpha_regularizer", "alpha_constraint", "shared_axes"],
  make: (args) => {
    const shared = args.get("shared_axes");
    if (shared === undefined || shared === null) return one("prelu", { kind: "prelu", slopes: "each" });
    const axes = isList(shared) ? shared.items : [shared];
    if (axes.length === 2 && axes.includes(1) && axes.includes(2))
      return one("prelu", { kind: "prelu", slopes: "channel" });
    if (axes.length === 3) return one("prelu", { kind: "prelu", slopes: "one" });
    throw args.bad("shared_axes", "[1, 2]");
  },
};

const namedActivation: LayerRule = {
  signature: ["activation"],
  make: (args) => {
    if (!args.has("activation")) args.count("activation");
    const [layer] = args.activation();
    if (layer === undefined) return one("linear", { kind: "identity" });
    return one(layer.kind === "activation" ? layer.name : layer.kind, layer);
  },
};

function passing(...signature: string[]): LayerRule {
  return { signature, make: (args) => one("dropout", { kind: "dropout", ...rateOf(args.get("rate")) }) };
}

function augmenting(...signature: string[]): LayerRule {
  return { signature, make: () => one("rescale", { kind: "rescale" }) };
}

const reshape: LayerRule = {
  signature: ["target_shape"],
  make: (args) => {
    const target = args.get("target_shape");
    if (!isList(target)) throw args.bad("target_shape", "a shape such as (28, 28, 1)");
    const form = target.items.map((size) => {
      if (typeof size !== "number" || !Number.isInteger(size) || size === 0)
        throw args.bad("target_shape", "whole numbers");
      return size < 0 ? null : size;
    });
    return { ...one("reshape", { kind: "identity" }), form };
  },
};

const slope = activation("negative_slope", "alpha");

/** By the name of the class. */
export const KERAS_LAYERS: ReadonlyMap<string, LayerRule> = new Map<string, LayerRule>([
  ["Conv2D", conv],
  ["Convolution2D", conv],
  ["DepthwiseConv2D", depthwise],
  ["SeparableConv2D", separable],
  ["SeparableConvolution2D", separable],
  ["Conv2DTranspose", transposed],
  ["Convolution2DTranspose", transposed],
  ...["MaxPooling2D", "MaxPool2D"].map((name): [string, LayerRule] => [name, pool("maxpool")]),
  ...["AveragePooling2D", "AvgPool2D"].map((name): [string, LayerRule] => [name, pool("avgpool")]),
  ...["GlobalAveragePooling2D", "GlobalAvgPool2D"].map((name): [string, LayerRule] => [name, globalPool("gap")]),
  ...["GlobalMaxPooling2D", "GlobalMaxPool2D"].map((name): [string, LayerRule] => [name, globalPool("gmp")]),
  ["Dense", dense],
  ["Flatten", { signature: ["data_format"], make: () => one("flatten", { kind: "flatten" }) }],
  ["Dropout", passing("rate", "noise_shape", "seed")],
  ["AlphaDropout", passing("rate", "noise_shape", "seed")],
  ["SpatialDropout2D", passing("rate", "seed", "data_format")],
  ["GaussianDropout", passing("rate", "seed")],
  ["GaussianNoise", passing("stddev", "seed")],
  ["ActivityRegularization", passing("l1", "l2")],
  ["Activation", namedActivation],
  ["ReLU", activation("max_value", "negative_slope", "threshold")("relu")],
  ["LeakyReLU", slope("leakyrelu")],
  ["ELU", activation("alpha")("elu")],
  ["ThresholdedReLU", activation("theta")("relu")],
  ["Softmax", activation("axis")("softmax")],
  ["PReLU", prelu],
  ["BatchNormalization", batchNorm],
  ["LayerNormalization", layerNorm()],
  ["GroupNormalization", layerNorm("groups")],
  ["ZeroPadding2D", frame("zeropad", "padding", 1)],
  ["Cropping2D", frame("crop", "cropping", 0)],
  ["UpSampling2D", upsample],
  ["Reshape", reshape],
  ["Add", { signature: [], make: () => one("add", { kind: "add" }), joins: true }],
  [
    "Concatenate",
    {
      signature: ["axis"],
      make: (args) => {
        onChannelsOrLast(args);
        return one("concat", { kind: "concat" });
      },
      joins: true,
    },
  ],
  ["Rescaling", augmenting("scale", "offset")],
  ["RandomFlip", augmenting("mode", "seed")],
  ["RandomRotation", augmenting("factor", "fill_mode", "interpolation", "seed", "fill_value", "data_format")],
  [
    "RandomZoom",
    augmenting("height_factor", "width_factor", "fill_mode", "interpolation", "seed", "fill_value", "data_format"),
  ],
  ["RandomContrast", augmenting("factor", "value_range", "seed")],
  ["RandomBrightness", augmenting("factor", "value_range", "seed")],
  [
    "RandomTranslation",
    augmenting("height_factor", "width_factor", "fill_mode", "interpolation", "seed", "fill_value", "data_format"),
  ],
]);

function onChannelsOrLast(args: Arguments): void {
  const axis = args.get("axis") ?? -1;
  if (axis !== -1 && axis !== 3 && axis !== 1) throw args.bad("axis", "-1 (the channels)");
}
