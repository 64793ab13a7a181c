// ResNet50 (He et al. 2016, version 1) with the layers and names of Keras, with batch normalization or with it folded in.
import { layers, type SymbolicTensor } from "@tensorflow/tfjs-layers";
import type { Backbone, Block } from "./backbone.js";
import { type BlockLayers, type BlockSettings, block } from "./block-layers.js";

export interface ResNet50Settings {
  readonly seed?: number;
  readonly normalized: boolean;
}

/** Table 1 of the paper: [channels inside, blocks, stride of the first], a row a stage. */
const STAGES: readonly (readonly [channels: number, blocks: number, stride: number])[] = [
  [64, 3, 1],
  [128, 4, 2],
  [256, 6, 2],
  [512, 3, 2],
];
/** A bottleneck gives four times the channels that it has inside. */
const EXPANSION = 4;
/** Means of ImageNet's blue, green and red bytes: the weights were made by Caffe, from such pixels. */
const MEANS = [103.939, 116.779, 123.68] as const;

/** From BGR bytes minus their means to the mean of the last maps, 2,048 numbers. */
export function resNet50(settings: ResNet50Settings): Backbone {
  const common: BlockSettings = {
    normalized: settings.normalized,
    bias: true,
    epsilon: 1.001e-5,
    ...(settings.seed === undefined ? {} : { seed: settings.seed }),
  };
  const stem = block("stem", common, (of, x) => {
    const padded = of.layer("conv1_pad", () => layers.zeroPadding2d({ name: "conv1_pad", padding: [3, 3] }), x);
    const conv = {
      name: "conv1_conv",
      norm: "conv1_bn",
      filters: 64,
      kernel: 7,
      strides: 2,
      padding: "valid",
    } as const;
    const y = relu(of, "conv1_relu", of.conv(padded, conv));
    const around = of.layer("pool1_pad", () => layers.zeroPadding2d({ name: "pool1_pad", padding: [1, 1] }), y);
    return of.layer("pool1_pool", () => layers.maxPooling2d({ name: "pool1_pool", poolSize: 3, strides: 2 }), around);
  });
  const bottlenecks = STAGES.flatMap(([channels, blocks, stride], stage) =>
    Array.from({ length: blocks }, (_, number): Block => {
      const name = `conv${stage + 2}_block${number + 1}`;
      const first = number === 0;
      return block(name, common, (of, x) => bottleneck(of, x, { name, channels, strides: first ? stride : 1, first }));
    }),
  );
  const top = block("top", common, (of, x) =>
    of.layer("features", () => layers.globalAveragePooling2d({ name: "features" }), x),
  );
  return {
    name: "resnet50",
    preprocessing: { scale: [1], offset: MEANS.map((mean) => -mean), order: "bgr" },
    blocks: [stem, ...bottlenecks, top],
    features: 512 * EXPANSION,
  };
}

interface Bottleneck {
  readonly name: string;
  readonly channels: number;
  readonly strides: number;
  /** Of its stage: the shortcut is a convolution, too. */
  readonly first: boolean;
}

/** 1×1, 3×3, 1×1; the stride is the first convolution's, as in the paper (later versions have it in the second). */
function bottleneck(
  of: BlockLayers,
  x: SymbolicTensor,
  { name, channels, strides, first }: Bottleneck,
): SymbolicTensor {
  const conv = (input: SymbolicTensor, number: number, filters: number, kernel: number, stride = 1) => {
    const names = { name: `${name}_${number}_conv`, norm: `${name}_${number}_bn` };
    return of.conv(input, { ...names, filters, kernel, strides: stride });
  };
  const shortcut = first ? conv(x, 0, channels * EXPANSION, 1, strides) : x;
  let y = relu(of, `${name}_1_relu`, conv(x, 1, channels, 1, strides));
  y = relu(of, `${name}_2_relu`, conv(y, 2, channels, 3));
  y = conv(y, 3, channels * EXPANSION, 1);
  return relu(of, `${name}_out`, of.add(`${name}_add`, shortcut, y));
}

function relu(of: BlockLayers, name: string, x: SymbolicTensor): SymbolicTensor {
  return of.layer(name, () => layers.reLU({ name }), x);
}
