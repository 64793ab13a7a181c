// Training on WebAssembly: the pieces beside tfjs's cpu backend, whole steps, memory, and the same bits from run to run.

import "@tensorflow/tfjs-backend-cpu";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import * as layers from "@tensorflow/tfjs-layers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startWasm, stopWasm } from "../../../../src/engine/backend/wasm/start.js";
import { random } from "../reference.js";

beforeAll(async () => {
  await startWasm({ threads: 2 });
});
afterAll(stopWasm);

type Piece = readonly [
  name: string,
  shapes: readonly (readonly number[])[],
  loss: (...inputs: tf.Tensor[]) => tf.Tensor,
];

const squares = (x: tf.Tensor) => tf.sum(tf.square(x));
const image = [2, 9, 8, 5];
const four = (x: tf.Tensor) => x as tf.Tensor4D;
const classes = () => tf.oneHot(tf.tensor1d([0, 3, 1, 2, 3, 0, 1, 2], "int32"), 4);

const pieces: readonly Piece[] = [
  ["average pooling", [image], (x) => squares(tf.avgPool(four(x), 3, 2, "same"))],
  ["average pooling over overlapping windows", [image], (x) => squares(tf.avgPool(four(x), [3, 2], 1, "valid"))],
  ["global average pooling", [image], (x) => squares(tf.mean(x, [1, 2]))],
  ["global max pooling", [image], (x) => squares(tf.max(x, [1, 2]))],
  ["a bias", [image, [5]], (x, b) => squares(tf.add(x, b))],
  ["sums over leading axes", [image], (x) => tf.add(squares(tf.sum(x, [0, 1])), squares(tf.sum(x, 0, true)))],
  ["sums over other axes", [image], (x) => tf.add(squares(tf.sum(x, [1, 3])), squares(tf.sum(x, -1)))],
  ["relu", [image], (x) => squares(tf.relu(x))],
  ["relu6", [image], (x) => squares(tf.relu6(tf.mul(x, 9)))],
  ["clipping to 0 to 6, tfjs-layers' relu6", [image], (x) => squares(tf.clipByValue(tf.relu(tf.mul(x, 9)), 0, 6))],
  ["elu", [image], (x) => squares(tf.elu(x))],
  ["selu", [image], (x) => squares(tf.selu(x))],
  ["leaky relu", [image], (x) => squares(tf.leakyRelu(x, 0.1))],
  ["prelu", [image, [9, 8, 5]], (x, alpha) => squares(tf.prelu(x, alpha))],
  ["swish and softplus", [image], (x) => tf.add(squares(tf.mul(x, tf.sigmoid(x))), squares(tf.softplus(x)))],
  ["softmax cross-entropy", [[8, 4]], (x) => tf.losses.softmaxCrossEntropy(classes(), x)],
  ["log-softmax", [[8, 4]], (x) => squares(tf.mul(tf.logSoftmax(x), classes()))],
  [
    "softmax with the logarithm of clipped values",
    [[8, 4]],
    (x) => tf.neg(tf.sum(tf.mul(tf.cast(classes(), "float32"), tf.log(tf.clipByValue(tf.softmax(x), 1e-7, 1))))),
  ],
  [
    "batch norm with the batch's moments",
    [image, [5], [5]],
    (x, scale, offset) => {
      const { mean, variance } = tf.moments(x, [0, 1, 2]);
      return tf.sum(
        tf.pow(
          tf.batchNorm(
            x,
            mean as tf.Tensor1D,
            variance as tf.Tensor1D,
            offset as tf.Tensor1D,
            scale as tf.Tensor1D,
            1e-3,
          ),
          3,
        ),
      );
    },
  ],
  ["local response normalization", [image], (x) => squares(tf.localResponseNormalization(four(x), 2, 1, 0.5, 0.75))],
  [
    "zero padding",
    [image],
    (x) =>
      squares(
        tf.pad(x, [
          [0, 0],
          [1, 2],
          [0, 1],
          [0, 0],
        ]),
      ),
  ],
  [
    "reflected padding",
    [image],
    (x) =>
      squares(
        tf.mirrorPad(
          x,
          [
            [0, 0],
            [1, 2],
            [2, 1],
            [0, 0],
          ],
          "reflect",
        ),
      ),
  ],
  [
    "concatenation and slices",
    [image, image],
    (x, y) => squares(tf.slice(tf.concat([x, y], 3), [0, 1, 2, 3], [2, 5, 4, 4])),
  ],
  ["a skip connection", [image], (x) => squares(tf.add(x, tf.relu(x)))],
  ["an embedding", [[6, 3]], (table) => squares(tf.gather(table, tf.tensor1d([1, 4, 1, 5], "int32")))],
  [
    "fused convolution, bias and relu6",
    [image, [3, 3, 5, 4], [4]],
    (x, filter, bias) =>
      squares(
        tf.fused.conv2d({ x: four(x), filter: four(filter), strides: 2, pad: "same", bias, activation: "relu6" }),
      ),
  ],
  [
    "depthwise convolution and relu6",
    [image, [3, 3, 5, 1]],
    (x, filter) => squares(tf.relu6(tf.depthwiseConv2d(four(x), four(filter), 1, "same"))),
  ],
  [
    "separable convolution",
    [image, [3, 3, 5, 2], [1, 1, 10, 4]],
    (x, deep, point) => squares(tf.separableConv2d(four(x), four(deep), four(point), 1, "same")),
  ],
  [
    "transposed convolution",
    [image, [3, 3, 4, 5]],
    (x, filter) => squares(tf.conv2dTranspose(four(x), four(filter), [2, 18, 16, 4], 2, "same")),
  ],
  [
    "convolution along one axis",
    [
      [2, 9, 3],
      [3, 3, 4],
    ],
    (x, filter) => squares(tf.conv1d(x as tf.Tensor3D, filter as tf.Tensor3D, 1, "same")),
  ],
  [
    "a dense layer",
    [[7, 6], [6, 5], [5]],
    (a, b, bias) => squares(tf.fused.matMul({ a, b, bias, activation: "relu" })),
  ],
  ...[
    [false, true],
    [true, false],
    [true, true],
  ].map(
    ([a = false, b = false]): Piece => [
      `products of matrices, transposed ${a} and ${b}`,
      [a ? [6, 7] : [7, 6], b ? [5, 6] : [6, 5]],
      (x, y) => squares(tf.matMul(x, y, a, b)),
    ],
  ),
  [
    "batches of products with a transposed operand",
    [
      [3, 6, 7],
      [3, 6, 5],
    ],
    (x, y) => squares(tf.matMul(x, y, true)),
  ],
];

