// Gradients of any backend against central differences in double precision, and against tfjs's cpu backend.
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "vitest";
import { convolved, type Geometry, maxPooled, outputSize, random, slope } from "./reference.js";

export const SEED = Number(process.env.CONVO_TEST_SEED ?? 20261126);
/** Places of each tensor at which the slope is taken; all are compared with the cpu backend. */
const SAMPLES = 10;

/** Max pooling's gradient; `shift` is added to values between -1 and 1. */
export async function checkMaxPooling(backend: string, geometry: Geometry, shift: number): Promise<void> {
  // Ranks, so that no two values of a window are near enough to change places within a difference's step.
  const x = random(geometry.batch * geometry.size[0] * geometry.size[1] * 3, SEED);
  const order = [...x.keys()].sort((a, b) => (x[a] ?? 0) - (x[b] ?? 0));
  order.forEach((place, rank) => {
    x[place] = Math.fround((2 * rank) / x.length - 1 + shift);
  });
  const forward = maxPooled(geometry);
  const weights = random(forward(x, x).length, SEED + 1);
  const [dx] = await poolGradient(backend, geometry, x, weights);
  const [ofCpu] = await poolGradient("cpu", geometry, x, weights);
  near(dx, ofCpu, 1e-6);
  for (const at of samples(x.length)) {
    expect(
      Math.abs((dx?.[at] ?? Number.NaN) - slope((values) => forward(values, values), x, weights, at)),
    ).toBeLessThan(1e-5);
  }
}

/** Both gradients of a convolution, against differences and against tfjs's cpu backend. */
export async function checkConvolution(backend: string, geometry: Geometry, depthwise: boolean): Promise<void> {
  const { x, filter, weights, ours } = await compareWithCpu(backend, geometry, depthwise);
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

export async function compareWithCpu(backend: string, geometry: Geometry, depthwise: boolean) {
  const { batch, size, kernel, channels, maps } = geometry;
  const x = random(batch * size[0] * size[1] * channels, SEED);
  const filter = random(kernel[0] * kernel[1] * channels * maps, SEED + 1);
  const [oh, ow] = outputSize(geometry);
  const weights = random(batch * oh * ow * maps * (depthwise ? channels : 1), SEED + 2);
  const ours = await convolutionGradients(backend, geometry, depthwise, x, filter, weights);
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
