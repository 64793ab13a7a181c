// Products of two matrices on the compiled loops: the package packs the second one for every product, and runs those with a
// transpose flag in plain loops. Batches of matrices stay with the package, once they are transposed.

import * as tf from "@tensorflow/tfjs-core";
import { share } from "./kernel.js";
import { product, transposedProduct } from "./products.js";
import { transposed } from "./transpose.js";

/** `BatchMatMul` ([..., m, k] × [..., k, n] → [..., m, n]) and `_FusedMatMul`, which adds a bias and an activation. */
export function registerMatmul(): void {
  share(tf.BatchMatMul, ({ inputs, attrs }, base) => {
    const { a, b } = inputs as tf.NamedTensorMap;
    if (a === undefined || b === undefined || a.dtype !== "float32" || b.dtype !== "float32") return base();
    const [rows, columns] = [matrixOf(a), matrixOf(b)];
    if (rows === undefined || columns === undefined) return withoutFlags(tf.BatchMatMul, inputs, attrs, base);
    return tf.tidy(() => {
      const out = productOf(rows, columns, attrs.transposeA === true, attrs.transposeB === true);
      return tf.reshape(out, [...a.shape.slice(0, -2), ...out.shape]);
    });
  });
  share(tf._FusedMatMul, ({ inputs, attrs }, base) => withoutFlags(tf._FusedMatMul, inputs, attrs, base));
}

/** A single matrix without its leading ones. */
function matrixOf(tensor: tf.Tensor): tf.Tensor | undefined {
  const [rows = 0, columns = 0] = tensor.shape.slice(-2);
  return tensor.size === rows * columns ? tf.reshape(tensor, [rows, columns]) : undefined;
}

function productOf(a: tf.Tensor, b: tf.Tensor, transposeA: boolean, transposeB: boolean): tf.Tensor {
  if (!transposeB) return transposeA ? transposedProduct(a, b) : product(a, b);
  if (transposeA) return product(transposed(a), transposed(b));
  const [[m = 0, k = 0], [n = 0]] = [a.shape, b.shape];
  // (a bᵀ) = (b aᵀ)ᵀ: where b is large, turning the product around is less work than turning b.
  return n * k > m * (n + k) ? transposed(product(b, transposed(a))) : product(a, transposed(b));
}

type Kernel = Parameters<Parameters<typeof share>[1]>;

function withoutFlags(name: string, inputs: Kernel[0]["inputs"], attrs: Kernel[0]["attrs"], base: Kernel[1]) {
  const { a, b } = inputs as tf.NamedTensorMap;
  if (a === undefined || b === undefined || !(attrs.transposeA === true || attrs.transposeB === true)) return base();
  return tf.tidy(() => {
    const turned = {
      ...(inputs as tf.NamedTensorMap),
      ...(attrs.transposeA === true ? { a: turn(a) } : {}),
      ...(attrs.transposeB === true ? { b: turn(b) } : {}),
    };
    return tf.engine().runKernel(name, turned, { ...attrs, transposeA: false, transposeB: false }) as tf.Tensor;
  });
}

/** The last two axes exchanged. */
function turn(matrix: tf.Tensor): tf.Tensor {
  const { rank, shape } = matrix;
  const [rows = 1, columns = 1] = shape.slice(-2);
  // A row or a column lies in memory as its transpose does.
  if (rows === 1 || columns === 1) return tf.reshape(matrix, [...shape.slice(0, -2), columns, rows]);
  if (rank === 2) return transposed(matrix);
  return tf.transpose(matrix, [...Array(rank - 2).keys(), rank - 1, rank - 2]);
}
