// What is remembered while code is read: its library, the networks and tensors that it makes, the input sizes that it tells.
import { LARGEST_NUMBER, MOST_JOINED, MOST_LAYERS } from "../limits.js";
import type { Size } from "../shape.js";
import { Arguments, type PassedArgument } from "./arguments.js";
import { codeError } from "./failure.js";
import { KERAS_LAYERS } from "./kerasLayers.js";
import type { LayerRule, MadeLayer } from "./layerRule.js";
import { TORCH_LAYERS } from "./torchLayers.js";
import {
  type InputValue,
  isLayer,
  isList,
  isNetwork,
  isTensor,
  type LayerValue,
  type ModelValue,
  type NetworkValue,
  type ObjectValue,
  type SequenceValue,
  type TensorValue,
  type Value,
} from "./value.js";

export type Library = "keras" | "torch";

/** Expressions and statements that are followed at most: more than any network of MOST_LAYERS layers needs. */
const MOST_STEPS = 200_000;

/** Results that layers make at most, those of networks used as layers counted once more. */
const MOST_RESULTS = 2 * MOST_LAYERS;

/** Items of lists, operands and layers that are gone through at most, all expressions together: each costs little, but not nothing. */
const MOST_TOUCHED = 200_000;

export class Workspace {
  readonly library: Library;
  /** In the order in which they were made. */
  readonly networks: NetworkValue[] = [];
  /** Layers written in no network, as when only a list's lines are pasted. */
  readonly loose: (LayerValue | NetworkValue)[] = [];
  /** What a reader should know, in whole sentences. */
  readonly notes = new Set<string>();
  looseInput: InputValue | null = null;
  /** Networks that `model.add(…)` speaks of before anything made them, by name. */
  readonly unmade = new Map<string, SequenceValue>();
  lastMade: TensorValue | null = null;
  /** Input sizes that a call tells (`summary(model, (3, 32, 32))`), as it tells them, without the batch. */
  toldInput: readonly Size[] | null = null;
  /** Grows whenever a network changes: how a loop or a condition is seen to matter. */
  changes = 0;
  /** Which object runs its `forward` for this tensor: set by the interpreter. */
  runObject: (object: ObjectValue, tensor: TensorValue, line: number) => Value = () => null;
  #steps = 0;
  #touched = 0;
  #layers = 0;
  #results = 0;
  #joined = 0;

  constructor(library: Library) {
    this.library = library;
  }

  get rules(): ReadonlyMap<string, LayerRule> {
    return this.library === "keras" ? KERAS_LAYERS : TORCH_LAYERS;
  }

  /** Layers and results made so far: with it, a loop is seen to build. */
  get made(): number {
    return this.#layers + this.#results;
  }

