// Gradient kernels against central differences in double precision, and against tfjs's cpu backend.
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startWasm, stopWasm } from "../../../../src/engine/backend/wasm/start.js";
import { checkConvolution, checkMaxPooling, compareWithCpu, SEED } from "../gradient-checks.js";
import { type Geometry, sameEdges } from "../reference.js";

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
  // Channels that are no multiple of anything, one alone, and many: eight, four and single ones are computed by different loops.
  const more = cases.slice(0, 3).flatMap((each) => [
    { ...each, channels: 1, maps: 7 },
    { ...each, channels: 17, maps: 1 },
    { ...each, channels: 5, maps: 13 },
  ]);
  it.each([...cases, ...more].map((each) => [named(each), each] as const))("%s", async (_, geometry) => {
    await checkConvolution("wasm", geometry, false);
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
    await compareWithCpu("wasm", { ...shape, edges: sameEdges(shape) }, false);
    await compareWithCpu("wasm", { ...shape, stride: [2, 2], edges: [0, 0, 0, 0] }, false);
    await compareWithCpu("wasm", { ...shape, kernel: [1, 1], channels: 600, edges: [0, 0, 0, 0] }, false);
  });
});

describe("a depthwise convolution's gradients", () => {
  const multiplied = cases.map((each, i) => ({ ...each, maps: 1 + (i % 3) }));
  it.each(multiplied.map((each) => [named(each), each] as const))("%s", async (_, geometry) => {
    await checkConvolution("wasm", geometry, true);
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
      await checkMaxPooling("wasm", geometry, shift);
    });
  }

  it("gives all to the first of equal values, in windows that overlap, too", async () => {
    await tf.setBackend("wasm");
    const x = tf.fill([1, 3, 3, 1], -2) as tf.Tensor4D;
    const dx = tf.grad((input: tf.Tensor) => tf.sum(tf.maxPool(input as tf.Tensor4D, 2, 1, "valid")))(x);
    expect([...(await dx.data())]).toEqual([1, 1, 0, 1, 1, 0, 0, 0, 0]);
  });
});
