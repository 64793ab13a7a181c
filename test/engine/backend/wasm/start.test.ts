// Starting WebAssembly with threads: what it says, what it leaves behind, and what happens where threads are refused.

import { execFile, fork } from "node:child_process";
import { existsSync } from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import workerThreads from "node:worker_threads";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, expect, it } from "vitest";
import { startWasm, stopWasm } from "../../../../src/engine/backend/wasm/start.js";

afterEach(stopWasm);

/** `npm test` builds first. */
const BUILT = `
  const { startWasm } = await import("./dist/engine/backend/wasm/start.js");
  console.log(JSON.stringify(await startWasm({ threads: 2 })));
`;
const child = join(import.meta.dirname, "child.ts");
const root = join(import.meta.dirname, "../../../..");

it("computes in as many threads as were wished for, and names the versions", async () => {
  expect(await startWasm({ threads: 2 })).toEqual({
    threads: 2,
    versions: { "tfjs-core": "4.22.0", "tfjs-backend-wasm": "4.22.0" },
  });
  expect(tf.getBackend()).toBe("wasm");
});

it("takes the cores of the machine without a wish, and never more than the binary's eight", async () => {
  expect((await startWasm()).threads).toBe(Math.min(8, os.availableParallelism()));
  expect((await startWasm({ threads: 99 })).threads).toBe(8);
});

it("starts again after a stop, with other threads, and computes with every kernel then", async () => {
  for (const threads of [1, 2, 1]) {
    await startWasm({ threads });
    const [a, b] = [tf.ones([3, 2]), tf.ones([3, 4])];
    expect([...(await tf.matMul(a, b, true).data())]).toEqual(Array(8).fill(3));
    expect([...(await tf.sum(b, 0).data())]).toEqual([3, 3, 3, 3]);
    expect([...(await tf.slice(b, [1, 0], [1, 4]).data())]).toEqual([1, 1, 1, 1]);
    tf.dispose([a, b]);
  }
});

it("computes a convolution, pooling and their gradients to the same bits in any number of threads", async () => {
  const values: number[][] = [];
  for (const threads of [1, 2, 3]) {
    await startWasm({ threads });
    const x = tf.randomUniform([5, 19, 17, 12], -1, 1, "float32", 1) as tf.Tensor4D;
    const filter = tf.randomUniform([3, 3, 12, 21], -1, 1, "float32", 2) as tf.Tensor4D;
    const pooled = (image: tf.Tensor, weights: tf.Tensor) =>
      tf.maxPool(tf.conv2d(image as tf.Tensor4D, weights as tf.Tensor4D, 1, "same"), 3, 2, "same");
    const [dx, dw] = tf.grads((image, weights) => tf.sum(tf.square(pooled(image, weights))))([x, filter]);
    const parts = await Promise.all([pooled(x, filter), dx, dw].map((each) => (each as tf.Tensor).data()));
    values.push(parts.flatMap((part) => [...part]));
  }
  expect(values[1]).toEqual(values[0]);
  expect(values[2]).toEqual(values[0]);
});

it("leaves Node as it was, after a start and after a failed one", async () => {
  const before = traces();
  await startWasm({ threads: 2 });
  expect(traces()).toEqual(before);
  await startWasm({ threads: 2, patience: 0 });
  expect(traces()).toEqual(before);
});

it("computes in one thread where the threads come too late, and says why", async () => {
  const { threads, reason } = await startWasm({ threads: 2, patience: 0 });
  expect(threads).toBe(1);
  expect(reason).toBe("WebAssembly computes in one thread: its threads were not ready after 0 ms");
  expect((await tf.sum(tf.ones([5])).data())[0]).toBe(5);
});

it.skipIf(!existsSync(join(root, "dist/engine/backend/wasm/start.js")))(
  "computes in one thread where Node refuses workers, and says why",
  async () => {
    const permission = process.allowedNodeEnvironmentFlags.has("--permission")
      ? "--permission"
      : "--experimental-permission";
    const flags = ["--no-warnings", permission, "--allow-fs-read=*", "--allow-fs-write=*", "--allow-child-process"];
    // Compiled first: a loader of TypeScript is itself a thread on Node 20.
    const { stdout } = await promisify(execFile)(process.execPath, [...flags, "--input-type=module", "--eval", BUILT], {
      cwd: root,
      timeout: 50_000,
    });
    expect(JSON.parse(stdout)).toMatchObject({ threads: 1, reason: expect.stringMatching(/restricted|permission/i) });
  },
);

it("lets a forked process end by itself while the threads wait", async () => {
  const forked = fork(child, { execArgv: ["--import", "tsx"], stdio: ["ignore", "pipe", "inherit", "ipc"] });
  let printed = "";
  forked.stdout?.on("data", (chunk) => {
    printed += String(chunk);
  });
  const code = await new Promise((resolve) => forked.once("close", resolve));
  expect(code).toBe(0);
  expect(JSON.parse(printed)).toMatchObject({ threads: 2, value: 300 });
});

it.each([0, -1, 1.5, Number.NaN])("refuses %s threads", async (threads) => {
  await expect(startWasm({ threads })).rejects.toThrow(RangeError);
});

function traces() {
  return {
    worker: Reflect.get(globalThis, "Worker"),
    ofNode: workerThreads.Worker,
    cpus: os.cpus,
    listeners: ["uncaughtException", "unhandledRejection"].map((event) => process.listenerCount(event)),
  };
}
