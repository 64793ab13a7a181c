// The slips that learners make in these calculations, each as the number that it leads to for the very network at hand.
import { countGraph, type NetworkCount } from "../../engine/network/count.js";
import { NetworkError } from "../../engine/network/failure.js";
import { INPUT, type Node } from "../../engine/network/graph.js";
import type { Layer } from "../../engine/network/layer.js";
import { memoryOf } from "../../engine/network/memory.js";
import { isMap } from "../../engine/network/shape.js";
import type { Task } from "./task.js";

export interface Slip {
  readonly id: string;
  /** What was probably done, as said to the learner. */
  readonly what: string;
  /** The step as it should be. */
  readonly step: string;
  /** What it leads to: in the task's own measure. */
  readonly value: number | readonly number[];
}

const FLOAT = 4;
const MEBI = 2 ** 20;

/** Every slip that this task allows, those whose number is the right one left out. */
export function slipsOf(task: Task): readonly Slip[] {
  const all = { params: parameterSlips, memory: memorySlips, shapes: shapeSlips, "receptive-field": fieldSlips };
  return all[task.kind](task).filter(({ value }) => !sameNumbers(value, task.right));
}

export function sameNumbers(a: number | readonly number[], b: number | readonly number[]): boolean {
  return [a].flat().join() === [b].flat().join();
}

const PADDING = {
  what: "The paddings look exchanged: 'same' keeps the size (divided by the stride, rounded up), 'valid' loses kernel − 1 pixels.",
  step: "Size: same ⌈n / stride⌉, valid ⌈(n − kernel + 1) / stride⌉.",
};
const STRIDE = {
  what: "The strides look ignored.",
  step: "A stride of 2 halves height and width, and every later step counts double.",
};

function parameterSlips({ count, right }: Task): Slip[] {
  const trainable = (changed: NetworkCount): number => changed.parameters.trainable;
  return [
    ...changed(count, withoutBias, trainable, {
      id: "biases",
      what: "The biases are missing.",
      step: "One bias a filter (or unit): (kernel² · input channels + 1) · filters.",
    }),
    {
      id: "input-channels",
      what: "The kernels look flat: a filter spans all its input channels.",
      step: "(kernel² · input channels + 1) · filters.",
      value: sumOfConvs(count, ({ kernel, filters, bias }) => (kernel + bias) * filters),
    },
    {
      id: "bias-per-weight",
      what: "A bias seems to be counted for each input channel; a filter has one.",
      step: "(kernel² · input channels + 1) · filters.",
      value: sumOfConvs(count, ({ kernel, channels, filters, bias }) => (kernel + bias) * channels * filters),
    },
    {
      id: "bn-trainable",
      what: "Batch norm's moving mean and variance are counted as trainable.",
      step: "Batch norm: 4 a channel, of which 2 (gamma and beta) train.",
      value: count.parameters.total,
    },
    {
      id: "ten-times",
      what: "It is ten times too large: a zero too many.",
      step: "Go through the layers again: the arithmetic is below.",
      value: Number(right) * 10,
    },
    ...changed(count, exchangedPadding, trainable, { id: "padding", ...PADDING }),
    ...changed(count, withoutStride, trainable, { id: "stride", ...STRIDE }),
  ];
}

function memorySlips({ count, right, batch }: Task): Slip[] {
  const bytes = Number(right);
  const all = memoryOf(count, { batch: Math.max(1, batch) });
  const parameters = count.parameters.total * FLOAT;
  const perInstance = all.training?.perInstance ?? 0;
  const image = count.input.reduce<number>((product, size) => product * (size ?? 0), FLOAT);
  const largest = Math.max(0, ...all.layers);
  const measured = (changedCount: NetworkCount): number => {
    const { prediction, training } = memoryOf(changedCount, { batch: Math.max(1, batch) });
    return batch === 0 ? prediction.bytes : (training?.lowerBound ?? 0);
  };
  const both: Slip[] = [
    {
      id: "mib-for-mb",
      what: "The number is right in MB, but you wrote MiB: 1 MiB = 1,048,576 bytes.",
      step: "Bytes / 10⁶ = MB; bytes / 2²⁰ = MiB.",
      value: (bytes / 1e6) * MEBI,
    },
    {
      id: "mb-for-mib",
      what: "The number is right in MiB, but you wrote MB: 1 MB = 1,000,000 bytes.",
      step: "Bytes / 10⁶ = MB; bytes / 2²⁰ = MiB.",
      value: (bytes / MEBI) * 1e6,
    },
    {
      id: "four-bytes",
      what: "These are numbers, not bytes: a 32-bit float takes 4 bytes.",
      step: "Numbers · 4 bytes.",
      value: bytes / FLOAT,
    },
    {
      id: "parameters",
      what: "The parameters are missing.",
      step: "Parameters · 4 bytes come on top of the maps.",
      value: bytes - parameters,
    },
    ...changed(count, exchangedPadding, measured, { id: "padding", ...PADDING }),
    ...changed(count, withoutStride, measured, { id: "stride", ...STRIDE }),
  ];
  const largestOnly = {
    id: "largest-map",
    what: "Only the largest map is counted.",
    step: "While a layer runs, its input and its output are alive together.",
  };
  if (batch === 0)
    return [
      ...both,
      { ...largestOnly, value: parameters + largest },
      {
        id: "all-maps",
        what: "All maps are counted; a prediction keeps only those that are still needed.",
        step: "The largest sum of maps alive at once, not the sum of all.",
        value: parameters + perInstance - image,
      },
      {
        id: "input",
        what: "The input image and all maps are counted; here it is only the maps alive at once.",
        step: "Parameters + the largest sum of maps alive at once.",
        value: parameters + perInstance,
      },
    ];
  return [
    ...both,
    {
      id: "parameters-times-batch",
      what: "The parameters are multiplied by the batch: they are there once, whatever the batch.",
      step: "Parameters + batch · (input + maps).",
      value: batch * (parameters + perInstance),
    },
    {
      id: "batch",
      what: "The batch is missing: that is one image.",
      step: "Parameters + batch · (input + maps).",
      value: parameters + perInstance,
    },
    {
      id: "input",
      what: "The input images are missing.",
      step: "Parameters + batch · (input + maps).",
      value: parameters + batch * (perInstance - image),
    },
    {
      id: "alive-only",
      what: "Only the maps alive at once are counted; training keeps all of them for the backward pass.",
      step: "Parameters + batch · (input + all maps).",
      value: parameters + batch * (image + all.prediction.maps),
    },
  ];
}

