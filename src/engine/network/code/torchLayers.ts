// PyTorch's layers: their arguments in order, their defaults, and the layers of a graph that they stand for (torch.nn's signatures).
import type { Layer } from "../layer.js";
import { activationNamed } from "./activations.js";
import { codeError } from "./failure.js";
import { type LayerRule, type MadeLayer, one, rateOf } from "./layerRule.js";
import { adaptivePool, conv, pool, transposed, upsample, upsampleShort, zeropad } from "./torchWindows.js";
import { isList } from "./value.js";

function linear(lazy: boolean): LayerRule {
  return {
    signature: [...(lazy ? [] : ["in_features"]), "out_features", "bias"],
    make: (args) =>
      one(
        "dense",
        { kind: "dense", units: args.count("out_features"), bias: args.flag("bias", true), vectorOnly: true },
        [],
        lazy ? null : args.count("in_features"),
      ),
  };
}

function batchNorm(lazy: boolean): LayerRule {
  return {
    signature: [...(lazy ? [] : ["num_features"]), "eps", "momentum", "affine", "track_running_stats"],
    make: (args) => {
      const affine = args.flag("affine", true);
      const layer: Layer = { kind: "bn", scale: affine, center: affine, counting: "torch" };
      return one("bn", layer, [], lazy ? null : args.count("num_features"));
    },
  };
}

/** Gamma and beta a channel, as group and instance norm have them. */
function channelNorm(channels: string, standard: boolean, ...signature: string[]): LayerRule {
  return {
    signature,
    make: (args) => {
      const affine = args.flag("affine", standard);
      return one("ln", { kind: "ln", scale: affine, center: affine }, [], args.count(channels));
    },
  };
}

/** On vectors only: on maps PyTorch's has a gamma at every position, which is not counted here. */
const layerNorm: LayerRule = {
  signature: ["normalized_shape", "eps", "elementwise_affine", "bias"],
  make: (args) => {
    const shape = args.get("normalized_shape");
    const [features, ...more] = isList(shape) ? shape.items : [shape];
    if (more.length > 0) {
      throw codeError(
        "layer-norm-over-maps",
        args.line,
        "LayerNorm over several axes is not read.",
        "Use nn.GroupNorm(1, channels), or LayerNorm on a vector.",
      );
    }
    if (typeof features !== "number") throw args.bad("normalized_shape", "a whole number");
    const affine = args.flag("elementwise_affine", true);
    const layer: Layer = { kind: "ln", scale: affine, center: affine && args.flag("bias", true) };
    return one("ln", layer, [], features);
  },
};

const prelu: LayerRule = {
  signature: ["num_parameters", "init"],
  make: (args) => {
    const slopes = args.count("num_parameters", 1);
    if (slopes === 1) return one("prelu", { kind: "prelu", slopes: "one" });
    return one("prelu", { kind: "prelu", slopes: "channel" }, [], slopes);
  },
};

function activation(name: string, ...signature: string[]): [string, LayerRule] {
  const layer = activationNamed(name);
  if (layer === null || layer === "none" || layer.kind !== "activation") throw new Error(`${name} is no activation`);
  return [name, { signature: [...signature, "inplace"], make: () => one(layer.name, layer) }];
}

const dropout: LayerRule = {
  signature: ["p", "inplace"],
  make: (args) => one("dropout", { kind: "dropout", ...rateOf(args.get("p") ?? 0.5) }),
};

/** From the first axis on, the batch apart: the only flattening that a network needs. */
const flatten: LayerRule = {
  signature: ["start_dim", "end_dim"],
  make: (args) => {
    if ((args.get("start_dim") ?? 1) !== 1) throw args.bad("start_dim", "1");
    const end = args.get("end_dim") ?? -1;
    if (end !== -1 && end !== 3) throw args.bad("end_dim", "-1");
    return one("flatten", { kind: "flatten" });
  },
};

const unflatten: LayerRule = {
  signature: ["dim", "unflattened_size"],
  make: (args): MadeLayer => {
    const size = args.get("unflattened_size");
    const [channels, height, width] = isList(size) ? size.items : [];
    if (typeof channels !== "number" || typeof height !== "number" || typeof width !== "number") {
      throw args.bad("unflattened_size", "(channels, height, width)");
    }
    return { ...one("reshape", { kind: "identity" }), form: [height, width, channels] };
  },
};

/** By the name of the class in torch.nn. */
export const TORCH_LAYERS: ReadonlyMap<string, LayerRule> = new Map<string, LayerRule>([
  ["Conv2d", conv(false)],
  ["LazyConv2d", conv(true)],
  ["ConvTranspose2d", transposed(false)],
  ["LazyConvTranspose2d", transposed(true)],
  ["Linear", linear(false)],
  ["LazyLinear", linear(true)],
  ["MaxPool2d", pool("maxpool", "dilation", "return_indices", "ceil_mode")],
  ["AvgPool2d", pool("avgpool", "ceil_mode", "count_include_pad", "divisor_override")],
  ["AdaptiveAvgPool2d", adaptivePool("gap")],
  ["AdaptiveMaxPool2d", adaptivePool("gmp")],
  ["BatchNorm2d", batchNorm(false)],
  ["BatchNorm1d", batchNorm(false)],
  ["SyncBatchNorm", batchNorm(false)],
  ["LazyBatchNorm2d", batchNorm(true)],
  ["LazyBatchNorm1d", batchNorm(true)],
  ["GroupNorm", channelNorm("num_channels", true, "num_groups", "num_channels", "eps", "affine")],
  [
    "InstanceNorm2d",
    channelNorm("num_features", false, "num_features", "eps", "momentum", "affine", "track_running_stats"),
  ],
  ["LayerNorm", layerNorm],
  ["LocalResponseNorm", { signature: ["size", "alpha", "beta", "k"], make: () => one("lrn", { kind: "lrn" }) }],
  ["Flatten", flatten],
  ["Unflatten", unflatten],
  ["Identity", { signature: [], make: () => one("identity", { kind: "identity" }) }],
  ...["Dropout", "Dropout1d", "Dropout2d", "AlphaDropout", "FeatureAlphaDropout"].map((name): [string, LayerRule] => [
    name,
    dropout,
  ]),
  ["PReLU", prelu],
  ...[
    "ReLU",
    "ReLU6",
    "SELU",
    "Sigmoid",
    "Tanh",
    "SiLU",
    "Mish",
    "Hardswish",
    "Hardsigmoid",
    "LogSigmoid",
    "Softsign",
    "Tanhshrink",
  ].map((name) => activation(name)),
  activation("LeakyReLU", "negative_slope"),
  activation("ELU", "alpha"),
  activation("CELU", "alpha"),
  activation("GELU", "approximate"),
  activation("RReLU", "lower", "upper"),
  activation("Softplus", "beta", "threshold"),
  activation("Softshrink", "lambd"),
  activation("Hardshrink", "lambd"),
  activation("Hardtanh", "min_val", "max_val"),
  activation("Softmax", "dim"),
  activation("LogSoftmax", "dim"),
  activation("Softmin", "dim"),
  activation("Softmax2d"),
  ...["ZeroPad2d", "ReflectionPad2d", "ReplicationPad2d", "ConstantPad2d"].map((name): [string, LayerRule] => [
    name,
    zeropad,
  ]),
  ["Upsample", upsample],
  ["UpsamplingNearest2d", upsampleShort],
  ["UpsamplingBilinear2d", upsampleShort],
]);