  /** Throws `too-many-layers` when code runs away (loops within loops, functions that call each other). */
  step(line: number): void {
    if (++this.#steps > MOST_STEPS) throw tooManyLayers(line);
  }

  /** Charges what an expression goes through beside itself. Throws `too-many-layers` as `step` does. */
  touch(items: number, line: number): void {
    this.#touched += items;
    if (this.#touched > MOST_TOUCHED) throw tooManyLayers(line);
  }

  makeLayer(name: string, rule: LayerRule, passed: readonly PassedArgument[], line: number): LayerValue {
    if (++this.#layers > MOST_LAYERS) throw tooManyLayers(line);
    const args = new Arguments(name, line, rule.signature, passed);
    this.changes++;
    return layerValue(rule.make(args), line, {
      name: args.get("name"),
      joins: rule.joins ?? false,
      frozen: args.get("trainable") === false,
      input: inputOf(args),
    });
  }

  /** The result of a layer; of a join, `from` has several. Throws `too-many-layers`, `too-many-branches`. */
  apply(layer: LayerValue, from: readonly TensorValue[], line: number): TensorValue {
    if (++this.#results > MOST_RESULTS) throw tooManyLayers(line);
    this.#joined += from.length - 1;
    if (this.#joined > MOST_JOINED) throw tooManyBranches(line);
    this.changes++;
    const made: TensorValue = { kind: "made", layer, from, order: this.#results, line };
    this.lastMade = made;
    return made;
  }

  applyNetwork(network: LayerValue | NetworkValue, tensor: TensorValue, line: number): TensorValue {
    this.step(line);
    if (network.kind === "layer") return this.apply(network, [tensor], network.line);
    network.inside = true;
    if (network.kind === "model") return this.#replay(network, tensor, line);
    if (network.kind === "object") {
      const result = this.runObject(network, tensor, line);
      if (isTensor(result)) return result;
      throw codeError(
        "no-network",
        line,
        `what ${network.type.name} returns is not the result of layers.`,
        "Return the last layer's result.",
      );
    }
    let result = tensor;
    for (const layer of network.layers) result = this.applyNetwork(layer, result, line);
    return result;
  }

  /** A functional model used as a layer: its calls once more, on another tensor, with the same weights. */
  #replay(model: ModelValue, tensor: TensorValue, line: number): TensorValue {
    const results = new Map<TensorValue, TensorValue>([[model.input, tensor]]);
    for (const made of reachable(model.output)) {
      if (made.kind === "input") continue;
      const from = made.from.map((source) => results.get(source) ?? source);
      results.set(made, this.apply(made.layer, from, line));
    }
    return results.get(model.output) ?? tensor;
  }
}

/** Every tensor that this one depends on and itself, sources first. */
export function reachable(output: TensorValue): TensorValue[] {
  const seen = new Set<TensorValue>([output]);
  for (const tensor of seen) if (tensor.kind === "made") for (const source of tensor.from) seen.add(source);
  const orderOf = (tensor: TensorValue) => (tensor.kind === "made" ? tensor.order : 0);
  return [...seen].sort((a, b) => orderOf(a) - orderOf(b));
}

export function layerValue(
  made: MadeLayer,
  line: number,
  more: { name?: Value | undefined; joins?: boolean; frozen?: boolean; input?: readonly Size[] | null } = {},
): LayerValue {
  return {
    kind: "layer",
    type: made.type,
    name: typeof more.name === "string" && more.name !== "" ? more.name.slice(0, 60) : null,
    parts: made.parts,
    expects: made.expects,
    form: made.form,
    input: more.input ?? null,
    joins: more.joins ?? false,
    frozen: more.frozen ?? false,
    entry: null,
    line,
  };
}

/** The layers that `.layers` of a network lists. */
export function layersOf(network: SequenceValue | ModelValue): Value[] {
  if (network.kind === "sequence") return [...network.layers];
  return [...new Set(reachable(network.output).flatMap((tensor) => (tensor.kind === "made" ? [tensor.layer] : [])))];
}

/** Sets whether everything inside trains, each part once however often it is used. Throws `too-many-layers` as `Workspace.touch` does. */
export function freeze(workspace: Workspace, whole: LayerValue | NetworkValue, frozen: boolean, line: number): void {
  const parts = new Set<LayerValue | NetworkValue>([whole]);
  for (const part of parts) {
    workspace.touch(1, line);
    if (part.kind === "layer") part.frozen = frozen;
    else for (const inner of insideOf(part)) if (isLayer(inner) || isNetwork(inner)) parts.add(inner);
  }
}

function insideOf(network: NetworkValue): readonly Value[] {
  if (network.kind === "sequence") return network.layers;
  if (network.kind === "model") return layersOf(network);
  return [...network.attributes.values()].flatMap((part) => (isList(part) ? part.items : [part]));
}

/** `input_shape=(28, 28, 1)`, `batch_input_shape=(None, …)` or `input_dim=784` of a first layer. */
function inputOf(args: Arguments): readonly Size[] | null {
  if (args.has("input_shape")) return readSizes(args.get("input_shape"), args.line, "input_shape");
  if (args.has("batch_input_shape"))
    return readSizes(args.get("batch_input_shape"), args.line, "batch_input_shape").slice(1);
  if (args.has("input_dim")) return [args.count("input_dim")];
  return null;
}

/** `(28, 28, 1)`, with None for what is not known. Throws `bad-input-shape`. */
export function readSizes(value: Value | undefined, line: number, what: string): readonly Size[] {
  const items = isList(value) ? value.items : typeof value === "number" ? [value] : [];
  const sizes = items.map((size) => {
    if (size === null) return null;
    if (typeof size === "number" && Number.isInteger(size) && size >= 1 && size <= LARGEST_NUMBER) return size;
    throw badShape(line, what);
  });
  if (sizes.length === 0 || sizes.length > 4) throw badShape(line, what);
  return sizes;
}

function badShape(line: number, what: string): Error {
  return codeError(
    "bad-input-shape",
    line,
    `${what} is not a shape of known numbers.`,
    "Write it out, such as (224, 224, 3).",
  );
}

function tooManyBranches(line: number): Error {
  return codeError(
    "too-many-branches",
    line,
    `the joins of this code read more than ${MOST_JOINED.toLocaleString("en")} results.`,
    "Join fewer branches, or repeat less often.",
  );
}

/** Code that makes more than MOST_LAYERS layers. */
export function tooManyLayers(line: number): Error {
  return codeError(
    "too-many-layers",
    line,
    `this code makes more than ${MOST_LAYERS.toLocaleString("en")} layers, or never ends.`,
    "Repeat less often.",
  );
}
