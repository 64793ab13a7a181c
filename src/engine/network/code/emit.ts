// The tensors that code made → the graph, with the line of every written layer.
import { type Graph, GraphBuilder, INPUT } from "../graph.js";
import type { Shape, Size } from "../shape.js";
import { codeError } from "./failure.js";
import type { LayerValue, TensorValue } from "./value.js";
import { reachable } from "./workspace.js";

/** `lines[i]` is the line of `graph.entries[i]`. `input` overrides what the network's own input says. */
export function emitGraph(
  output: TensorValue,
  input: Shape,
  notes: readonly string[],
): { graph: Graph; lines: readonly number[] } {
  const tensors = reachable(output);
  const builder = new GraphBuilder(inputAsUsed(tensors, input));
  const results = new Map<TensorValue, number>();
  const weights = new Map<LayerValue, readonly number[]>();
  const lines: number[] = [];
  let entry: object | null = null;
  for (const note of notes) builder.note(note);
  for (const tensor of tensors) {
    if (tensor.kind === "input") {
      results.set(tensor, INPUT);
      continue;
    }
    const { layer } = tensor;
    const from = tensor.from.map((source) => results.get(source) ?? INPUT);
    if (layer.form !== null && from.some((source) => source !== INPUT)) throw reshapeInside(layer);
    if (layer.entry === null || layer.entry !== entry) {
      builder.beginEntry(layer.type, layer.name ?? undefined);
      lines.push(tensor.line);
    }
    entry = layer.entry;
    const owners = weights.get(layer);
    const made: number[] = [];
    let last = from;
    for (const [index, part] of layer.parts.entries()) {
      const node = builder.add(part, last, {
        frozen: layer.frozen,
        weights: owners?.[index],
        expects: index === 0 ? layer.expects : null,
      });
      made.push(node);
      last = [node];
    }
    if (owners === undefined) weights.set(layer, made);
    results.set(tensor, last[0] ?? INPUT);
  }
  const graph = builder.finish(results.get(output) ?? INPUT);
  if (graph.nodes.length === 0)
    throw codeError("no-network", output.line, "this network has no layers.", "Paste the lines that add them.");
  const inputs = tensors.filter(({ kind }) => kind === "input");
  if (inputs.length > 1) {
    throw codeError(
      "several-inputs",
      inputs[1]?.line ?? output.line,
      "networks with several inputs are not read.",
      "Give one input.",
    );
  }
  return { graph, lines };
}

/** A reshape of the input itself is the input in another form. */
function inputAsUsed(tensors: readonly TensorValue[], input: Shape): Shape {
  for (const tensor of tensors) {
    if (tensor.kind !== "made" || tensor.layer.form === null || tensor.from[0]?.kind !== "input") continue;
    const form = toShape(tensor.layer.form, tensor.line);
    const [before, after] = [input, form].map((shape) =>
      shape.reduce<number | null>((a, b) => (a === null || b === null ? null : a * b), 1),
    );
    if (before !== null && after !== null && before !== after) {
      throw codeError(
        "bad-reshape",
        tensor.line,
        `${input.join("×")} numbers cannot be read as ${form.join("×")}.`,
        "Both must have as many numbers.",
      );
    }
    return form;
  }
  return input;
}

function reshapeInside(layer: LayerValue): Error {
  return codeError(
    "reshape-inside",
    layer.line,
    "a reshape inside a network is not read.",
    "Reshape only the input; start from the maps it makes, as in input 7x7x256.",
  );
}

/** Sizes in Keras' order → a shape. */
export function toShape(sizes: readonly Size[], line: number): Shape {
  const [first = null, second = null, third = null] = sizes;
  if (sizes.length === 1) return [first];
  if (sizes.length === 2) return [first, second, 1];
  if (sizes.length === 3 && third !== null) return [first, second, third];
  throw codeError(
    "bad-input-shape",
    line,
    `an input of ${sizes.length} axes without known channels is not read.`,
    "Give height, width and channels, such as (224, 224, 3).",
  );
}
