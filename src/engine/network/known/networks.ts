// The networks known by name: their builds, variants, tops and default inputs.
import type { Counting } from "../layer.js";
import type { Shape } from "../shape.js";
import { type Block, dropout, gap, type Layers, layers, layersOf, zeropad } from "./blocks.js";
import { alexnet, densenet121, lenet5, lenet1998, torchAlexnet, VGG_DEPTHS, vgg, wideTop } from "./classics.js";
import { googlenet, inceptionV3, xception } from "./inceptions.js";
import { convolutionalTop, efficientnetB0, mobilenetV1, mobilenetV2, mobilenetV3 } from "./mobile.js";
import { kerasResnet, kerasResnetV2, RESNET_DEPTHS, torchResnet } from "./resnets.js";

/** What stands after a network's name, read. */
export interface Wishes {
  readonly counting: Counting;
  readonly classes: number;
  readonly top: boolean;
  /** A word of the network's own (`1998`, `nogroups`, `aux`), or undefined. */
  readonly variant: string | undefined;
}

export interface KnownNetwork {
  readonly name: string;
  /** How it is printed: `ResNet-50`. */
  readonly title: string;
  /** [height, width, channels] where nothing else is said. */
  readonly input: Shape;
  /** Whose builds are known, the default first; `paper` networks have one build, and count as Keras. */
  readonly builds: readonly (Counting | "paper")[];
  readonly classes: number;
  readonly variants: readonly string[];
  readonly blocks: (wishes: Wishes) => Block[];
  /** Written layers of the default build without top, at least. */
  readonly layers: () => number;
  /** What a reader should know about the choice. */
  readonly note?: (wishes: Wishes) => string | undefined;
}

const IMAGENET: Shape = [224, 224, 3];

type Body = (net: Layers, wishes: Wishes) => Block[];

function network(
  name: string,
  title: string,
  builds: readonly (Counting | "paper")[],
  body: Body,
  top: (net: Layers, wishes: Wishes) => Block[] = pooledTop,
  more: Partial<Pick<KnownNetwork, "input" | "classes" | "variants" | "note">> = {},
): KnownNetwork {
  let least: number | undefined;
  const layers = (): number => {
    least ??= entriesOf(body(layersOf("torch"), { counting: "torch", classes: 1, top: false, variant: undefined }));
    return least;
  };
  return {
    name,
    title,
    layers,
    input: IMAGENET,
    builds,
    classes: 1000,
    variants: [],
    ...more,
    blocks: (wishes) => {
      const net = layersOf(wishes.counting);
      return [...body(net, wishes), ...(wishes.top ? top(net, wishes) : [])];
    },
  };
}

function entriesOf(blocks: readonly Block[]): number {
  let sum = 0;
  for (const block of blocks) {
    if (block.kind === "layers") sum += 1;
    else if (block.kind === "join")
      sum += 1 + block.branches.reduce((entries, branch) => entries + entriesOf(branch), 0);
  }
  return sum;
}

function pooledTop(net: Layers, { classes }: Wishes): Block[] {
  return [gap, net.dense(classes, "softmax")];
}

function droppedTop(net: Layers, { classes }: Wishes): Block[] {
  return [gap, dropout, net.dense(classes, "softmax")];
}

function headClasses({ variant, classes, top }: Wishes): number | undefined {
  return variant === "aux" && top ? classes : undefined;
}

function auxNote({ variant, counting }: Wishes): string | undefined {
  if (variant === "aux")
    return "The auxiliary heads' parameters count; MACs are those of prediction, where they do not run.";
  return counting === "torch" ? 'The auxiliary heads, which train only, do not count; "aux" adds them.' : undefined;
}

