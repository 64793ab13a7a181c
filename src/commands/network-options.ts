// What the calculator's commands share: their options, and a network and its settings in the arguments of a button.
import { readBytes } from "../engine/network/bytes.js";
import type { NetworkCount } from "../engine/network/count.js";
import { NetworkError } from "../engine/network/failure.js";
import { knownNames } from "../engine/network/known/choose.js";
import { type MemoryOptions, OPTIMIZERS, PRECISIONS } from "../engine/network/memory.js";
import { countNetwork } from "../engine/network/network.js";
import { UserError } from "../errors.js";
import type { Completion, OptionSpec, OptionValues } from "./command.js";
import type { ActionRef, Button } from "./reply.js";

/** Counting is quick, but five thousand layers take a moment. */
export const LIMIT = { times: 30, seconds: 60 };

export const networkOption = {
  type: "string",
  description:
    "Layers such as input 28x28; conv 8 3x3; dense 10, a known network such as resnet50, or Keras or PyTorch code",
  required: true,
  complete: async (typed: string) => knownLike(typed),
} as const satisfies OptionSpec;

/** Known networks that begin with, or hold, what is typed so far; every one of them where nothing is. */
function knownLike(typed: string): Completion[] {
  const wanted = typed.trim().toLowerCase();
  const names = knownNames().filter((name) => name.includes(wanted));
  return names
    .toSorted((a, b) => Number(b.startsWith(wanted)) - Number(a.startsWith(wanted)))
    .map((name) => ({ value: name, label: name }));
}

const LARGEST_BATCH = 1_000_000;

export const memoryOptions = {
  network: networkOption,
  batch: { type: "integer", description: "Images of a training step", min: 1, max: LARGEST_BATCH },
  optimizer: {
    type: "string",
    description: "What it keeps beside the parameters",
    choices: OPTIMIZERS.map((value) => ({ value, label: value })),
  },
  precision: {
    type: "string",
    description: "Bits a number",
    choices: PRECISIONS.map((value) => ({ value, label: value === "mixed" ? "mixed" : `${value} bits` })),
  },
  gpu: { type: "string", description: "Memory of the GPU with its unit, such as 8 GiB", maxLength: 40 },
  "keep-input": { type: "boolean", description: "Count the input image in a prediction, too" },
} as const satisfies Readonly<Record<string, OptionSpec>>;

/** Options as checked, or a button's arguments. Throws UserError `size-without-unit`, `bad-size`. */
export function readMemoryOptions(values: OptionValues): MemoryOptions {
  const { batch, gpu } = values;
  const optimizer = OPTIMIZERS.find((name) => name === values.optimizer);
  const precision = PRECISIONS.find((name) => name === values.precision);
  return {
    ...(batch === undefined ? {} : { batch: Number(batch) }),
    ...(optimizer === undefined ? {} : { optimizer }),
    ...(precision === undefined ? {} : { precision }),
    ...(gpu === undefined ? {} : { gpu: readBytes(String(gpu)) }),
    keepInput: String(values["keep-input"]) === "true",
  };
}

/** The network counted. Throws UserError, which names the layer that is to blame, counted from 1, the input apart. */
export function countOf(network: string): NetworkCount {
  try {
    return countNetwork(network);
  } catch (error) {
    if (!(error instanceof NetworkError) || error.layer === null) throw error;
    throw new UserError(error.code, `Layer ${error.layer + 1}: ${error.what}`, error.fix, { cause: error });
  }
}

/** A button that goes on with the same network, and whatever was set beside it. */
export function goOn(
  command: string,
  action: string,
  label: string,
  values: OptionValues,
  more: ActionRef["args"] = {},
): Button {
  const set = Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
  return { label, style: "secondary", press: { command, action, args: { ...Object.fromEntries(set), ...more } } };
}

/** A network's title: its own words on one line, shortened. */
export function titleOf(network: string, longest = 80): string {
  const line = network.replace(/[\p{Cc}\s]+/gu, " ").trim();
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line;
}
