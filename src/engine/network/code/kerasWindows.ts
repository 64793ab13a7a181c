// Keras' layers that slide over maps or stretch them: convolutions, pools, frames (Keras 3's signatures).
import type { Layer, Padding, Pair } from "../layer.js";
import type { Arguments } from "./arguments.js";
import { codeError } from "./failure.js";
import { type LayerRule, one } from "./layerRule.js";

const ONE: Pair = [1, 1];
const CONV = ["kernel_size", "strides", "padding"];
const AFTER = ["activation", "use_bias"];

function padding(args: Arguments): Padding {
  return args.word("padding", "valid", ["valid", "same"]) === "same" ? "same" : "valid";
}

function channelsLast(args: Arguments): void {
  const format = args.get("data_format");
  if (format !== undefined && format !== null) args.word("data_format", "channels_last", ["channels_last"]);
}

export const conv: LayerRule = {
  signature: ["filters", ...CONV, "data_format", "dilation_rate", "groups", ...AFTER],
  make: (args) => {
    channelsLast(args);
    const layer: Layer = {
      kind: "conv",
      filters: args.count("filters"),
      kernel: args.pair("kernel_size"),
      stride: args.pair("strides", ONE),
      padding: padding(args),
      dilation: args.pair("dilation_rate", ONE),
      groups: args.count("groups", 1),
      bias: args.flag("use_bias", true),
    };
    refuseDilatedStride(args, layer.stride, layer.dilation);
    return one("conv", layer, args.activation());
  },
};

function refuseDilatedStride(args: Arguments, stride: Pair, dilation: Pair): void {
  if (Math.max(...stride) > 1 && Math.max(...dilation) > 1) {
    throw codeError(
      "dilated-stride",
      args.line,
      `Keras refuses strides ${stride.join("×")} together with dilation_rate ${dilation.join("×")}.`,
      "Set one of the two to 1.",
    );
  }
}

export const depthwise: LayerRule = {
  signature: [...CONV, "depth_multiplier", "data_format", "dilation_rate", ...AFTER],
  make: (args) => {
    channelsLast(args);
    return one("depthwise", { kind: "depthwise", ...channelwise(args) }, args.activation());
  },
};

export const separable: LayerRule = {
  signature: ["filters", ...CONV, "data_format", "dilation_rate", "depth_multiplier", ...AFTER],
  make: (args) => {
    channelsLast(args);
    const layer: Layer = { kind: "separable", filters: args.count("filters"), ...channelwise(args) };
    return one("separable", layer, args.activation());
  },
};

/** What a depthwise and a separable convolution have in common. */
function channelwise(args: Arguments) {
  return {
    kernel: args.pair("kernel_size"),
    stride: args.pair("strides", ONE),
    padding: padding(args),
    multiplier: args.count("depth_multiplier", 1),
    dilation: args.pair("dilation_rate", ONE),
    bias: args.flag("use_bias", true),
  };
}

/** With `output_padding` Keras computes as PyTorch does, with floor(k / 2) as the padding of `same`. */
export const transposed: LayerRule = {
  signature: ["filters", ...CONV, "output_padding", "data_format", "dilation_rate", ...AFTER],
  make: (args) => {
    channelsLast(args);
    const kernel = args.pair("kernel_size");
    const explicit = args.has("output_padding");
    const written = padding(args);
    const half: Pair = written === "same" ? [Math.floor(kernel[0] / 2), Math.floor(kernel[1] / 2)] : [0, 0];
    const layer: Layer = {
      kind: "tconv",
      filters: args.count("filters"),
      kernel,
      stride: args.pair("strides", ONE),
      padding: explicit ? half : written,
      outpad: explicit ? args.pair("output_padding", undefined, 0) : [0, 0],
      dilation: args.pair("dilation_rate", ONE),
      groups: 1,
      bias: args.flag("use_bias", true),
    };
    return one("tconv", layer, args.activation());
  },
};

export function pool(kind: "maxpool" | "avgpool"): LayerRule {
  return {
    signature: ["pool_size", "strides", "padding", "data_format"],
    make: (args) => {
      channelsLast(args);
      const kernel = args.pair("pool_size", [2, 2]);
      return one(kind, { kind, kernel, stride: args.pair("strides", kernel), padding: padding(args), ceil: false });
    },
  };
}

export function globalPool(kind: "gap" | "gmp"): LayerRule {
  return {
    signature: ["data_format", "keepdims"],
    make: (args) => {
      channelsLast(args);
      return one(kind, { kind, keepMap: args.flag("keepdims", false) });
    },
  };
}

export function frame(kind: "zeropad" | "crop", parameter: string, standard: number): LayerRule {
  return {
    signature: [parameter, "data_format"],
    make: (args) => {
      channelsLast(args);
      return one(kind, { kind, margins: args.kerasMargins(parameter, standard) });
    },
  };
}

export const upsample: LayerRule = {
  signature: ["size", "data_format", "interpolation"],
  make: (args) => {
    channelsLast(args);
    return one("upsample", { kind: "upsample", factor: args.pair("size", [2, 2]) });
  },
};
