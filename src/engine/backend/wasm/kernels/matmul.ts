// Matrix products with a transpose flag: the package runs them in plain loops, so the operand is transposed first and XNNPACK
// multiplies.

import * as tf from "@tensorflow/tfjs-core";
import { type Inputs, registered, replaceKernel } from "./kernel.js";

type Attrs = Readonly<{ transposeA: boolean; transposeB: boolean; [name: string]: tf.Attribute }>;
const ours = new WeakSet<tf.KernelFunc>();

/** `BatchMatMul` ([..., m, k] × [..., k, n] → [..., m, n]) and `_FusedMatMul`, which adds a bias and an activation. */
export function registerMatmul(): void {
  for (const name of [tf.BatchMatMul, tf._FusedMatMul]) {
    const base = registered(name)?.kernelFunc;
    if (base === undefined || ours.has(base)) continue;
    replaceKernel(name, (inputs: Inputs<"a" | "b">, attrs: Attrs) => {
      const a = attrs.transposeA ? turned(inputs.a) : inputs.a;
      const b = attrs.transposeB ? turned(inputs.b) : inputs.b;
      const made = base({
        inputs: { ...inputs, a, b },
        backend: tf.backend(),
        attrs: { ...attrs, transposeA: false, transposeB: false },
      });
      return tf.engine().makeTensorFromTensorInfo(made as tf.TensorInfo);
    });
    const now = registered(name)?.kernelFunc;
    if (now !== undefined) ours.add(now);
  }
}

/** The last two axes exchanged. */
function turned(matrix: tf.Tensor): tf.Tensor {
  const { rank, shape } = matrix;
  const [rows, columns] = shape.slice(-2);
  // A row or a column lies in memory as its transpose does.
  if (rows === 1 || columns === 1) return tf.reshape(matrix, [...shape.slice(0, -2), columns ?? 1, rows ?? 1]);
  return tf.transpose(matrix, [...Array(rank - 2).keys(), rank - 1, rank - 2]);
}
