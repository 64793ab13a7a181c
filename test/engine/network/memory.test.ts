// Memory: the figures of question 2, liveness of maps, optimizers, precisions, the largest batch, sizes as people write them.
import { describe, expect, test } from "vitest";
import { readBytes, writeBytes } from "../../../src/engine/network/bytes.js";
import { type MemoryOptions, memoryOf, type NetworkMemory } from "../../../src/engine/network/memory.js";
import { countNetwork } from "../../../src/engine/network/network.js";
import { UserError } from "../../../src/errors.js";

const QUESTION_2 = "input 200x300x3; conv 100 3x3 /2; conv 200 3x3 /2; conv 400 3x3 /2";
const memory = (text: string, options: MemoryOptions = {}): NetworkMemory => memoryOf(countNetwork(text), options);

describe("question 2", () => {
  test("needs 12,613,600 bytes for a prediction, 13,333,600 with its input", () => {
    expect(memory(QUESTION_2).prediction).toMatchObject({ bytes: 12_613_600, parameters: 3_613_600, maps: 9_000_000 });
    expect(memory(QUESTION_2).prediction.alive).toEqual([
      { layer: 0, bytes: 6_000_000 },
      { layer: 1, bytes: 3_000_000 },
    ]);
    expect(memory(QUESTION_2, { keepInput: true }).prediction.bytes).toBe(13_333_600);
  });

  test.each([
    ["none", 565_613_600, 0, 0],
    ["sgd", 569_227_200, 3_613_600, 0],
    ["momentum", 572_840_800, 3_613_600, 3_613_600],
    ["adam", 576_454_400, 3_613_600, 7_227_200],
  ] as const)("trains a batch of 50 with %s in %i bytes", (optimizer, total, gradients, state) => {
    expect(memory(QUESTION_2, { batch: 50, optimizer }).training).toMatchObject({
      batch: 50,
      lowerBound: 565_613_600,
      gradients,
      optimizer: state,
      master: 0,
      total,
    });
  });
});

describe("maps in a prediction", () => {
  test.each([
    ["a network of one layer: its single buffer", "input 4x4x2; conv 3", 48],
    [
      "activations, norms, dropout and flatten work in place",
      "input 4x4x2; conv 3 bn relu; lrn; ln; dropout 0.5; flatten; dense 5",
      48 + 5,
    ],
    [
      "a skip keeps its source alive until the sum has run",
      "input 4x4x2; conv 3; residual (conv 8; conv 3)",
      48 + 128 + 48,
    ],
    [
      "the source of a projected skip lives until both branches have read it",
      "input 4x4x2; conv 3; residual (conv 8; conv 5) shortcut (conv 5)",
      48 + 128 + 80,
    ],
    [
      "a branch's result lives until the concat has run",
      "input 4x4x2; conv 1; concat (conv 2) (conv 3) (conv 4)",
      32 + 48 + 64 + 144,
    ],
    ["a concat that passes its input on", "input 4x4x2; conv 4; concat ( ) (conv 1)", 64 + 16 + 80],
    ["separable counts its output only, se nothing", "input 4x4x2; separable 4; se 2", 64],
    ["in-place layers alone need none", "input 4x4x2; relu; bn", 0],
    ["pools, padding, cropping and upsampling count", "input 4x4x1; maxpool; upsample 2; zeropad 1; crop 1", 36 + 16],
  ])("%s", (_, text, numbers) => {
    expect(memory(text).prediction.maps).toBe(4 * numbers);
  });

  test("auxiliary heads cost training and parameters, not a prediction", () => {
    const [plain, aux] = [memory("googlenet"), memory("googlenet aux")];
    expect(aux.prediction.maps).toBe(plain.prediction.maps);
    expect(aux.training?.perInstance).toBeGreaterThan(plain.training?.perInstance ?? Number.NaN);
  });
});

describe("precision and optimizer", () => {
  const frozen = "input 8x8x3; frozen (conv 4); conv 4";

  test("gradients and state count trainable parameters only", () => {
    expect(memory(frozen, { optimizer: "adam" }).training).toMatchObject({ gradients: 4 * 148, optimizer: 8 * 148 });
  });

  test("16 bits halve everything", () => {
    const [full, half] = [
      memory(frozen, { optimizer: "adam" }),
      memory(frozen, { optimizer: "adam", precision: "16" }),
    ];
    expect(half.prediction.bytes * 2).toBe(full.prediction.bytes);
    expect((half.training?.total ?? 0) * 2).toBe(full.training?.total);
  });

  test("mixed keeps a master copy and the state in 4 bytes", () => {
    expect(memory(frozen, { optimizer: "adam", precision: "mixed" }).training).toMatchObject({
      gradients: 2 * 148,
      optimizer: 8 * 148,
      master: 4 * 148,
    });
  });

  test("8 bits are for prediction only", () => {
    const eight = memory(frozen, { precision: "8", gpu: 1e9 });
    expect(eight.prediction.parameters).toBe(112 + 148);
    expect([eight.training, eight.largestBatch]).toEqual([null, null]);
    expect(eight.notes.join(" ")).toContain("prediction only");
  });
});

describe("the largest batch", () => {
  test("is the last that fits, 0 where none does, null without a GPU", () => {
    const needs = (batch: number): number =>
      memory(QUESTION_2, { batch, optimizer: "adam" }).training?.total ?? Number.NaN;
    expect(memory(QUESTION_2, { optimizer: "adam", gpu: needs(7) }).largestBatch).toBe(7);
    expect(memory(QUESTION_2, { optimizer: "adam", gpu: needs(7) - 1 }).largestBatch).toBe(6);
    expect(memory(QUESTION_2, { gpu: 1 }).largestBatch).toBe(0);
    expect(memory(QUESTION_2).largestBatch).toBeNull();
  });

  test("names the layer that needs most", () => {
    expect(memory(QUESTION_2).largestLayer).toEqual({ layer: 0, bytes: 6_000_000 });
  });
});

test("an unknown size has no memory, and says why", () => {
  expect(() => memory("input ?x?x3; conv 8; gap; dense 2")).toThrow(/has a "\?"/);
});

describe("sizes of a memory", () => {
  test.each([
    ["8 GiB", 8 * 2 ** 30],
    ["8GB", 8e9],
    ["7.5 gib", 7.5 * 2 ** 30],
    ["16,000 MB", 16e9],
    ["512mib", 2 ** 29],
    ["640 kB", 640_000],
    ["12 bytes", 12],
  ])("%s is %i bytes", (text, bytes) => {
    expect(readBytes(text)).toBe(bytes);
  });

  test.each([
    ["8", "size-without-unit"],
    ["8 G", "bad-size"],
    ["", "bad-size"],
    ["-8 GB", "bad-size"],
    ["0 GB", "bad-size"],
    ["1e9 GB", "bad-size"],
    ["99999999999999 TB", "bad-size"],
    ["8 constructor", "bad-size"],
  ])("%s is refused: %s", (text, code) => {
    expect(() => readBytes(text)).toThrow(expect.objectContaining({ code }));
    expect(() => readBytes(text)).toThrow(UserError);
  });

  test.each([
    [12_613_600, "12,613,600 bytes = 12.61 MB = 12.03 MiB"],
    [565_613_600, "565,613,600 bytes = 565.6 MB = 539.4 MiB"],
    [1_540_000_000, "1,540,000,000 bytes = 1.54 GB = 1.43 GiB"],
    [2_500, "2,500 bytes = 2.50 kB = 2.44 KiB"],
    [12, "12 bytes"],
  ])("%i is written %s", (bytes, text) => {
    expect(writeBytes(bytes)).toBe(text);
  });
});
