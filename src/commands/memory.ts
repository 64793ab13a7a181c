// /memory: what a network needs for a prediction and for training, the largest batch that fits, and five ways to need less.
import { writeBytesShort } from "../engine/network/bytes.js";
import type { NetworkCount } from "../engine/network/count.js";
import { waysToFit } from "../engine/network/fit.js";
import { type MemoryOptions, memoryOf, type NetworkMemory } from "../engine/network/memory.js";
import { written } from "../engine/network/parameters.js";
import type { Command, OptionValues } from "./command.js";
import { argument } from "./command-context.js";
import { countOf, goOn, LIMIT, memoryOptions, readMemoryOptions, titleOf } from "./network-options.js";
import { notes } from "./params.js";
import { message } from "./private-message.js";
import type { Field, Message } from "./reply.js";

export function memoryCommand(): Command {
  return {
    name: "memory",
    description: "Memory of any network for a prediction and for training, and how to make it fit",
    plain: {
      name: "memory",
      description: "Counts bytes: maps, parameters, gradients, optimizer",
      who: "learner",
      limit: LIMIT,
      options: memoryOptions,
      examples: [
        '/memory network:"input 200x300x3; conv 100 3x3 /2; conv 200 3x3 /2; conv 400 3x3 /2" batch:50',
        '/memory network:resnet50 batch:64 optimizer:adam precision:mixed gpu:"8 GiB"',
      ],
      run: async (_, options) => needed(options),
    },
    actions: {
      show: { who: "learner", limit: LIMIT, run: async ({ ref }) => needed(ref.args) },
      ways: { who: "learner", limit: LIMIT, run: async ({ ref }) => ways(ref.args, argument(ref, "network")) },
    },
  };
}

function needed(values: OptionValues): Message {
  const network = String(values.network ?? "");
  const options = readMemoryOptions(values);
  const count = countOf(network);
  const memory = memoryOf(count, options);
  const { prediction, training } = memory;
  const heading =
    training === null
      ? `${short(prediction.bytes)} to predict`
      : `${short(prediction.bytes)} to predict, ${short(training.total)} to train`;
  return message([
    { kind: "heading", text: heading },
    { kind: "text", text: { code: titleOf(network) } },
    {
      kind: "fields",
      fields: [
        ...predictionFields(count, memory),
        ...trainingFields(memory, options),
        ...fitFields(count, memory, options),
      ],
    },
    ...notes([...count.notes, ...memory.notes]),
    {
      kind: "buttons",
      buttons: [
        ...(training === null ? [] : [goOn("memory", "ways", "Make it fit", values)]),
        goOn("params", "show", "Parameters", { network }),
        goOn("network", "show", "Picture", { network }),
      ],
    },
  ]);
}

function predictionFields(count: NetworkCount, { prediction }: NetworkMemory): Field[] {
  const alive = prediction.alive
    .map(({ layer, bytes }) => `${count.layers[layer]?.name} ${written(bytes)}`)
    .join(" + ");
  return [
    {
      name: "One prediction",
      value: `${bytes(prediction.bytes)}: parameters ${written(prediction.parameters)} + maps alive at once ${written(prediction.maps)}${alive === "" ? "" : ` (${alive})`}`,
    },
  ];
}

function trainingFields({ training }: NetworkMemory, { batch = 1, optimizer = "none" }: MemoryOptions): Field[] {
  if (training === null) return [];
  const { lowerBound, gradients, master, total, perInstance } = training;
  const parts = [
    ["gradients", gradients],
    [`state of ${optimizer}`, training.optimizer],
    ["master copy", master],
  ] as const;
  const more = parts.flatMap(([name, size]) => (size === 0 ? [] : [` + ${name} ${written(size)}`])).join("");
  return [
    {
      name: `Training, lower bound, batch ${written(batch)}`,
      value: `${bytes(lowerBound)}: parameters ${written(lowerBound - batch * perInstance)} + ${written(batch)} · ${written(perInstance)} (input and every map)`,
    },
    ...(more === "" ? [] : [{ name: "Training, together", value: `${bytes(total)}: lower bound${more}` }]),
  ];
}

function fitFields(
  count: NetworkCount,
  { largestBatch, largestLayer, training }: NetworkMemory,
  { gpu }: MemoryOptions,
): Field[] {
  const eats = largestLayer === null ? undefined : count.layers[largestLayer.layer]?.name;
  const fits = training !== null && gpu !== undefined && training.total <= gpu;
  return [
    ...(largestBatch === null || gpu === undefined
      ? []
      : [
          {
            name: `Largest batch in ${writeBytesShort(gpu)}`,
            value: largestBatch === 0 ? "none: not even one image fits" : written(largestBatch),
            tone: fits ? ("good" as const) : ("warning" as const),
          },
        ]),
    ...(eats === undefined || largestLayer === null
      ? []
      : [{ name: "Needs most", value: `${eats}: ${writeBytesShort(largestLayer.bytes)} of maps an image` }]),
  ];
}

function ways(values: OptionValues, network: string): Message {
  const options = readMemoryOptions(values);
  const count = countOf(network);
  const now = memoryOf(count, options).training?.total ?? 0;
  const found = waysToFit(count, options);
  const { gpu } = options;
  return message([
    { kind: "heading", text: "Ways to make it fit" },
    {
      kind: "text",
      text: `Now training takes ${bytes(now)}${gpu === undefined ? "" : `; the GPU has ${writeBytesShort(gpu)}`}. Each of these alone:`,
    },
    ...(found.length === 0
      ? [{ kind: "note", tone: "info", text: "None of the five ways applies to this network." } as const]
      : [
          {
            kind: "fields",
            fields: found.map(
              ({ change, total, fits }): Field => ({
                name: change,
                value: `${bytes(total)}, ${percent(total, now)}${fits === null ? "" : fits ? "; fits" : "; does not fit yet"}`,
                ...(fits === null ? {} : { tone: fits ? ("good" as const) : ("warning" as const) }),
              }),
            ),
          } as const,
        ]),
    ...notes(["They can be combined. Try the first that fits, then check that accuracy did not suffer."]),
    { kind: "buttons", buttons: [goOn("memory", "show", "Back to the memory", values)] },
  ]);
}

function percent(total: number, now: number): string {
  const change = Math.round((total / now - 1) * 100);
  return change === 0 ? "about the same" : change < 0 ? `${-change} % less` : `${change} % more`;
}

const bytes = (size: number): string => `${written(size)} B = ${writeBytesShort(size)}`;

/** "12.61 MB": for a heading. */
const short = (size: number): string => writeBytesShort(size).split(" = ")[0] ?? "";
