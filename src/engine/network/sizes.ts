// The shape that a layer makes of what it reads, as Keras and PyTorch define it, and why it cannot where it cannot.

import { networkError } from "./failure.js";
import type { Frame, Layer } from "./layer.js";
import { LARGEST_COUNT } from "./limits.js";
import { written } from "./parameters.js";
import { isMap, type Shape, type Size, sameShape, volume, writeShape } from "./shape.js";
import { maps, pooled, transposed, window } from "./windows.js";

/**
 * Shape of the layer's output. `inputs` has one shape, joins have several. `entry` is named in errors:
 * `kernel-too-large`, `groups-do-not-divide`, `needs-maps`, `shapes-do-not-join`, `unknown-size`, `too-large`, …
 */
export function outputShape(layer: Layer, inputs: readonly Shape[], entry: number): Shape {
  const shape = shapeOf(layer, inputs, entry);
  if ((volume(shape) ?? 0) > LARGEST_COUNT)
    throw networkError(
      "too-large",
      `A map of ${writeShape(shape)} has more numbers than can be counted exactly.`,
      `Keep every count below ${written(LARGEST_COUNT)}.`,
      entry,
    );
  return shape;
}

function shapeOf(layer: Layer, inputs: readonly Shape[], entry: number): Shape {
  const [input] = inputs;
  if (input === undefined) throw new Error(`${layer.kind} reads nothing`);
  switch (layer.kind) {
    case "conv": {
      const [, , channels] = maps(input, layer.kind, entry);
      dividesOrThrow(layer.groups, channels, layer.filters, entry);
      return window(input, layer, layer.filters, entry);
    }
    case "depthwise": {
      const [, , channels] = maps(input, layer.kind, entry);
      return window(input, layer, channels * layer.multiplier, entry);
    }
    case "separable":
      return window(input, layer, layer.filters, entry);
    case "tconv": {
      const [height, width, channels] = maps(input, layer.kind, entry);
      dividesOrThrow(layer.groups, channels, layer.filters, entry);
      return [transposed(layer, height, 0, entry), transposed(layer, width, 1, entry), layer.filters];
    }
    case "maxpool":
    case "avgpool": {
      const [, , channels] = maps(input, layer.kind, entry);
      return pooled(input, layer, channels, entry);
    }
    case "subsample": {
      const [, , channels] = maps(input, layer.kind, entry);
      const still = { ...layer, stride: layer.kernel, padding: "valid", dilation: [1, 1] } as const;
      return window(input, still, channels, entry);
    }
    case "gap":
    case "gmp": {
      const [, , channels] = maps(input, layer.kind, entry);
      return layer.keepMap ? [1, 1, channels] : [channels];
    }
    case "adaptivepool": {
      const [, , channels] = maps(input, "adaptive pooling", entry);
      return [...layer.output, channels];
    }
    case "se": {
      const [, , channels] = maps(input, layer.kind, entry);
      if ("ratio" in layer.squeeze && layer.squeeze.ratio > channels)
        throw networkError(
          "squeeze-too-strong",
          `se ${layer.squeeze.ratio} leaves no unit of ${channels} channels.`,
          `Use se with a ratio of at most ${channels}.`,
          entry,
        );
      return input;
    }
    case "zeropad":
    case "crop":
      return framed(layer.kind, layer.margins, input, entry);
    case "upsample": {
      const [height, width, channels] = maps(input, layer.kind, entry);
      return [times(height, layer.factor[0]), times(width, layer.factor[1]), channels];
    }
    case "dense":
    case "rbf":
      return denseShape(layer, input, entry);
    case "flatten": {
      const features = volume(input);
      return [features];
    }
    case "bn":
    case "ln":
    case "standardise":
    case "prelu":
      if (!isMap(input)) knownFeatures(input, layer.kind, entry);
      return input;
    case "activation":
    case "dropout":
    case "lrn":
    case "rescale":
    case "identity":
      return input;
    case "add":
    case "multiply":
    case "concat":
      return joined(layer.kind, inputs, entry);
  }
}

