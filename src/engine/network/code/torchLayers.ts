// PyTorch's layers: their arguments in order, their defaults, and the layers of a graph that they stand for (torch.nn's signatures).
import type { Layer, Padding, Pair } from "../layer.js";
import { activationNamed } from "./activations.js";
import type { Arguments } from "./arguments.js";
import { codeError } from "./failure.js";
import { type LayerRule, type MadeLayer, one } from "./layerRule.js";
import { isList } from "./value.js";

const ONE: Pair = [1, 1];
const NONE: Pair = [0, 0];

/** `lazy` layers (LazyConv2d) do not say how many channels they take. */
function conv(lazy: boolean): LayerRule {
  return {
    signature: [
      ...(lazy ? [] : ["in_channels"]),
      ...["out_channels", "kernel_size", "stride", "padding", "dilation", "groups", "bias", "padding_mode"],
    ],
    make: (args) => {
      const stride = args.pair("stride", ONE);
      const layer: Layer = {
        kind: "conv",
        filters: args.count("out_channels"),
        kernel: args.pair("kernel_size"),
        stride,
        padding: convPadding(args, stride),
        dilation: args.pair("dilation", ONE),
        groups: args.count("groups", 1),
        bias: args.flag("bias", true),
      };
      return one("conv", layer, [], lazy ? null : args.count("in_channels"));
    },
  };
}

function convPadding(args: Arguments, stride: Pair): Padding {
  if (typeof args.get("padding") !== "string") return args.pair("padding", NONE, 0);
  const word = args.word("padding", "valid", ["valid", "same"]);
  if (word === "valid") return NONE;
  if (Math.max(...stride) === 1) return "same";
  throw codeError(
    "strided-same",
    args.line,
    `PyTorch refuses padding="same" with stride ${stride.join("×")}.`,
    "Give the padding as a number, such as kernel_size // 2.",
  );
}

function transposed(lazy: boolean): LayerRule {
  return {
    signature: [
      ...(lazy ? [] : ["in_channels"]),
      ...[
        "out_channels",
        "kernel_size",
        "stride",
        "padding",
        "output_padding",
        "groups",
        "bias",
        "dilation",
        "padding_mode",
      ],
    ],
    make: (args) => {
      const stride = args.pair("stride", ONE);
      const outpad = args.pair("output_padding", NONE, 0);
      const dilation = args.pair("dilation", ONE);
      if (outpad.some((size, axis) => size >= Math.max(stride[axis] ?? 1, dilation[axis] ?? 1))) {
        throw codeError(
          "output-padding",
          args.line,
          `output_padding ${outpad.join("×")} must be smaller than the stride ${stride.join("×")} (or the dilation).`,
          "Use a smaller output_padding.",
        );
      }
      const layer: Layer = {
        kind: "tconv",
        filters: args.count("out_channels"),
        kernel: args.pair("kernel_size"),
        stride,
        padding: args.pair("padding", NONE, 0),
        outpad,
        dilation,
        groups: args.count("groups", 1),
        bias: args.flag("bias", true),
      };
      return one("tconv", layer, [], lazy ? null : args.count("in_channels"));
    },
  };
}

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

function pool(kind: "maxpool" | "avgpool", ...signature: string[]): LayerRule {
  return {
    signature: ["kernel_size", "stride", "padding", ...signature],
    make: (args) => {
      const kernel = args.pair("kernel_size");
      const dilation = args.pair("dilation", ONE);
      if (Math.max(...dilation) > 1) throw args.bad("dilation", "1");
      const layer: Layer = {
        kind,
        kernel,
        stride: args.pair("stride", kernel),
        padding: args.pair("padding", NONE, 0),
        ceil: args.flag("ceil_mode", false),
      };
      return one(kind, layer);
    },
  };
}

function adaptivePool(kind: "gap" | "gmp"): LayerRule {
  return {
    signature: ["output_size", "return_indices"],
    make: (args) => {
      const output = args.pair("output_size");
      if (output[0] === 1 && output[1] === 1) return one(kind, { kind, keepMap: true });
      return one("adaptivepool", { kind: "adaptivepool", output });
    },
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

function passing(type: "dropout" | "identity", ...signature: string[]): LayerRule {
  return { signature, make: () => one(type, { kind: type }) };
}

const zeropad: LayerRule = {
  signature: ["padding", "value"],
  make: (args) => one("zeropad", { kind: "zeropad", margins: args.torchMargins("padding") }),
};

const upsample: LayerRule = {
  signature: ["size", "scale_factor", "mode", "align_corners", "recompute_scale_factor"],
  make: (args) => {
    if (args.has("size")) throw args.bad("size", "scale_factor in place of size");
    return one("upsample", { kind: "upsample", factor: args.pair("scale_factor") });
  },
};

const upsampleShort: LayerRule = { ...upsample, signature: ["size", "scale_factor"] };

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
  ["Identity", passing("identity")],
  ...["Dropout", "Dropout1d", "Dropout2d", "AlphaDropout", "FeatureAlphaDropout"].map((name): [string, LayerRule] => [
    name,
    passing("dropout", "p", "inplace"),
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

/** torch.nn.functional (and methods of tensors) → the class that does the same. */
export const TORCH_FUNCTIONS: ReadonlyMap<string, string> = new Map(
  [
    ...[
      "relu:ReLU",
      "relu_:ReLU",
      "relu6:ReLU6",
      "leaky_relu:LeakyReLU",
      "elu:ELU",
      "selu:SELU",
      "celu:CELU",
      "gelu:GELU",
      "silu:SiLU",
    ],
    ...[
      "mish:Mish",
      "hardswish:Hardswish",
      "hardsigmoid:Hardsigmoid",
      "sigmoid:Sigmoid",
      "tanh:Tanh",
      "softmax:Softmax",
    ],
    ...[
      "log_softmax:LogSoftmax",
      "softplus:Softplus",
      "logsigmoid:LogSigmoid",
      "max_pool2d:MaxPool2d",
      "avg_pool2d:AvgPool2d",
    ],
    ...[
      "adaptive_avg_pool2d:AdaptiveAvgPool2d",
      "adaptive_max_pool2d:AdaptiveMaxPool2d",
      "dropout:Dropout",
      "dropout2d:Dropout2d",
    ],
    ...["local_response_norm:LocalResponseNorm", "interpolate:Upsample", "upsample:Upsample", "flatten:Flatten"],
  ].map((pair): [string, string] => {
    const [name = "", layer = ""] = pair.split(":");
    return [name, layer];
  }),
);
