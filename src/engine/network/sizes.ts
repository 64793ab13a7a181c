// The shape that a layer makes of what it reads, as Keras and PyTorch define it, and why it cannot where it cannot.

import { type NetworkError, networkError } from "./failure.js";
import type { Frame, Layer, Padding, Pair, Pool, TransposedConv } from "./layer.js";
import { LARGEST_COUNT } from "./limits.js";
import { written } from "./parameters.js";
import { isMap, type Shape, type Size, sameShape, volume, writeShape } from "./shape.js";

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

/** The input's height, width and channels, or why the layer cannot work on a vector. */
function maps(input: Shape, word: string, entry: number): readonly [Size, Size, number] {
  if (isMap(input)) return input;
  throw networkError(
    "needs-maps",
    `${word} works on maps (height × width × channels), but gets a vector of ${writeShape(input)} here.`,
    `Put ${word} before the flatten, global pooling or dense layer that makes the vector.`,
    entry,
  );
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

interface Window {
  readonly kind: string;
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly padding: Padding;
  readonly dilation: Pair;
}

/** Pixels that a dilated kernel spans along one axis: (k − 1)·d + 1. */
export function span(kernel: number, dilation: number): number {
  return (kernel - 1) * dilation + 1;
}

function window(input: Shape, layer: Window, channels: number, entry: number): Shape {
  const [height, width] = maps(input, layer.kind, entry);
  const size = (length: Size, axis: 0 | 1): Size => {
    if (length === null) return null;
    const { padding } = layer;
    const stride = layer.stride[axis];
    if (padding === "same") return Math.ceil(length / stride);
    const free =
      length + 2 * (padding === "valid" ? 0 : padding[axis]) - span(layer.kernel[axis], layer.dilation[axis]);
    if (free < 0) throw kernelTooLarge(layer, [height, width], entry);
    return Math.floor(free / stride) + 1;
  };
  return [size(height, 0), size(width, 1), channels];
}

/** PyTorch's pooling_output_shape; without `ceil` the same as a convolution's. */
function pooled(input: Shape, layer: Pool, channels: number, entry: number): Shape {
  const { padding } = layer;
  if (padding !== "same" && padding !== "valid" && layer.kernel.some((side, axis) => (padding[axis] ?? 0) > side / 2))
    throw networkError(
      "pool-padding",
      `pad ${padding.join("x")} is more than half of a ${layer.kernel.join("×")} pooling window, so that a window could see nothing but padding.`,
      `Use pad ${layer.kernel.map((side) => Math.floor(side / 2)).join("x")} at most.`,
      entry,
    );
  if (!layer.ceil || padding === "same") return window(input, { ...layer, dilation: [1, 1] }, channels, entry);
  const [height, width] = maps(input, layer.kind, entry);
  const size = (length: Size, axis: 0 | 1): Size => {
    if (length === null) return null;
    const stride = layer.stride[axis];
    const before = padding === "valid" ? 0 : padding[axis];
    const output = Math.ceil((length + 2 * before - layer.kernel[axis]) / stride) + 1;
    const kept = (output - 1) * stride >= length + before ? output - 1 : output;
    if (kept < 1) throw kernelTooLarge({ ...layer, dilation: [1, 1] }, [height, width], entry);
    return kept;
  };
  return [size(height, 0), size(width, 1), channels];
}

function kernelTooLarge(layer: Window, [height, width]: readonly [Size, Size], entry: number): NetworkError {
  const { padding, dilation } = layer;
  const margin: Pair = padding === "same" || padding === "valid" ? [0, 0] : padding;
  const fits = ([height, width] as const).map((length, axis) => {
    const room = length === null ? Number.POSITIVE_INFINITY : length + 2 * (margin[axis] ?? 0);
    return Math.min(layer.kernel[axis] ?? 1, Math.floor((room - 1) / (dilation[axis] ?? 1)) + 1);
  });
  const dilated = dilation[0] > 1 || dilation[1] > 1 ? ` with dilation ${dilation.join("×")}` : "";
  const how = typeof padding === "string" ? `'${padding}'` : `pad ${padding.join("x")}`;
  return networkError(
    "kernel-too-large",
    `${layer.kernel.join("×")} ${how}${dilated} does not fit into ${height ?? "?"}×${width ?? "?"}.`,
    `Use 'same' or a kernel of at most ${fits.join("×")}.`,
    entry,
  );
}

/** Keras' deconv_output_length for `same` and `valid`, PyTorch's ConvTranspose2d for explicit padding. */
function transposed(layer: TransposedConv, length: Size, axis: 0 | 1, entry: number): Size {
  if (length === null) return null;
  const stride = layer.stride[axis];
  const reach = span(layer.kernel[axis], layer.dilation[axis]);
  if (layer.padding === "same") return length * stride;
  if (layer.padding === "valid") return length * stride + Math.max(reach - stride, 0);
  const output = (length - 1) * stride - 2 * layer.padding[axis] + reach + layer.outpad[axis];
  if (output >= 1) return output;
  throw networkError(
    "nothing-left",
    `tconv with pad ${layer.padding.join("x")} leaves nothing of ${length} pixels.`,
    "Pad less: pad is cut off the output of a transposed convolution.",
    entry,
  );
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
