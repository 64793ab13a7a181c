// Sessions in a thread: the same numbers as on this one, a free loop while they compute, errors that say what is wrong.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as ort from "onnxruntime-node";
import { expect, test } from "vitest";
import { ModelRegistry, SHIPPED_MODELS } from "../../../src/engine/models/registry.js";
import { openSession } from "../../../src/engine/onnx/session-thread.js";

const registry = new ModelRegistry("/nonexistent", SHIPPED_MODELS);
const fileOf = async (name: string) => readFileSync(join((await registry.find(name)).folder, "model.onnx"));

test("a model gives the same numbers as on the calling thread, and the input stays the caller's", async () => {
  const file = await fileOf("digits");
  const input = Float32Array.from({ length: 2 * 28 * 28 }, (_, at) => Math.abs(Math.sin(at)));
  const shape = [2, 28, 28, 1];
  const session = await openSession(file, { threads: 1 });
  const [logits] = await session.run(input, shape);
  const here = await ort.InferenceSession.create(file, { intraOpNumThreads: 1 });
  const [name = ""] = here.inputNames;
  const expected = await here.run({ [name]: new ort.Tensor("float32", input, shape) });
  expect(Array.from(logits ?? [])).toEqual(Array.from(expected[here.outputNames[0] ?? ""]?.data as Float32Array));
  expect(input).toHaveLength(2 * 28 * 28);
  await session.release();
});

test("the loop turns while a large batch is computed", async () => {
  const session = await openSession(await fileOf("flowers"), { threads: 1 });
  const { preprocessing } = (await registry.open("flowers")).manifest;
  const shape = [8, preprocessing.height, preprocessing.width, 3];
  const input = new Float32Array(shape.reduce((product, size) => product * size, 1));
  let turns = 0;
  const turning = setInterval(() => turns++, 1);
  await session.run(input, shape);
  clearInterval(turning);
  expect(turns).toBeGreaterThan(10);
  await session.release();
});

test("a file that is no model, and an input of another shape, are errors in words; the session goes on", async () => {
  await expect(openSession(Buffer.from("no model"), { threads: 1 })).rejects.toThrow(/protobuf|model|load/i);
  const session = await openSession(await fileOf("digits"), { threads: 1 });
  await expect(session.run(new Float32Array(9), [1, 3, 3, 1])).rejects.toThrow(/dimension|shape/i);
  await expect(session.run(new Float32Array(784), [1, 28, 28, 1])).resolves.toHaveLength(session.outputNames.length);
  await session.release();
});
