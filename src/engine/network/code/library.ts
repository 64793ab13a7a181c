// Calls of what the code does not define itself: layers, Sequential, Model, functions on tensors, and what may be ignored.
import { distance } from "fastest-levenshtein";
import type { Size } from "../shape.js";
import { activationNamed } from "./activations.js";
import { readApplication } from "./application.js";
import type { PassedArgument } from "./arguments.js";
import { codeError } from "./failure.js";
import { one } from "./layerRule.js";
import { LONG_RANGE, LONGEST_LIST } from "./operators.js";
import { TORCH_FUNCTIONS } from "./torchFunctions.js";
import { TORCH_LAYERS } from "./torchLayers.js";
import {
  type InputValue,
  isLayer,
  isList,
  isNetwork,
  isTensor,
  type LayerValue,
  type ListValue,
  type NameValue,
  type NetworkValue,
  type SequenceValue,
  type TensorValue,
  type Value,
  writeValue,
} from "./value.js";
import { layerValue, readSizes, type Workspace } from "./workspace.js";

const EXAMPLES = {
  keras: "Conv2D, MaxPooling2D, Flatten, Dense, BatchNormalization, Add",
  torch: "nn.Conv2d, nn.MaxPool2d, nn.Flatten, nn.Linear, nn.BatchNorm2d",
};

/** Calls whose argument comes back unchanged. */
const TRANSPARENT = [
  "DataParallel",
  "OrderedDict",
  "ModuleList",
  "list",
  "tuple",
  "compile",
  "clone_model",
  "spectral_norm",
  "weight_norm",
];

/** Value of `path(…)`. Throws `unknown-layer` where a network depends on a call that is not known. */
export function callLibrary(workspace: Workspace, callee: NameValue, passed: readonly PassedArgument[]): Value {
  const { line } = callee;
  const name = callee.path.at(-1) ?? "";
  const first = passed[0]?.value;
  if (name === "isinstance" || name === "callable") return { kind: "unknown", what: `${name}(…)`, line };
  const named = (key: string) => passed.find((argument) => argument.name === key)?.value;
  if (name === "Sequential") return sequence(workspace, passed, line);
  if (name === "Input" || name === "InputLayer") return inputValue(passed, line);
  if (name === "Model" || name === "Functional") return model(workspace, passed, line);
  if (name === "add" && callee.path.length === 2 && (isLayer(first) || isNetwork(first))) {
    addLayer(workspace, unmade(workspace, callee.path[0] ?? "", line), first, line);
    return null;
  }
  const rule = workspace.rules.get(name);
  if (rule !== undefined) return workspace.makeLayer(name, rule, passed, line);
  const application = readApplication(workspace, name, passed, line);
  if (application !== undefined) return application;
  if (name === "preprocess_input" && first !== undefined) return first;
  if (isTensor(first) || (isList(first) && first.items.some(isTensor))) {
    const result = callOnTensors(workspace, name, passed, line);
    if (result !== null) return result;
    throw codeError(
      "unknown-layer",
      line,
      `what ${callee.path.join(".")} does with a tensor is not known.`,
      "Use a layer in its place.",
    );
  }
  if (TRANSPARENT.includes(name) && first !== undefined) return first;
  if (name === "ModuleList" || name === "list") return { kind: "list", items: [], line };
  if (name === "range") return range(passed, line);
  if (name === "len" && isList(first)) return first.items.length;
  if (name === "int" && typeof first === "number") return Math.trunc(first);
  if (name === "summary") tellInput(workspace, named("input_size") ?? passed[1]?.value, line);
  if (["randn", "rand", "zeros", "ones", "empty", "normal", "uniform"].includes(name))
    tellRandom(workspace, passed, line);
  const inLayers = callee.path.at(-2) === "layers" || callee.path.at(-2) === "nn";
  const harmless = /(Loss|Module|Parameter|init|utils)$/.test(name);
  if ((inLayers && !harmless && /^[A-Z]/.test(name)) || passed.some(({ value }) => isLayer(value)))
    throw unknownLayer(workspace, name, line);
  return { kind: "unknown", what: `${callee.path.join(".").slice(0, 60)}(…)`, line };
}

