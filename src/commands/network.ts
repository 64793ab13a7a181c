// /network: the picture of a network: its maps, its skips, and where the parameters and the memory are.
import { type NetworkChart, type NetworkRow, networkPng } from "../charts/network.js";
import { writeBytesShort } from "../engine/network/bytes.js";
import type { NetworkCount } from "../engine/network/count.js";
import { memoryOf, type NetworkMemory } from "../engine/network/memory.js";
import { written } from "../engine/network/parameters.js";
import { isMap, type Shape, volume, writeShape } from "../engine/network/shape.js";
import type { Command } from "./command.js";
import { argument } from "./command-context.js";
import { countOf, goOn, networkOption, titleOf } from "./network-options.js";
import { type Stage, stagesOf } from "./network-stages.js";
import type { Message } from "./reply.js";

const MOST_STAGES = 40;

/** A picture takes longer than a count. */
const LIMIT = { times: 10, seconds: 60 };

/** Bytes of a number: the picture shows 32-bit floats. */
const FLOAT = 4;

export function networkCommand(): Command {
  return {
    name: "network",
    description: "A picture of any network: layers, shapes, where the parameters and the memory are",
    plain: {
      name: "network",
      description: "Draws any network",
      who: "learner",
      limit: LIMIT,
      options: { network: networkOption },
      examples: [
        '/network network:"input 28x28; conv 32; maxpool; residual (conv 32 relu; conv 32); gap; dense 10 softmax"',
        "/network network:resnet50",
      ],
      run: async (_, options) => drawn(String(options.network)),
    },
    actions: {
      show: {
        who: "learner",
        limit: LIMIT,
        run: async ({ ref }) => drawn(argument(ref, "network")),
      },
    },
  };
}

/** What the picture shows of a network. Throws UserError where it cannot be counted. */
export function networkChart(network: string): NetworkChart {
  return chartOf(network, measured(network));
}

interface Measured {
  readonly count: NetworkCount;
  readonly memory: NetworkMemory;
  readonly stages: readonly Stage[];
}

function measured(network: string): Measured {
  const count = countOf(network);
  const memory = memoryOf(count);
  return { count, memory, stages: stagesOf(count, MOST_STAGES, memory.layers) };
}

function chartOf(network: string, { count, memory, stages }: Measured): NetworkChart {
  const input: NetworkRow = row({
    label: "input",
    output: count.input,
    parameters: 0,
    bytes: (volume(count.input) ?? 0) * FLOAT,
    from: [],
  });
  return {
    title: titleOf(network, 70),
    summary: `${written(count.parameters.total)} parameters · ${writeBytesShort(memory.prediction.bytes)} to predict one image · 32-bit floats`,
    rows: [input, ...stages.map(row)],
  };
}

async function drawn(network: string): Promise<Message> {
  const own = measured(network);
  const { count, memory, stages } = own;
  return {
    kind: "message",
    private: true,
    blocks: [
      { kind: "heading", text: `${written(count.parameters.total)} parameters, ${writeShape(count.output)} out` },
      {
        kind: "picture",
        name: "network.png",
        png: await networkPng(chartOf(network, own)),
        alt: inWords(count, memory, stages),
      },
      {
        kind: "buttons",
        buttons: [goOn("params", "show", "Parameters", { network }), goOn("memory", "show", "Memory", { network })],
      },
    ],
  };
}

/** In the picture the input is a row of its own, so every index is one more. */
function row({ label, output, parameters, bytes, from }: Stage): NetworkRow {
  const side = sideOf(output);
  return {
    label,
    shape: writeShape(output),
    parameters,
    bytes,
    from: from.map((stage) => stage + 1),
    ...(side === undefined ? {} : { side }),
  };
}

function sideOf(shape: Shape): number | undefined {
  return isMap(shape) ? Math.max(shape[0] ?? 1, shape[1] ?? 1) : undefined;
}

/** The picture for those who cannot see it. */
function inWords(count: NetworkCount, memory: NetworkMemory, stages: readonly Stage[]): string {
  const most = stages.toSorted((a, b) => b.parameters - a.parameters)[0];
  const widest = memory.largestLayer === null ? undefined : count.layers[memory.largestLayer.layer]?.name;
  const rows = stages.map(
    ({ label, output, parameters }) => `${label}, ${writeShape(output)}, ${written(parameters)} parameters`,
  );
  return [
    `A network from ${writeShape(count.input)} to ${writeShape(count.output)}.`,
    most === undefined || most.parameters === 0 ? "No parameters." : `Most parameters are in ${most.label}.`,
    widest === undefined ? "" : `Most memory is in the maps of ${widest}.`,
    `From the input down: ${rows.join("; ")}.`,
  ].join(" ");
}
