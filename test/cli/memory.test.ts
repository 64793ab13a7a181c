// `convo memory`: question 2 from the command line, every option, and mistakes in them.
import { describe, expect, test } from "vitest";
import { convo } from "../support/convo.js";

const QUESTION_2 = "input 200x300x3; conv 100 3x3 /2; conv 200 3x3 /2; conv 400 3x3 /2";

describe("convo memory --json", () => {
  test("answers question 2", async () => {
    const { code, stdout, stderr } = await convo(["memory", "--json", "--batch", "50", QUESTION_2]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(JSON.parse(stdout)).toMatchObject({
      prediction: { bytes: 12_613_600, parameters: 3_613_600, maps: 9_000_000 },
      training: { batch: 50, lowerBound: 565_613_600, gradients: 0, optimizer: 0, master: 0, total: 565_613_600 },
      largestBatch: null,
      notes: expect.any(Array),
    });
  });

  test("knows optimizers, precisions, the input and the GPU", async () => {
    const options = ["--optimizer", "adam", "--precision", "mixed", "--keep-input", "--gpu", "8 GiB", "--batch=2"];
    const { stdout } = await convo(["memory", "--json", ...options, QUESTION_2]);
    const fixed = 903_400 * (2 + 2 + 8 + 4);
    expect(JSON.parse(stdout)).toMatchObject({
      prediction: { bytes: 13_333_600 / 2, maps: 9_720_000 / 2 },
      training: {
        batch: 2,
        lowerBound: 903_400 * 2 + 2 * 5_620_000,
        gradients: 903_400 * 2,
        optimizer: 903_400 * 8,
        master: 903_400 * 4,
        total: fixed + 2 * 5_620_000,
      },
      largestBatch: Math.floor((8 * 2 ** 30 - fixed) / 5_620_000),
    });
  });

  test("8 bits have no training", async () => {
    const { stdout } = await convo(["memory", "--json", "--precision", "8", "--gpu", "8GB", QUESTION_2]);
    expect(JSON.parse(stdout)).toMatchObject({ prediction: { bytes: 3_153_400 }, training: null, largestBatch: null });
  });

  test.each([
    [["--gpu", "8"], "size-without-unit", "8 GiB"],
    [["--gpu", "much"], "bad-size", "8 GiB"],
    [["--batch", "0"], "bad-batch", "from 1"],
    [["--batch", "many"], "bad-batch", "from 1"],
    [["--optimizer", "adamw"], "bad-optimizer", "momentum"],
    [["--precision", "64"], "bad-precision", "mixed"],
  ])("%j is refused: %s", async (options, code, fix) => {
    const { code: status, stdout, stderr } = await convo(["memory", "--json", ...options, QUESTION_2]);
    expect({ status, stderr }).toEqual({ status: 2, stderr: "" });
    expect(JSON.parse(stdout)).toMatchObject({
      error: { code, layer: null, suggestion: expect.stringContaining(fix) },
    });
  });

  test("unknown sizes are refused with the reason", async () => {
    const { code, stdout } = await convo(["memory", "--json", "input ?x?x3; conv 8"]);
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: "unknown-size", layer: null } });
  });
});

test("convo memory shows bytes with MB and MiB, what is alive, and the conventions", async () => {
  const { code, stdout, stderr } = await convo(["memory", "--batch", "50", "--gpu", "1 GB", QUESTION_2]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toContain("12,613,600 bytes = 12.61 MB = 12.03 MiB");
  expect(stdout).toContain("565,613,600 bytes = 565.6 MB = 539.4 MiB");
  expect(stdout).toContain("alive at once: conv1 6,000,000 + conv2 3,000,000");
  expect(stdout).toContain("Largest batch that fits into 1.00 GB = 0.93 GiB: 88");
  expect(stdout).toContain("lower bound");
});

test("convo memory --jsonl writes one result a line", async () => {
  const input = `${JSON.stringify(QUESTION_2)}\n{"network":"input ?x?x3; conv 8"}\n`;
  const { code, stdout } = await convo(["memory", "--jsonl", "--batch", "50"], { input });
  expect(code).toBe(0);
  expect(
    stdout
      .trimEnd()
      .split("\n")
      .map((line): unknown => JSON.parse(line)),
  ).toMatchObject([{ training: { lowerBound: 565_613_600 } }, { error: { code: "unknown-size" } }]);
});