describe("value and gradients are the cpu backend's, and no tensor is left, for", () => {
  it.each(pieces)("%s", async (_, shapes, loss) => {
    const [ours, theirs] = [await measured("wasm", shapes, loss), await measured("cpu", shapes, loss)];
    for (const [i, wanted] of theirs.entries()) {
      const largest = Math.max(1, ...wanted.map(Math.abs));
      const differences = wanted.map((value, j) => Math.abs(value - (ours[i]?.[j] ?? Number.NaN)) / largest);
      expect(Math.max(...differences)).toBeLessThan(2e-5);
    }
  });
});

// The cpu backend is no measure here: its gradients mix up height and width, or the images of a batch.
it.each(["resizeBilinear", "resizeNearestNeighbor"] as const)("%s has the slopes of differences", async (resize) => {
  await tf.setBackend("wasm");
  const weights = tf.tensor(Float32Array.from(random(2 * 7 * 5 * 2, 2)), [2, 7, 5, 2]);
  const loss = (x: tf.Tensor) => tf.sum(tf.mul(tf.image[resize](four(x), [7, 5]), weights));
  const values = Float32Array.from(random(2 * 4 * 3 * 2, 1));
  const shape = [2, 4, 3, 2];
  const at = (moved: Float32Array) => tf.tidy(() => loss(tf.tensor(moved, shape)).dataSync()[0] ?? Number.NaN);
  const gradient = tf.tidy(() => tf.grad(loss)(tf.tensor(values, shape)).dataSync());
  for (const i of values.keys()) {
    // Resizing is linear in the image, so that a step of one is as good as a small one.
    const difference = (at(values.with(i, (values[i] ?? 0) + 1)) - at(values.with(i, (values[i] ?? 0) - 1))) / 2;
    expect(Math.abs((gradient[i] ?? Number.NaN) - difference)).toBeLessThan(1e-4);
  }
  weights.dispose();
});

it("says which layers tfjs gives no gradient: convolutions with dilation", async () => {
  await tf.setBackend("wasm");
  const dilated = (x: tf.Tensor) =>
    tf.sum(tf.conv2d(four(x), tf.ones([3, 3, 5, 1]) as tf.Tensor4D, 1, "same", "NHWC", 2));
  expect(() => tf.tidy(() => tf.grad(dilated)(tf.ones(image)))).toThrow(
    /dilation rates greater than 1 are not yet supported/,
  );
});

