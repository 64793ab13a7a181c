// Multiply-accumulates of one prediction, without biases; 1 MAC = 2 FLOPs.
import type { Layer } from "./layer.js";
import { squeezeUnits, written } from "./parameters.js";
import { isMap, type Shape, type Size } from "./shape.js";

export interface Macs {
  /** Null where a size is not known. */
  readonly macs: number | null;
  /** `100·150·3·3·3·100 = 40,500,000`; empty where there are none. */
  readonly working: () => string;
}

/** Of what has none, or does not run. */
export const NO_MACS: Macs = { macs: 0, working: () => "" };

/** Of a layer that makes `output` of `input`. Only conv, depthwise, separable, tconv, dense and the dense layers of se count. */
export function macsOf(layer: Layer, input: Shape, output: Shape): Macs {
  const channels = input[input.length - 1] ?? 0;
  switch (layer.kind) {
    case "conv": {
      const window = [layer.kernel[0], layer.kernel[1]];
      if (layer.connections !== undefined)
        return product([...positions(output), ...window, layer.connections.reduce((sum, maps) => sum + maps, 0)]);
      return product([...positions(output), ...window, channels / layer.groups, layer.filters]);
    }
    case "depthwise":
      return product([...positions(output), layer.kernel[0], layer.kernel[1], channels, layer.multiplier]);
    case "separable": {
      const deep = channels * layer.multiplier;
      const depthwise = [...positions(output), layer.kernel[0], layer.kernel[1], deep];
      return sum(depthwise, [...positions(output), deep, layer.filters]);
    }
    case "tconv":
      return product([...positions(input), layer.kernel[0], layer.kernel[1], channels / layer.groups, layer.filters]);
    case "dense":
      return product([...positions(output), channels, layer.units]);
    case "se": {
      const units = squeezeUnits(layer.squeeze, channels);
      return sum([channels, units], [units, channels]);
    }
    default:
      return NO_MACS;
  }
}

function positions(shape: Shape): Size[] {
  return isMap(shape) ? [shape[0], shape[1]] : [];
}

function product(factors: readonly Size[]): Macs {
  let macs: number | null = 1;
  for (const factor of factors) macs = factor === null || macs === null ? null : macs * factor;
  return { macs, working: () => equation(factorsText(factors), macs) };
}

function sum(a: readonly Size[], b: readonly Size[]): Macs {
  const [first, second] = [product(a).macs, product(b).macs];
  const macs = first === null || second === null ? null : first + second;
  return { macs, working: () => equation(`${factorsText(a)} + ${factorsText(b)}`, macs) };
}

function factorsText(factors: readonly Size[]): string {
  return factors.map((factor) => (factor === null ? "?" : written(factor))).join("·");
}

function equation(text: string, macs: number | null): string {
  return macs === null ? text : `${text} = ${written(macs)}`;
}
