// Known networks inside code: Keras' applications become models; PyTorch's are pointed to the notation.
import { INPUT } from "../graph.js";
import { knownNamed } from "../known/choose.js";
import { readNotation } from "../notation/read.js";
import type { Size } from "../shape.js";
import { Arguments, type PassedArgument } from "./arguments.js";
import { codeError } from "./failure.js";
import { one } from "./layerRule.js";
import { type InputValue, isTensor, type LayerValue, type ModelValue, type TensorValue, writeValue } from "./value.js";
import { layerValue, readSizes, type Workspace } from "./workspace.js";

const HEADS = ["include_top", "weights", "input_tensor", "input_shape", "pooling", "classes", "classifier_activation"];
const MOBILE = ["input_shape", "alpha", "include_top", "weights", "input_tensor", "pooling", "classes"];

/**
 * `MobileNetV2(include_top=False, input_shape=(160, 160, 3))` as a model; undefined if the name is no known network's.
 * Throws `unknown-layer` for PyTorch's, whose heads are replaced in ways that are not followed.
 */
export function readApplication(
  workspace: Workspace,
  name: string,
  passed: readonly PassedArgument[],
  line: number,
): ModelValue | undefined {
  const known = knownNamed([name.toLowerCase()]);
  if (known === undefined || known.rest.length > 0) return undefined;
  const { network } = known;
  if (workspace.library === "torch" || !network.builds.includes("keras")) {
    throw codeError(
      "unknown-layer",
      line,
      `${name} inside code is not read.`,
      `Ask for it in the notation: ${network.name}${network.builds.length > 1 ? " torch" : ""} classes 5.`,
    );
  }
  const args = new Arguments(name, line, name.startsWith("MobileNet") ? MOBILE : HEADS, passed);
  const alpha = args.get("alpha");
  if (alpha !== undefined && alpha !== 1) throw args.bad("alpha", "1.0, the only width that is known");
  const top = args.flag("include_top", true);
  const tensor = args.get("input_tensor");
  const given = isTensor(tensor) && tensor.kind === "input" ? tensor : null;
  if (args.has("input_tensor") && given === null) throw args.bad("input_tensor", "an Input");
  const sizes =
    given?.sizes ?? (args.has("input_shape") ? readSizes(args.get("input_shape"), line, "input_shape") : null);
  const size = sizes ?? (top ? network.input : [null, null, 3]);
  const head = top ? `classes ${args.count("classes", network.classes)}` : "notop";
  const graph = readNotation(`${network.name} keras ${size.map((each) => each ?? "?").join("x")} ${head}`);
  for (const note of graph.notes) workspace.notes.add(note);
  const input: InputValue = given ?? { kind: "input", sizes: size satisfies readonly Size[], line };
  const results: TensorValue[] = [];
  const entries = new Map<number, object>();
  for (const node of graph.nodes) {
    const entry = graph.entries[node.entry];
    const type = entry?.type ?? node.layer.kind;
    const group = entries.get(node.entry) ?? {};
    entries.set(node.entry, group);
    const layer: LayerValue = { ...layerValue(one(type, node.layer), line, { name: entry?.name }), entry: group };
    const from = node.inputs.map((source) => (source === INPUT ? input : (results[source] ?? input)));
    results.push(workspace.apply(layer, from, line));
  }
  const output = pooled(workspace, args, top, results[graph.output] ?? input, line);
  workspace.lastMade = null;
  const model: ModelValue = { kind: "model", input, output, inside: false, line };
  workspace.networks.push(model);
  return model;
}

function pooled(workspace: Workspace, args: Arguments, top: boolean, output: TensorValue, line: number): TensorValue {
  const pooling = args.get("pooling");
  if (top || pooling === undefined || pooling === null) return output;
  if (pooling !== "avg" && pooling !== "max") throw args.bad("pooling", `"avg" or "max", not ${writeValue(pooling)}`);
  const kind = pooling === "avg" ? "gap" : "gmp";
  return workspace.apply(layerValue(one(kind, { kind, keepMap: false }), line), [output], line);
}
