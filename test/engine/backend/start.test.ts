// Which backend starts: the one that is forced or none, and never pure JavaScript.
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import { startBackend } from "../../../src/engine/backend/start.js";

describe("a forced backend", () => {
  test("WASM starts and computes", async () => {
    const backend = await startBackend({ force: "wasm" });
    expect(backend).toMatchObject({ name: "wasm", device: { kind: "cpu" } });
    expect(tf.getBackend()).toBe("wasm");
    expect([...(await tf.matMul(tf.ones([1, 3]), tf.ones([3, 1])).data())]).toEqual([3]);
  });

  test("pure JavaScript is refused", async () => {
    await expect(startBackend({ force: "cpu" })).rejects.toMatchObject({ code: "backend-too-slow" });
  });

  test("one that is unknown is an error that names those that there are", async () => {
    await expect(startBackend({ force: "cuda" })).rejects.toMatchObject({
      code: "backend-unknown",
      fix: expect.stringContaining("tensorflow-gpu, webgpu, tensorflow, wasm"),
    });
  });
});
