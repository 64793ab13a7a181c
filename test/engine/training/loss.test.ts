// What is minimised: cross-entropy of the labelled, distance from "sure of nothing" of what is of no class.
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { NO_CLASS } from "../../../src/engine/training/data/data-set.js";
import { forward } from "../../../src/engine/training/evaluation.js";
import { crossEntropy } from "../../../src/engine/training/loss.js";
import type { TrainingBatch } from "../../../src/engine/training/recipe.js";
import { plainJavaScript, toyPlan, trainToy } from "./support/toy.js";

beforeAll(plainJavaScript);

const loss = (logits: number[][], labels: number[], smoothing?: number): number =>
  tf.tidy(() => crossEntropy(tf.tensor2d(logits), tf.tensor1d(labels, "int32"), smoothing).dataSync()[0] ?? Number.NaN);

describe("cross-entropy", () => {
  it("is −log of the label's probability, on average", () => {
    const expected = (Math.log(1 + Math.exp(-2)) + Math.log(1 + Math.exp(1))) / 2;
    expect(
      loss(
        [
          [2, 0],
          [1, 0],
        ],
        [0, 1],
      ),
    ).toBeCloseTo(expected, 6);
  });

  it("with smoothing spreads that share over all classes", () => {
    const [right, wrong] = [Math.log(1 + Math.exp(-2)), Math.log(1 + Math.exp(2))];
    expect(loss([[2, 0]], [0], 0.1)).toBeCloseTo(0.95 * right + 0.05 * wrong, 6);
  });

  it("of no class is 0 where all classes are as probable, and more the surer the answer is", () => {
    expect(loss([[3, 3, 3]], [NO_CLASS])).toBeCloseTo(0, 6);
    expect(loss([[3, 3, 3]], [NO_CLASS], 0.1)).toBeCloseTo(0, 6);
    const [little, much] = [loss([[1, 0, 0]], [NO_CLASS]), loss([[4, 0, 0]], [NO_CLASS])];
    expect(little).toBeGreaterThan(0.01);
    expect(much).toBeGreaterThan(3 * little);
    // KL(uniform ‖ softmax) = −log 3 − mean log softmax.
    expect(little).toBeCloseTo(-Math.log(3) - 1 / 3 + Math.log(Math.E + 2), 6);
  });

  it("counts both kinds of one batch by their share", () => {
    const both = loss(
      [
        [2, 0],
        [4, 0],
      ],
      [0, NO_CLASS],
    );
    expect(both).toBeCloseTo((loss([[2, 0]], [0]) + loss([[4, 0]], [NO_CLASS])) / 2, 6);
  });
});

describe("training with pictures of no class", () => {
  /** Far from the points of the toy's classes in the first direction. */
  const far = (count: number): TrainingBatch => ({
    images: Float32Array.from({ length: count * 6 }, (_, at) => (at % 6 === 0 ? 9 : Math.sin(at * 7.3))),
    shape: [count, 6],
    labels: new Int32Array(count).fill(NO_CLASS),
  });
  const surest = (plan: ReturnType<typeof toyPlan>): number =>
    tf.tidy(() => {
      const { images, shape } = far(40);
      const probabilities = tf.softmax(forward(plan.model, tf.tensor(images, [...shape]), false));
      return tf.mean(tf.max(probabilities, 1)).dataSync()[0] ?? Number.NaN;
    });

  it("makes the network unsure of them, and counts accuracy over the labelled alone", async () => {
    // Their statistics are others' than the toy's: no batch normalization.
    const without = toyPlan({ normalize: false, phase: { epochs: 12 } });
    await trainToy(without);
    const { phases } = toyPlan({ normalize: false });
    const [own] = phases;
    const withFar = toyPlan({
      normalize: false,
      phase: {
        epochs: 12,
        steps: (own?.steps ?? 0) * 2,
        async *train(epoch, from) {
          for await (const batch of own?.train(epoch, Math.floor(from / 2)) ?? []) {
            yield batch;
            yield far(16);
          }
        },
      },
    });
    const { events } = await trainToy(withFar);
    expect(surest(without)).toBeGreaterThan(0.9);
    expect(surest(withFar)).toBeLessThan(0.7);
    // Nine in ten of the labelled: of all pictures that would be less than half.
    const last = events.filter((event) => event.type === "epoch").at(-1);
    expect(last?.accuracy).toBeGreaterThan(0.7);
  });
});
