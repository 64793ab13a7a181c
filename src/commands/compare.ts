// /compare: two networks side by side, and which layers differ.
import { writeBytesShort } from "../engine/network/bytes.js";
import type { NetworkCount } from "../engine/network/count.js";
import { describeEntry } from "../engine/network/describe.js";
import { memoryOf } from "../engine/network/memory.js";
import { written } from "../engine/network/parameters.js";
import { isMap, volume, writeShape } from "../engine/network/shape.js";
import type { Command } from "./command.js";
import { countOf, LIMIT, networkOption, titleOf } from "./network-options.js";
import { notes, receptiveFieldOf } from "./params.js";
import type { Block, Message } from "./reply.js";

/** Differing layers shown of each network. */
const MOST_DIFFERENCES = 12;

export function compareCommand(): Command {
  return {
    name: "compare",
    description: "Two networks side by side: parameters, memory, multiplications, and what changed",
    plain: {
      name: "compare",
      description: "Compares any two networks",
      who: "learner",
      limit: LIMIT,
      options: {
        a: networkOption,
        b: { ...networkOption, description: "The other network, written in any of these ways" },
      },
      examples: [
        "/compare a:resnet50 b:mobilenetv2",
        '/compare a:"input 32x32x3; conv 64 5x5" b:"input 32x32x3; separable 64 5x5"',
      ],
      run: async (_, options) => compared(String(options.a), String(options.b)),
    },
    actions: {},
  };
}

function compared(a: string, b: string): Message {
  const [one, other] = [countOf(a), countOf(b)];
  const row = (
    name: string,
    [left, right]: readonly [number | null, number | null],
    write: (value: number) => string,
  ) => [name, left === null ? "unknown" : write(left), right === null ? "unknown" : write(right), ratio(left, right)];
  const bytes = (value: number): string => writeBytesShort(value).replace(" = ", ", ");
  return {
    kind: "message",
    private: true,
    blocks: [
      { kind: "heading", text: "Side by side" },
      {
        kind: "fields",
        fields: [
          { name: "a", value: { code: titleOf(a) } },
          { name: "b", value: { code: titleOf(b) } },
        ],
      },
      {
        kind: "table",
        columns: [
          { title: "" },
          { title: "a", align: "right" },
          { title: "b", align: "right" },
          { title: "b : a", align: "right" },
        ],
        rows: [
          row("Parameters", [one.parameters.total, other.parameters.total], written),
          row("MACs", [one.macs, other.macs], written),
          row("One prediction", [prediction(one), prediction(other)], bytes),
          row("Training, an image more", [perImage(one), perImage(other)], bytes),
          ["Receptive field", receptiveFieldOf(one), receptiveFieldOf(other), ""],
          ["Layers", written(one.layers.length), written(other.layers.length), ""],
          ["Output", writeShape(one.output), writeShape(other.output), ""],
        ].map((cells) => cells.map((cell) => (cell === "" ? " " : cell))),
      },
      ...differences(one, other),
      ...notes([...new Set([...one.notes, ...other.notes])]),
    ],
  };
}

const hasSizes = ({ input }: NetworkCount): boolean => !isMap(input) || volume(input) !== null;

const prediction = (count: NetworkCount): number | null => (hasSizes(count) ? memoryOf(count).prediction.bytes : null);

const perImage = (count: NetworkCount): number | null =>
  hasSizes(count) ? (memoryOf(count).training?.perInstance ?? null) : null;

function ratio(a: number | null, b: number | null): string {
  if (a === null || b === null || a === 0) return " ";
  const value = b / a;
  return `${value.toFixed(value >= 100 ? 0 : 2)} ×`;
}

/** Layers by their words: what both have in order (their longest common part) is not shown. */
function differences(one: NetworkCount, other: NetworkCount): Block[] {
  const [a, b] = [layersOf(one), layersOf(other)];
  const { onlyA, onlyB } = unlike(a, b);
  if (onlyA.length + onlyB.length === 0) return [{ kind: "text", text: "Both have the same layers." }];
  const list = (layers: readonly string[]): string =>
    layers.length === 0
      ? "nothing"
      : `${layers.slice(0, MOST_DIFFERENCES).join("; ")}${layers.length > MOST_DIFFERENCES ? `; and ${layers.length - MOST_DIFFERENCES} more` : ""}`;
  return [
    {
      kind: "fields",
      fields: [
        { name: "Only in a", value: list(onlyA) },
        { name: "Only in b", value: list(onlyB) },
      ],
    },
  ];
}

function layersOf({ graph, layers }: NetworkCount): string[] {
  return layers.map(({ name, type }, index) => {
    const words = describeEntry(graph, index);
    return words === "" ? (type === "" ? name : type) : words;
  });
}

/** Cells of the table of a longest common subsequence; above it the middles are compared as they stand. */
const LARGEST_TABLE = 4_000_000;

/** What is not in the longest common subsequence (Wagner and Fischer's table, after the common ends are cut off). */
function unlike(a: readonly string[], b: readonly string[]): { onlyA: string[]; onlyB: string[] } {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  const [left, right] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  if (left.length * right.length > LARGEST_TABLE) return { onlyA: left, onlyB: right };
  const width = right.length + 1;
  const table = new Uint16Array((left.length + 1) * width);
  const at = (row: number, column: number): number => table[row * width + column] ?? 0;
  for (let row = left.length - 1; row >= 0; row -= 1)
    for (let column = right.length - 1; column >= 0; column -= 1)
      table[row * width + column] =
        left[row] === right[column] ? at(row + 1, column + 1) + 1 : Math.max(at(row + 1, column), at(row, column + 1));
  const [onlyA, onlyB]: [string[], string[]] = [[], []];
  let [row, column] = [0, 0];
  while (row < left.length || column < right.length) {
    const [mine, theirs] = [left[row], right[column]];
    if (mine !== undefined && mine === theirs) [row, column] = [row + 1, column + 1];
    else if (mine !== undefined && (theirs === undefined || at(row + 1, column) >= at(row, column + 1))) {
      onlyA.push(mine);
      row += 1;
    } else if (theirs !== undefined) {
      onlyB.push(theirs);
      column += 1;
    }
  }
  return { onlyA, onlyB };
}
