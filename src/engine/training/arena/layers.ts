// One layer of a counted network → the layers of TensorFlow.js that it stands for, with seeded weights.
import { initializers, type layers as kinds, layers, SymbolicTensor } from "@tensorflow/tfjs-layers";
import type { Layer, Margins, Padding, Pair, SqueezeExcite } from "../../network/layer.js";
import { squeezeUnits } from "../../network/parameters.js";
import { isMap, type Shape } from "../../network/shape.js";
import { batchNormalization } from "../layers/batch-normalization.js";
import { dropout } from "../layers/dropout.js";
import { relu6 } from "../layers/relu6.js";

/** Layers that are applied together; those of shared weights more than once. */
export interface Part {
  readonly layers: readonly kinds.Layer[];
  apply(x: SymbolicTensor): SymbolicTensor;
}

export interface Making {
  /** Unique in the model. */
  readonly name: string;
  /** Shape of what the layer reads, the batch apart. */
  readonly input: Shape;
  /** Another seed with every call. */
  seed(): number;
}

/** Names of TensorFlow.js for those of the notation, where its layers take them by name. */
const ACTIVATION = {
  elu: "elu",
  selu: "selu",
  gelu: "gelu",
  silu: "swish",
  mish: "mish",
  tanh: "tanh",
  sigmoid: "sigmoid",
  hardsigmoid: "hardSigmoid",
  softmax: "softmax",
  softplus: "softplus",
  softsign: "softsign",
  linear: "linear",
} as const;

/** Keras' slope of a leaky ReLU below 0. */
const LEAK = 0.3;

/** Joins excepted. Throws where `obstacleOf` should have refused the layer. */
export function partOf(layer: Layer, making: Making): Part {
  if (layer.kind === "se") return squeezeExcite(layer, making);
  const chain = layersOf(layer, making);
  return { layers: chain, apply: (x) => chain.reduce((y, each) => symbolic(each.apply(y)), x) };
}

/** TensorFlow.js does not tell in its types that a layer gives a symbolic tensor for one. */
export function symbolic(value: unknown): SymbolicTensor {
  if (value instanceof SymbolicTensor) return value;
  throw new Error("one symbolic tensor is expected");
}

function layersOf(layer: Exclude<Layer, SqueezeExcite>, making: Making): readonly kinds.Layer[] {
  const { name, input, seed } = making;
  const channels = input[input.length - 1] ?? 0;
  const he = () => initializers.heNormal({ seed: seed() });
  const glorot = () => initializers.glorotUniform({ seed: seed() });
  switch (layer.kind) {
    case "conv": {
      const { filters, kernel, stride, bias } = layer;
      return [
        ...explicit(layer.padding, name),
        layers.conv2d({
          name,
          filters,
          kernelSize: both(kernel),
          strides: both(stride),
          padding: inLayer(layer.padding),
          useBias: bias,
          kernelInitializer: he(),
        }),
      ];
    }
    case "depthwise": {
      const { kernel, stride, multiplier, bias } = layer;
      return [
        ...explicit(layer.padding, name),
        layers.depthwiseConv2d({
          name,
          kernelSize: both(kernel),
          strides: both(stride),
          padding: inLayer(layer.padding),
          depthMultiplier: multiplier,
          useBias: bias,
          depthwiseInitializer: he(),
        }),
      ];
    }
    case "separable": {
      const { filters, kernel, stride, multiplier, bias } = layer;
      return [
        ...explicit(layer.padding, name),
        layers.separableConv2d({
          name,
          filters,
          kernelSize: both(kernel),
          strides: both(stride),
          padding: inLayer(layer.padding),
          depthMultiplier: multiplier,
          useBias: bias,
          depthwiseInitializer: he(),
          pointwiseInitializer: he(),
        }),
      ];
    }
    case "tconv": {
      const { filters, kernel, stride, bias } = layer;
      const padding = inLayer(layer.padding);
      return [
        layers.conv2dTranspose({
          name,
          filters,
          kernelSize: both(kernel),
          strides: both(stride),
          padding,
          useBias: bias,
          kernelInitializer: he(),
        }),
      ];
    }
    case "maxpool":
      return [layers.maxPooling2d({ name, ...pool(layer) })];
    case "avgpool":
      return [layers.averagePooling2d({ name, ...pool(layer) })];
    case "gap":
    case "gmp": {
      const pooled =
        layer.kind === "gap" ? layers.globalAveragePooling2d({ name }) : layers.globalMaxPooling2d({ name });
      return layer.keepMap
        ? [pooled, layers.reshape({ name: `${name}_map`, targetShape: [1, 1, channels] })]
        : [pooled];
    }
    case "dense":
      return [layers.dense({ name, units: layer.units, useBias: layer.bias, kernelInitializer: glorot() })];
    case "bn":
      return [batchNormalization({ name, scale: layer.scale, center: layer.center })];
    case "ln":
      return [layers.layerNormalization({ name, scale: layer.scale, center: layer.center })];
    case "activation":
      return [activation(layer.name, name)];
    case "prelu":
      return [prelu(layer.slopes, isMap(input), name)];
    case "dropout":
      return [dropout({ name, rate: layer.rate ?? 0, seed: seed() })];
    case "flatten":
      return isMap(input) ? [layers.flatten({ name })] : [];
    case "zeropad":
      return [layers.zeroPadding2d({ name, padding: margins(layer.margins) })];
    case "crop":
      return [layers.cropping2D({ name, cropping: margins(layer.margins) })];
    case "upsample":
      return [layers.upSampling2d({ name, size: both(layer.factor), interpolation: layer.interpolation ?? "nearest" })];
    case "identity":
      return [];
    default:
      throw new Error(`${layer.kind} cannot be trained`);
  }
}

