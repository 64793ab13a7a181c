// A tfjs layers model → the bytes of an ONNX file: the walk through the layers.
import type * as layers from "@tensorflow/tfjs-layers";
import { UserError } from "../../../errors.js";
import { GraphBuilder } from "../graph.js";
import type { Dimension, Value } from "../value.js";
import { ACTIVATION_LAYERS } from "./activations.js";
import { type Layer, LayerConfig } from "./config.js";
import { CONVOLUTION_LAYERS } from "./convolutions.js";
import { Emitter, type LayerExport, type Precision } from "./emit.js";
import { readWeights, type WeightsByLayer } from "./layer-weights.js";
import { batchNormOf, MAP_LAYERS } from "./maps.js";
import { unsupported } from "./unsupported.js";
import { type Calls, callsOf, isNested, type LayerCall, nestedModel } from "./walk.js";
import type { Affine } from "./weights.js";

export type { LayerExport, LayerToExport, Precision } from "./emit.js";

export interface ExportOptions {
  /** float16 is storage only: weights are rounded to 11 significant bits, computed is with float32. docs/models.md: the effect. */
  readonly precision?: Precision;
  /** Layers whose outputs become outputs of the graph, too, under the layers' names; maps are NHWC as in tfjs. */
  readonly extraOutputs?: readonly string[];
  /** [height, width, channels] instead of the model's own; null: open until the graph runs. */
  readonly inputShape?: readonly (number | null)[];
  /** Layers of classes that the exporter does not know, or is to export otherwise: by class name. */
  readonly layers?: Readonly<Record<string, LayerExport>>;
  /** Written into the file besides `precision`: labels, version, preprocessing … */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Name of the graph; the model's own by default. */
  readonly name?: string;
}

const LAYERS: Readonly<Record<string, LayerExport>> = { ...MAP_LAYERS, ...ACTIVATION_LAYERS, ...CONVOLUTION_LAYERS };
const FOLDS_INTO = new Set(["Conv2D", "DepthwiseConv2D", "SeparableConv2D", "Conv2DTranspose", "Dense"]);

/**
 * The graph's input `input` is what the model's is (maps NHWC, float32, any batch size), the output `output` as well; further
 * ones are named after their layers. Inside it computes NCHW. Batch normalization is folded where a convolution or dense layer
 * comes right before it.
 * Throws UserError `export-unsupported` for a layer without an ONNX form.
 */
export async function exportLayersModel(model: layers.LayersModel, options: ExportOptions = {}): Promise<Uint8Array> {
  const { precision = "float32", extraOutputs = [], metadata = {} } = options;
  const graph = new GraphBuilder();
  const walk: Walk = {
    emit: new Emitter(graph, precision),
    weights: await readWeights(model),
    layers: { ...LAYERS, ...options.layers },
    extra: new Map(extraOutputs.map((name) => [name, undefined])),
  };
  const outputNames = model.outputs.map((output, at) => (at === 0 ? "output" : output.sourceLayer.name));
  graph.reserve([...outputNames, ...extraOutputs]);
  const inputs = model.inputs.map((input, at) => {
    const sizes = at === 0 && options.inputShape !== undefined ? [null, ...options.inputShape] : input.shape;
    const name = at === 0 ? "input" : input.sourceLayer.name;
    const value = graph.input(name, sizes.map(dimension(at)));
    return walk.emit.fromTfjs(name, value);
  });
  const outputs = exportCalls(model, inputs, "", walk);
  for (const [at, output] of outputs.entries()) {
    const name = outputNames[at] ?? "";
    graph.output(name, walk.emit.toTfjs(`${name}.value`, output));
  }
  for (const [name, value] of walk.extra) {
    if (value === undefined) {
      throw new UserError(
        "export-output-unknown",
        `The model has no layer "${name}" that its outputs depend on.`,
        "Name a layer as model.summary() shows it.",
      );
    }
    graph.output(name, walk.emit.toTfjs(`${name}.extra`, value));
  }
  return graph.build({ name: options.name ?? model.name, metadata: { precision, ...metadata } });
}

interface Walk {
  readonly emit: Emitter;
  readonly weights: WeightsByLayer;
  readonly layers: Readonly<Record<string, LayerExport>>;
  /** Wished outputs, filled as they are met. */
  readonly extra: Map<string, Value | undefined>;
}

