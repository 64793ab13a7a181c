// Activations: as a setting of another layer, as the Activation layer, and the layers of their own.
import type { Attributes, Value } from "../value.js";
import { type Emitter, innerAxis, type LayerExport, type LayerToExport } from "./emit.js";
import { unsupported } from "./unsupported.js";
import { permute } from "./weights.js";

/** By tfjs' names; the formulas are those of tfjs-layers 4.22, `activations.ts`. */
const ACTIVATIONS: Readonly<Record<string, (emit: Emitter, name: string, input: Value) => Value>> = {
  linear: (_, __, input) => input,
  relu: simple("Relu"),
  relu6: (emit, name, input) => clip(emit, name, input, 6),
  sigmoid: simple("Sigmoid"),
  tanh: simple("Tanh"),
  elu: simple("Elu"),
  selu: simple("Selu"),
  softplus: simple("Softplus"),
  softsign: simple("Softsign"),
  // clip(0.2 x + 0.5, 0, 1)
  hardSigmoid: simple("HardSigmoid", { alpha: { float: 0.2 }, beta: { float: 0.5 } }),
  softmax: (emit, name, input) =>
    emit.graph.node("Softmax", name, [input], { axis: innerAxis(-1, input.shape.length) }),
  logSoftmax: (emit, name, input) =>
    emit.graph.node("LogSoftmax", name, [input], { axis: innerAxis(-1, input.shape.length) }),
  swish: ({ graph }, name, input) => graph.node("Mul", name, [input, graph.node("Sigmoid", `${name}.gate`, [input])]),
  mish: ({ graph }, name, input) => {
    const soft = graph.node("Softplus", `${name}.softplus`, [input]);
    return graph.node("Mul", name, [input, graph.node("Tanh", `${name}.gate`, [soft])]);
  },
  gelu: (emit, name, input) => {
    const { graph } = emit;
    const scaled = graph.node("Mul", `${name}.scaled`, [input, emit.scalar(`${name}.root`, Math.SQRT1_2)]);
    const erf = graph.node("Erf", `${name}.erf`, [scaled]);
    return halfOnePlus(emit, name, input, erf);
  },
  gelu_new: (emit, name, input) => {
    const { graph } = emit;
    const square = graph.node("Mul", `${name}.square`, [input, input]);
    const weighted = graph.node("Mul", `${name}.weighted`, [square, emit.scalar(`${name}.cubic`, 0.044715)]);
    const factor = graph.node("Add", `${name}.factor`, [weighted, emit.scalar(`${name}.one`, 1)]);
    const inner = graph.node("Mul", `${name}.inner`, [input, factor]);
    const scale = emit.scalar(`${name}.root`, Math.sqrt(2 / Math.PI));
    const scaled = graph.node("Mul", `${name}.scaled`, [inner, scale]);
    return halfOnePlus(emit, name, input, graph.node("Tanh", `${name}.tanh`, [scaled]));
  },
};

/** The activation that a layer has as its setting. */
export function activate({ layer, name, config, emit }: LayerToExport, input: Value): Value {
  const wished = config.text("activation", "linear");
  const activation = ACTIVATIONS[wished];
  if (activation === undefined) throw unsupported(layer, `its activation is ${wished}`);
  return activation(emit, `${name}.${wished}`, input);
}

export const ACTIVATION_LAYERS: Readonly<Record<string, LayerExport>> = {
  Activation: (given) => activate(given, onlyInput(given)),
  ReLU: (given) => {
    const most = given.config.numberIfAny("maxValue");
    if (most !== undefined) return clip(given.emit, given.name, onlyInput(given), most);
    return given.emit.graph.node("Relu", given.name, [onlyInput(given)]);
  },
  LeakyReLU: withAlpha("LeakyRelu", "alpha"),
  ELU: withAlpha("Elu", "alpha"),
  ThresholdedReLU: withAlpha("ThresholdedRelu", "theta"),
  Softmax: (given) => {
    const input = onlyInput(given);
    const axis = innerAxis(given.config.number("axis", -1), input.shape.length);
    return given.emit.graph.node("Softmax", given.name, [input], { axis });
  },
  PReLU: (given) => {
    const input = onlyInput(given);
    const alpha = given.weights.get("alpha");
    if (alpha === undefined) throw unsupported(given.layer, "it has no slopes");
    const slopes = alpha.shape.length === 3 ? permute(alpha, [2, 0, 1]) : alpha;
    return given.emit.graph.node("PRelu", given.name, [input, given.emit.weights(`${given.name}.slopes`, slopes)]);
  },
};

export function onlyInput({ layer, inputs }: LayerToExport): Value {
  const [input] = inputs;
  if (input === undefined || inputs.length !== 1) throw unsupported(layer, `it has ${inputs.length} inputs`);
  return input;
}

function simple(op: string, attributes: Attributes = {}): (emit: Emitter, name: string, input: Value) => Value {
  return ({ graph }, name, input) => graph.node(op, name, [input], attributes);
}

function withAlpha(op: string, setting: string): LayerExport {
  return (given) =>
    given.emit.graph.node(op, given.name, [onlyInput(given)], { alpha: { float: given.config.number(setting) } });
}

function clip(emit: Emitter, name: string, input: Value, most: number): Value {
  return emit.graph.node("Clip", name, [input, emit.scalar(`${name}.min`, 0), emit.scalar(`${name}.max`, most)]);
}

/** x (1 + y) / 2 */
function halfOnePlus(emit: Emitter, name: string, input: Value, y: Value): Value {
  const sum = emit.graph.node("Add", `${name}.sum`, [y, emit.scalar(`${name}.unit`, 1)]);
  const half = emit.graph.node("Mul", `${name}.half`, [sum, emit.scalar(`${name}.factor_half`, 0.5)]);
  return emit.graph.node("Mul", name, [input, half]);
}
