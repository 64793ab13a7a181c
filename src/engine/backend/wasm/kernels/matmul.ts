// Matrix products with a transpose flag: the package runs them in plain loops, so the operand is transposed first and XNNPACK
// multiplies.

import * as tf from "@tensorflow/tfjs-core";
import { share } from "./kernel.js";
import { transposed } from "./transpose.js";

/** `BatchMatMul` ([..., m, k] × [..., k, n] → [..., m, n]) and `_FusedMatMul`, which adds a bias and an activation. */
export function registerMatmul(): void {
  for (const name of [tf.BatchMatMul, tf._FusedMatMul]) {
    share(name, ({ inputs, attrs }, base) => {
      const { a, b } = inputs;
      if (a === undefined || b === undefined || !(attrs.transposeA === true || attrs.transposeB === true))
        return base();
      return tf.tidy(() => {
        const turned = {
          ...(inputs as tf.NamedTensorMap),
          ...(attrs.transposeA === true ? { a: turn(a) } : {}),
          ...(attrs.transposeB === true ? { b: turn(b) } : {}),
        };
        return tf.engine().runKernel(name, turned, { ...attrs, transposeA: false, transposeB: false }) as tf.Tensor;
      });
    });
  }
}

/** The last two axes exchanged. */
function turn(info: tf.TensorInfo): tf.Tensor {
  const matrix = info as tf.Tensor;
  const { rank, shape } = matrix;
  const [rows, columns] = shape.slice(-2);
  // A row or a column lies in memory as its transpose does.
  if (rows === 1 || columns === 1) return tf.reshape(matrix, [...shape.slice(0, -2), columns ?? 1, rows ?? 1]);
  if (rank === 2) return transposed(matrix);
  return tf.transpose(matrix, [...Array(rank - 2).keys(), rank - 1, rank - 2]);
}
