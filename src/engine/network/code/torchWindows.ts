// PyTorch's layers that slide over maps or stretch them: convolutions, pools, frames (torch.nn's signatures).
import type { Layer, Padding, Pair } from "../layer.js";
import type { Arguments } from "./arguments.js";
import { codeError } from "./failure.js";
import { type LayerRule, one } from "./layerRule.js";

const ONE: Pair = [1, 1];
const NONE: Pair = [0, 0];

/** `lazy` layers (LazyConv2d) do not say how many channels they take. */
export function conv(lazy: boolean): LayerRule {
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

export function transposed(lazy: boolean): LayerRule {
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

export function pool(kind: "maxpool" | "avgpool", ...signature: string[]): LayerRule {
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

export function adaptivePool(kind: "gap" | "gmp"): LayerRule {
  return {
    signature: ["output_size", "return_indices"],
    make: (args) => {
      const output = args.pair("output_size");
      if (output[0] === 1 && output[1] === 1) return one(kind, { kind, keepMap: true });
      return one("adaptivepool", { kind: "adaptivepool", output });
    },
  };
}

export const zeropad: LayerRule = {
  signature: ["padding", "value"],
  make: (args) => one("zeropad", { kind: "zeropad", margins: args.torchMargins("padding") }),
};

export const upsample: LayerRule = {
  signature: ["size", "scale_factor", "mode", "align_corners", "recompute_scale_factor"],
  make: (args) => {
    if (args.has("size")) throw args.bad("size", "scale_factor in place of size");
    return one("upsample", { kind: "upsample", factor: args.pair("scale_factor") });
  },
};

export const upsampleShort: LayerRule = { ...upsample, signature: ["size", "scale_factor"] };
