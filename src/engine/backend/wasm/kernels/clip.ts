// The gradient of clipping to a range, which is how tfjs-layers writes relu6: made of five operations in tfjs-core, three of
// them comparisons that the package runs value by value.

import * as tf from "@tensorflow/tfjs-core";
import { floats, type Inputs, replaceKernel, uninitialized } from "./kernel.js";

const CLIP_GRADIENT = "ClipByValueGrad";

export function registerClip(): void {
  replaceKernel(CLIP_GRADIENT, ({ x, dy }: Inputs<"x" | "dy">, attrs: tf.ClipByValueAttrs) => {
    const { clipValueMin, clipValueMax } = attrs;
    const out = uninitialized(x.shape);
    const values = floats(x);
    const [from, to] = [bits(dy), bits(out)];
    for (let i = 0; i < to.length; i++) {
      const value = values[i] as number;
      // All bits of the gradient or none: a branch here would be foreseen only half of the time.
      to[i] = (from[i] as number) & -(+(value >= clipValueMin) & +(value <= clipValueMax));
    }
    return out;
  });
  const base = tf.getGradient(tf.ClipByValue);
  if (base === undefined || base.gradFunc === gradient) return;
  other = base.gradFunc;
  tf.unregisterGradient(tf.ClipByValue);
  tf.registerGradient({ ...base, gradFunc: gradient });
}

let other: tf.GradFunc | undefined;

/** Gradients are registered for all backends alike; another one keeps tfjs-core's. */
const gradient: tf.GradFunc = (dy, saved, attrs) => {
  const [x] = saved;
  if (x === undefined || Array.isArray(dy)) throw new Error("The gradient of clipping takes one tensor.");
  const ours = tf.getBackend() === "wasm" && x.dtype === "float32" && dy.dtype === "float32";
  if (!ours && other !== undefined) return other(dy, saved, attrs);
  return { x: () => tf.engine().runKernel(CLIP_GRADIENT, { x, dy }, attrs) as tf.Tensor };
};

function bits(tensor: tf.Tensor): Int32Array {
  const { buffer, byteOffset, length } = floats(tensor);
  return new Int32Array(buffer, byteOffset, length);
}
