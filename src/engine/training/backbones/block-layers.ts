// The layers of a backbone's blocks: made when they are first applied, the same ones ever after.
import { initializers, layers, type SymbolicTensor } from "@tensorflow/tfjs-layers";
import { batchNormalization } from "../layers/batch-normalization.js";
import { seededRandom } from "../random.js";
import { applied, type Block } from "./backbone.js";

export interface BlockSettings {
  /**
   * Weights are drawn from it (He et al. 2015). Without it they are zeros: pretrained ones take their place before anything is
   * computed, and drawing millions of numbers would be for nothing.
   */
  readonly seed?: number;
  /** Batch normalization behind every convolution; otherwise it is folded into the convolutions' kernels and biases. */
  readonly normalized: boolean;
  readonly epsilon: number;
  /** Convolutions have biases even where a normalization follows, as in Keras' ResNet50. */
  readonly bias: boolean;
}

/** Builds what a block consists of; every name is used once in a backbone. */
export interface BlockLayers {
  conv(x: SymbolicTensor, conv: Convolution): SymbolicTensor;
  add(name: string, x: SymbolicTensor, y: SymbolicTensor): SymbolicTensor;
  /** Any other layer, made once. */
  layer(name: string, make: () => layers.Layer, x: SymbolicTensor): SymbolicTensor;
}

export interface Convolution {
  readonly name: string;
  readonly norm: string;
  /** Absent: a depthwise convolution. */
  readonly filters?: number;
  readonly kernel: number;
  readonly strides?: number;
  readonly padding?: "same" | "valid";
}

/** @param build the block's computation, written with `BlockLayers` */
export function block(
  name: string,
  settings: BlockSettings,
  build: (of: BlockLayers, x: SymbolicTensor) => SymbolicTensor,
): Block {
  const made = new Map<string, layers.Layer>();
  const layer: BlockLayers["layer"] = (layerName, make, x) => applied(once(made, layerName, make), x);
  const of: BlockLayers = {
    layer,
    conv(x, conv) {
      const y = layer(conv.name, () => convolution(conv, settings), x);
      if (!settings.normalized) return y;
      // Keras' 0.999 and 0.99 suit ImageNet; a run of ours is short, and the pretrained averages are not moved anyway.
      return layer(conv.norm, () => batchNormalization({ name: conv.norm, epsilon: settings.epsilon }), y);
    },
    add: (addName, x, y) =>
      applied(
        once(made, addName, () => layers.add({ name: addName })),
        [x, y],
      ),
  };
  return { name, apply: (x) => build(of, x), layers: () => [...made.values()] };
}

function once(made: Map<string, layers.Layer>, name: string, make: () => layers.Layer): layers.Layer {
  const known = made.get(name);
  if (known !== undefined) return known;
  const layer = make();
  made.set(name, layer);
  return layer;
}

function convolution({ name, filters, kernel, strides = 1, padding = "same" }: Convolution, settings: BlockSettings) {
  const shared = { name, kernelSize: kernel, strides, padding, useBias: settings.bias || !settings.normalized };
  const initializer = () =>
    settings.seed === undefined
      ? initializers.zeros()
      : initializers.heNormal({ seed: Math.floor(seededRandom(`${settings.seed}/${name}`).next() * 2 ** 31) });
  return filters === undefined
    ? layers.depthwiseConv2d({ ...shared, depthwiseInitializer: initializer() })
    : layers.conv2d({ ...shared, filters, kernelInitializer: initializer() });
}
