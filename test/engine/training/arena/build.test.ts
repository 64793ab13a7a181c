// A written network as TensorFlow.js has it: the calculator's parameters are its parameters, every layer learns, seeds decide.
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { readEntry } from "../../../../src/engine/arena/entry.js";
import { ACTIVATIONS } from "../../../../src/engine/arena/trainable.js";
import { shapesOf } from "../../../../src/engine/network/shapes.js";
import { buildNetwork } from "../../../../src/engine/training/arena/build.js";
import { forward } from "../../../../src/engine/training/evaluation.js";
import { gradientOf } from "../../../../src/engine/training/step.js";
import { learningWeights, parametersOf } from "../../../../src/engine/training/weights.js";
import { activated, NETWORKS } from "../../arena/networks.js";
import { plainJavaScript } from "../support/toy.js";

beforeAll(plainJavaScript);

const ALL: Readonly<Record<string, string>> = {
  ...NETWORKS,
  ...Object.fromEntries([...ACTIVATIONS].map((name) => [`the activation ${name}`, activated(name)])),
};
const IMAGES = 2;
const batch = {
  images: Float32Array.from({ length: IMAGES * 28 * 28 }, (_, at) => Math.sin(at * at)),
  shape: [IMAGES, 28, 28, 1],
  labels: Int32Array.from([3, 7]),
};

describe.each(Object.entries(ALL))("%s", (_, network) => {
  it("has the calculator's parameters and shapes, and a gradient in every weight", async () => {
    const { count } = readEntry(network);
    const model = buildNetwork(count, 1);
    expect(parametersOf(model)).toBe(count.parameters.total);
    expect(model.outputs[0]?.shape).toEqual([null, 10]);
    const phase = { part: model };
    const weights = learningWeights(phase);
    expect(weights.filter(({ trainable }) => trainable).reduce((sum, { variable }) => sum + variable.size, 0)).toBe(
      count.parameters.trainable,
    );
    // Every layer's own output, where a layer of TensorFlow.js ends on it.
    for (const [index, shape] of shapesOf(count.graph).entries()) {
      const layer = model.layers.find(({ name }) => name === `node${index}`);
      if (layer !== undefined && count.graph.nodes[index]?.weights === index && !SHARED.test(network)) {
        expect(layer.outputShape, `node ${index}`).toEqual([null, ...shape]);
      }
    }
    const { gradients, loss } = await gradientOf({ phase, weights, step: 0 }, batch, Number.POSITIVE_INFINITY);
    expect(Number.isFinite(loss)).toBe(true);
    const learning = gradients.filter((gradient) => tf.tidy(() => tf.sum(tf.abs(gradient)).dataSync()[0] !== 0));
    expect(learning).toHaveLength(gradients.length);
    tf.dispose(gradients);
    model.dispose();
  });
});

/** A layer that is applied more than once has no output of its own. */
const SHARED = /shared/;

describe("the seed", () => {
  const { count } = readEntry(NETWORKS.residual ?? "");
  const outputOf = (seed: number): number[] => {
    const model = buildNetwork(count, seed);
    const output = tf.tidy(() => [...forward(model, tf.tensor(batch.images, batch.shape), false).dataSync()]);
    model.dispose();
    return output;
  };

  it("decides the initial weights, and nothing else does", () => {
    expect(outputOf(1)).toEqual(outputOf(1));
    expect(outputOf(1)).not.toEqual(outputOf(2));
  });
});

it("shared weights learn together: one layer, applied three times", () => {
  const { count } = readEntry(NETWORKS["weights that are shared"] ?? "");
  const model = buildNetwork(count, 1);
  expect(model.layers.filter((layer) => layer.getClassName() === "Conv2D")).toHaveLength(2);
  model.dispose();
});
