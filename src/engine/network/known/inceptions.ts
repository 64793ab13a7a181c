// GoogLeNet (as torchvision has it), Inception v3 and Xception.
import {
  activation,
  add,
  type Block,
  concat,
  dropout,
  flatten,
  gap,
  type Layers,
  layers,
  pool,
  type Side,
} from "./blocks.js";

/** Filters of one GoogLeNet module: 1×1, 3×3 reduced and full, "5×5" (really 3×3) reduced and full, after the pool. */
type Module = readonly [number, number, number, number, number, number];

/** torchvision.models.googlenet; `auxClasses` adds the two auxiliary heads. */
export function googlenet(net: Layers, auxClasses: number | undefined): Block[] {
  const conv = (filters: number, kernel: number, stride = 1): Block =>
    net.conv(filters, kernel, { stride, padding: Math.floor(kernel / 2), bn: true, act: "relu" });
  const inception = ([one, reduce3, three, reduce5, five, project]: Module): Block =>
    concat(
      [conv(one, 1)],
      [conv(reduce3, 1), conv(three, 3)],
      [conv(reduce5, 1), conv(five, 3)],
      [pool("maxpool", 3, 1, 1, true), conv(project, 1)],
    );
  const head = (): Block[] =>
    auxClasses === undefined
      ? []
      : [
          {
            kind: "auxiliary",
            blocks: [
              layers("adaptivepool", [{ kind: "adaptivepool", output: [4, 4] }]),
              conv(128, 1),
              flatten,
              net.dense(1024, "relu"),
              dropout,
              net.dense(auxClasses),
            ],
          },
        ];
  return [
    conv(64, 7, 2),
    pool("maxpool", 3, 2, "valid", true),
    conv(64, 1),
    conv(192, 3),
    pool("maxpool", 3, 2, "valid", true),
    inception([64, 96, 128, 16, 32, 32]),
    inception([128, 128, 192, 32, 96, 64]),
    pool("maxpool", 3, 2, "valid", true),
    inception([192, 96, 208, 16, 48, 64]),
    ...head(),
    inception([160, 112, 224, 24, 64, 64]),
    inception([128, 128, 256, 24, 64, 64]),
    inception([112, 144, 288, 32, 64, 64]),
    ...head(),
    inception([256, 160, 320, 32, 128, 128]),
    pool("maxpool", 2, 2, "valid", true),
    inception([256, 160, 320, 32, 128, 128]),
    inception([384, 192, 384, 48, 128, 128]),
  ];
}

/** keras.applications.InceptionV3 (batch norm without gamma) or torchvision's; `auxClasses` adds torchvision's auxiliary head. */
export function inceptionV3(net: Layers, auxClasses: number | undefined): Block[] {
  const scale = net.counting === "torch";
  const conv = (filters: number, kernel: Side, stride = 1, padding: "same" | "valid" = "same"): Block =>
    net.conv(filters, kernel, { stride, padding, bn: true, scale, act: "relu" });
  const average = (): Block => pool("avgpool", 3, 1, net.counting === "torch" ? 1 : "same");
  const blockA = (project: number): Block =>
    concat(
      [conv(64, 1)],
      [conv(48, 1), conv(64, 5)],
      [conv(64, 1), conv(96, 3), conv(96, 3)],
      [average(), conv(project, 1)],
    );
  const blockB = (inner: number): Block =>
    concat(
      [conv(192, 1)],
      [conv(inner, 1), conv(inner, [1, 7]), conv(192, [7, 1])],
      [conv(inner, 1), conv(inner, [7, 1]), conv(inner, [1, 7]), conv(inner, [7, 1]), conv(192, [1, 7])],
      [average(), conv(192, 1)],
    );
  const split = (): Block => concat([conv(384, [1, 3])], [conv(384, [3, 1])]);
  const blockC = (): Block =>
    concat([conv(320, 1)], [conv(384, 1), split()], [conv(448, 1), conv(384, 3), split()], [average(), conv(192, 1)]);
  return [
    conv(32, 3, 2, "valid"),
    conv(32, 3, 1, "valid"),
    conv(64, 3),
    pool("maxpool", 3, 2),
    conv(80, 1, 1, "valid"),
    conv(192, 3, 1, "valid"),
    pool("maxpool", 3, 2),
    blockA(32),
    blockA(64),
    blockA(64),
    concat([conv(384, 3, 2, "valid")], [conv(64, 1), conv(96, 3), conv(96, 3, 2, "valid")], [pool("maxpool", 3, 2)]),
    blockB(128),
    blockB(160),
    blockB(160),
    blockB(192),
    ...auxiliaryV3(net, auxClasses),
    concat(
      [conv(192, 1), conv(320, 3, 2, "valid")],
      [conv(192, 1), conv(192, [1, 7]), conv(192, [7, 1]), conv(192, 3, 2, "valid")],
      [pool("maxpool", 3, 2)],
    ),
    blockC(),
    blockC(),
  ];
}

function auxiliaryV3(net: Layers, classes: number | undefined): Block[] {
  if (classes === undefined) return [];
  const conv = (filters: number, kernel: number): Block =>
    net.conv(filters, kernel, { padding: "valid", bn: true, act: "relu" });
  return [{ kind: "auxiliary", blocks: [pool("avgpool", 5, 3), conv(128, 1), conv(768, 5), gap, net.dense(classes)] }];
}

/** keras.applications.Xception (Chollet 2017). */
export function xception(net: Layers): Block[] {
  const separable = (filters: number, act?: string): Block =>
    net.separable(filters, 3, { bn: true, ...(act === undefined ? {} : { act }) });
  const relu = (): Block => layers("relu", [activation("relu")]);
  const shrinking = (first: number, filters: number, startsWithRelu = true): Block =>
    add(
      [
        ...(startsWithRelu ? [relu()] : []),
        separable(first, "relu"),
        separable(filters),
        pool("maxpool", 3, 2, "same"),
      ],
      [net.conv(filters, 1, { stride: 2, bn: true })],
    );
  return [
    net.conv(32, 3, { stride: 2, padding: "valid", bn: true, act: "relu" }),
    net.conv(64, 3, { padding: "valid", bn: true, act: "relu" }),
    shrinking(128, 128, false),
    shrinking(256, 256),
    shrinking(728, 728),
    ...Array.from({ length: 8 }, () => add([relu(), separable(728, "relu"), separable(728, "relu"), separable(728)])),
    shrinking(728, 1024),
    separable(1536, "relu"),
    separable(2048, "relu"),
  ];
}
