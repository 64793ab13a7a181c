// A matrix turned around: the package's way takes several times as long.

import type * as tf from "@tensorflow/tfjs-core";
import { address, loops, uninitialized } from "./kernel.js";

/** [rows, columns] → [columns, rows], float32. */
export function transposed(matrix: tf.Tensor): tf.Tensor {
  const [rows = 0, columns = 0] = matrix.shape;
  const out = uninitialized([columns, rows]);
  loops().run("transpose", [address(matrix), rows, columns, address(out)], columns, 16, rows * columns);
  return out;
}