function activation(notation: string, name: string): kinds.Layer {
  if (notation === "relu") return layers.reLU({ name });
  if (notation === "relu6") return relu6(name);
  if (notation === "leakyrelu") return layers.leakyReLU({ name, alpha: LEAK });
  if (!(notation in ACTIVATION)) throw new Error(`${notation} cannot be trained`);
  return layers.activation({ name, activation: ACTIVATION[notation as keyof typeof ACTIVATION] });
}

/** One slope a channel, for all, or (Keras' default) for every position. */
function prelu(slopes: "channel" | "one" | "each", onMap: boolean, name: string): kinds.Layer {
  const shared = onMap ? [1, 2] : [];
  if (slopes === "one") shared.push(onMap ? 3 : 1);
  return slopes === "each" || shared.length === 0 ? layers.prelu({ name }) : layers.prelu({ name, sharedAxes: shared });
}

/** Hu et al. 2018, figure 3: global pooling, two dense layers with bias, a gate for each channel. */
function squeezeExcite({ squeeze }: SqueezeExcite, { name, input, seed }: Making): Part {
  const channels = input[input.length - 1] ?? 0;
  const units = squeezeUnits(squeeze, channels);
  const glorot = () => initializers.glorotUniform({ seed: seed() });
  const gate = [
    layers.globalAveragePooling2d({ name: `${name}_squeeze` }),
    layers.dense({ name: `${name}_less`, units, activation: "relu", kernelInitializer: glorot() }),
    layers.dense({ name: `${name}_gate`, units: channels, activation: "sigmoid", kernelInitializer: glorot() }),
    layers.reshape({ name: `${name}_map`, targetShape: [1, 1, channels] }),
  ];
  const scale = layers.multiply({ name: `${name}_scale` });
  return {
    layers: [...gate, scale],
    apply: (x) => symbolic(scale.apply([x, gate.reduce((y, each) => symbolic(each.apply(y)), x)])),
  };
}

function pool({ kernel, stride, padding }: { kernel: Pair; stride: Pair; padding: Padding }) {
  return { poolSize: both(kernel), strides: both(stride), padding: inLayer(padding) };
}

/** PyTorch's explicit padding is a frame of zeros before a layer without any. */
function explicit(padding: Padding, name: string): kinds.Layer[] {
  if (typeof padding === "string") return [];
  const [height, width] = padding;
  return height === 0 && width === 0
    ? []
    : [layers.zeroPadding2d({ name: `${name}_frame`, padding: [both([height, height]), both([width, width])] })];
}

function inLayer(padding: Padding): "same" | "valid" {
  return padding === "same" ? "same" : "valid";
}

function margins(given: Margins | { readonly halving: number }): [[number, number], [number, number]] {
  if ("halving" in given) throw new Error("a halving frame cannot be trained");
  const [top, bottom, left, right] = given;
  return [
    [top, bottom],
    [left, right],
  ];
}

const both = ([height, width]: Pair): [number, number] => [height, width];
