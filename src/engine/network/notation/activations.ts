// Activations by their usual names; none has parameters but prelu.
import type { Layer } from "../layer.js";

const ALIASES: Readonly<Record<string, string>> = {
  relu: "relu",
  relu6: "relu6",
  leakyrelu: "leakyrelu",
  lrelu: "leakyrelu",
  elu: "elu",
  selu: "selu",
  celu: "celu",
  gelu: "gelu",
  silu: "silu",
  swish: "silu",
  mish: "mish",
  tanh: "tanh",
  tanhshrink: "tanhshrink",
  hardtanh: "hardtanh",
  sigmoid: "sigmoid",
  logsigmoid: "logsigmoid",
  hardsigmoid: "hardsigmoid",
  hardswish: "hardswish",
  hardsilu: "hardswish",
  softmax: "softmax",
  logsoftmax: "logsoftmax",
  softplus: "softplus",
  softsign: "softsign",
  exponential: "exponential",
  linear: "linear",
  prelu: "prelu",
};

export const ACTIVATION_NAMES: readonly string[] = Object.keys(ALIASES);

/** The activation of this name (lower case, without - and _), or undefined. */
export function activationNamed(name: string): Layer | undefined {
  const found = Object.hasOwn(ALIASES, name) ? ALIASES[name] : undefined;
  if (found === undefined) return undefined;
  return found === "prelu" ? { kind: "prelu", slopes: "channel" } : { kind: "activation", name: found };
}
