// /params: how many parameters a network has, layer by layer, and the arithmetic behind every number.
import type { NetworkCount } from "../engine/network/count.js";
import { written } from "../engine/network/parameters.js";
import { writeShape } from "../engine/network/shape.js";
import type { Command } from "./command.js";
import { argument } from "./command-context.js";
import { countOf, goOn, LIMIT, networkOption, titleOf } from "./network-options.js";
import { stagesOf } from "./network-stages.js";
import { message } from "./private-message.js";
import type { Block, Message } from "./reply.js";

/** Rows of a table that a phone shows without losing its head. */
const MOST_STAGES = 16;
/** Lines of arithmetic in one message. */
const PAGE = 20;

export function paramsCommand(): Command {
  return {
    name: "params",
    description: "Parameters, multiplications and receptive field of any network, with the arithmetic",
    plain: {
      name: "params",
      description: "Counts any network layer by layer",
      who: "learner",
      limit: LIMIT,
      options: { network: networkOption },
      examples: [
        '/params network:"input 200x300x3; conv 100 3x3 /2; conv 200 3x3 /2; conv 400 3x3 /2"',
        "/params network:resnet50",
      ],
      run: async (_, options) => counted(String(options.network)),
    },
    actions: {
      show: { who: "learner", limit: LIMIT, run: async ({ ref }) => counted(argument(ref, "network")) },
      working: {
        who: "learner",
        limit: LIMIT,
        run: async ({ ref }) => working(argument(ref, "network"), Number(argument(ref, "page")) || 0),
      },
    },
  };
}

function counted(network: string): Message {
  const count = countOf(network);
  const { total, trainable } = count.parameters;
  return message([
    { kind: "heading", text: `${written(total)} parameters` },
    { kind: "text", text: { code: titleOf(network) } },
    {
      kind: "fields",
      fields: [
        {
          name: "Trainable",
          value: trainable === total ? "all of them" : `${written(trainable)}; ${written(total - trainable)} are not`,
        },
        { name: "Multiply-accumulates", value: macsOf(count) },
        { name: "Receptive field", value: receptiveFieldOf(count) },
        { name: "From, to", value: `${writeShape(count.input)} → ${writeShape(count.output)}` },
      ],
    },
    {
      kind: "table",
      columns: [{ title: "Layer" }, { title: "Output" }, { title: "Parameters", align: "right" }],
      rows: stagesOf(count, MOST_STAGES).map(({ label, output, parameters }) => [
        label,
        writeShape(output),
        written(parameters),
      ]),
    },
    ...notes(count.notes),
    {
      kind: "buttons",
      buttons: [
        goOn("params", "working", "Show the arithmetic", { network }),
        goOn("memory", "show", "Memory", { network }),
        goOn("network", "show", "Picture", { network }),
      ],
    },
  ]);
}

/** Layers with parameters or MACs, a page at a time. */
function working(network: string, page: number): Message {
  const { layers } = countOf(network);
  const counting = layers.filter(({ parameters, macs }) => parameters > 0 || macs !== 0);
  const last = Math.max(0, Math.ceil(counting.length / PAGE) - 1);
  const shown = Math.min(Math.max(0, Math.trunc(page)), last);
  const rows = counting.slice(shown * PAGE, (shown + 1) * PAGE);
  const turn = (label: string, to: number) =>
    to >= 0 && to <= last ? [goOn("params", "working", label, { network }, { page: String(to) })] : [];
  const buttons = [...turn("Earlier layers", shown - 1), ...turn("Later layers", shown + 1)];
  return message([
    { kind: "heading", text: "The arithmetic" },
    {
      kind: "text",
      text:
        counting.length === 0
          ? "No layer of it has a parameter or multiplies anything."
          : "A convolution: (kernel height · kernel width · input channels + 1 bias) · filters. Its multiplications: output height · output width · weights of one filter · filters.",
    },
    ...(rows.length === 0
      ? []
      : [
          {
            kind: "fields",
            fields: rows.map(({ name, working: parameters, macsWorking }) => ({
              name,
              value: [...parameters(), ...macsWorking().map((line) => `MACs ${line}`)].join("; ") || "–",
            })),
          } as const,
        ]),
    ...(buttons.length === 0 ? [] : [{ kind: "buttons", buttons } as const]),
  ]);
}

export function macsOf({ macs }: NetworkCount): string {
  if (macs === null) return "unknown, as a size of the input is";
  return `${written(macs)} for one image; 1 MAC = 2 FLOPs`;
}

export function receptiveFieldOf({ receptiveField }: NetworkCount): string {
  return receptiveField === null ? "none (no maps, or upsampling)" : `${receptiveField.join("×")} pixels`;
}

export function notes(sentences: readonly string[]): Block[] {
  return sentences.map((sentence) => ({ kind: "text", text: { italic: sentence } }));
}
