// "same" where a stride is larger than its window, which the package's own kernels answer with zeros.
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startWasm, stopWasm } from "../../../../src/engine/backend/wasm/start.js";

beforeAll(async () => {
  await startWasm({ threads: 1 });
});
afterAll(stopWasm);

const CHANNELS = 2;
const MAPS = 3;
type Shape4 = [number, number, number, number];

const wave = (shape: Shape4): tf.Tensor4D =>
  tf.tensor4d(
    Float32Array.from({ length: tf.util.sizeFromShape(shape) }, (_, at) => Math.sin(at * at)),
    shape,
  );

async function onBoth(compute: () => tf.Tensor): Promise<[number[], number[]]> {
  const values = async (backend: string): Promise<number[]> => {
    await tf.setBackend(backend);
    const result = tf.tidy(compute);
    const found = [...(await result.data())];
    result.dispose();
    return found;
  };
  const [wasm, cpu] = [await values("wasm"), await values("cpu")];
  await tf.setBackend("wasm");
  return [wasm, cpu];
}

describe.each([
  { kernel: [3, 3], stride: 4, size: [28, 28] },
  { kernel: [3, 3], stride: 4, size: [28, 27] },
  { kernel: [1, 5], stride: 4, size: [28, 27] },
  { kernel: [2, 2], stride: 5, size: [9, 11] },
  { kernel: [3, 3], stride: 2, size: [9, 8] },
] as const)("kernel $kernel stride $stride on $size", ({ kernel: [kh, kw], stride, size: [height, width] }) => {
  it.each([
    ["conv2d", (x: tf.Tensor4D, filter: tf.Tensor4D) => tf.conv2d(x, filter, stride, "same")],
    ["depthwise", (x: tf.Tensor4D, filter: tf.Tensor4D) => tf.depthwiseConv2d(x, filter, stride, "same")],
    [
      "fused conv2d",
      (x: tf.Tensor4D, filter: tf.Tensor4D) =>
        tf.fused.conv2d({ x, filter, strides: stride, pad: "same", bias: tf.tensor1d([1, 2, 3]), activation: "relu" }),
    ],
  ] as const)("%s is what the cpu backend computes, and not nothing", async (_, compute) => {
    const [wasm, cpu] = await onBoth(() => compute(wave([2, height, width, CHANNELS]), wave([kh, kw, CHANNELS, MAPS])));
    expect(cpu.some((value) => value !== 0)).toBe(true);
    expect(wasm).toHaveLength(cpu.length);
    for (const [at, value] of cpu.entries()) expect(wasm[at]).toBeCloseTo(value, 4);
  });
});
