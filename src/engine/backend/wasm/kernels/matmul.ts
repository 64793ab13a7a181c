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
        if (name === tf.BatchMatMul && attrs.transposeA !== true && isLargeBesides(b, a)) {
          // (a bᵀ) = (b aᵀ)ᵀ: turning the product around is less work than turning b and packing it for XNNPACK.
          return transposed(tf.matMul(b as tf.Tensor, a as tf.Tensor, false, true));
        }
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

/** b [n, k] is more to turn and to pack than a [m, k] and the product [n, m] are to turn. */
function isLargeBesides(b: tf.TensorInfo, a: tf.TensorInfo): boolean {
  if (a.shape.length !== 2 || b.shape.length !== 2) return false;
  const [[m = 0, k = 0], [n = 0]] = [a.shape, b.shape];
  return n > m && 2 * n * k > m * (n + k);
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
