// Whole networks through the exporter: functional graphs, nested and shared layers, several outputs, open sizes, float16, random ones.
import {
  model as functional,
  input,
  layers as kinds,
  type layers,
  SymbolicTensor,
  sequential,
} from "@tensorflow/tfjs-layers";
import fc from "fast-check";
import * as ort from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { checkExport, EXPORT_LIMIT } from "../../../src/engine/onnx/check.js";
import { exportLayersModel } from "../../../src/engine/onnx/export/exporter.js";
import { fromHalf, toHalf } from "../../../src/engine/onnx/half.js";
import { readOnnx } from "../../../src/engine/onnx/read.js";
import { refusal } from "../../support/errors.js";
import { difference, randomInput, randomWeights } from "./support/compare.js";
import { HAS_MOBILENET, mobilenet, tulips } from "./support/mobilenet.js";

function call(layer: layers.Layer, given: SymbolicTensor | SymbolicTensor[]): SymbolicTensor {
  const result = layer.apply(given);
  if (result instanceof SymbolicTensor) return result;
  throw new Error("one symbolic tensor is expected");
}

function small() {
  return sequential({
    layers: [
      kinds.conv2d({ name: "conv", inputShape: [12, 12, 1], filters: 6, kernelSize: 3, padding: "same", strides: 2 }),
      kinds.batchNormalization({ name: "bn" }),
      kinds.reLU({ name: "relu", maxValue: 6 }),
      kinds.globalAveragePooling2d({ name: "pool" }),
      kinds.dense({ name: "logits", units: 10 }),
    ],
  });
}

describe("graphs", () => {
  test("a residual block with every way of merging", async () => {
    const start = input({ shape: [9, 9, 4] });
    const left = call(kinds.conv2d({ filters: 4, kernelSize: 3, padding: "same" }), start);
    const right = call(kinds.depthwiseConv2d({ kernelSize: 3, padding: "same" }), start);
    const all = [
      call(kinds.add(), [left, right, start]),
      call(kinds.multiply(), [left, right]),
      call(kinds.average(), [left, right, start]),
      call(kinds.maximum(), [left, right]),
      call(kinds.minimum(), [left, start]),
    ];
    const joined = call(kinds.concatenate({ axis: -1 }), all);
    const stacked = call(kinds.concatenate({ axis: 1 }), [joined, joined]);
    expect(await difference(functional({ inputs: start, outputs: stacked }))).toBeLessThan(EXPORT_LIMIT);
  });

  test("a layer that is used twice keeps its weights once, and its batch normalization beside it", async () => {
    const start = input({ shape: [6, 6, 3] });
    const conv = kinds.conv2d({ filters: 3, kernelSize: 3, padding: "same" });
    const once = call(kinds.batchNormalization({}), call(conv, start));
    expect(await difference(functional({ inputs: start, outputs: call(conv, once) }))).toBeLessThan(EXPORT_LIMIT);
  });

  test("a model inside a model, and a model cut off at an inner layer", async () => {
    const inner = small();
    const outer = sequential({ layers: [inner, kinds.dense({ units: 3 })] });
    expect(await difference(outer)).toBeLessThan(EXPORT_LIMIT);
    const features = functional({ inputs: inner.inputs, outputs: call(kinds.flatten(), symbolic(inner, "relu")) });
    expect(await difference(features)).toBeLessThan(EXPORT_LIMIT);
  });

  test("an inner map comes out beside the logits, in tfjs' order", async () => {
    const model = small();
    randomWeights(model, 3);
    const file = await exportLayersModel(model, { extraOutputs: ["relu"] });
    expect(readOnnx(file).outputs).toEqual([
      { name: "output", type: "float32", shape: ["N", 10] },
      { name: "relu", type: "float32", shape: ["N", 6, 6, 6] },
    ]);
    const images = randomInput([2, 12, 12, 1], 4);
    const maps = functional({ inputs: model.inputs, outputs: symbolic(model, "relu") }).predict(images);
    if (Array.isArray(maps)) throw new Error("one tensor is expected");
    const session = await ort.InferenceSession.create(file);
    const found = await session.run({
      input: new ort.Tensor("float32", Float32Array.from(images.dataSync()), [2, 12, 12, 1]),
    });
    const expected = maps.dataSync();
    expect(expected.some((value) => value > 0.1)).toBe(true);
    for (const [at, value] of expected.entries()) expect(Number(found.relu?.data[at])).toBeCloseTo(value, 4);
    const error = await refusal(() => exportLayersModel(model, { extraOutputs: ["nowhere"] }));
    expect(error.code).toBe("export-output-unknown");
  });

  test("a fully convolutional form takes pictures of any size", async () => {
    for (const size of [
      [12, 12, 1],
      [17, 9, 1],
    ]) {
      const start = input({ shape: [null, null, 1] });
      const conv = call(kinds.conv2d({ filters: 4, kernelSize: 3, padding: "same", strides: 2 }), start);
      const pool = call(kinds.maxPooling2d({ poolSize: 3, strides: 2, padding: "same" }), conv);
      const model = functional({ inputs: start, outputs: call(kinds.globalAveragePooling2d({}), pool) });
      expect(await difference(model, { size })).toBeLessThan(EXPORT_LIMIT);
    }
    const file = await exportLayersModel(small(), { inputShape: [null, null, 1] });
    expect(readOnnx(file).inputs).toEqual([{ name: "input", type: "float32", shape: ["N", "height", "width", 1] }]);
  });

  test("a layer class of one's own is exported by the function given for it", async () => {
    const model = sequential({ layers: [kinds.layerNormalization({ inputShape: [4], name: "own" })] });
    const file = await exportLayersModel(model, {
      layers: { LayerNormalization: ({ emit, name, inputs }) => emit.graph.node("Identity", name, [...inputs]) },
    });
    expect(readOnnx(file).operators).toContain("Identity");
  });
});