/** A function of a library, or a tensor's method, on the tensor that comes first; null: not known. */
export function callOnTensors(
  workspace: Workspace,
  name: string,
  passed: readonly PassedArgument[],
  line: number,
): Value | null {
  const first = passed[0]?.value;
  const rest = passed.slice(1);
  if (isList(first)) {
    const kind = name === "add" || name === "Add" ? "add" : /^(cat|concat|concatenate)$/.test(name) ? "concat" : null;
    return kind === null ? null : join(workspace, kind, tensorsOf(first, line), line);
  }
  if (!isTensor(first)) return null;
  const second = passed[1]?.value;
  if (name === "add" && isTensor(second)) return join(workspace, "add", [first, second], line);
  if (["detach", "contiguous", "to", "cuda", "cpu", "float", "clone", "type"].includes(name)) return first;
  if (["size", "dim", "numel"].includes(name)) return { kind: "unknown", what: `${name}()`, line };
  const apply = (layer: LayerValue) => workspace.apply(layer, [first], line);
  if (workspace.library === "torch") {
    if (name === "view" || name === "reshape") {
      const sizes = isList(second) ? second.items : rest.map(({ value }) => value);
      if (sizes.length <= 2) return apply(layerValue(one("flatten", { kind: "flatten" }), line));
      return null;
    }
    if (name === "mean") return apply(layerValue(one("gap", { kind: "gap", keepMap: false }), line));
    const layer = TORCH_FUNCTIONS.get(name);
    const rule = layer === undefined ? undefined : TORCH_LAYERS.get(layer);
    if (layer === undefined || rule === undefined) return null;
    return apply(workspace.makeLayer(layer, rule, rest, line));
  }
  const activation = activationNamed(name);
  if (activation === null) return null;
  if (activation === "none") return first;
  return apply(layerValue(one(activation.kind === "activation" ? activation.name : activation.kind, activation), line));
}

export function join(
  workspace: Workspace,
  kind: "add" | "concat",
  tensors: readonly TensorValue[],
  line: number,
): TensorValue {
  return workspace.apply(layerValue(one(kind, { kind }), line, { joins: true }), tensors, line);
}

/** The tensors of a list. Throws `bad-argument` where something else is in it, or fewer than two. */
export function tensorsOf(list: ListValue, line: number): TensorValue[] {
  const tensors = list.items.filter(isTensor);
  if (tensors.length === list.items.length && tensors.length >= 1) return tensors;
  throw codeError(
    "bad-argument",
    line,
    "the list to be joined holds something that is not a layer's result.",
    "Join results of layers: [x, y].",
  );
}

function sequence(workspace: Workspace, passed: readonly PassedArgument[], line: number): SequenceValue {
  const made: SequenceValue = { kind: "sequence", layers: [], input: null, inside: false, line };
  for (const { name, value } of passed) {
    if (name !== null && name !== "layers") continue;
    if (value === null) continue;
    if (isList(value)) for (const item of value.items) addItem(workspace, made, item, line);
    else if (typeof value === "object" && value.kind === "dict") {
      for (const [key, item] of value.entries) addNamed(workspace, made, key, item, line);
    } else addItem(workspace, made, value, line);
  }
  workspace.networks.push(made);
  return made;
}

function addItem(workspace: Workspace, made: SequenceValue, item: Value, line: number): void {
  if (isList(item) && item.items.length === 2 && typeof item.items[0] === "string") {
    addNamed(workspace, made, item.items[0], item.items[1] ?? null, line);
  } else if (item !== null) addLayer(workspace, made, item, line);
}

function addNamed(workspace: Workspace, made: SequenceValue, key: Value, item: Value, line: number): void {
  if (isLayer(item) && typeof key === "string") item.name ??= key.slice(0, 60);
  addLayer(workspace, made, item, line);
}

/** `model.add(layer)`. Throws `unknown-layer` for what is none. */
export function addLayer(workspace: Workspace, made: SequenceValue, item: Value, line: number): void {
  workspace.changes++;
  if (typeof item === "object" && item !== null && item.kind === "input") {
    made.input = item;
    return;
  }
  if (isLayer(item) || isNetwork(item)) {
    if (item === made)
      throw codeError("bad-argument", line, "a network cannot hold itself.", "Use another name for the inner one.");
    if (item.kind !== "layer") item.inside = true;
    made.layers.push(item);
    return;
  }
  const at = typeof item === "object" && item !== null ? item.line : line;
  if (typeof item === "object" && item !== null && item.kind === "name") {
    const name = item.path.at(-1) ?? "";
    if (workspace.rules.has(name)) {
      throw codeError(
        "unknown-layer",
        at,
        `${name} is named but not called.`,
        `Write ${item.path.join(".")}() with its brackets.`,
      );
    }
    throw unknownLayer(workspace, name, at);
  }
  if (typeof item === "object" && item !== null && item.kind === "unknown") {
    throw unknownLayer(workspace, /(\w+)\(…\)$/.exec(item.what)?.[1] ?? item.what, at);
  }
  throw codeError(
    "unknown-layer",
    at,
    `${writeValue(item)} stands where a layer should.`,
    "Give layers, separated by commas.",
  );
}

