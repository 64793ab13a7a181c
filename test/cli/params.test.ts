// `convo params`: the shape of its JSON, its exit status, and what goes where.
import { PassThrough, Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import { calculateLines } from "../../src/cli/network-input.js";
import { paramsCalculation } from "../../src/cli/params.js";
import { convo } from "../support/convo.js";

const QUESTION_2 = "input 200x300x3; conv 100 3x3 /2; conv 200 3x3 /2; conv 400 3x3 /2";

async function linesOf(input: string): Promise<unknown[]> {
  const results: unknown[] = [];
  for await (const result of calculateLines(Readable.from([input]), paramsCalculation)) results.push(result);
  return results;
}

describe("convo params --json", () => {
  test("writes the counts of a network", async () => {
    const { code, stdout, stderr } = await convo(["params", "--json", "input 9x9x3; conv 8 3x3 bn relu; gap; dense 2"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout.endsWith("}\n")).toBe(true);
    expect(JSON.parse(stdout)).toEqual({
      input: [9, 9, 3],
      output: [2],
      layers: [
        {
          name: "conv1",
          type: "conv",
          output: [9, 9, 8],
          parameters: 256,
          trainable: 240,
          macs: 17_496,
          working: ["(3·3·3 + 1)·8 = 224", "bn 4·8 = 32"],
        },
        { name: "gap1", type: "gap", output: [8], parameters: 0, trainable: 0, macs: 0, working: [] },
        {
          name: "dense1",
          type: "dense",
          output: [2],
          parameters: 18,
          trainable: 18,
          macs: 16,
          working: ["(8 + 1)·2 = 18"],
        },
      ],
      parameters: { total: 274, trainable: 258, nonTrainable: 16 },
      macs: 17_512,
      receptiveField: [3, 3],
      notes: [],
    });
  });

  test("writes an error to standard output and ends with 2", async () => {
    const { code, stdout, stderr } = await convo(["params", "--json", "input 5x5; conv 3; conv 8 7x7 valid"]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: "" });
    expect(JSON.parse(stdout)).toEqual({
      error: {
        code: "kernel-too-large",
        message: "7×7 'valid' does not fit into 5×5.",
        layer: 1,
        suggestion: "Use 'same' or a kernel of at most 5×5.",
      },
    });
  });

  test("reads standard input with -, also pasted code", async () => {
    const code = "model = Sequential([Conv2D(8, 3, input_shape=(9, 9, 3)), Flatten(), Dense(2)])";
    for (const input of [QUESTION_2, `${QUESTION_2}\n`, code])
      expect((await convo(["params", "--json", "-"], { input })).code).toBe(0);
  });

  test("sizes that are unknown are null", async () => {
    const { stdout } = await convo(["params", "--json", "input ?x?x3; conv 8"]);
    expect(JSON.parse(stdout)).toMatchObject({
      input: [null, null, 3],
      output: [null, null, 8],
      macs: null,
      layers: [{ output: [null, null, 8], macs: null, parameters: 224 }],
      receptiveField: [3, 3],
    });
  });

  test("says that a network is missing", async () => {
    const { code, stdout } = await convo(["params", "--json"]);
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: "usage", layer: null } });
  });
});

describe("convo params", () => {
  test("shows a table, the arithmetic and the conventions; words need no quotes", async () => {
    const { code, stdout, stderr } = await convo(["params", "input", "28x28;", "conv", "8", "3x3"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("(3·3·1 + 1)·8 = 80");
    expect(stdout).toContain("1 MAC = 2 FLOPs");
    expect(stdout).toMatch(/^conv1 +28×28×8 +80 +56,448 /m);
  });

  test("writes an error to standard error, with the layer and the fix", async () => {
    const { code, stdout, stderr } = await convo(["params", "input 5x5; conv 3; cnov 8"]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toBe(
      'convo: There is no layer or network "cnov".\nDid you mean conv?\n(unknown-layer, layer 2 after the input)\n',
    );
  });
});

describe("convo params --jsonl", () => {
  test("- says the same as leaving the network out", async () => {
    const { code, stdout } = await convo(["params", "--jsonl", "-"], { input: '"input 28x28; dense 10"\n' });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ parameters: { total: 20 } });
  });

  test("writes a result for each line, refused or not, and ends with 0", async () => {
    const input = `${JSON.stringify(QUESTION_2)}\r\n\n{"network":"input 5x5; cnov 3"}\n{"net":1}\nnonsense\n"lenet5"`;
    const { code, stdout, stderr } = await convo(["params", "--jsonl"], { input });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const results = stdout
      .trimEnd()
      .split("\n")
      .map((line): unknown => JSON.parse(line));
    expect(results).toMatchObject([
      { parameters: { total: 903_400 }, macs: 1_399_500_000, receptiveField: [15, 15] },
      { error: { code: "unknown-layer", layer: 0, suggestion: "Did you mean conv?" } },
      { error: { code: "bad-line", layer: null } },
      { error: { code: "bad-json", layer: null } },
      { parameters: { total: 61_706 } },
    ]);
  });

  test("a line of a megabyte is refused and the next one read", async () => {
    const [long, next] = await linesOf(`${JSON.stringify("conv 8;".repeat(150_000))}\n"lenet5"\n`);
    expect(long).toMatchObject({ error: { code: "too-long" } });
    expect(next).toMatchObject({ parameters: { total: 61_706 } });
  });

  test("what comes in pieces is read whole", async () => {
    const stream = new PassThrough();
    const bytes = Buffer.from('"input 8×8×3 → conv 4"\n');
    for (let at = 0; at < bytes.length; at += 3) stream.write(bytes.subarray(at, at + 3));
    stream.end();
    for await (const result of calculateLines(stream, paramsCalculation))
      expect(result).toMatchObject({ output: [8, 8, 4] });
  });

  test("takes no network beside standard input", async () => {
    const { code, stdout } = await convo(["params", "--jsonl", "lenet5"]);
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: "usage" } });
  });
});
