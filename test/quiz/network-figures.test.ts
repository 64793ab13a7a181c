// Question 2 is answered by the engine: its texts are filled from it, and its rubric's values agree with it.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { memoryOf } from "../../src/engine/network/memory.js";
import { countNetwork } from "../../src/engine/network/network.js";
import { networkFigures } from "../../src/quiz/network-figures.js";
import { type Question, questionById, readQuestions } from "../../src/quiz/question.js";
import { refusal } from "../support/errors.js";
import { ROOT } from "../support/rubrics.js";
import { temporaryFolder } from "../support/world.js";

const ASSETS = join(ROOT, "assets/questions");
const q2 = questionById("q2");
const { layers, batch } = q2.network ?? { layers: "", batch: 1 };
const count = countNetwork(layers);
const memory = (options = {}) => memoryOf(count, { batch, ...options });
const { total } = count.parameters;

describe("the figures", () => {
  test("are those that the engine counts, as a text writes them", () => {
    const figures = networkFigures({ layers: "input 28x28; conv 8 3x3 relu; maxpool; conv 4 3x3 nobias", batch: 10 });
    expect(Object.fromEntries(figures)).toMatchObject({
      parameters: "368",
      biases: "8",
      weights: "360",
      weights1: "72",
      "parameters3.working": expect.stringContaining("288"),
      map2: "14×14×8",
      "map1.bytes": "25,088",
      "prediction.bytes": "32,832",
      "training.inputs.bytes": "31,360",
      "training.bytes": "377,792",
      "training.adam.MB": "0.4",
    });
  });

  test("of another network make other texts, without one text touched", () => {
    const folder = copied();
    change(folder, "conv 400 3x3 /2", "conv 300 3x3 /2");
    change(folder, "batch: 50", "batch: 20");
    const changed = q2Of(folder);
    const other = countNetwork(layers.replace("400", "300"));
    expect(changed.modelAnswer).toContain(other.parameters.total.toLocaleString("en"));
    expect(changed.modelAnswer).toContain(
      memoryOf(other, { batch: 20 }).training?.lowerBound.toLocaleString("en") ?? "none",
    );
    expect(changed.choices[0]?.right).toBe(other.parameters.total.toLocaleString("en"));
    expect(changed.prompt).toContain("mini-batch of 20 images");
    expect(JSON.stringify(changed)).not.toMatch(/903,400|565,613,600/);
  });

  test("stand in the file nowhere else", () => {
    const written = readFileSync(join(ASSETS, "q2.yaml"), "utf8");
    for (const bytes of [total, total * 4, memory().prediction.bytes, memory().training?.lowerBound ?? 0])
      expect(written).not.toContain(bytes.toLocaleString("en"));
  });
});

describe("the question", () => {
  test("describes the network that is counted", () => {
    for (const { output } of count.layers) expect(q2.prompt).toContain(String(output.at(-1)));
    expect(q2.prompt).toContain(`${count.input.slice(0, 2).join("×")} pixels`);
    expect(count.layers.map(({ type }) => type)).toEqual(["conv", "conv", "conv"]);
    expect(q2.modelAnswer).toContain("12,613,600 bytes, about 12.6 MB or 12.03 MiB");
    expect(q2.modelAnswer).toContain("565,613,600 bytes, about 565.6 MB or 539.4 MiB");
  });
});

describe("a value of the rubric", () => {
  const biases = Number(networkFigures({ layers, batch }).get("biases"));
  const prediction = memory().prediction.bytes;
  const withInput = memory({ keepInput: true }).prediction.bytes;
  const bound = memory().training?.lowerBound ?? 0;
  const RIGHT: Readonly<Record<string, readonly number[]>> = {
    params: [total, total - biases],
    params_nobias: [total - biases, total],
    ram_pred: [prediction, prediction, withInput, withInput, withInput, withInput],
    ram_train: [bound, bound],
  };

  test("has the engine's figure in its middle, wherever the rubric says how near one must come", () => {
    for (const point of q2.rubric.points) {
      const right = RIGHT[point.id] ?? [];
      expect(point.values.length, point.id).toBe(right.length);
      for (const [index, { min, max, source }] of point.values.entries()) {
        const figure = right[index] ?? Number.NaN;
        if (source.includes("within"))
          expect(Math.abs((min + max) / 2 / figure - 1), `${source}: ${figure}`).toBeLessThan(2e-4);
        else if (point.id !== "params" || index === 0) {
          expect(min, source).toBeLessThan(figure);
          expect(max, source).toBeGreaterThan(figure);
        }
      }
    }
  });

  test("tells the parameters from the weights alone: half a per cent on either side, the weights left out", () => {
    const [above, below] = q2.rubric.points.find(({ id }) => id === "params")?.values ?? [];
    expect(above?.max).toBeCloseTo(total * 1.005, -1);
    expect(below?.min).toBeCloseTo(total * 0.995, -1);
    expect(above?.min).toBeGreaterThan(total - biases);
    expect(below?.max).toBeLessThan(total - biases);
  });

  test("gives full marks to the engine's own answer, in MB and in MiB", () => {
    const say = (unit: string, size: number): string =>
      `${total} parameters. Prediction: ${(prediction / size).toFixed(2)} ${unit}. Training on a batch of ${batch}: ${(bound / size).toFixed(1)} ${unit}.`;
    expect(q2.grade(say("MB", 1e6)).score).toBe(1);
    expect(q2.grade(say("MiB", 2 ** 20)).score).toBe(1);
  });
});

describe("a mistake in the file", () => {
  test.each([
    ["a placeholder that has no figure", "{{training.adam.MB}}", "{{training.adamw.MB}}", "{{training.adam.MB}}"],
    ["half a placeholder", "{{training.adam.MB}}", "{{training.adam.MB}", "{{"],
    ["a placeholder of a network that is not there", /^example: .*\n/m, "", "{{example."],
    ["a network that cannot be counted", "conv 400 3x3 /2", "cnov 400 3x3 /2", "cnov"],
    ["a network without its batch", ", batch: 50 }", " }", "batch"],
    ["a network without sizes", "input 200x300x3", "input ?x?x3", "?"],
  ] as const)("is refused: %s", async (_, from, to, named) => {
    const folder = copied();
    change(folder, from, to);
    const error = await refusal(() => readQuestions(folder));
    expect(error.code).toBe("question-file");
    expect(error.message).toContain("q2.yaml");
    expect(error.message).toContain(named);
  });
});

let root: string;
beforeEach(() => {
  root = temporaryFolder();
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function copied(): string {
  const folder = join(root, "questions");
  mkdirSync(folder);
  for (const name of ["q2.yaml", "q2.rubric", "common.rubric"]) cpSync(join(ASSETS, name), join(folder, name));
  return folder;
}

function change(folder: string, from: string | RegExp, to: string): void {
  const file = join(folder, "q2.yaml");
  const before = readFileSync(file, "utf8");
  expect(before).toMatch(from);
  writeFileSync(file, before.replace(from, to));
}

function q2Of(folder: string): Question {
  const [question] = readQuestions(folder);
  if (question === undefined) throw new Error("the folder has no question");
  return question;
}