/** Nested models are walked in place; their layers' names carry the model's before them. */
function exportCalls(model: layers.LayersModel, inputs: readonly Value[], prefix: string, walk: Walk): Value[] {
  const values = new Map<number, Value>();
  for (const [at, input] of model.inputs.entries()) values.set(input.id, valueAt(inputs, at, input.sourceLayer));
  const calls = callsOf(model);
  const folds = foldsOf(calls, walk);
  for (const call of calls.inOrder) {
    if (call.outputs.every((output) => values.has(output.id))) continue;
    const given = call.inputs.map((input) => {
      const value = values.get(input.id);
      if (value === undefined) throw unsupported(call.layer, "what it takes is not computed before it");
      return value;
    });
    const results = exportCall(call, given, prefix, walk, folds);
    for (const [at, output] of call.outputs.entries()) values.set(output.id, valueAt(results, at, call.layer));
    const [first] = results;
    if (walk.extra.has(call.layer.name) && first !== undefined) walk.extra.set(call.layer.name, first);
  }
  return model.outputs.map((output) => {
    const value = values.get(output.id);
    if (value === undefined) throw unsupported(output.sourceLayer, "it is not computed from the model's inputs");
    return value;
  });
}

function exportCall(
  { layer, outputs }: LayerCall,
  inputs: readonly Value[],
  prefix: string,
  walk: Walk,
  folds: Folds,
): readonly Value[] {
  const name = `${prefix}${layer.name}`;
  if (isNested(layer)) return exportCalls(nestedModel(layer), inputs, `${name}/`, walk);
  if (folds.absorbed.has(layer)) return inputs;
  const exportLayer = walk.layers[layer.getClassName()];
  if (exportLayer === undefined) throw unsupported(layer, "there is no form for this class");
  if (outputs.length !== 1) throw unsupported(layer, `it has ${outputs.length} outputs`);
  const fold = folds.into.get(layer);
  const weights = walk.weights.get(layer) ?? new Map();
  const config = new LayerConfig(layer);
  return [
    exportLayer({ layer, name, config, inputs, weights, emit: walk.emit, ...(fold === undefined ? {} : { fold }) }),
  ];
}

interface Folds {
  /** A layer and the batch normalization that its weights take in. */
  readonly into: ReadonlyMap<Layer, Affine>;
  /** Batch normalizations that are gone. */
  readonly absorbed: ReadonlySet<Layer>;
}

/** Where a linear layer, used once, gives its output to one batch normalization alone. */
function foldsOf(calls: Calls, walk: Walk): Folds {
  const into = new Map<Layer, Affine>();
  const absorbed = new Set<Layer>();
  for (const { layer, inputs, outputs } of calls.inOrder) {
    const [input] = inputs;
    if (layer.getClassName() !== "BatchNormalization" || input === undefined || outputs[0] === undefined) continue;
    const before = input.sourceLayer;
    const isAlone = calls.uses(input) === 1 && calls.times(before) === 1 && calls.times(layer) === 1;
    if (!isAlone || !FOLDS_INTO.has(before.getClassName()) || walk.extra.has(before.name)) continue;
    const config = new LayerConfig(before);
    if (config.text("activation", "linear") !== "linear") continue;
    if (walk.layers[before.getClassName()] !== LAYERS[before.getClassName()]) continue;
    const weights = walk.weights.get(layer) ?? new Map();
    into.set(before, batchNormOf({ layer, config: new LayerConfig(layer), weights }, input.shape.length));
    absorbed.add(layer);
  }
  return { into, absorbed };
}

/** Open sizes by name: the batch, and height and width of maps. */
function dimension(input: number): (size: number | null, axis: number) => Dimension {
  const suffix = input === 0 ? "" : String(input + 1);
  return (size, axis) => size ?? (axis === 0 ? "N" : `${["", "height", "width"][axis] ?? `axis${axis}`}${suffix}`);
}

function valueAt(values: readonly Value[], at: number, layer: Layer): Value {
  const value = values[at];
  if (value === undefined) throw unsupported(layer, `there is no value ${at + 1} for it`);
  return value;
}
