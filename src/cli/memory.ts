// `convo memory`: what a network needs for a prediction and for training, and the largest batch that fits.
import { readBytes, writeBytes, writeBytesShort } from "../engine/network/bytes.js";
import type { NetworkCount } from "../engine/network/count.js";
import { LARGEST_NUMBER } from "../engine/network/limits.js";
import { type MemoryOptions, memoryOf, type NetworkMemory, OPTIMIZERS, PRECISIONS } from "../engine/network/memory.js";
import { countNetwork } from "../engine/network/network.js";
import { written } from "../engine/network/parameters.js";
import { writeShape } from "../engine/network/shape.js";
import { UserError } from "../errors.js";
import { columns } from "./columns.js";
import { type Calculation, calculateNetworks, type NetworkOptions } from "./network-input.js";

/** As commander hands them over: text, not yet checked. */
export interface MemoryCommandOptions extends NetworkOptions {
  readonly batch?: string;
  readonly optimizer?: string;
  readonly precision?: string;
  readonly keepInput?: boolean;
  readonly gpu?: string;
}

export async function memoryCommand(words: readonly string[], options: MemoryCommandOptions): Promise<void> {
  await calculateNetworks(words, options, () => memoryCalculation(readMemoryOptions(options)));
}

interface Result {
  readonly count: NetworkCount;
  readonly memory: NetworkMemory;
}

export function memoryCalculation(options: MemoryOptions): Calculation<Result> {
  return {
    calculate: (network) => {
      const count = countNetwork(network);
      return { count, memory: memoryOf(count, options) };
    },
    toJson: memoryJson,
    toText: (result) => memoryText(result, options),
  };
}

/** Throws UserError: `bad-batch`, `bad-optimizer`, `bad-precision`, `bad-size`, `size-without-unit`. */
export function readMemoryOptions({
  batch,
  optimizer,
  precision,
  keepInput,
  gpu,
}: MemoryCommandOptions): MemoryOptions {
  return {
    ...(batch === undefined ? {} : { batch: readBatch(batch) }),
    ...(optimizer === undefined ? {} : { optimizer: oneOf("optimizer", OPTIMIZERS, optimizer) }),
    ...(precision === undefined ? {} : { precision: oneOf("precision", PRECISIONS, precision) }),
    ...(keepInput === undefined ? {} : { keepInput }),
    ...(gpu === undefined ? {} : { gpu: readBytes(gpu) }),
  };
}

function readBatch(text: string): number {
  const batch = /^\d{1,9}$/.test(text.trim()) ? Number(text) : 0;
  if (batch >= 1 && batch <= LARGEST_NUMBER) return batch;
  throw new UserError(
    "bad-batch",
    `"${text.slice(0, 40)}" is no batch size.`,
    `Write a whole number from 1 to ${written(LARGEST_NUMBER)}.`,
  );
}

function oneOf<Name extends string>(what: string, names: readonly Name[], text: string): Name {
  const found = names.find((name) => name === text.trim().toLowerCase());
  if (found !== undefined) return found;
  throw new UserError(
    `bad-${what}`,
    `"${text.slice(0, 40)}" is no ${what} that is known here.`,
    `Choose one of ${names.join(", ")}.`,
  );
}

function memoryJson({ count, memory }: Result): object {
  const { prediction, training, largestBatch, largestLayer, notes } = memory;
  return {
    prediction: { bytes: prediction.bytes, parameters: prediction.parameters, maps: prediction.maps },
    training:
      training === null
        ? null
        : {
            batch: training.batch,
            lowerBound: training.lowerBound,
            gradients: training.gradients,
            optimizer: training.optimizer,
            master: training.master,
            total: training.total,
          },
    largestBatch,
    largestLayer: largestLayer === null ? null : { ...largestLayer, name: count.layers[largestLayer.layer]?.name },
    notes: [...count.notes, ...notes],
  };
}

function memoryText({ count, memory }: Result, { optimizer = "none", precision = "32", gpu }: MemoryOptions): string {
  const { prediction, training, largestBatch, largestLayer, layers, notes } = memory;
  const rows = count.layers.map((layer, index) => [
    layer.name,
    writeShape(layer.output),
    (layers[index] ?? 0) === 0 ? "in place" : written(layers[index] ?? 0),
  ]);
  const alive = prediction.alive
    .map(({ layer, bytes }) => `${count.layers[layer]?.name} ${written(bytes)}`)
    .join(" + ");
  const largest = largestLayer === null ? undefined : count.layers[largestLayer.layer]?.name;
  return [
    columns([["layer", "output", "bytes"], ...rows], [2]),
    "",
    `Prediction of one image, ${precision === "mixed" ? "16" : precision} bits a number:`,
    columns(
      [
        ["  parameters", writeBytes(prediction.parameters)],
        ["  maps", `${writeBytes(prediction.maps)}${alive === "" ? "" : `, alive at once: ${alive}`}`],
        ["  together", writeBytes(prediction.bytes)],
      ],
      [],
    ),
    ...(training === null
      ? []
      : [
          `Training, batch ${written(training.batch)}, optimizer ${optimizer}, precision ${precision}:`,
          columns(
            [
              ["  lower bound", writeBytes(training.lowerBound)],
              ["  gradients", writeBytes(training.gradients)],
              ["  optimizer", writeBytes(training.optimizer)],
              ["  master copy", writeBytes(training.master)],
              ["  together", writeBytes(training.total)],
            ],
            [],
          ),
        ]),
    ...(largestBatch === null || gpu === undefined
      ? []
      : [`Largest batch that fits into ${writeBytesShort(gpu)}: ${written(largestBatch)}`]),
    ...(largest === undefined
      ? []
      : [`The maps of ${largest} need most: ${writeBytesShort(largestLayer?.bytes ?? 0)} an image`]),
    ...[...count.notes, ...notes].map((note) => `Note: ${note}`),
  ].join("\n");
}
