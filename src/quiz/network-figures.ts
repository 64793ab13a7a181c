// The figures of a question's network, counted by the engine, for the {{placeholders}} of its texts.
import { countGraph } from "../engine/network/count.js";
import { type MemoryOptions, memoryOf, type NetworkMemory, type TrainingMemory } from "../engine/network/memory.js";
import { readNotation } from "../engine/network/notation/read.js";
import { written } from "../engine/network/parameters.js";
import { volume, writeShape } from "../engine/network/shape.js";

/** A network that a question's texts count. */
export interface FiguredNetwork {
  /** In the notation; its input has a known size. */
  readonly layers: string;
  /** Images of a training step. */
  readonly batch: number;
}

/**
 * Text by placeholder, for 32-bit floats: `parameters`, `weights` (each also by layer: `weights2`), `biases`,
 * `parameters1.working`, `map1` (a layer's output, `map1.values`), `batch`, and amounts of memory, each with
 * `.bytes`, `.millions`, `.kB`, `.MB`, `.MiB`: `parameters`, `map1`, `prediction` (`.maps`, `.keepInput`), `training`
 * (`.maps`, `.inputs`, `.image`, `.image.maps`, `.sgd`, `.momentum`, `.adam`, `.twice` for twice the batch).
 * Throws NetworkError where the network cannot be counted.
 */
export function networkFigures({ layers, batch }: FiguredNetwork): ReadonlyMap<string, string> {
  const count = countGraph(readNotation(layers));
  const memory = (options: MemoryOptions = {}): NetworkMemory => memoryOf(count, options);
  const training = (options: MemoryOptions = {}): TrainingMemory => {
    const needed = memory({ batch, ...options }).training;
    if (needed === null) throw new Error("32-bit training always has a figure");
    return needed;
  };
  const { prediction, layers: maps } = memory();
  const step = training();
  const ofMaps = maps.reduce((sum, bytes) => sum + bytes, 0);
  const biases = count.graph.entries.map((_, entry) =>
    count.graph.nodes.reduce((sum, node) => sum + (node.entry === entry ? biasesOf(node.layer) : 0), 0),
  );
  const all = biases.reduce((sum, each) => sum + each, 0);
  const figures: (readonly [string, string])[] = [
    ["batch", written(batch)],
    ["parameters", written(count.parameters.total)],
    ["weights", written(count.parameters.total - all)],
    ["biases", written(all)],
    ...amount("parameters", prediction.parameters),
    ...amount("prediction", prediction.bytes),
    ...amount("prediction.maps", prediction.maps),
    ...amount("prediction.keepInput", memory({ keepInput: true }).prediction.bytes),
    ...amount("training", step.lowerBound),
    ...amount("training.image", step.perInstance),
    ...amount("training.image.maps", ofMaps),
    ...amount("training.maps", batch * ofMaps),
    ...amount("training.inputs", batch * (step.perInstance - ofMaps)),
    ...amount("training.sgd", training({ optimizer: "sgd" }).total),
    ...amount("training.momentum", training({ optimizer: "momentum" }).total),
    ...amount("training.adam", training({ optimizer: "adam" }).total),
    ...amount("training.twice", training({ batch: 2 * batch }).lowerBound),
    ...count.layers.flatMap((layer, index) => [
      [`parameters${index + 1}`, written(layer.parameters)] as const,
      [`parameters${index + 1}.working`, layer.working().join(", ")] as const,
      [`weights${index + 1}`, written(layer.parameters - (biases[index] ?? 0))] as const,
      [`map${index + 1}`, writeShape(layer.output)] as const,
      [`map${index + 1}.values`, written(volume(layer.output) ?? 0)] as const,
      ...amount(`map${index + 1}`, maps[index] ?? 0),
    ]),
  ];
  return new Map(figures);
}

function biasesOf(layer: { readonly kind: string; readonly bias?: boolean; readonly filters?: number }): number {
  return layer.kind === "conv" && layer.bias === true ? (layer.filters ?? 0) : 0;
}

/** Bytes as texts write them: `.bytes` 6,000,000; `.millions` 1.52; `.kB` and `.MB` 6.0; `.MiB` 12.03 or, from 100 on, 539.4. */
function amount(name: string, bytes: number): (readonly [string, string])[] {
  const mebibytes = bytes / 2 ** 20;
  return [
    [`${name}.bytes`, written(bytes)],
    [`${name}.millions`, String(Number((bytes / 1e6).toFixed(2)))],
    [`${name}.kB`, grouped(bytes / 1e3, 1)],
    [`${name}.MB`, grouped(bytes / 1e6, 1)],
    [`${name}.MiB`, grouped(mebibytes, mebibytes >= 100 ? 1 : 2)],
  ];
}

function grouped(value: number, decimals: number): string {
  const [whole = "0", fraction = "0"] = value.toFixed(decimals).split(".");
  return `${written(Number(whole))}.${fraction}`;
}