/** In the order of the docs. */
export const NETWORKS: readonly KnownNetwork[] = [
  network(
    "lenet5",
    "LeNet-5",
    ["paper"],
    (net, { variant }) => (variant === "1998" ? lenet1998(net) : lenet5(net)),
    (net, { variant, classes }) => [
      layers("flatten", [{ kind: "flatten" }]),
      net.dense(84, "tanh"),
      variant === "1998" ? layers("rbf", [{ kind: "rbf", units: classes }]) : net.dense(classes, "softmax"),
    ],
    {
      input: [32, 32, 1],
      classes: 10,
      variants: ["1998"],
      note: ({ variant }) =>
        variant === "1998"
          ? "LeNet-5 as printed in 1998: C3 partially connected, trainable subsampling; the RBF outputs are not counted."
          : 'LeNet-5 in its textbook form: C3 connected to all maps, pooling without parameters; "lenet5 1998" is the printed one.',
    },
  ),
  network(
    "alexnet",
    "AlexNet",
    ["paper", "torch"],
    (net, { variant, counting }) =>
      counting === "torch" ? torchAlexnet(net) : alexnet(net, variant === "nogroups" ? 1 : 2),
    (net, { classes, counting }) => wideTop(net, classes, counting === "torch" ? 6 : undefined),
    {
      input: [227, 227, 3],
      variants: ["nogroups"],
      note: ({ variant, counting }) =>
        counting === "torch"
          ? "torchvision's AlexNet is the one-tower network of 2014."
          : variant === "nogroups"
            ? "AlexNet of 2012 with every map connected."
            : 'AlexNet of 2012 with its groups of two GPUs; "alexnet nogroups" connects every map.',
    },
  ),
  ...(["vgg16", "vgg19"] as const).map((name) =>
    network(
      name,
      name === "vgg16" ? "VGG-16" : "VGG-19",
      ["keras", "torch"],
      (net) => vgg(net, VGG_DEPTHS[name]),
      (net, { classes, counting }) => wideTop(net, classes, counting === "torch" ? 7 : undefined),
    ),
  ),
  network("googlenet", "GoogLeNet", ["torch"], (net, wishes) => googlenet(net, headClasses(wishes)), droppedTop, {
    variants: ["aux"],
    note: auxNote,
  }),
  network(
    "inceptionv3",
    "Inception v3",
    ["keras", "torch"],
    (net, wishes) => inceptionV3(net, headClasses(wishes)),
    pooledTop,
    { input: [299, 299, 3], variants: ["aux"], note: auxNote },
  ),
  ...(["resnet18", "resnet34"] as const).map((name) =>
    network(name, name.replace("resnet", "ResNet-"), ["torch"], (net) => torchResnet(net, RESNET_DEPTHS[name], false)),
  ),
  ...(["resnet50", "resnet101", "resnet152"] as const).map((name) =>
    network(name, name.replace("resnet", "ResNet-"), ["keras", "torch"], (net) =>
      net.counting === "keras" ? kerasResnet(net, RESNET_DEPTHS[name]) : torchResnet(net, RESNET_DEPTHS[name], true),
    ),
  ),
  network("resnet50v2", "ResNet-50 v2", ["keras"], (net) => kerasResnetV2(net, RESNET_DEPTHS.resnet50)),
  network(
    "seresnet50",
    "SE-ResNet-50",
    ["torch"],
    (net) => torchResnet(net, RESNET_DEPTHS.resnet50, true, true),
    pooledTop,
    { note: () => "SE-ResNet-50 is timm's." },
  ),
  network("mobilenet", "MobileNet v1", ["keras"], mobilenetV1, (net, { classes }) => convolutionalTop(net, classes)),
  network("mobilenetv2", "MobileNet v2", ["keras", "torch"], mobilenetV2, (net, wishes) =>
    wishes.counting === "keras" ? pooledTop(net, wishes) : droppedTop(net, wishes),
  ),
  ...(["small", "large"] as const).map((size) =>
    network(
      `mobilenetv3${size}`,
      `MobileNet v3 ${size}`,
      ["keras", "torch"],
      (net) => mobilenetV3(net, size),
      (net, { classes, counting }) => {
        const hidden = size === "small" ? 1024 : 1280;
        return counting === "keras"
          ? convolutionalTop(net, classes, hidden)
          : [gap, net.dense(hidden, "hardswish"), dropout, net.dense(classes, "softmax")];
      },
    ),
  ),
  network("xception", "Xception", ["keras"], xception, pooledTop, { input: [299, 299, 3] }),
  network("densenet121", "DenseNet-121", ["keras", "torch"], (net) => {
    const blocks = densenet121(net);
    return net.counting === "torch" ? blocks : kerasStem(net, blocks);
  }),
  network("efficientnetb0", "EfficientNet-B0", ["keras", "torch"], efficientnetB0, droppedTop),
];

/** Keras writes the stem's padding as layers of their own. */
function kerasStem(net: Layers, [, , ...rest]: Block[]): Block[] {
  return [
    zeropad(3),
    net.conv(64, 7, { stride: 2, padding: "valid", bn: true, act: "relu" }),
    zeropad(1),
    layers("maxpool", [{ kind: "maxpool", kernel: [3, 3], stride: [2, 2], padding: "valid", ceil: false }]),
    ...rest,
  ];
}
