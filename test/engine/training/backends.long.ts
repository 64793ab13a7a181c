// The recipe digits, step by step, on every backend that was added to this installation, beside the same steps on WASM.
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import type { BackendName } from "../../../src/engine/backend/backend.js";
import { probe } from "../../../src/engine/backend/probe.js";
import { startBackend } from "../../../src/engine/backend/start.js";
import { openMnist } from "../../../src/engine/training/data/mnist.js";
import { beginPhase } from "../../../src/engine/training/phase-work.js";
import { digits } from "../../../src/engine/training/recipes/digits.js";
import { gradientOf } from "../../../src/engine/training/step.js";
import { canRun, MNIST } from "./support/run.js";

const SEED = 3;
const STEPS = 30;
/** Issue 5's figure for the first step. */
const FIRST = 1e-4;
/** Each step builds on the one before, so that sums in another order drift apart: the mean over all steps. */
const MEAN = 2e-3;

/** Of each step: forward, backward, Adam; dropout off, since its mask is each backend's own. */
async function losses(force: BackendName): Promise<number[]> {
  await startBackend({ force });
  const data = await openMnist(MNIST, { seed: SEED });
  const settings = digits.settings.parse({ batch: 32, width: 8, dropout: 0, limit: 32 * STEPS, epochs: 1 });
  const plan = await digits.plan({ data, settings, seed: SEED, folder: "", note: () => undefined });
  const [phase] = plan.phases;
  if (phase === undefined) throw new Error("The recipe has no phase.");
  const work = beginPhase(phase, []);
  const found: number[] = [];
  try {
    for await (const batch of phase.train(1, 0)) {
      const rate = phase.learningRate(found.length);
      const result = await gradientOf({ phase, weights: work.weights, step: found.length }, batch, batch.labels.length);
      work.optimizer.step(result.gradients, rate);
      tf.dispose(result.gradients);
      found.push(result.loss);
      if (found.length === STEPS) return found;
    }
    throw new Error("too few images");
  } finally {
    work.dispose();
    await plan.close?.();
    plan.model.dispose();
  }
}

const software = process.env.CONVO_TEST_SOFTWARE_GPU === "1";
const added = await Promise.all(
  (["tensorflow", "tensorflow-gpu", "webgpu"] as const).map((name) => probe(name, { allowSoftware: software })),
);

describe.skipIf(!canRun)(`${STEPS} steps of the recipe digits`, () => {
  let ofWasm: number[] | undefined;

  for (const { name, status, why, backend } of added) {
    const here = status === "runs";
    it.skipIf(!here)(`on ${name} (${here ? backend?.device.name : `skipped: ${why}`}) lose as on WASM`, async () => {
      ofWasm ??= await losses("wasm");
      const wasm = ofWasm;
      const other = await losses(name);
      const apart = other.map((loss, i) => Math.abs(loss - (wasm[i] ?? Number.NaN)));
      const mean = apart.reduce((sum, each) => sum + each, 0) / STEPS;
      console.log(
        `${name}: losses ${other[0]} … ${other.at(-1)}, WASM ${wasm[0]} … ${wasm.at(-1)}; ` +
          `apart: first step ${apart[0]}, mean ${mean}, largest ${Math.max(...apart)}`,
      );
      expect(apart[0]).toBeLessThan(FIRST);
      expect(mean).toBeLessThan(MEAN);
      const sum = (of: number[]) => of.reduce((so, each) => so + each, 0);
      // They learn at all: the last ten losses against the first ten.
      expect(sum(other.slice(-10))).toBeLessThan(sum(other.slice(0, 10)) - 0.5);
    });
  }
});
