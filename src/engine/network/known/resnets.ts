// ResNet and its kin: He et al. 2015 and 2016, Hu et al. 2017, as Keras, torchvision and timm build them.
import { activation, add, type Block, type Layers, pool, squeeze, zeropad } from "./blocks.js";

/** Blocks of the four stages. */
export type Depths = readonly [number, number, number, number];

export const RESNET_DEPTHS = {
  resnet18: [2, 2, 2, 2],
  resnet34: [3, 4, 6, 3],
  resnet50: [3, 4, 6, 3],
  resnet101: [3, 4, 23, 3],
  resnet152: [3, 8, 36, 3],
} as const satisfies Readonly<Record<string, Depths>>;

const WIDTHS = [64, 128, 256, 512] as const;

/** keras.applications.ResNet50/101/152: biased convolutions, the stride in the first 1×1. */
export function kerasResnet(net: Layers, depths: Depths): Block[] {
  const stem = [
    zeropad(3),
    net.conv(64, 7, { stride: 2, padding: "valid", bn: true, bias: true, act: "relu" }),
    zeropad(1),
    pool("maxpool", 3, 2),
  ];
  return [
    ...stem,
    ...stages(depths, (width, first, stage) => {
      const stride = first && stage > 0 ? 2 : 1;
      const body = [
        net.conv(width, 1, { stride, padding: "valid", bn: true, bias: true, act: "relu" }),
        net.conv(width, 3, { bn: true, bias: true, act: "relu" }),
        net.conv(4 * width, 1, { padding: "valid", bn: true, bias: true }),
      ];
      const shortcut = first ? [net.conv(4 * width, 1, { stride, padding: "valid", bn: true, bias: true })] : [];
      return [add(body, shortcut, [activation("relu")])];
    }),
  ];
}

/** keras.applications.ResNet50V2: pre-activation, the stride in the last block of a stage. */
export function kerasResnetV2(net: Layers, depths: Depths): Block[] {
  const stages = depths.flatMap((depth, stage) => {
    const width = WIDTHS[stage] ?? 512;
    return Array.from({ length: depth }, (_, block) => {
      const stride = block === depth - 1 && stage < 3 ? 2 : 1;
      const body = [
        net.conv(width, 1, { bn: true, act: "relu" }),
        zeropad(1),
        net.conv(width, 3, { stride, padding: "valid", bn: true, act: "relu" }),
        net.conv(4 * width, 1, {}),
      ];
      if (block === 0) return [net.normed("relu"), add(body, [net.conv(4 * width, 1, { stride })])];
      return [add([net.normed("relu"), ...body], stride === 1 ? [] : [pool("maxpool", 1, stride)])];
    }).flat();
  });
  return [
    zeropad(3),
    net.conv(64, 7, { stride: 2, padding: "valid" }),
    zeropad(1),
    pool("maxpool", 3, 2),
    ...stages,
    net.normed("relu"),
  ];
}

/** torchvision's ResNets, and timm's seresnet50 with `excited`: squeeze-and-excitation to a sixteenth before the sum. */
export function torchResnet(net: Layers, depths: Depths, bottleneck: boolean, excited = false): Block[] {
  return [
    net.conv(64, 7, { stride: 2, padding: 3, bn: true, act: "relu" }),
    pool("maxpool", 3, 2, 1),
    ...stages(depths, (width, first, stage) => {
      const stride = first && stage > 0 ? 2 : 1;
      const outer = bottleneck ? 4 * width : width;
      const body = bottleneck
        ? [
            net.conv(width, 1, { padding: 0, bn: true, act: "relu" }),
            net.conv(width, 3, { stride, padding: 1, bn: true, act: "relu" }),
            net.conv(outer, 1, { padding: 0, bn: true }),
          ]
        : [
            net.conv(width, 3, { stride, padding: 1, bn: true, act: "relu" }),
            net.conv(width, 3, { padding: 1, bn: true }),
          ];
      const gate: Block[] = excited ? [{ kind: "layers", type: "se", layers: [squeeze(outer / 16)] }] : [];
      const projects = first && (bottleneck || stage > 0);
      const shortcut = projects ? [net.conv(outer, 1, { stride, padding: 0, bn: true })] : [];
      return [add([...body, ...gate], shortcut, [activation("relu")])];
    }),
  ];
}

function stages(depths: Depths, block: (width: number, first: boolean, stage: number) => Block[]): Block[] {
  return depths.flatMap((depth, stage) =>
    Array.from({ length: depth }, (_, index) => block(WIDTHS[stage] ?? 512, index === 0, stage)).flat(),
  );
}
