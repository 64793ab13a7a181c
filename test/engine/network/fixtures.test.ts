// Known and ad-hoc networks against the same network counted by Keras, torchvision and timm (test/fixtures/networks).
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { NetworkCount } from "../../../src/engine/network/count.js";
import { INPUT } from "../../../src/engine/network/graph.js";
import { countNetwork } from "../../../src/engine/network/network.js";
import { squeezeUnits } from "../../../src/engine/network/parameters.js";
import { shapeAt } from "../../../src/engine/network/shapes.js";

interface Fixture {
  readonly network: string;
  readonly source: string;
  readonly input: readonly number[];
  readonly output: readonly number[];
  readonly parameters: { readonly total: number; readonly trainable: number; readonly nonTrainable: number };
  /** Numbers that PyTorch keeps as buffers. */
  readonly buffers?: number;
  readonly macs: number;
  /** Shapes of the layers' outputs in the framework's order; the same one in a row stands once. */
  readonly shapes: readonly (readonly number[])[];
  readonly receptiveField?: readonly [number, number];
}

function fixtures(name: string): readonly Fixture[] {
  const path = join(import.meta.dirname, "../../fixtures/networks", name);
  return (JSON.parse(readFileSync(path, "utf8")) as { networks: Fixture[] }).networks;
}

/** A vector and its 1×1 map are one shape: PyTorch keeps the map after global pooling, Keras the vector. */
function squeezed(shape: readonly (number | null)[]): string {
  return (shape.length === 3 && shape[0] === 1 && shape[1] === 1 ? shape.slice(2) : shape).join("×");
}

/** Shapes that the frameworks show and the notation's layers keep inside: the vectors of se, the first step of separable. */
function insideShapes({ graph, shapes, input }: NetworkCount): string[] {
  return graph.nodes.flatMap(({ layer, inputs: [from = INPUT] }, index) => {
    const channels = shapeAt(input, shapes, from).at(-1) ?? 0;
    if (layer.kind === "se") return [String(channels), String(squeezeUnits(layer.squeeze, channels))];
    const [height = 0, width = 0] = shapes[index] ?? [];
    return layer.kind === "separable" ? [squeezed([height, width, channels * layer.multiplier])] : [];
  });
}

describe.each(["known.json", "adhoc.json"])("%s", (name) => {
  test.each(fixtures(name).map((each) => [each.network, each.source, each] as const))(
    "%s, by %s",
    (network, _, fixture) => {
      const count = countNetwork(network);
      expect({
        input: count.input,
        output: count.output,
        parameters: count.parameters,
        macs: count.macs,
        ...(fixture.receptiveField === undefined ? {} : { receptiveField: count.receptiveField }),
      }).toEqual({
        input: fixture.input,
        output: fixture.output,
        parameters: fixture.parameters,
        macs: fixture.macs,
        ...(fixture.receptiveField === undefined ? {} : { receptiveField: fixture.receptiveField }),
      });
      const found = new Set([...count.layers.map((layer) => squeezed(layer.output)), ...insideShapes(count)]);
      const missing = fixture.shapes.map(squeezed).filter((shape) => !found.has(shape));
      expect(missing).toEqual([]);
      expect(count.layers.reduce((sum, layer) => sum + layer.parameters, 0)).toBe(count.parameters.total);
      expect(count.layers.reduce((sum, layer) => sum + (layer.macs ?? 0), 0)).toBe(count.macs);
      if ((fixture.buffers ?? 0) > 0)
        expect(count.notes.join("\n")).toContain(`${(fixture.buffers ?? 0).toLocaleString("en")} numbers`);
    },
  );
});
