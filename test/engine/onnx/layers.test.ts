// Every kind of layer, exported, gives what tfjs gives; whatever has no ONNX form is refused by name.
import { model as functional, input, layers as kinds, type LayersModel } from "@tensorflow/tfjs-layers";
import { describe, expect, test } from "vitest";
import { EXPORT_LIMIT } from "../../../src/engine/onnx/check.js";
import { exportLayersModel } from "../../../src/engine/onnx/export/exporter.js";
import { readOnnx } from "../../../src/engine/onnx/read.js";
import { refusal } from "../../support/errors.js";
import { difference } from "./support/compare.js";
import { ACTIVATIONS, MAPS, OTHERS, one } from "./support/kinds.js";

const PADDINGS = ["same", "valid"] as const;
const STRIDES = [1, 2, 3] as const;
/** Even, odd and unlike sides: TensorFlow's "same" puts the odd zero at the end. */
const SIZES = [
  [8, 8],
  [7, 10],
] as const;

const windows = PADDINGS.flatMap((padding) =>
  STRIDES.flatMap((strides) => SIZES.map(([height, width]) => ({ padding, strides, height, width }))),
);

describe.each(windows)("$padding, stride $strides, $height × $width", ({ padding, strides, height, width }) => {
  const inputShape = [height, width, 3];

  test.each([1, 2, 3, 4])("Conv2D of kernel %i", async (kernelSize) => {
    const conv = kinds.conv2d({ inputShape, filters: 4, kernelSize, padding, strides });
    expect(await difference(one(conv))).toBeLessThan(EXPORT_LIMIT);
  });

  test.each([1, 2, 3])("DepthwiseConv2D with multiplier %i", async (depthMultiplier) => {
    const conv = kinds.depthwiseConv2d({ inputShape, kernelSize: 3, padding, strides, depthMultiplier });
    expect(await difference(one(conv))).toBeLessThan(EXPORT_LIMIT);
  });

  test("SeparableConv2D", async () => {
    const conv = kinds.separableConv2d({ inputShape, filters: 5, kernelSize: 3, padding, strides, depthMultiplier: 2 });
    expect(await difference(one(conv))).toBeLessThan(EXPORT_LIMIT);
  });

  test.each([1, 2, 3, 4, 5])("Conv2DTranspose of kernel %i", async (kernelSize) => {
    const conv = kinds.conv2dTranspose({ inputShape, filters: 4, kernelSize, padding, strides });
    expect(await difference(one(conv))).toBeLessThan(EXPORT_LIMIT);
  });

  test.each([2, 3])("pooling by %i, largest and average", async (poolSize) => {
    const largest = kinds.maxPooling2d({ inputShape, poolSize, padding, strides });
    expect(await difference(one(largest))).toBeLessThan(EXPORT_LIMIT);
    const average = kinds.averagePooling2d({ inputShape, poolSize, padding, strides });
    expect(await difference(one(average))).toBeLessThan(EXPORT_LIMIT);
  });
});

test.each(Object.entries(OTHERS))("%s", async (_, make) => {
  expect(await difference(make())).toBeLessThan(EXPORT_LIMIT);
});

test.each(ACTIVATIONS)("activation %s, of a layer and by itself, on maps and vectors", async (activation) => {
  const maps = one(kinds.conv2d({ ...MAPS, filters: 3, kernelSize: 1, activation }));
  expect(await difference(maps)).toBeLessThan(EXPORT_LIMIT);
  expect(await difference(one(kinds.activation({ inputShape: [6], activation })))).toBeLessThan(EXPORT_LIMIT);
});

describe("batch normalization", () => {
  const operators = async (model: LayersModel) => readOnnx(await exportLayersModel(model)).operators;

  test.each([
    ["Conv2D", () => kinds.conv2d({ ...MAPS, filters: 3, kernelSize: 3, useBias: false })],
    ["DepthwiseConv2D", () => kinds.depthwiseConv2d({ ...MAPS, kernelSize: 3, depthMultiplier: 2 })],
    ["SeparableConv2D", () => kinds.separableConv2d({ ...MAPS, filters: 3, kernelSize: 3 })],
    ["Conv2DTranspose", () => kinds.conv2dTranspose({ ...MAPS, filters: 4, kernelSize: 3 })],
    ["Dense", () => kinds.dense({ inputShape: [5], units: 3 })],
  ] as const)("is folded into the %s before it", async (_, make) => {
    const model = one(make(), kinds.batchNormalization(), kinds.activation({ activation: "relu" }));
    expect(await difference(model)).toBeLessThan(EXPORT_LIMIT);
    expect(await operators(model)).not.toEqual(expect.arrayContaining(["Mul"]));
  });

  test("stays after an activation, after pooling, and where the convolution's output has another use", async () => {
    const active = one(
      kinds.conv2d({ ...MAPS, filters: 3, kernelSize: 3, activation: "relu" }),
      kinds.batchNormalization(),
    );
    const pooled = one(kinds.maxPooling2d({ ...MAPS }), kinds.batchNormalization());
    const start = input({ shape: [6, 5, 3] });
    const conv = kinds.conv2d({ filters: 3, kernelSize: 1 }).apply(start);
    if (Array.isArray(conv) || !("sourceLayer" in conv)) throw new Error("one symbolic tensor is expected");
    const normal = kinds.batchNormalization().apply(conv);
    if (Array.isArray(normal) || !("sourceLayer" in normal)) throw new Error("one symbolic tensor is expected");
    const sum = kinds.add().apply([conv, normal]);
    if (Array.isArray(sum) || !("sourceLayer" in sum)) throw new Error("one symbolic tensor is expected");
    for (const model of [active, pooled, functional({ inputs: start, outputs: sum })]) {
      expect(await difference(model)).toBeLessThan(EXPORT_LIMIT);
      expect(await operators(model)).toContain("Mul");
    }
  });
});

describe("what has no ONNX form is refused with the layer's name and class", () => {
  test.each([
    ["LayerNormalization", () => one(kinds.layerNormalization({ name: "memory", inputShape: [4] }))],
    ["Conv1D", () => one(kinds.conv1d({ name: "memory", inputShape: [8, 3], filters: 2, kernelSize: 3 }))],
    [
      "Conv2D",
      () =>
        one(
          kinds.conv2d({
            name: "memory",
            inputShape: [3, 8, 8],
            filters: 2,
            kernelSize: 3,
            dataFormat: "channelsFirst",
          }),
        ),
    ],
  ] as const)("%s", async (className, make) => {
    const error = await refusal(() => exportLayersModel(make()));
    expect(error.code).toBe("export-unsupported");
    expect(error.what).toContain(`"memory" (${className})`);
  });
});
