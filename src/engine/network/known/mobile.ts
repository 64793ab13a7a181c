// Networks for small devices: MobileNet v1 to v3 and EfficientNet-B0, as Keras and torchvision build them.
import type { Layer } from "../layer.js";
import { activation, add, type Block, halvingPad, type Layers, layers, squeeze } from "./blocks.js";

/** keras.applications.MobileNet (Howard et al. 2017). */
export function mobilenetV1(net: Layers): Block[] {
  const step = (filters: number, stride = 1): Block[] => [
    ...(stride === 2 ? [layers("zeropad", [{ kind: "zeropad", margins: [0, 1, 0, 1] }])] : []),
    net.depthwise(3, { stride, padding: stride === 2 ? "valid" : "same", bn: true, act: "relu6" }),
    net.conv(filters, 1, { bn: true, act: "relu6" }),
  ];
  return [
    net.conv(32, 3, { stride: 2, bn: true, act: "relu6" }),
    ...step(64),
    ...step(128, 2),
    ...step(128),
    ...step(256, 2),
    ...step(256),
    ...step(512, 2),
    ...Array.from({ length: 5 }, () => step(512)).flat(),
    ...step(1024, 2),
    ...step(1024),
  ];
}

interface Inverted {
  readonly kernel: number;
  readonly from: number;
  readonly expanded: number;
  readonly to: number;
  readonly stride: number;
  readonly act: string;
  /** Units of squeeze-and-excitation, none without. */
  readonly squeezed?: number;
}

/** An inverted residual: widen, depthwise, (squeeze and excite,) narrow; added to its input where the shapes agree. */
function inverted(net: Layers, { kernel, from, expanded, to, stride, act, squeezed }: Inverted): Block[] {
  const torch = net.counting === "torch";
  const gate: Layer[] = squeezed === undefined ? [] : [squeeze(squeezed)];
  const padding = torch ? Math.floor(kernel / 2) : stride === 2 ? "valid" : "same";
  const body = [
    ...(expanded === from ? [] : [net.conv(expanded, 1, { bn: true, act })]),
    ...(stride === 2 && !torch ? [halvingPad(kernel)] : []),
    net.depthwise(kernel, { stride, padding, bn: true, act }, gate),
    net.conv(to, 1, { bn: true }),
  ];
  return stride === 1 && from === to ? [add(body)] : body;
}

/** Sandler et al. 2018. */
export function mobilenetV2(net: Layers): Block[] {
  const stem = net.conv(32, 3, { stride: 2, padding: net.counting === "torch" ? 1 : "same", bn: true, act: "relu6" });
  const blocks: Block[] = [stem];
  let from = 32;
  for (const [expansion, to, depth, firstStride] of [
    [1, 16, 1, 1],
    [6, 24, 2, 2],
    [6, 32, 3, 2],
    [6, 64, 4, 2],
    [6, 96, 3, 1],
    [6, 160, 3, 2],
    [6, 320, 1, 1],
  ] as const) {
    for (let index = 0; index < depth; index++) {
      const stride = index === 0 ? firstStride : 1;
      blocks.push(...inverted(net, { kernel: 3, from, expanded: expansion * from, to, stride, act: "relu6" }));
      from = to;
    }
  }
  return [...blocks, net.conv(1280, 1, { bn: true, act: "relu6" })];
}

/** Kernel, expanded channels, output channels, squeezed or not, activation, stride. */
type V3Row = readonly [number, number, number, boolean, "relu" | "hardswish", number];

const V3_SMALL: readonly V3Row[] = [
  [3, 16, 16, true, "relu", 2],
  [3, 72, 24, false, "relu", 2],
  [3, 88, 24, false, "relu", 1],
  [5, 96, 40, true, "hardswish", 2],
  [5, 240, 40, true, "hardswish", 1],
  [5, 240, 40, true, "hardswish", 1],
  [5, 120, 48, true, "hardswish", 1],
  [5, 144, 48, true, "hardswish", 1],
  [5, 288, 96, true, "hardswish", 2],
  [5, 576, 96, true, "hardswish", 1],
  [5, 576, 96, true, "hardswish", 1],
];

