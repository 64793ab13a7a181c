// Maps alive at once, found the slow way: at every layer, every earlier map is asked who still needs it.
import type { NetworkCount } from "../../../src/engine/network/count.js";
import { INPUT } from "../../../src/engine/network/graph.js";

const IN_PLACE = new Set([
  "activation",
  "prelu",
  "bn",
  "ln",
  "lrn",
  "dropout",
  "flatten",
  "se",
  "rescale",
  "standardise",
  "identity",
]);

/** Numbers (not bytes) of the largest set of buffers alive while one layer runs; the input is none of them. */
export function predictionMaps({ graph, shapes }: NetworkCount): number {
  const { nodes } = graph;
  const home = (index: number): number => {
    const node = nodes[index];
    if (index === INPUT || node === undefined) return INPUT;
    return IN_PLACE.has(node.layer.kind) ? home(node.inputs[0] ?? INPUT) : index;
  };
  const readers = nodes.map((_, index) =>
    nodes.flatMap((node, at) => (node.inputs.some((from) => home(from) === index) ? [at] : [])),
  );
  let most = 0;
  for (const [now] of nodes.entries()) {
    let sum = 0;
    for (let made = 0; made <= now; made++) {
      if (home(made) !== made) continue;
      const needed = made === now || (readers[made] ?? []).some((reader) => reader >= now);
      if (needed) sum += (shapes[made] ?? []).reduce<number>((product, size) => product * (size ?? 0), 1);
    }
    most = Math.max(most, sum);
  }
  return most;
}
