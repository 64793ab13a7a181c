// The loop: it learns, stops, goes on bit for bit, keeps the best, survives too little memory, refuses what is not finite.
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { evaluate } from "../../../src/engine/training/evaluation.js";
import { constant, oneCycle } from "../../../src/engine/training/schedule.js";
import { gradientOf } from "../../../src/engine/training/step.js";
import { learningWeights } from "../../../src/engine/training/weights.js";
import { UserError } from "../../../src/errors.js";
import { IMAGES, plainJavaScript, toyPlan, trainToy, weightsNow } from "./support/toy.js";

beforeAll(plainJavaScript);

/** Of an epoch, 16 images each. */
const STEPS = Math.ceil(IMAGES / 16);

describe("training", () => {
  it("learns what it is shown", async () => {
    const plan = toyPlan({ phase: { epochs: 15 } });
    const { trained, events } = await trainToy(plan);
    expect(trained.finished).toBe(true);
    expect((await evaluate(plan.model, plan.evaluation("test"), 2)).accuracy).toBeGreaterThan(0.85);
    const epochs = events.filter((event) => event.type === "epoch");
    expect(epochs).toHaveLength(15);
    expect(epochs[14]?.loss).toBeLessThan((epochs[0]?.loss ?? 0) * 0.7);
  });

  it("gives the same weights from the same seed, to the last bit", async () => {
    const [one, other] = [toyPlan(), toyPlan()];
    await trainToy(one);
    await trainToy(other);
    expect(weightsNow(one.model)).toEqual(weightsNow(other.model));
  });

  it("stopped anywhere and resumed ends with the very weights of a run that was never stopped", async () => {
    const whole = toyPlan();
    const { trained } = await trainToy(whole);
    for (const stopAfter of [1, 4, 6, 7, 17]) {
      const first = await trainToy(toyPlan(), { stopAfter });
      expect(first.trained.finished).toBe(false);
      const from = first.checkpoints.at(-1);
      const rest = toyPlan();
      const second = await trainToy(rest, from === undefined ? {} : { from });
      expect(weightsNow(rest.model), `stopped after ${stopAfter}`).toEqual(weightsNow(whole.model));
      const figures = (of: typeof trained) =>
        of.progress.metrics.map(({ loss, accuracy, validationLoss }) => [loss, accuracy, validationLoss]);
      expect(figures(second.trained)).toEqual(figures(trained));
    }
  });

  it("keeps the weights of the epoch that was best on the validation images", async () => {
    // A rate that explodes after the second epoch: the last weights are worse than the best.
    const plan = toyPlan({ phase: { epochs: 6, learningRate: (step) => (step < 12 ? 0.02 : 20) } });
    const { trained } = await trainToy(plan);
    const { best } = trained.progress;
    expect(best?.epoch).toBeLessThanOrEqual(3);
    const now = await evaluate(plan.model, plan.evaluation("validation"), 2);
    expect(now.accuracy).toBe(best?.accuracy);
    expect(now.loss).toBeCloseTo(best?.loss ?? 0, 6);
  });

  it("ends early after as many epochs without a better validation as its patience says", async () => {
    const { trained, events } = await trainToy(
      toyPlan({ normalize: false, phase: { epochs: 50, patience: 3, learningRate: constant(0) } }),
    );
    expect(trained.progress.metrics).toHaveLength(4);
    expect(events).toContainEqual(expect.objectContaining({ type: "note", code: "stopped-early" }));
  });

  it("ends when its time is over, after a whole first epoch, and resumes no further", async () => {
    const late = () => toyPlan({ phase: { epochs: 50, seconds: 1e-9 } });
    const { trained, events, checkpoints } = await trainToy(late());
    expect(trained.finished).toBe(true);
    expect(trained.progress.phaseStep).toBe(STEPS);
    expect(events.filter(({ type }) => type === "epoch")).toHaveLength(1);
    expect(events).toContainEqual(expect.objectContaining({ type: "note", code: "time-over" }));
    const from = checkpoints.at(-1);
    if (from === undefined) throw new Error("no checkpoint");
    expect((await trainToy(late(), { from })).trained.progress.phaseStep).toBe(STEPS);
  });

  it("ends within an epoch when its time is over there, and validates what was learned of it", async () => {
    const plan = toyPlan({ phase: { epochs: 50, seconds: 5 } });
    const slow = plan.phases.map((phase) => ({
      ...phase,
      async *train(epoch: number, from: number) {
        for await (const batch of phase.train(epoch, from)) {
          // As if this batch had taken ten seconds.
          if (epoch === 3) vi.spyOn(performance, "now").mockReturnValue(performance.now() + 10_000);
          yield batch;
        }
      },
    }));
    const { trained } = await trainToy({ ...plan, phases: slow }).finally(() => vi.restoreAllMocks());
    expect(trained.progress.phaseStep).toBe(2 * STEPS + 1);
    expect(trained.progress.metrics).toHaveLength(3);
  });

  it("leaves frozen layers alone, and the moving averages of a frozen normalization", async () => {
    const plan = toyPlan({ phase: { learns: ["logits"] } });
    const valuesOf = (layer: string) =>
      plan.model
        .getLayer(layer)
        .getWeights()
        .map((weight) => [...weight.dataSync()]);
    const before = ["first", "norm", "logits"].map(valuesOf);
    await trainToy(plan);
    const after = ["first", "norm", "logits"].map(valuesOf);
    expect(after.slice(0, 2)).toEqual(before.slice(0, 2));
    expect(after[2]).not.toEqual(before[2]);
  });

  it("moves the moving averages of a normalization that learns", async () => {
    const plan = toyPlan();
    await trainToy(plan);
    const norm = plan.model.getLayer("norm").getWeights()[3];
    expect([...(norm?.dataSync() ?? [])]).not.toEqual(new Array(8).fill(1));
  });

  it("trains a second phase from the best of the first, and can be resumed within it", async () => {
    const twoPhases = () => {
      const plan = toyPlan();
      const [only] = plan.phases;
      if (only === undefined) throw new Error("no phase");
      const phases = [
        { ...only, name: "head", learns: ["logits"] },
        { ...only, name: "tail", learningRate: oneCycle({ peak: 0.01, steps: 18 }) },
      ];
      return { ...plan, phases };
    };
    const whole = twoPhases();
    const { trained } = await trainToy(whole);
    expect(trained.progress.metrics.map(({ phase, epoch }) => `${phase} ${epoch}`)).toEqual([
      "head 1",
      "head 2",
      "head 3",
      "tail 4",
      "tail 5",
      "tail 6",
    ]);
    for (const stopAfter of [3, 20, 30]) {
      const from = (await trainToy(twoPhases(), { stopAfter })).checkpoints.at(-1);
      const rest = twoPhases();
      await trainToy(rest, from === undefined ? {} : { from });
      expect(weightsNow(rest.model), `stopped after ${stopAfter}`).toEqual(weightsNow(whole.model));
    }
  });

  it("leaves no tensor behind", async () => {
    const plan = toyPlan();
    const before = tf.memory().numTensors;
    await trainToy(plan);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe("a loss that is not finite", () => {
  it("stops the run at that step and names rate, weight and gradient", async () => {
    const plan = toyPlan({ normalize: false, dropout: 0, phase: { learningRate: (step) => (step < 3 ? 0.01 : 1e38) } });
    const error = await trainToy(plan).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({ code: "loss-not-finite" });
    expect(String(error)).toMatch(
      /step [5-9] of phase train.*learning rate of 1\.00e\+38.*Largest weight: \S+ in \w+\/\d/,
    );
  });
});

describe("too little memory", () => {
  let lift = (): void => {};
  afterEach(() => lift());

  it("halves the batch and adds up the gradients: the steps are those of the whole batch, and it says so", async () => {
    const plain = { normalize: false, dropout: 0 };
    const whole = toyPlan(plain);
    const peak = budget(Number.POSITIVE_INFINITY);
    const { trained: untroubled } = await trainToy(whole);
    lift();
    const plan = toyPlan(plain);
    budget(tf.memory().numBytes + 0.7 * peak());
    const { trained, events } = await trainToy(plan);
    expect(trained.finished).toBe(true);
    expect(trained.progress.limit).toBeLessThan(16);
    expect(trained.progress.notes).toContainEqual(expect.objectContaining({ code: "batch-halved" }));
    expect(events).toContainEqual(expect.objectContaining({ type: "note", code: "batch-halved" }));
    const [a, b] = [weightsNow(plan.model), weightsNow(whole.model)];
    for (const [at, weight] of a.entries()) expect(weight).toBeCloseTo(b[at] ?? Number.NaN, 3);
    const losses = (of: typeof trained) => of.progress.metrics.map(({ loss }) => loss.toFixed(3));
    expect(losses(trained)).toEqual(losses(untroubled));
  });

  it("is an error with a fix where not even one image fits", async () => {
    const plan = toyPlan();
    const [phase] = plan.phases;
    if (phase === undefined) throw new Error("no phase");
    const batch = await firstOf(phase.train(1, 0));
    budget(tf.memory().numBytes + 8);
    const weights = learningWeights(phase);
    await expect(gradientOf({ phase, weights, step: 0 }, batch, Infinity)).rejects.toMatchObject({
      code: "out-of-memory",
      fix: expect.stringContaining("smaller"),
    });
  });

  it("gives the memory of a broken attempt back", async () => {
    const plan = toyPlan();
    const [phase] = plan.phases;
    if (phase === undefined) throw new Error("no phase");
    const batch = await firstOf(phase.train(1, 0));
    const before = tf.memory();
    budget(before.numBytes + 3000);
    const work = { phase, weights: learningWeights(phase), step: 0 };
    await gradientOf(work, batch, Infinity).then(
      ({ gradients }) => tf.dispose(gradients),
      () => undefined,
    );
    expect(tf.memory().numTensors).toBe(before.numTensors);
    expect(tf.memory().numBytes).toBe(before.numBytes);
  });

  /**
   * The backend refuses, as a device does, what would bring the bytes of all tensors above the budget.
   * @returns what was used at most above the bytes at the beginning
   */
  function budget(bytes: number): () => number {
    const backend = tf.backend();
    const write = backend.write;
    const start = tf.memory().numBytes;
    let most = start;
    backend.write = (values, shape, type) => {
      const wanted = tf.memory().numBytes + 4 * tf.util.sizeFromShape(shape);
      if (wanted > bytes) throw new Error(`OOM when allocating tensor with shape[${shape.join()}] and type float`);
      most = Math.max(most, wanted);
      return write.call(backend, values, shape, type);
    };
    lift = () => {
      backend.write = write;
    };
    return () => most - start;
  }
});

async function firstOf<T>(items: AsyncIterable<T>): Promise<T> {
  for await (const item of items) return item;
  throw new Error("there is none");
}
