// The same seed on every backend: the same initial weights to the last bit, the same first loss to 1e-4.
import { existsSync } from "node:fs";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startBackend } from "../../../src/engine/backend/start.js";
import type { DataSet } from "../../../src/engine/training/data/data-set.js";
import { openMnist } from "../../../src/engine/training/data/mnist.js";
import { forward } from "../../../src/engine/training/evaluation.js";
import { crossEntropy } from "../../../src/engine/training/loss.js";
import { digits } from "../../../src/engine/training/recipes/digits.js";
import { ROOT } from "../../support/rubrics.js";
import { hasTensorflow } from "./support/backend.js";
import { plainJavaScript, weightsNow } from "./support/toy.js";

const MNIST = join(ROOT, "../shared/data/mnist");
const SEED = 3;

/** Of the recipe's first step, dropout off: its mask does not depend on the backend. */
async function firstStep(data: DataSet): Promise<{ weights: number[]; loss: number }> {
  const settings = digits.settings.parse({ batch: 32, width: 8, dropout: 0, others: 0 });
  const plan = await digits.plan({ data, settings, seed: SEED, folder: "", note: () => undefined });
  try {
    const weights = weightsNow(plan.model);
    for await (const batch of plan.phases[0]?.train(1, 0) ?? []) {
      const loss = tf.tidy(() => {
        const logits = forward(plan.model, tf.tensor(batch.images, [...batch.shape]), true);
        return crossEntropy(logits, tf.tensor1d(batch.labels, "int32"), settings.labelSmoothing);
      });
      return { weights, loss: (await loss.data())[0] ?? Number.NaN };
    }
    throw new Error("no batch");
  } finally {
    await plan.close?.();
    plan.model.dispose();
  }
}

describe.skipIf(!existsSync(MNIST))("the first step of the recipe digits", () => {
  let data: DataSet;
  let expected: { weights: number[]; loss: number };
  beforeAll(async () => {
    data = await openMnist(MNIST, { seed: SEED });
    await plainJavaScript();
    expected = await firstStep(data);
  });
  afterAll(plainJavaScript);

  it("starts near the loss of guessing, ln 10", () => {
    expect(expected.loss).toBeGreaterThan(Math.log(10) - 0.3);
    expect(expected.loss).toBeLessThan(Math.log(10) + 1.5);
  });

  it("is the same on WASM", async () => {
    await startBackend({ force: "wasm", threads: 1 });
    const found = await firstStep(data);
    expect(found.weights).toEqual(expected.weights);
    expect(Math.abs(found.loss - expected.loss)).toBeLessThan(1e-4);
  });

  it.skipIf(!hasTensorflow)("is the same on tfjs-node", async () => {
    await startBackend({ force: "tensorflow" });
    const found = await firstStep(data);
    expect(found.weights).toEqual(expected.weights);
    expect(Math.abs(found.loss - expected.loss)).toBeLessThan(1e-4);
  });
});
