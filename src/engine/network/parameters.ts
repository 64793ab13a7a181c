// Parameters of a layer with their worked arithmetic, as Keras and PyTorch count them.
import type { Layer } from "./layer.js";
import { isMap, type Shape } from "./shape.js";

export interface Parameters {
  readonly trainable: number;
  readonly nonTrainable: number;
  /** Running statistics that PyTorch keeps beside the parameters; in neither count. */
  readonly buffers: number;
  /** `(3·3·100 + 1)·200 = 180,200`; empty where there is nothing to count. Equal workings mean equally shaped weights. */
  readonly working: string;
}

const NONE: Parameters = { trainable: 0, nonTrainable: 0, buffers: 0, working: "" };

/** `input` is what the layer reads (joins have no parameters). Whether it is frozen is not asked here. */
export function parametersOf(layer: Layer, input: Shape): Parameters {
  const channels = input[input.length - 1] ?? 0;
  switch (layer.kind) {
    case "conv": {
      const { kernel, filters, groups, bias, connections } = layer;
      if (connections !== undefined) {
        const seen = connections.reduce((sum, maps) => sum + maps, 0);
        const window = `${kernel[0]}·${kernel[1]}·${written(seen)}`;
        return trained(kernel[0] * kernel[1] * seen + (bias ? filters : 0), bias ? `${window} + ${filters}` : window);
      }
      const maps = groups === 1 ? written(channels) : `(${written(channels)}/${groups})`;
      return filtered(kernel[0] * kernel[1] * (channels / groups), `${kernel[0]}·${kernel[1]}·${maps}`, filters, bias);
    }
    case "tconv": {
      const { kernel, filters, groups, bias } = layer;
      const maps = groups === 1 ? written(channels) : `(${written(channels)}/${groups})`;
      return filtered(kernel[0] * kernel[1] * (channels / groups), `${kernel[0]}·${kernel[1]}·${maps}`, filters, bias);
    }
    case "depthwise": {
      const maps = layer.multiplier === 1 ? written(channels) : `${written(channels)}·${layer.multiplier}`;
      const [height, width] = layer.kernel;
      const each = height * width + (layer.bias ? 1 : 0);
      const window = layer.bias ? `(${height}·${width} + 1)` : `${height}·${width}`;
      return trained(each * channels * layer.multiplier, `${window}·${maps}`);
    }
    case "separable": {
      const [height, width] = layer.kernel;
      const deep = channels * layer.multiplier;
      const depthwise = `${height}·${width}·${written(channels)}${layer.multiplier === 1 ? "" : `·${layer.multiplier}`}`;
      const pointwise = layer.bias
        ? `(${written(deep)} + 1)·${written(layer.filters)}`
        : `${written(deep)}·${written(layer.filters)}`;
      return trained(
        height * width * deep + (deep + (layer.bias ? 1 : 0)) * layer.filters,
        `${depthwise} + ${pointwise}`,
      );
    }
    case "dense":
      return filtered(channels, written(channels), layer.units, layer.bias);
    case "subsample":
      return trained(2 * channels, `2·${written(channels)}`);
    case "bn": {
      const gains = (layer.scale ? 1 : 0) + (layer.center ? 1 : 0);
      const counted = layer.counting === "keras" ? gains + 2 : gains;
      return {
        trainable: gains * channels,
        nonTrainable: (counted - gains) * channels,
        buffers: layer.counting === "torch" ? 2 * channels : 0,
        working: counted === 0 ? "" : equation(`${counted}·${written(channels)}`, counted * channels),
      };
    }
    case "ln": {
      const gains = (layer.scale ? 1 : 0) + (layer.center ? 1 : 0);
      return gains === 0 ? NONE : trained(gains * channels, `${gains}·${written(channels)}`);
    }
    case "standardise": {
      const total = 2 * channels + 1;
      return { trainable: 0, nonTrainable: total, buffers: 0, working: equation(`2·${written(channels)} + 1`, total) };
    }
    case "prelu": {
      if (layer.slopes === "one") return trained(1, "1");
      if (layer.slopes === "channel" || !isMap(input)) return trained(channels, written(channels));
      const slopes = (input[0] ?? 0) * (input[1] ?? 0) * channels;
      return trained(slopes, input.map((size) => written(size ?? 0)).join("·"));
    }
    case "se": {
      const units = squeezeUnits(layer.squeeze, channels);
      return trained(
        (channels + 1) * units + (units + 1) * channels,
        `(${written(channels)} + 1)·${written(units)} + (${written(units)} + 1)·${written(channels)}`,
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

function filtered(fanIn: number, fanInText: string, filters: number, bias: boolean): Parameters {
  return bias
    ? trained((fanIn + 1) * filters, `(${fanInText} + 1)·${written(filters)}`)
    : trained(fanIn * filters, `${fanInText}·${written(filters)}`);
}

function trained(trainable: number, text: string): Parameters {
  return { trainable, nonTrainable: 0, buffers: 0, working: equation(text, trainable) };
}

function equation(text: string, value: number): string {
  return text === written(value) ? text : `${text} = ${written(value)}`;
}