export function unknownLayer(workspace: Workspace, name: string, line: number): Error {
  const known = [...workspace.rules.keys()];
  const near = known
    .map((other) => ({ other, steps: distance(other.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.steps - b.steps)[0];
  const fix =
    near !== undefined && near.steps <= Math.min(3, name.length / 2)
      ? `Did you mean ${near.other}?`
      : `Layers of images are read, such as ${EXAMPLES[workspace.library]}.`;
  return codeError("unknown-layer", line, `the layer "${name.slice(0, 40)}" is not read.`, fix);
}

/** `model.add(…)` of a model whose first line was not pasted. */
function unmade(workspace: Workspace, name: string, line: number): SequenceValue {
  const known = workspace.unmade.get(name);
  if (known !== undefined) return known;
  const made: SequenceValue = { kind: "sequence", layers: [], input: null, inside: false, line };
  workspace.unmade.set(name, made);
  workspace.networks.push(made);
  return made;
}

function inputValue(passed: readonly PassedArgument[], line: number): InputValue {
  const given = (key: string) => passed.find((argument) => argument.name === key)?.value;
  const batched = given("batch_shape") ?? given("batch_input_shape");
  if (batched !== undefined) return { kind: "input", sizes: readSizes(batched, line, "batch_shape").slice(1), line };
  const shape = given("shape") ?? given("input_shape") ?? passed.find((argument) => argument.name === null)?.value;
  return { kind: "input", sizes: readSizes(shape, line, "the input's shape"), line };
}

function model(workspace: Workspace, passed: readonly PassedArgument[], line: number): Value {
  const positional = passed.filter(({ name }) => name === null).map(({ value }) => value);
  const find = (key: string, position: number) =>
    only(passed.find(({ name }) => name === key || name === `${key}s`)?.value ?? positional[position]);
  const input = find("input", 0);
  const output = find("output", 1);
  if (!isTensor(input) || input.kind !== "input" || !isTensor(output)) {
    throw codeError(
      "bad-model",
      line,
      "Model needs one input, made by Input, and one output, made by layers.",
      "Write Model(inputs, outputs).",
    );
  }
  const made: NetworkValue = { kind: "model", input, output, inside: false, line };
  workspace.networks.push(made);
  workspace.changes++;
  return made;
}

function only(value: Value | undefined): Value | undefined {
  return isList(value) && value.items.length === 1 ? value.items[0] : value;
}

/** A range of more than LONGEST_LIST numbers is not gone through: it may count rounds of training, but no layers. */
function range(passed: readonly PassedArgument[], line: number): Value {
  const [a, b, c] = passed.map(({ value }) => value);
  const [start, stop, step] = b === undefined ? [0, a, 1] : [a, b, c ?? 1];
  if (typeof start !== "number" || typeof stop !== "number" || typeof step !== "number" || step === 0) {
    return { kind: "unknown", what: "range(…)", line };
  }
  const count = Math.max(0, Math.ceil((stop - start) / step));
  if (!(count <= LONGEST_LIST)) return { kind: "unknown", what: LONG_RANGE, line };
  return { kind: "list", items: Array.from({ length: count }, (_, index) => start + index * step), line };
}

/** `(3, 32, 32)`, `[(3, 32, 32)]` or, with the batch, `(1, 3, 32, 32)`. */
export function tellInput(workspace: Workspace, value: Value | undefined, line: number): void {
  const list = isList(value) && isList(value.items[0]) ? value.items[0] : value;
  if (!isList(list) || list.items.some((size) => size !== null && typeof size !== "number")) return;
  const sizes = readSizes(list, line, "the input's shape");
  workspace.toldInput ??= withoutBatch(sizes);
}

function withoutBatch(sizes: readonly Size[]): readonly Size[] {
  return sizes.length === 4 || sizes.length === 2 ? sizes.slice(1) : sizes;
}

function tellRandom(workspace: Workspace, passed: readonly PassedArgument[], line: number): void {
  const positional = passed.filter(({ name }) => name === null).map(({ value }) => value);
  const [first] = positional;
  const items = isList(first) ? first.items : positional;
  if (items.length === 4 || items.length === 2) tellInput(workspace, { kind: "list", items, line }, line);
}
