// Code read against what Keras and PyTorch made of it when it was really executed (test/fixtures/networks/make.py code).
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { looksLikeCode, readCode } from "../../../../src/engine/network/code/readCode.js";
import { countGraph } from "../../../../src/engine/network/count.js";
import { volume } from "../../../../src/engine/network/shape.js";

interface Executed {
  readonly code: string;
  readonly source: string;
  readonly input: readonly number[];
  readonly output: readonly number[];
  readonly parameters: { readonly total: number; readonly trainable: number; readonly nonTrainable: number };
  readonly macs: number;
}

const fixture = join(import.meta.dirname, "../../../fixtures/networks/code.json");
const { networks }: { networks: Executed[] } = JSON.parse(readFileSync(fixture, "utf8"));

describe("executed snippets", () => {
  test.each(networks.map((network, index) => [`${network.source} ${index}`, network] as const))("%s", (_, executed) => {
    expect(looksLikeCode(executed.code)).toBe(true);
    const { input, output, parameters, macs } = countGraph(readCode(executed.code));
    expect({ output, parameters, macs }).toEqual({
      output: executed.output,
      parameters: executed.parameters,
      macs: executed.macs,
    });
    expect(volume(input)).toBe(executed.input.reduce((product, size) => product * size, 1));
  });
});
