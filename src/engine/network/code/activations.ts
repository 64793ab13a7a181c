// Activations by the names that Keras and PyTorch give them, as functions, strings or layers.
import type { Layer } from "../layer.js";

/** Lower case, without underscores → the name in the notation. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ...[
    ...[
      "relu",
      "relu6",
      "leakyrelu",
      "elu",
      "selu",
      "celu",
      "gelu",
      "silu",
      "mish",
      "tanh",
      "tanhshrink",
      "hardtanh",
      "sigmoid",
    ],
    ...["logsigmoid", "hardsigmoid", "hardswish", "softmax", "logsoftmax", "softplus", "softsign", "exponential"],
  ].map((name): [string, string] => [name, name]),
  ["swish", "silu"],
  ["hardsilu", "hardswish"],
  ["thresholdedrelu", "relu"],
  ["rrelu", "leakyrelu"],
  ["softmax2d", "softmax"],
  ["softmin", "softmax"],
  ["softshrink", "tanhshrink"],
  ["hardshrink", "tanhshrink"],
]);

/** The layer of an activation's name (`leaky_relu`, `LeakyReLU`, `logsoftmax`); `none` for linear; null: unknown. */
export function activationNamed(name: string): Layer | "none" | null {
  const plain = name.toLowerCase().replaceAll("_", "");
  if (plain === "linear" || plain === "identity" || plain === "none") return "none";
  if (plain === "prelu") return { kind: "prelu", slopes: "channel" };
  const known = NAMES.get(plain);
  return known === undefined ? null : { kind: "activation", name: known };
}