test.each(["averagePooling2d", "maxPooling2d"] as const)(
  "a border of zeros before %s may be as wide as the window or wider, and counts as zeros",
  async (pooling) => {
    for (const border of [1, 2, 3]) {
      for (const poolSize of [1, 2, 3]) {
        for (const padding of ["same", "valid"] as const) {
          const start = input({ shape: [6, 5, 2] });
          const wide = kinds.zeroPadding2d({
            padding: [
              [border, 1],
              [0, border],
            ],
          });
          const pooled = call(kinds[pooling]({ poolSize, strides: 1, padding }), call(wide, start));
          expect(await difference(functional({ inputs: start, outputs: pooled }))).toBeLessThan(EXPORT_LIMIT);
        }
      }
    }
  },
);

describe("float16 storage", () => {
  test("halves the file, keeps float32 outputs, and is checked against rounded weights", async () => {
    const model = sequential({ layers: [kinds.dense({ inputShape: [64], units: 64 }), kinds.dense({ units: 64 })] });
    randomWeights(model, 5);
    const [full, half] = [await exportLayersModel(model), await exportLayersModel(model, { precision: "float16" })];
    expect(half.length / full.length).toBeLessThan(0.55);
    const images = randomInput([7, 64], 6);
    const check = await checkExport(model, half, images);
    expect(check.difference).toBeLessThan(EXPORT_LIMIT);
    expect(check.storageDifference).toBeGreaterThan(check.difference);
    expect(check.storageDifference).toBeLessThan(0.02);
  });

  test("rounds as IEEE 754 says: ties to even, subnormals, overflow", () => {
    const pairs = [
      [1, 0x3c00],
      [-2, 0xc000],
      [65504, 0x7bff],
      [65520, 0x7c00],
      [2 ** -24, 1],
      [2 ** -25, 0],
      [2 ** -25 * 1.01, 1],
      [2 ** -14, 0x400],
      [1 + 2 ** -11, 0x3c00],
      [1 + 3 * 2 ** -11, 0x3c02],
      [-0, 0x8000],
    ];
    for (const [value = 0, bits] of pairs) expect(toHalf(value)).toBe(bits);
    expect(fromHalf(toHalf(Number.NaN))).toBeNaN();
    for (let bits = 0; bits < 0x7c00; bits += 1) expect(toHalf(fromHalf(bits))).toBe(bits);
  });
});

