// How fast the started backend multiplies and convolves, in a second each.
import * as tf from "@tensorflow/tfjs-core";
import type { Speed } from "./probe.js";

/** Milliseconds of each of the two. */
const LONG_ENOUGH = 1000;

export async function measureSpeed(): Promise<Speed> {
  const [n, image, channels] = [512, 28, 32];
  const a = tf.randomNormal<tf.Rank.R2>([n, n]);
  const x = tf.randomNormal<tf.Rank.R4>([16, image, image, channels]);
  const w = tf.randomNormal<tf.Rank.R4>([3, 3, channels, channels]);
  const matmul = await rate(2 * n ** 3, () => tf.matMul(a, a));
  // "same" padding is counted as if it were multiplied, as is usual.
  const convolution = await rate(2 * 16 * image ** 2 * channels ** 2 * 9, () => tf.conv2d(x, w, 1, "same"));
  tf.dispose([a, x, w]);
  return { matmul, convolution };
}

/** GFLOP/s. One number of each result is read: a device that computes later has computed by then. */
async function rate(operations: number, compute: () => tf.Tensor): Promise<number> {
  const once = async (): Promise<void> => {
    const corner = tf.tidy(() => tf.slice(tf.reshape(compute(), [-1]), 0, 1));
    await corner.data();
    corner.dispose();
  };
  await once();
  const begin = performance.now();
  let times = 0;
  while (performance.now() - begin < LONG_ENOUGH) {
    await once();
    times++;
  }
  return (operations * times) / (performance.now() - begin) / 1e6;
}
