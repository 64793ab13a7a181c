// The optimizers against their formulas, computed here in plain numbers; their state out and in again.
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { createOptimizer, type OptimizerSettings } from "../../../src/engine/training/optimizer.js";
import { plainJavaScript } from "./support/toy.js";

beforeAll(plainJavaScript);

const START = [0.5, -1, 2, 0.25];
const gradientAt = (step: number) => START.map((_, at) => Math.sin(step * 3 + at));

function run(
  settings: OptimizerSettings,
  steps: number,
  rate = 0.1,
): { values: number[]; state: number[][]; variable: tf.Variable } {
  const variable = tf.variable<tf.Rank>(tf.tensor2d(START, [2, 2]));
  const optimizer = createOptimizer(settings, [variable]);
  for (let step = 0; step < steps; step++) optimizer.step([tf.tensor2d(gradientAt(step), [2, 2])], rate);
  return {
    values: [...variable.dataSync()],
    state: optimizer.state().map((moment) => [...moment.dataSync()]),
    variable,
  };
}

describe("Adam", () => {
  it("takes the steps of Kingma and Ba's algorithm 1, with Loshchilov and Hutter's decay", () => {
    const [beta1, beta2, epsilon, decay, rate] = [0.9, 0.999, 1e-8, 0.05, 0.1];
    const expected = START.map((start, at) => {
      let [weight, first, second] = [start, 0, 0];
      for (let step = 1; step <= 7; step++) {
        const gradient = gradientAt(step - 1)[at] ?? 0;
        first = beta1 * first + (1 - beta1) * gradient;
        second = beta2 * second + (1 - beta2) * gradient ** 2;
        const [m, v] = [first / (1 - beta1 ** step), second / (1 - beta2 ** step)];
        weight = weight * (1 - rate * decay) - (rate * m) / (Math.sqrt(v) + epsilon);
      }
      return weight;
    });
    const { values } = run({ kind: "adam", weightDecay: decay }, 7);
    for (const [at, value] of values.entries()) expect(value).toBeCloseTo(expected[at] ?? 0, 5);
  });

  it("takes the steps of tfjs' own Adam where there is no decay", () => {
    const variable = tf.variable<tf.Rank>(tf.tensor2d(START, [2, 2]), true, "of-tfjs");
    const theirs = tf.train.adam(0.1);
    for (let step = 0; step < 9; step++) {
      theirs.applyGradients([{ name: "of-tfjs", tensor: tf.tensor2d(gradientAt(step), [2, 2]) }]);
    }
    const { values } = run({ kind: "adam" }, 9);
    for (const [at, value] of [...variable.dataSync()].entries()) expect(values[at]).toBeCloseTo(value, 4);
  });
});

describe("momentum", () => {
  it.each([true, false])("takes the steps of the formula (Nesterov: %s)", (nesterov) => {
    const [keep, rate, decay] = [0.8, 0.1, 0.01];
    const expected = START.map((start, at) => {
      let [weight, velocity] = [start, 0];
      for (let step = 0; step < 6; step++) {
        const gradient = gradientAt(step)[at] ?? 0;
        velocity = keep * velocity + gradient;
        weight = weight * (1 - rate * decay) - rate * (nesterov ? keep * velocity + gradient : velocity);
      }
      return weight;
    });
    const { values } = run({ kind: "momentum", momentum: keep, nesterov, weightDecay: decay }, 6);
    for (const [at, value] of values.entries()) expect(value).toBeCloseTo(expected[at] ?? 0, 5);
  });
});

it("weight decay leaves vectors (biases, scales) alone", () => {
  const bias = tf.variable(tf.tensor1d([1, 2]));
  createOptimizer({ kind: "adam", weightDecay: 0.5 }, [bias]).step([tf.zeros([2])], 0.1);
  expect([...bias.dataSync()]).toEqual([1, 2]);
});

it.each<OptimizerSettings>([{ kind: "adam", weightDecay: 0.1 }, { kind: "momentum" }])(
  "$kind goes on from a restored state to the last bit",
  (settings) => {
    const whole = run(settings, 8);
    const half = run(settings, 3);
    const second = createOptimizer(settings, [half.variable]);
    second.restore(
      3,
      half.state.map((values) => tf.tensor2d(values, [2, 2])),
    );
    for (let step = 3; step < 8; step++) second.step([tf.tensor2d(gradientAt(step), [2, 2])], 0.1);
    expect([...half.variable.dataSync()]).toEqual(whole.values);
    expect(second.steps).toBe(8);
  },
);
