// Gradient kernels against central differences in double precision, and against tfjs's cpu backend.

import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startWasm, stopWasm } from "../../../../src/engine/backend/wasm/start.js";
import { convolved, type Geometry, maxPooled, outputSize, random, sameEdges, slope } from "./reference.js";

const SEED = Number(process.env.CONVO_TEST_SEED ?? 20261126);
/** Places of each tensor at which the slope is taken; all are compared with the cpu backend. */
const SAMPLES = 10;

beforeAll(async () => {
  console.log(`seed ${SEED}; another by CONVO_TEST_SEED`);
  await startWasm({ threads: 2 });
});
afterAll(stopWasm);

const EXPLICIT = [1, 2, 0, 1] as const;
const cases: Geometry[] = [];
for (const kernel of [
  [1, 1],
  [2, 2],
  [3, 3],
  [5, 5],
  [3, 1],
] as const) {
  for (const stride of [
    [1, 1],
    [2, 2],
    [3, 3],
    [1, 2],
  ] as const) {
    for (const size of [
      [8, 11],
      [9, 6],
    ] as const) {
      const dilations =
        stride[0] * stride[1] === 1 && kernel[0] > 1
          ? ([
              [1, 1],
              [2, 2],
              [2, 1],
            ] as const)
          : ([[1, 1]] as const);
      for (const dilation of dilations) {
        const shape = { batch: 2, size, kernel, stride, dilation, channels: 3, maps: 2 };
        const fits = size.every((length, i) => length >= ((kernel[i] ?? 1) - 1) * (dilation[i] ?? 1) + 1);
        cases.push({ ...shape, edges: sameEdges(shape) });
        if (fits) cases.push({ ...shape, edges: [0, 0, 0, 0] }, { ...shape, edges: EXPLICIT });
      }
    }
  }
}
const named = ({ size, kernel, stride, dilation, edges, channels, maps }: Geometry) =>
  `${size.join("×")} kernel ${kernel.join("×")} stride ${stride} dilation ${dilation} zeros ${edges} channels ${channels}→${maps}`;

describe("a convolution's gradients", () => {
  // Channels that are no multiple of anything, one alone, and many.
  const more = cases.slice(0, 3).flatMap((each) => [
    { ...each, channels: 1, maps: 7 },
    { ...each, channels: 17, maps: 1 },
  ]);
  it.each([...cases, ...more].map((each) => [named(each), each] as const))("%s", async (_, geometry) => {
    await checkConvolution(geometry, false);
  });

  it("are right where the pixels go in several chunks", async () => {
    const shape = {
      batch: 3,
      size: [40, 50],
      kernel: [3, 3],
      stride: [1, 1],
      dilation: [1, 1],
      channels: 40,
      maps: 2,
    } as const;
    await compareWithCpu({ ...shape, edges: sameEdges(shape) }, false);
    await compareWithCpu({ ...shape, stride: [2, 2], edges: [0, 0, 0, 0] }, false);
    await compareWithCpu({ ...shape, kernel: [1, 1], channels: 600, edges: [0, 0, 0, 0] }, false);
  });
});

describe("a depthwise convolution's gradients", () => {
  const multiplied = cases.map((each, i) => ({ ...each, maps: 1 + (i % 3) }));
  it.each(multiplied.map((each) => [named(each), each] as const))("%s", async (_, geometry) => {
    await checkConvolution(geometry, true);
  });
});

describe("max pooling's gradient", () => {
  const pools: Geometry[] = [];
  for (const kernel of [
    [2, 2],
    [3, 3],
    [3, 2],
    [1, 1],
  ] as const) {
    for (const stride of [
      [1, 1],
      [2, 2],
      [3, 3],
    ] as const) {
      for (const size of [
        [8, 11],
        [9, 6],
      ] as const) {
        const shape = { batch: 2, size, kernel, stride, dilation: [1, 1], channels: 3, maps: 1 } as const;
        pools.push({ ...shape, edges: sameEdges(shape) }, { ...shape, edges: [0, 0, 0, 0] });
      }
    }
  }
  for (const [what, shift] of [
    ["values of both signs", 0],
    ["windows that are negative throughout", -5],
  ] as const) {
    it.each(pools.map((each) => [named(each), each] as const))(`${what}, %s`, async (_, geometry) => {
      // Ranks, so that no two values of a window are near enough to change places within a difference's step.
      const x = random(geometry.batch * geometry.size[0] * geometry.size[1] * 3, SEED);
      const order = [...x.keys()].sort((a, b) => (x[a] ?? 0) - (x[b] ?? 0));
      order.forEach((place, rank) => {
        x[place] = Math.fround((2 * rank) / x.length - 1 + shift);
      });
      const forward = maxPooled(geometry);
      const weights = random(forward(x, x).length, SEED + 1);
      const [dx] = await poolGradient("wasm", geometry, x, weights);
      const [ofCpu] = await poolGradient("cpu", geometry, x, weights);
      near(dx, ofCpu, 1e-6);
      for (const at of samples(x.length)) {
        expect(
          Math.abs((dx?.[at] ?? Number.NaN) - slope((values) => forward(values, values), x, weights, at)),
        ).toBeLessThan(1e-5);
      }
    });
  }

  it("gives all to the first of equal values, in windows that overlap, too", async () => {
    await tf.setBackend("wasm");
    const x = tf.fill([1, 3, 3, 1], -2) as tf.Tensor4D;
    const dx = tf.grad((input: tf.Tensor) => tf.sum(tf.maxPool(input as tf.Tensor4D, 2, 1, "valid")))(x);
    expect([...(await dx.data())]).toEqual([1, 1, 0, 1, 1, 0, 0, 0, 0]);
  });
});

