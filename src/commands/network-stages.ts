// A counted network as few rows as a phone shows: a row a layer, or, where there are too many, a row a stage of equal map size.
import type { NetworkCount } from "../engine/network/count.js";
import { describeEntry } from "../engine/network/describe.js";
import { INPUT } from "../engine/network/graph.js";
import { isMap, type Shape } from "../engine/network/shape.js";

export interface Stage {
  /** "conv1: conv 100 3×3 /2", or "conv2 to add3 (11 layers)". */
  readonly label: string;
  /** Of its last layer. */
  readonly output: Shape;
  readonly parameters: number;
  /** Bytes of its buffers for one instance; 0 where none were given. */
  readonly bytes: number;
  /** Other stages whose results it reads, by index, the one before apart; `INPUT` is the network's input. */
  readonly from: readonly number[];
}

/** At most `most` stages, in order. `bytes` of each layer as `NetworkMemory.layers` gives them. */
export function stagesOf(count: NetworkCount, most: number, bytes: readonly number[] = []): readonly Stage[] {
  const groups = grouped(count, most);
  const stageOf = new Map(groups.flatMap((layers, stage) => layers.map((layer) => [layer, stage] as const)));
  const sources = groups.map(() => new Set<number>());
  for (const { entry, inputs } of count.graph.nodes) {
    const stage = stageOf.get(entry) ?? 0;
    for (const input of inputs) {
      const source = input === INPUT ? INPUT : (stageOf.get(count.graph.nodes[input]?.entry ?? 0) ?? 0);
      if (source < stage - 1) sources[stage]?.add(source);
    }
  }
  const sum = (layers: readonly number[], of: (layer: number) => number): number =>
    layers.reduce((total, layer) => total + of(layer), 0);
  return groups.map((layers, index) => ({
    label: label(count, layers),
    output: count.layers[layers.at(-1) ?? 0]?.output ?? count.output,
    parameters: sum(layers, (layer) => count.layers[layer]?.parameters ?? 0),
    bytes: sum(layers, (layer) => bytes[layer] ?? 0),
    from: [...(sources[index] ?? [])],
  }));
}

/** Layers by index, in runs: of one layer each, else of equal map size, else (sizes that alternate) of equal length. */
function grouped({ layers }: NetworkCount, most: number): number[][] {
  const indexes = layers.map((_, index) => index);
  if (layers.length <= most) return indexes.map((index) => [index]);
  const runs: number[][] = [];
  let size: string | undefined;
  for (const [index, { output }] of layers.entries()) {
    const own = isMap(output) ? `${output[0]}×${output[1]}` : "vector";
    if (own !== size) runs.push([]);
    runs.at(-1)?.push(index);
    size = own;
  }
  if (runs.length <= most) return runs;
  const length = Math.ceil(layers.length / most);
  return Array.from({ length: Math.ceil(layers.length / length) }, (_, run) =>
    indexes.slice(run * length, (run + 1) * length),
  );
}

function label({ graph, layers }: NetworkCount, [first = 0, ...others]: readonly number[]): string {
  const last = others.at(-1);
  const name = layers[first]?.name ?? "";
  if (last !== undefined) return `${name} to ${layers[last]?.name} (${others.length + 1} layers)`;
  const words = describeEntry(graph, first);
  return words === layers[first]?.type ? name : `${name}: ${words}`;
}