function shapeSlips({ count }: Task): Slip[] {
  const shape = (changedCount: NetworkCount): readonly number[] => changedCount.output.map((size) => size ?? 0);
  const [height = 0, width = 0] = shape(count);
  const channels = (value: number): readonly number[] => (isMap(count.output) ? [height, width, value] : [value]);
  return [
    ...changed(count, exchangedPadding, shape, { id: "padding", ...PADDING }),
    ...changed(count, withoutStride, shape, { id: "stride", ...STRIDE }),
    {
      id: "channels",
      what: "The channels are the input's: a convolution gives as many maps as it has filters.",
      step: "Channels out = filters.",
      value: channels(count.input.at(-1) ?? 0),
    },
    {
      id: "transposed",
      what: "Height and width are exchanged.",
      step: "Height comes first.",
      value: isMap(count.output) ? [width, height, count.output[2]] : channels(0),
    },
  ];
}

function fieldSlips({ count }: Task): Slip[] {
  const field = (changedCount: NetworkCount): number => changedCount.receptiveField?.[0] ?? 0;
  const windows = count.graph.nodes.flatMap(({ layer }) => ("kernel" in layer ? [layer.kernel[0]] : []));
  return [
    ...changed(count, withoutStride, field, { id: "stride", ...STRIDE }),
    ...changed(count, withoutDilation, field, {
      id: "dilation",
      what: "The dilation is ignored: it spreads the kernel to (kernel − 1) · dilation + 1.",
      step: "Field + (kernel − 1) · dilation · product of the strides before.",
    }),
    {
      id: "kernels-summed",
      what: "The kernels are added up; each adds only kernel − 1.",
      step: "Field + (kernel − 1) · product of the strides before, starting from 1.",
      value: windows.reduce((sum, kernel) => sum + kernel, 0),
    },
    {
      id: "last-layer",
      what: "That is the kernel of the last layer alone: through the layers before, it sees more of the image.",
      step: "Field + (kernel − 1) · product of the strides before, starting from 1.",
      value: windows.at(-1) ?? 0,
    },
  ];
}

/** The slip of counting a changed network; none where nothing of it changes or it no longer fits together. */
function changed(
  { graph }: NetworkCount,
  change: (layer: Layer) => Layer,
  measure: (count: NetworkCount) => number | readonly number[],
  slip: Omit<Slip, "value">,
): Slip[] {
  try {
    const nodes = graph.nodes.map((node) => ({ ...node, layer: change(node.layer) }));
    return [{ ...slip, value: measure(countGraph({ ...graph, nodes })) }];
  } catch (error) {
    if (error instanceof NetworkError) return [];
    throw error;
  }
}

const withoutBias = (layer: Layer): Layer => ("bias" in layer ? { ...layer, bias: false } : layer);

const withoutStride = (layer: Layer): Layer =>
  "stride" in layer && !layer.kind.endsWith("pool") ? { ...layer, stride: [1, 1] } : layer;

const withoutDilation = (layer: Layer): Layer => ("dilation" in layer ? { ...layer, dilation: [1, 1] } : layer);

function exchangedPadding(layer: Layer): Layer {
  if (layer.kind !== "conv" && layer.kind !== "depthwise") return layer;
  const padding = layer.padding === "same" ? "valid" : layer.padding === "valid" ? "same" : layer.padding;
  return { ...layer, padding };
}

interface ConvNumbers {
  /** Weights of one filter in one channel. */
  readonly kernel: number;
  readonly channels: number;
  readonly filters: number;
  /** 1 or 0 */
  readonly bias: number;
}

/** The convolutions counted by a formula of one's own; every other layer as it is. Trainable parameters. */
function sumOfConvs(count: NetworkCount, formula: (numbers: ConvNumbers) => number): number {
  const { nodes } = count.graph;
  return count.parameters.trainable + nodes.reduce((sum, node) => sum + difference(count, node, formula), 0);
}

function difference(count: NetworkCount, node: Node, formula: (numbers: ConvNumbers) => number): number {
  const { layer } = node;
  if (layer.kind !== "conv" || layer.groups !== 1) return 0;
  const [from = INPUT] = node.inputs;
  const channels = (from === INPUT ? count.input : count.shapes[from])?.at(-1) ?? 0;
  const kernel = layer.kernel[0] * layer.kernel[1];
  const bias = layer.bias ? 1 : 0;
  return formula({ kernel, channels, filters: layer.filters, bias }) - (kernel * channels + bias) * layer.filters;
}
