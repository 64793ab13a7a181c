// MobileNetV2 (Sandler et al. 2018) with the layers and names of Keras, with batch normalization or with it folded in.
import { layers, type SymbolicTensor } from "@tensorflow/tfjs-layers";
import { relu6 as relu6Layer } from "../layers/relu6.js";
import type { Backbone, Block } from "./backbone.js";
import { type BlockLayers, type BlockSettings, block } from "./block-layers.js";

export interface MobileNetV2Settings {
  readonly seed?: number;
  readonly normalized: boolean;
  /** Width: factor of all channels, rounded to multiples of 8; 1 by default. */
  readonly alpha?: number;
  /** Leaves out all but the first n inverted residual blocks: a miniature for tests; 17 by default. */
  readonly depth?: number;
  /** Channels of the last convolution; 1,280 by default, more where `alpha` is above 1. */
  readonly features?: number;
}

/** Table 2 of the paper: [expansion, channels, stride], a row a block. */
const BLOCKS: readonly (readonly [expansion: number, channels: number, stride: number])[] = [
  [1, 16, 1],
  [6, 24, 2],
  [6, 24, 1],
  [6, 32, 2],
  [6, 32, 1],
  [6, 32, 1],
  [6, 64, 2],
  [6, 64, 1],
  [6, 64, 1],
  [6, 64, 1],
  [6, 96, 1],
  [6, 96, 1],
  [6, 96, 1],
  [6, 160, 2],
  [6, 160, 1],
  [6, 160, 1],
  [6, 320, 1],
];

/**
 * From RGB images of −1 … 1 to the mean of the last maps, 1,280 numbers. A convolution of stride 2 with "same" padding is what
 * Keras computes by an explicit padding, at even and at odd sizes.
 */
export function mobileNetV2(settings: MobileNetV2Settings): Backbone {
  const { normalized, alpha = 1, depth = BLOCKS.length } = settings;
  const common: BlockSettings = {
    normalized,
    bias: false,
    epsilon: 1e-3,
    ...(settings.seed === undefined ? {} : { seed: settings.seed }),
  };
  // Keras keeps the last convolution at 1,280 channels for networks that are narrower than the paper's.
  const features = settings.features ?? (alpha > 1 ? roundedTo8(1280 * alpha) : 1280);
  const stem = block("stem", common, (of, x) => {
    const conv = { name: "Conv1", norm: "bn_Conv1", filters: roundedTo8(32 * alpha), kernel: 3, strides: 2 };
    return relu6(of, "Conv1_relu", of.conv(x, conv));
  });
  let before = roundedTo8(32 * alpha);
  const residuals = BLOCKS.slice(0, depth).map(([expansion, channels, strides], number): Block => {
    const [inChannels, outChannels] = [before, roundedTo8(channels * alpha)];
    before = outChannels;
    const name = number === 0 ? "expanded_conv" : `block_${number}`;
    return block(name, common, (of, x) =>
      invertedResidual(of, x, { name, expansion, inChannels, outChannels, strides }),
    );
  });
  const top = block("top", common, (of, x) => {
    const conv = { name: "Conv_1", norm: "Conv_1_bn", filters: features, kernel: 1 };
    const maps = relu6(of, "out_relu", of.conv(x, conv));
    return of.layer("features", () => layers.globalAveragePooling2d({ name: "features" }), maps);
  });
  return {
    name: "mobilenetv2",
    preprocessing: { scale: [1 / 127.5], offset: [-1], order: "rgb" },
    blocks: [stem, ...residuals, top],
    features,
  };
}

interface InvertedResidual {
  readonly name: string;
  readonly expansion: number;
  readonly inChannels: number;
  readonly outChannels: number;
  readonly strides: number;
}

/** Expand by 1×1, filter by depthwise 3×3, project by 1×1 without activation; the input is added where shapes agree. */
function invertedResidual(of: BlockLayers, x: SymbolicTensor, residual: InvertedResidual): SymbolicTensor {
  const { name, expansion, inChannels, outChannels, strides } = residual;
  const named = (step: string) => ({ name: `${name}_${step}`, norm: `${name}_${step}_BN` });
  let y = x;
  if (expansion !== 1) {
    y = of.conv(y, { ...named("expand"), filters: expansion * inChannels, kernel: 1 });
    y = relu6(of, `${name}_expand_relu`, y);
  }
  y = of.conv(y, { ...named("depthwise"), kernel: 3, strides });
  y = relu6(of, `${name}_depthwise_relu`, y);
  y = of.conv(y, { ...named("project"), filters: outChannels, kernel: 1 });
  return strides === 1 && inChannels === outChannels ? of.add(`${name}_add`, x, y) : y;
}

function relu6(of: BlockLayers, name: string, x: SymbolicTensor): SymbolicTensor {
  return of.layer(name, () => relu6Layer(name), x);
}

/** The nearest multiple of 8, at least 8, and not more than 10 % below (`_make_divisible` of the paper's authors). */
function roundedTo8(channels: number): number {
  const rounded = Math.max(8, Math.floor((channels + 4) / 8) * 8);
  return rounded < 0.9 * channels ? rounded + 8 : rounded;
}