const V3_LARGE: readonly V3Row[] = [
  [3, 16, 16, false, "relu", 1],
  [3, 64, 24, false, "relu", 2],
  [3, 72, 24, false, "relu", 1],
  [5, 72, 40, true, "relu", 2],
  [5, 120, 40, true, "relu", 1],
  [5, 120, 40, true, "relu", 1],
  [3, 240, 80, false, "hardswish", 2],
  [3, 200, 80, false, "hardswish", 1],
  [3, 184, 80, false, "hardswish", 1],
  [3, 184, 80, false, "hardswish", 1],
  [3, 480, 112, true, "hardswish", 1],
  [3, 672, 112, true, "hardswish", 1],
  [5, 672, 160, true, "hardswish", 2],
  [5, 960, 160, true, "hardswish", 1],
  [5, 960, 160, true, "hardswish", 1],
];

/** Howard et al. 2019, tables 1 and 2; without the classifier. */
export function mobilenetV3(net: Layers, size: "small" | "large"): Block[] {
  const torch = net.counting === "torch";
  const blocks: Block[] = torch ? [] : [layers("rescale", [{ kind: "rescale" }])];
  blocks.push(net.conv(16, 3, { stride: 2, padding: torch ? 1 : "same", bn: true, act: "hardswish" }));
  let [from, widest] = [16, 16];
  for (const [kernel, expanded, to, squeezes, act, stride] of size === "small" ? V3_SMALL : V3_LARGE) {
    const squeezed = squeezes ? { squeezed: divisible(expanded / 4) } : {};
    blocks.push(...inverted(net, { kernel, from, expanded, to, stride, act, ...squeezed }));
    [from, widest] = [to, expanded];
  }
  return [...blocks, net.conv(widest, 1, { bn: true, act: "hardswish" })];
}

/** The nearest multiple of 8, never less than nine tenths of the wish. */
function divisible(wish: number): number {
  const near = Math.max(8, Math.floor((wish + 4) / 8) * 8);
  return near < 0.9 * wish ? near + 8 : near;
}

/** Tan and Le 2019. */
export function efficientnetB0(net: Layers): Block[] {
  const torch = net.counting === "torch";
  const blocks: Block[] = torch
    ? [net.conv(32, 3, { stride: 2, padding: 1, bn: true, act: "silu" })]
    : [
        layers("rescale", [{ kind: "rescale" }]),
        layers("standardise", [{ kind: "standardise" }]),
        halvingPad(3),
        net.conv(32, 3, { stride: 2, padding: "valid", bn: true, act: "silu" }),
      ];
  let from = 32;
  for (const [kernel, depth, to, expansion, firstStride] of [
    [3, 1, 16, 1, 1],
    [3, 2, 24, 6, 2],
    [5, 2, 40, 6, 2],
    [3, 3, 80, 6, 2],
    [5, 3, 112, 6, 1],
    [5, 4, 192, 6, 2],
    [3, 1, 320, 6, 1],
  ] as const) {
    for (let index = 0; index < depth; index++) {
      const stride = index === 0 ? firstStride : 1;
      const squeezed = Math.max(1, Math.floor(from / 4));
      blocks.push(...inverted(net, { kernel, from, expanded: expansion * from, to, stride, act: "silu", squeezed }));
      from = to;
    }
  }
  return [...blocks, net.conv(1280, 1, { bn: true, act: "silu" })];
}

/** The end of Keras' MobileNet v1 and v3: the classifier as 1×1 convolutions on a 1×1 map. */
export function convolutionalTop(net: Layers, classes: number, hidden?: number): Block[] {
  return [
    layers("gap", [{ kind: "gap", keepMap: true }]),
    ...(hidden === undefined ? [] : [net.conv(hidden, 1, { act: "hardswish" })]),
    layers("dropout", [{ kind: "dropout" }]),
    net.conv(classes, 1),
    layers("flatten", [{ kind: "flatten" }]),
    layers("softmax", [activation("softmax")]),
  ];
}
