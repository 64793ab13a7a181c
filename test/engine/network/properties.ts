// What is true of every network, generated or nonsense; run briefly in every test and at length by `npm run fuzz`.
import fc from "fast-check";
import { expect } from "vitest";
import type { NetworkCount } from "../../../src/engine/network/count.js";
import { NetworkError } from "../../../src/engine/network/failure.js";
import { memoryOf, OPTIMIZERS, PRECISIONS } from "../../../src/engine/network/memory.js";
import { countNetwork } from "../../../src/engine/network/network.js";
import { carelessly, generatedNetwork, mutatedNetwork, naively, plainly, wordSalad } from "./generated.js";
import { predictionMaps } from "./liveness.js";

export interface Property {
  readonly name: string;
  readonly check: fc.IProperty<unknown>;
}

const choices = fc.array(fc.nat(1000), { minLength: 5, maxLength: 30 });

/** The count, or the error where the network is refused; anything else that is thrown fails the property. */
function countOrRefusal(text: string): NetworkCount | NetworkError {
  try {
    return countNetwork(text);
  } catch (error) {
    if (error instanceof NetworkError) return error;
    throw error;
  }
}

function comparable(result: NetworkCount | NetworkError): unknown {
  if (result instanceof NetworkError) return { code: result.code, layer: result.layer };
  const { layers, parameters, macs, receptiveField, output } = result;
  return {
    layers: layers.map(({ name, output: shape, parameters: own }) => [name, shape, own]),
    parameters,
    macs,
    receptiveField,
    output,
  };
}

export const PROPERTIES: readonly Property[] = [
  {
    name: "a network counts as a naive count of it does, or is refused where that finds no place",
    check: fc.property(generatedNetwork, (network) => {
      const result = countOrRefusal(plainly(network));
      const naive = naively(network);
      if (naive === null) {
        expect(result).toBeInstanceOf(NetworkError);
        return;
      }
      if (result instanceof NetworkError) throw result;
      expect({
        output: result.output,
        total: result.parameters.total,
        trainable: result.parameters.trainable,
        macs: result.macs,
      }).toEqual(naive);
    }),
  },
  {
    name: "careless spelling changes nothing",
    check: fc.property(generatedNetwork, choices, (network, decisions) => {
      const text = plainly(network);
      expect(comparable(countOrRefusal(carelessly(text, decisions)))).toEqual(comparable(countOrRefusal(text)));
    }),
  },
  {
    name: "any text is counted or refused with a code, words and a layer that exists",
    check: fc.property(fc.oneof(wordSalad, mutatedNetwork), (text) => {
      const result = countOrRefusal(text);
      if (!(result instanceof NetworkError)) {
        for (const number of [result.parameters.total, result.parameters.trainable, result.macs ?? 0])
          expect(Number.isSafeInteger(number) && number >= 0).toBe(true);
        expect(result.layers.length).toBeGreaterThan(0);
        return;
      }
      expect(result.code).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(result.what).not.toBe("");
      expect(result.fix).not.toBe("");
      expect(result.message.length).toBeLessThan(600);
      expect(result.layer === null || (Number.isInteger(result.layer) && result.layer >= 0)).toBe(true);
    }),
  },
  {
    name: "a prediction's maps are those alive at once, and the largest batch is the last that fits",
    check: fc.property(
      generatedNetwork,
      fc.constantFrom(...OPTIMIZERS),
      fc.constantFrom(...PRECISIONS),
      fc.boolean(),
      fc.integer({ min: 1, max: 500_000_000 }),
      (network, optimizer, precision, keepInput, gpu) => {
        const count = countOrRefusal(plainly(network));
        if (count instanceof NetworkError) return;
        const memory = memoryOf(count, { optimizer, precision, keepInput, gpu });
        const size = precision === "32" ? 4 : precision === "8" ? 1 : 2;
        const [height, width, channels] = network.input;
        expect(memory.prediction.maps).toBe(
          size * (predictionMaps(count) + (keepInput ? height * width * channels : 0)),
        );
        if (precision === "8") {
          expect([memory.training, memory.largestBatch]).toEqual([null, null]);
          return;
        }
        const needs = (batch: number): number =>
          memoryOf(count, { optimizer, precision, batch }).training?.total ?? Number.NaN;
        const batch = memory.largestBatch ?? Number.NaN;
        if (batch > 0) expect(needs(batch)).toBeLessThanOrEqual(gpu);
        expect(needs(batch + 1)).toBeGreaterThan(gpu);
      },
    ),
  },
];
