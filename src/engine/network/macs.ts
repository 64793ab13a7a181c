// Multiply-accumulates of one prediction, without biases; 1 MAC = 2 FLOPs.
import type { Layer } from "./layer.js";
import { squeezeUnits, written } from "./parameters.js";
import { isMap, type Shape, type Size } from "./shape.js";

export interface Macs {
  /** Null where a size is not known. */
  readonly macs: number | null;
  /** `100·150·3·3·3·100 = 40,500,000`; empty where there are none. */
  readonly working: string;
}

const NONE: Macs = { macs: 0, working: "" };

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
      const depthwise = product([...positions(output), layer.kernel[0], layer.kernel[1], deep]);
      return sum(depthwise, product([...positions(output), deep, layer.filters]));
    }
    case "tconv":
      return product([...positions(input), layer.kernel[0], layer.kernel[1], channels / layer.groups, layer.filters]);
    case "dense":
      return product([...positions(output), channels, layer.units]);
    case "se": {
      const units = squeezeUnits(layer.squeeze, channels);
      return sum(product([channels, units]), product([units, channels]));
    }
    default:
      return NONE;
  }
}

function positions(shape: Shape): Size[] {
  return isMap(shape) ? [shape[0], shape[1]] : [];
}

function product(factors: readonly Size[]): Macs {
  let macs = 1;
  for (const factor of factors) {
    if (factor === null) return { macs: null, working: factors.map((each) => each ?? "?").join("·") };
    macs *= factor;
  }
  return { macs, working: `${factors.map((factor) => written(factor ?? 0)).join("·")} = ${written(macs)}` };
}

function sum(a: Macs, b: Macs): Macs {
  if (a.macs === null || b.macs === null) return { macs: null, working: `${a.working} + ${b.working}` };
  return {
    macs: a.macs + b.macs,
    working: `${a.working.split(" = ")[0]} + ${b.working.split(" = ")[0]} = ${written(a.macs + b.macs)}`,
  };
}