async function checkConvolution(geometry: Geometry, depthwise: boolean): Promise<void> {
  const { x, filter, weights, ours } = await compareWithCpu(geometry, depthwise);
  const forward = convolved(geometry, depthwise);
  const [dx, dw] = ours;
  for (const at of samples(x.length)) {
    expect(
      Math.abs((dx?.[at] ?? Number.NaN) - slope((values) => forward(values, filter), x, weights, at)),
    ).toBeLessThan(1e-5);
  }
  for (const at of samples(filter.length)) {
    const numerical = slope((values) => forward(x, values), filter, weights, at);
    expect(Math.abs((dw?.[at] ?? Number.NaN) - numerical)).toBeLessThan(1e-4);
  }
}

async function compareWithCpu(geometry: Geometry, depthwise: boolean) {
  const { batch, size, kernel, channels, maps } = geometry;
  const x = random(batch * size[0] * size[1] * channels, SEED);
  const filter = random(kernel[0] * kernel[1] * channels * maps, SEED + 1);
  const [oh, ow] = outputSize(geometry);
  const weights = random(batch * oh * ow * maps * (depthwise ? channels : 1), SEED + 2);
  const ours = await convolutionGradients("wasm", geometry, depthwise, x, filter, weights);
  // The cpu backend's gradient kernels pass over dilation; tfjs-core never asks them for it.
  if (geometry.dilation.every((step) => step === 1)) {
    const theirs = await convolutionGradients("cpu", geometry, depthwise, x, filter, weights);
    for (const [i, gradient] of ours.entries()) near(gradient, theirs[i], 1e-5);
  }
  return { x, filter, weights, ours };
}

/** By the kernels themselves, since tfjs-core refuses gradients of dilated convolutions. */
async function convolutionGradients(
  backend: string,
  { batch, size, kernel, stride, dilation, edges, channels, maps }: Geometry,
  depthwise: boolean,
  x: Float64Array,
  filter: Float64Array,
  weights: Float64Array,
) {
  const inputShape = [batch, ...size, channels];
  const filterShape = [...kernel, channels, maps];
  const [top, bottom, left, right] = edges;
  const attrs = {
    strides: [...stride],
    dilations: [...dilation],
    pad: [
      [0, 0],
      [top, bottom],
      [left, right],
      [0, 0],
    ],
    dataFormat: "NHWC",
    inputShape,
    filterShape,
  };
  return measured(backend, () => {
    const [oh, ow] = outputSize({ batch, size, kernel, stride, dilation, edges, channels, maps });
    const dy = tf.tensor(Float32Array.from(weights), [batch, oh, ow, depthwise ? channels * maps : maps]);
    const inputs = {
      x: tf.tensor(Float32Array.from(x), inputShape),
      filter: tf.tensor(Float32Array.from(filter), filterShape),
      dy,
    };
    const family = depthwise ? "DepthwiseConv2dNativeBackprop" : "Conv2DBackprop";
    return [
      tf.engine().runKernel(`${family}Input`, { dy, filter: inputs.filter }, attrs) as tf.Tensor,
      tf.engine().runKernel(`${family}Filter`, { x: inputs.x, dy }, attrs) as tf.Tensor,
    ];
  });
}

async function poolGradient(backend: string, geometry: Geometry, x: Float64Array, weights: Float64Array) {
  const { batch, size, kernel, stride, channels, edges } = geometry;
  const pad = edges.every((edge) => edge === 0) ? "valid" : "same";
  return measured(backend, () => {
    const input = tf.tensor(Float32Array.from(x), [batch, ...size, channels]);
    const pooled = (of: tf.Tensor) => tf.maxPool(of as tf.Tensor4D, [...kernel], [...stride], pad);
    const loss = (of: tf.Tensor) =>
      tf.sum(tf.mul(tf.reshape(pooled(of), [-1]), tf.tensor(Float32Array.from(weights), [weights.length])));
    return [tf.grad(loss)(input)];
  });
}

async function measured(backend: string, compute: () => tf.Tensor[]): Promise<Float32Array[]> {
  await tf.setBackend(backend);
  const before = tf.memory().numTensors;
  const gradients = tf.tidy(compute);
  const values = await Promise.all(gradients.map(async (gradient) => (await gradient.data()) as Float32Array));
  tf.dispose(gradients);
  expect(tf.memory().numTensors).toBe(before);
  return values;
}

/** Within `tolerance` of the largest value. */
function near(got: Float32Array | undefined, wanted: Float32Array | undefined, tolerance: number): void {
  if (got === undefined || wanted === undefined) throw new Error("A gradient is missing.");
  expect(got.length).toBe(wanted.length);
  const largest = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  let difference = 0;
  wanted.forEach((value, i) => {
    const off = Math.abs(value - (got[i] ?? Number.NaN));
    difference = off <= difference ? difference : Number.isNaN(off) ? Number.POSITIVE_INFINITY : off;
  });
  expect(difference / largest).toBeLessThan(tolerance);
}

function samples(length: number): number[] {
  const picked = random(SAMPLES, SEED + length).map((value) => Math.floor(((value + 1) / 2) * length));
  return [...new Set([0, length - 1, ...picked])];
}
