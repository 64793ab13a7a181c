// WebGPU's own gradients, on a GPU or, where CONVO_TEST_SOFTWARE_GPU=1 allows it, on a software adapter of Vulkan.
import { beforeAll, describe, expect, it } from "vitest";
import { probe } from "../../../src/engine/backend/probe.js";
import { startBackend } from "../../../src/engine/backend/start.js";
import { checkConvolution, checkMaxPooling } from "./gradient-checks.js";
import { type Geometry, sameEdges } from "./reference.js";

const found = await probe("webgpu", { allowSoftware: process.env.CONVO_TEST_SOFTWARE_GPU === "1" });
const here = found.status === "runs";
const where = here ? (found.backend?.device.name ?? "") : `skipped: ${found.why}`;

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
    [1, 2],
  ] as const) {
    for (const size of [
      [8, 11],
      [9, 6],
    ] as const) {
      const shape = { batch: 2, size, kernel, stride, dilation: [1, 1], channels: 3, maps: 2 } as const;
      cases.push({ ...shape, edges: sameEdges(shape) }, { ...shape, edges: [0, 0, 0, 0] });
    }
  }
}
const named = ({ size, kernel, stride, edges }: Geometry) =>
  `${size.join("×")} kernel ${kernel.join("×")} stride ${stride} zeros ${edges}`;

describe.skipIf(!here)(`WebGPU (${where})`, () => {
  beforeAll(async () => {
    await startBackend({ force: "webgpu" });
  });

  it("calls an adapter that computes on the CPU a CPU", () => {
    const software = /llvmpipe|lavapipe|swiftshader/i.test(where);
    expect(found.backend?.device.kind).toBe(software ? "cpu" : "gpu");
  });

  it.each(cases.map((each) => [named(each), each] as const))("convolution, %s", async (_, geometry) => {
    await checkConvolution("webgpu", geometry, false);
  });

  it.each(cases.map((each) => [named(each), each] as const))("depthwise convolution, %s", async (_, geometry) => {
    await checkConvolution("webgpu", geometry, true);
  });

  const pools = cases.filter(({ kernel }) => kernel[0] === kernel[1] && kernel[0] > 1 && kernel[0] < 5);
  it.each(pools.map((each) => [named(each), each] as const))("max pooling, %s", async (_, geometry) => {
    await checkMaxPooling("webgpu", { ...geometry, maps: 1 }, 0);
    await checkMaxPooling("webgpu", { ...geometry, maps: 1 }, -5);
  });
});