test("a file of other weights does not pass the check", async () => {
  const model = small();
  randomWeights(model, 1);
  const file = await exportLayersModel(model);
  randomWeights(model, 2);
  const error = await refusal(() => checkExport(model, file, randomInput([2, 12, 12, 1], 1)));
  expect(error.code).toBe("export-differs");
});

test("random small networks give what tfjs gives", { timeout: 60_000 }, async () => {
  const block = fc.record({
    kind: fc.constantFrom("conv", "depthwise", "separable", "max", "average", "transpose", "zero", "residual"),
    size: fc.integer({ min: 1, max: 4 }),
    strides: fc.integer({ min: 1, max: 3 }),
    padding: fc.constantFrom("same" as const, "valid" as const),
    normalize: fc.boolean(),
    activation: fc.constantFrom("relu" as const, "linear" as const, "swish" as const, "tanh" as const),
  });
  const network = fc.record({
    height: fc.integer({ min: 9, max: 14 }),
    width: fc.integer({ min: 9, max: 14 }),
    blocks: fc.array(block, { minLength: 1, maxLength: 4 }),
    flat: fc.boolean(),
    seed: fc.nat(),
  });
  await fc.assert(
    fc.asyncProperty(network, async ({ height, width, blocks, flat, seed }) => {
      const start = input({ shape: [height, width, 2] });
      let value = start;
      for (const { kind, size, strides, padding, normalize, activation } of blocks) {
        const smallest = Math.min(Number(value.shape[1]), Number(value.shape[2]));
        const kernelSize = Math.min(size, smallest);
        const window = { kernelSize, strides, padding, activation };
        const poolSize = kernelSize;
        if (kind === "conv") value = call(kinds.conv2d({ ...window, filters: 3 }), value);
        if (kind === "depthwise") value = call(kinds.depthwiseConv2d({ ...window, depthMultiplier: 2 }), value);
        if (kind === "separable") value = call(kinds.separableConv2d({ ...window, filters: 3 }), value);
        if (kind === "transpose" && smallest < 20)
          value = call(kinds.conv2dTranspose({ ...window, filters: 2 }), value);
        if (kind === "max") value = call(kinds.maxPooling2d({ poolSize, strides, padding }), value);
        if (kind === "average") value = call(kinds.averagePooling2d({ poolSize, strides, padding }), value);
        if (kind === "zero") value = call(kinds.zeroPadding2d({ padding: strides }), value);
        if (kind === "residual") {
          const conv = call(kinds.conv2d({ filters: Number(value.shape[3]), kernelSize, padding: "same" }), value);
          value = call(kinds.add(), [value, conv]);
        }
        if (normalize) value = call(kinds.batchNormalization(), value);
      }
      const vector = call(flat ? kinds.flatten() : kinds.globalAveragePooling2d({}), value);
      const model = functional({ inputs: start, outputs: call(kinds.dense({ units: 3 }), vector) });
      expect(await difference(model, { seed })).toBeLessThan(EXPORT_LIMIT);
      model.dispose();
    }),
    { numRuns: 40 },
  );
});

test.skipIf(!HAS_MOBILENET)("MobileNetV2 with its trained weights, on a photograph", async () => {
  const model = await mobilenet(96);
  const images = await tulips(1, 96);
  const check = await checkExport(model, await exportLayersModel(model), images);
  expect(check).toMatchObject({ otherDecisions: 0, images: 1 });
  expect(check.difference).toBeLessThan(EXPORT_LIMIT);
});

function symbolic(model: ReturnType<typeof small>, layer: string): SymbolicTensor {
  const { output } = model.getLayer(layer);
  if (output instanceof SymbolicTensor) return output;
  throw new Error("one output is expected");
}