const OPTIMIZERS: Readonly<Record<string, () => tf.Optimizer>> = {
  sgd: () => tf.train.sgd(0.05),
  momentum: () => tf.train.momentum(0.02, 0.9),
  adam: () => tf.train.adam(0.003),
  rmsprop: () => tf.train.rmsprop(0.001),
};

describe("twenty steps of a small network with batch norm and dropout", () => {
  it.each(Object.keys(OPTIMIZERS))("give the cpu backend's losses within 1e-4: %s", async (optimizer) => {
    const [ours, theirs] = [await losses("wasm", optimizer), await losses("cpu", optimizer)];
    expect(theirs[19]).toBeLessThan(theirs[0] ?? 0);
    for (const [i, loss] of theirs.entries()) expect(Math.abs((ours[i] ?? Number.NaN) - loss)).toBeLessThan(1e-4);
  });

  it("give the same losses to the last bit again, in two threads", async () => {
    expect(await losses("wasm", "adam")).toEqual(await losses("wasm", "adam"));
  });

  it("give the same losses to the last bit after a new start with as many threads", async () => {
    const first = await losses("wasm", "adam");
    await startWasm({ threads: 2 });
    expect(await losses("wasm", "adam")).toEqual(first);
  });
});

it("a training's memory does not grow with its steps", async () => {
  await tf.setBackend("wasm");
  const model = network();
  model.compile({ optimizer: tf.train.adam(), loss: "categoricalCrossentropy" });
  const [x, y] = batch();
  const sizes: number[] = [];
  for (let step = 0; step < 60; step++) {
    await model.trainOnBatch(x, y);
    sizes.push(heapBytes() + tf.memory().numTensors);
  }
  expect(sizes[59]).toBe(sizes[5]);
  tf.dispose([x, y]);
  model.dispose();
});

function heapBytes(): number {
  const { wasm } = tf.backend() as BackendWasm;
  return (Reflect.get(wasm, "HEAPU8") as Uint8Array).length;
}

async function measured(backend: string, shapes: readonly (readonly number[])[], loss: Piece[2]): Promise<number[][]> {
  await tf.setBackend(backend);
  const before = tf.memory().numTensors;
  const inputs = shapes.map((shape, i) => {
    const values = random(tf.util.sizeFromShape([...shape]), i + 1);
    return tf.tensor(Float32Array.from(values), [...shape]);
  });
  const { value, grads } = tf.valueAndGrads((...of: tf.Tensor[]) => tf.tidy(() => loss(...of) as tf.Scalar))(inputs);
  const values = await Promise.all([value, ...grads].map(async (tensor) => [...(await tensor.data())]));
  tf.dispose([...inputs, value, ...grads]);
  expect(tf.memory().numTensors).toBe(before);
  return values;
}

async function losses(backend: string, optimizer: string): Promise<number[]> {
  await tf.setBackend(backend);
  const made = OPTIMIZERS[optimizer];
  if (made === undefined) throw new Error(`No optimizer ${optimizer}.`);
  const model = network();
  model.compile({ optimizer: made(), loss: "categoricalCrossentropy" });
  const [x, y] = batch();
  const told: number[] = [];
  for (let step = 0; step < 20; step++) told.push((await model.trainOnBatch(x, y)) as number);
  tf.dispose([x, y]);
  model.dispose();
  return told;
}

function batch(): [tf.Tensor, tf.Tensor] {
  const x = tf.tensor(Float32Array.from(random(8 * 12 * 12, 7)), [8, 12, 12, 1]);
  const y = tf.oneHot(
    tf.tensor1d(
      [...Array(8).keys()].map((i) => i % 4),
      "int32",
    ),
    4,
  );
  return [x, y];
}

function network(): layers.LayersModel {
  const { conv2d, depthwiseConv2d, batchNormalization, maxPooling2d, dropout, flatten, dense, reLU } = layers.layers;
  const kernelInitializer = (seed: number) => layers.initializers.heNormal({ seed });
  const model = layers.sequential({
    layers: [
      conv2d({ inputShape: [12, 12, 1], filters: 6, kernelSize: 3, kernelInitializer: kernelInitializer(1) }),
      batchNormalization(),
      reLU({ maxValue: 6 }),
      depthwiseConv2d({
        kernelSize: 3,
        strides: 2,
        padding: "same",
        depthMultiplier: 2,
        depthwiseInitializer: kernelInitializer(2),
      }),
      maxPooling2d({ poolSize: 3, strides: 1 }),
      dropout({ rate: 0.2, seed: 3 }),
      flatten(),
      dense({ units: 4, activation: "softmax", kernelInitializer: kernelInitializer(4) }),
    ],
  });
  return model;
}
