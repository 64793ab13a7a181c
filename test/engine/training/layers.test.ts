// Our own layers against those of tfjs: the same values, the same gradients, the same weights; masks that can be drawn again.
import * as tf from "@tensorflow/tfjs-core";
import { layers, models, sequential } from "@tensorflow/tfjs-layers";
import { beforeAll, describe, expect, it } from "vitest";
import { batchNormalization } from "../../../src/engine/training/layers/batch-normalization.js";
import { dropout, setDropoutStep } from "../../../src/engine/training/layers/dropout.js";
import { plainJavaScript } from "./support/toy.js";

beforeAll(plainJavaScript);

describe("batch normalization", () => {
  const shape = [4, 3, 3, 2];
  const settings = { momentum: 0.9, epsilon: 1e-3 };
  const x = () => tf.add(tf.mul(tf.randomNormal(shape, 0, 1, "float32", 5), 3), 2);
  const weights = () => [tf.tensor1d([1.5, 0.5]), tf.tensor1d([0.1, -0.2]), tf.tensor1d([1, 2]), tf.tensor1d([3, 4])];

  function both() {
    const ours = batchNormalization({ name: "ours", ...settings });
    const theirs = layers.batchNormalization({ name: "theirs", ...settings });
    for (const layer of [ours, theirs]) {
      layer.apply(x());
      layer.setWeights(weights());
    }
    return { ours, theirs };
  }

  it.each([true, false])("gives the values of tfjs' layer (training: %s)", (training) => {
    const { ours, theirs } = both();
    const [a, b] = [ours, theirs].map((layer) => values(layer.apply(x(), { training })));
    expectClose(a, b, 1e-5);
  });

  it("moves its averages as tfjs' layer does", () => {
    const { ours, theirs } = both();
    for (const layer of [ours, theirs]) layer.apply(x(), { training: true });
    expectClose(ours.getWeights().flatMap(values), theirs.getWeights().flatMap(values), 1e-5);
  });

  it("has the gradients of tfjs' layer, of its input and of both its weights", () => {
    const { ours, theirs } = both();
    const push = tf.randomNormal(shape, 0, 1, "float32", 9);
    const [a, b] = [ours, theirs].map((layer) => {
      const input = tf.variable(x());
      const [gamma, beta] = layer.trainableWeights.map((weight) => weight.read());
      if (!(gamma instanceof tf.Variable) || !(beta instanceof tf.Variable)) throw new Error("no variables");
      const { grads } = tf.variableGrads(() => {
        const y = layer.apply(input, { training: true });
        if (!(y instanceof tf.Tensor)) throw new Error("one output");
        return tf.sum<tf.Scalar>(tf.mul(tf.square(y), push));
      }, [input, gamma, beta]);
      return [input, gamma, beta].flatMap(({ name }) => values(grads[name]));
    });
    expectClose(a, b, 2e-3);
  });

  it("and dropout are read by tfjs as its own layers, from the saved topology", async () => {
    const model = sequential({
      layers: [
        layers.inputLayer({ inputShape: [3, 3, 2] }),
        batchNormalization({ name: "norm", ...settings }),
        dropout({ name: "drop", rate: 0.4, seed: 1 }),
      ],
    });
    model.getLayer("norm").setWeights(weights());
    const topology: unknown = JSON.parse(String(model.toJSON()));
    if (typeof topology !== "object" || topology === null) throw new Error("no topology");
    const again = await models.modelFromJSON({ modelTopology: { ...topology } });
    again.setWeights(model.getWeights());
    expect(again.getLayer("norm").getConfig()).toMatchObject({ epsilon: 1e-3, momentum: 0.9 });
    expect(again.getLayer("drop").getConfig()).toMatchObject({ rate: 0.4 });
    expectClose(values(again.predict(x())), values(model.predict(x())), 1e-5);
  });
});

describe("dropout", () => {
  const ones = () => tf.ones([50, 40]);
  const layer = (name = "drop", seed = 1) => dropout({ name, rate: 0.25, seed });
  const mask = (of: layers.Layer, step: number, piece = 0) => {
    setDropoutStep([of], step, piece);
    return values(of.apply(ones(), { training: true }));
  };

  it("zeroes about its share and scales the rest so that the mean stays", () => {
    const drawn = mask(layer(), 1);
    expect(new Set(drawn)).toEqual(new Set([0, Math.fround(1 / 0.75)]));
    const zeroes = drawn.filter((value) => value === 0).length / drawn.length;
    // Three standard deviations of 2,000 draws.
    expect(Math.abs(zeroes - 0.25)).toBeLessThan(3 * Math.sqrt((0.25 * 0.75) / 2000));
  });

  it("draws the same mask again for the same step, and another for any other step, piece, seed or layer", () => {
    const first = mask(layer(), 7);
    expect(mask(layer(), 7)).toEqual(first);
    for (const other of [mask(layer(), 8), mask(layer(), 7, 1), mask(layer("drop", 2), 7), mask(layer("drop2"), 7)]) {
      expect(other).not.toEqual(first);
    }
  });

  it("does nothing in a prediction", () => {
    expect(values(layer().apply(ones()))).toEqual(values(ones()));
  });
});

function values(tensor: unknown): number[] {
  if (!(tensor instanceof tf.Tensor)) throw new Error("no tensor");
  return [...tensor.dataSync()];
}

function expectClose(
  found: readonly number[] | undefined,
  expected: readonly number[] | undefined,
  most: number,
): void {
  if (found === undefined || expected === undefined) throw new Error("nothing to compare");
  expect(found).toHaveLength(expected.length);
  for (const [at, value] of found.entries()) expect(Math.abs(value - (expected[at] ?? Number.NaN))).toBeLessThan(most);
}
