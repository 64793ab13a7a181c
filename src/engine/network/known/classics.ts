// The classics: LeNet-5, AlexNet, VGG and DenseNet.
import { activation, type Block, concat, dropout, flatten, type Layers, layers, lrn, pool } from "./blocks.js";

/** The textbook's LeNet-5 on 32×32: C3 connected to all maps, pooling without parameters, three dense layers. Without the last two. */
export function lenet5(net: Layers): Block[] {
  return [
    net.conv(6, 5, { padding: "valid", act: "tanh" }),
    pool("avgpool", 2, 2),
    net.conv(16, 5, { padding: "valid", act: "tanh" }),
    pool("avgpool", 2, 2),
    net.conv(120, 5, { padding: "valid", act: "tanh" }),
  ];
}

/** Input maps of each of C3's sixteen filters (LeCun et al. 1998, table I). */
const C3 = [3, 3, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4, 4, 6];

/** LeNet-5 as printed in 1998: partially connected C3, trainable subsampling. Without F6 and the outputs. */
export function lenet1998(net: Layers): Block[] {
  const subsample = layers("subsample", [{ kind: "subsample", kernel: [2, 2] }, activation("tanh")]);
  return [
    net.conv(6, 5, { padding: "valid", act: "tanh" }),
    subsample,
    net.conv(16, 5, { padding: "valid", act: "tanh", connections: C3 }),
    subsample,
    net.conv(120, 5, { padding: "valid", act: "tanh" }),
  ];
}

/** Krizhevsky et al. 2012; `groups` 2 is the two-GPU form, 1 connects all maps. Up to the last pool. */
export function alexnet(net: Layers, groups: 1 | 2): Block[] {
  return [
    net.conv(96, 11, { stride: 4, padding: "valid", act: "relu" }),
    lrn,
    pool("maxpool", 3, 2),
    net.conv(256, 5, { padding: 2, groups, act: "relu" }),
    lrn,
    pool("maxpool", 3, 2),
    net.conv(384, 3, { padding: 1, act: "relu" }),
    net.conv(384, 3, { padding: 1, groups, act: "relu" }),
    net.conv(256, 3, { padding: 1, groups, act: "relu" }),
    pool("maxpool", 3, 2),
  ];
}

/** torchvision.models.alexnet ("one weird trick", Krizhevsky 2014). Up to the last pool. */
export function torchAlexnet(net: Layers): Block[] {
  return [
    net.conv(64, 11, { stride: 4, padding: 2, act: "relu" }),
    pool("maxpool", 3, 2),
    net.conv(192, 5, { padding: 2, act: "relu" }),
    pool("maxpool", 3, 2),
    net.conv(384, 3, { padding: 1, act: "relu" }),
    net.conv(256, 3, { padding: 1, act: "relu" }),
    net.conv(256, 3, { padding: 1, act: "relu" }),
    pool("maxpool", 3, 2),
  ];
}

/** Convolutions of each of VGG's five stages. */
export const VGG_DEPTHS = { vgg16: [2, 2, 3, 3, 3], vgg19: [2, 2, 4, 4, 4] } as const;

/** Simonyan and Zisserman 2014. Up to the last pool. */
export function vgg(net: Layers, depths: readonly number[]): Block[] {
  return depths.flatMap((depth, stage) => [
    ...Array.from({ length: depth }, () =>
      net.conv(Math.min(64 * 2 ** stage, 512), 3, { padding: net.counting === "torch" ? 1 : "same", act: "relu" }),
    ),
    pool("maxpool", 2, 2),
  ]);
}

/** Two wide dense layers and the classifier, as AlexNet and VGG end; torchvision pools to a fixed size first. */
export function wideTop(net: Layers, classes: number, adaptive?: number): Block[] {
  return [
    ...(adaptive === undefined
      ? []
      : [layers("adaptivepool", [{ kind: "adaptivepool", output: [adaptive, adaptive] }])]),
    flatten,
    net.dense(4096, "relu"),
    dropout,
    net.dense(4096, "relu"),
    dropout,
    net.dense(classes, "softmax"),
  ];
}

/** Huang et al. 2016, growth 32; up to the last batch norm and relu. */
export function densenet121(net: Layers): Block[] {
  const stages = [6, 12, 24, 16];
  let channels = 64;
  const blocks: Block[] = [net.conv(64, 7, { stride: 2, padding: 3, bn: true, act: "relu" }), pool("maxpool", 3, 2, 1)];
  for (const [stage, depth] of stages.entries()) {
    for (let index = 0; index < depth; index++)
      blocks.push(
        concat([], [net.normed("relu"), net.conv(128, 1, { bn: true, act: "relu" }), net.conv(32, 3, { bias: false })]),
      );
    channels += 32 * depth;
    if (stage === stages.length - 1) break;
    channels /= 2;
    blocks.push(net.normed("relu"), net.conv(channels, 1, { bias: false }), pool("avgpool", 2, 2));
  }
  return [...blocks, net.normed("relu")];
}