function knownFeatures(input: Shape, word: string, entry: number): number {
  const features = input[input.length - 1];
  if (features !== null && features !== undefined) return features;
  throw networkError(
    "unknown-size",
    `${word} on a flattened map needs to know the map's size, and the input has a "?".`,
    "Give the input's height and width, or use gap in place of flatten.",
    entry,
  );
}

function denseShape(layer: Layer & { readonly kind: "dense" | "rbf" }, input: Shape, entry: number): Shape {
  knownFeatures(input, layer.kind, entry);
  if (!isMap(input)) return [layer.units];
  if (layer.kind === "dense" && layer.vectorOnly !== true) return [input[0], input[1], layer.units];
  throw networkError(
    "needs-vector",
    `A linear layer gets maps of ${writeShape(input)} here and would be applied along their last axis, the width.`,
    "Flatten the maps first (nn.Flatten()).",
    entry,
  );
}

function dividesOrThrow(groups: number, channels: number, filters: number, entry: number): void {
  const culprit = channels % groups !== 0 ? `${channels} input channels` : `${filters} filters`;
  if (channels % groups === 0 && filters % groups === 0) return;
  const usable = commonDivisors(channels, filters);
  throw networkError(
    "groups-do-not-divide",
    `groups ${groups} does not divide ${culprit}.`,
    `Groups must divide the input channels (${channels}) and the filters (${filters}): ${usable} would.`,
    entry,
  );
}

function commonDivisors(a: number, b: number): string {
  const found: number[] = [];
  for (let divisor = 1; divisor <= Math.min(a, b, 4096) && found.length < 12; divisor++)
    if (a % divisor === 0 && b % divisor === 0) found.push(divisor);
  return found.join(", ");
}

function framed(word: "zeropad" | "crop", margins: Frame["margins"], input: Shape, entry: number): Shape {
  const [height, width, channels] = maps(input, word, entry);
  const halved = (length: Size, kernel: number): Size =>
    length === null ? null : length + 2 * Math.floor(kernel / 2) - (length % 2 === 0 ? 1 : 0);
  if ("halving" in margins) return [halved(height, margins.halving), halved(width, margins.halving), channels];
  const [top, bottom, left, right] = margins;
  const sign = word === "zeropad" ? 1 : -1;
  const size = (length: Size, both: number): Size => {
    if (length === null) return null;
    if (length + sign * both >= 1) return length + sign * both;
    throw networkError(
      "nothing-left",
      `crop takes ${both} of ${length} pixels; nothing is left.`,
      `Crop at most ${length - 1} along this axis.`,
      entry,
    );
  };
  return [size(height, top + bottom), size(width, left + right), channels];
}

function times(length: Size, factor: number): Size {
  return length === null ? null : length * factor;
}

function joined(kind: "add" | "multiply" | "concat", inputs: readonly Shape[], entry: number): Shape {
  const [first, ...others] = inputs;
  if (first === undefined) throw new Error("a join of nothing");
  const [some, more] = [inputs.slice(0, 4).map(writeShape), inputs.length > 4 ? " and others" : ""];
  const shapes = `${some.join(" and ")}${more}`;
  if (kind !== "concat") {
    if (others.every((other) => sameShape(first, other))) return first;
    throw networkError(
      "shapes-do-not-join",
      `${kind === "add" ? "A sum" : "A product"} needs equal shapes, but these are ${shapes}.`,
      "Add a projection: residual ( … ) shortcut ( conv F 1x1 /S ), with the same filters and stride.",
      entry,
    );
  }
  if (inputs.every(isMap)) {
    if (others.every((other) => other[0] === first[0] && other[1] === first[1]))
      return [first[0] ?? null, first[1] ?? null, inputs.reduce((sum, shape) => sum + (shape[2] ?? 0), 0)];
  } else if (!inputs.some(isMap)) {
    return [inputs.reduce((sum, shape) => sum + knownFeatures(shape, "concat", entry), 0)];
  }
  throw networkError(
    "shapes-do-not-join",
    `concat needs equal heights and widths, but the branches end in ${shapes}.`,
    "Give every branch the same strides and padding.",
    entry,
  );
}
