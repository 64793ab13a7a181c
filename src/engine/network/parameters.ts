// Parameters of a layer with their worked arithmetic, as Keras and PyTorch count them.
import type { Layer } from "./layer.js";
import { isMap, type Shape } from "./shape.js";

export interface Parameters {
  readonly trainable: number;
  readonly nonTrainable: number;
  /** Running statistics that PyTorch keeps beside the parameters; in neither count. */
  readonly buffers: number;
  /** `(3·3·100 + 1)·200 = 180,200`; empty where there is nothing to count. Equal workings mean equally shaped weights. */
  readonly working: () => string;
}

const NONE: Parameters = { trainable: 0, nonTrainable: 0, buffers: 0, working: () => "" };

/** `input` is what the layer reads (joins have no parameters). Whether it is frozen is not asked here. */
export function parametersOf(layer: Layer, input: Shape): Parameters {
  const channels = input[input.length - 1] ?? 0;
  switch (layer.kind) {
    case "conv": {
      const { kernel, filters, groups, bias, connections } = layer;
      if (connections === undefined) return filtered([kernel[0], kernel[1]], channels, groups, filters, bias);
      const seen = connections.reduce((sum, maps) => sum + maps, 0);
      return trained(
        kernel[0] * kernel[1] * seen + (bias ? filters : 0),
        () => `${kernel[0]}·${kernel[1]}·${written(seen)}${bias ? ` + ${filters}` : ""}`,
      );
    }
    case "tconv":
      return filtered([layer.kernel[0], layer.kernel[1]], channels, layer.groups, layer.filters, layer.bias);
    case "dense":
      return filtered([], channels, 1, layer.units, layer.bias);
    case "depthwise": {
      const { kernel, multiplier, bias } = layer;
      return trained((kernel[0] * kernel[1] + (bias ? 1 : 0)) * channels * multiplier, () => {
        const window = `${kernel[0]}·${kernel[1]}`;
        return `${bias ? `(${window} + 1)` : window}·${written(channels)}${multiplier === 1 ? "" : `·${multiplier}`}`;
      });
    }
    case "separable": {
      const { kernel, filters, multiplier, bias } = layer;
      const deep = channels * multiplier;
      return trained(kernel[0] * kernel[1] * deep + (deep + (bias ? 1 : 0)) * filters, () => {
        const depthwise = `${kernel[0]}·${kernel[1]}·${written(channels)}${multiplier === 1 ? "" : `·${multiplier}`}`;
        return `${depthwise} + ${bias ? `(${written(deep)} + 1)` : written(deep)}·${written(filters)}`;
      });
    }
    case "subsample":
      return trained(2 * channels, () => `2·${written(channels)}`);
    case "bn": {
      const gains = (layer.scale ? 1 : 0) + (layer.center ? 1 : 0);
      const counted = layer.counting === "keras" ? gains + 2 : gains;
      return {
        trainable: gains * channels,
        nonTrainable: (counted - gains) * channels,
        buffers: layer.counting === "torch" ? 2 * channels : 0,
        working: () => (counted === 0 ? "" : equation(`${counted}·${written(channels)}`, counted * channels)),
      };
    }
    case "ln": {
      const gains = (layer.scale ? 1 : 0) + (layer.center ? 1 : 0);
      return gains === 0 ? NONE : trained(gains * channels, () => `${gains}·${written(channels)}`);
    }
    case "standardise": {
      const total = 2 * channels + 1;
      const working = () => equation(`2·${written(channels)} + 1`, total);
      return { trainable: 0, nonTrainable: total, buffers: 0, working };
    }
    case "prelu": {
      if (layer.slopes === "one") return trained(1, () => "1");
      if (layer.slopes === "channel" || !isMap(input)) return trained(channels, () => written(channels));
      const slopes = (input[0] ?? 0) * (input[1] ?? 0) * channels;
      return trained(slopes, () => input.map((size) => written(size ?? 0)).join("·"));
    }
    case "se": {
      const units = squeezeUnits(layer.squeeze, channels);
      return trained(
        (channels + 1) * units + (units + 1) * channels,
        () => `(${written(channels)} + 1)·${written(units)} + (${written(units)} + 1)·${written(channels)}`,
      );
    }
    default:
      return NONE;
  }
}

/** Units between the two dense layers of squeeze-and-excitation: floor(C/R), or as given. */
export function squeezeUnits(
  squeeze: { readonly ratio: number } | { readonly units: number },
  channels: number,
): number {
  return "units" in squeeze ? squeeze.units : Math.floor(channels / squeeze.ratio);
}

/** 903400 → `903,400`. */
export function written(count: number): string {
  return count < 1000 ? String(count) : String(count).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
}

/** Each filter (unit) has a weight for everything that it sees, and perhaps a bias. */
function filtered(
  window: readonly number[],
  channels: number,
  groups: number,
  filters: number,
  bias: boolean,
): Parameters {
  const seen = window.reduce((product, side) => product * side, channels / groups);
  return trained((seen + (bias ? 1 : 0)) * filters, () => {
    const maps = groups === 1 ? written(channels) : `(${written(channels)}/${groups})`;
    const fanIn = [...window, maps].join("·");
    return `${bias ? `(${fanIn} + 1)` : fanIn}·${written(filters)}`;
  });
}

function trained(trainable: number, text: () => string): Parameters {
  return { trainable, nonTrainable: 0, buffers: 0, working: () => equation(text(), trainable) };
}

function equation(text: string, value: number): string {
  return text === written(value) ? text : `${text} = ${written(value)}`;
}
