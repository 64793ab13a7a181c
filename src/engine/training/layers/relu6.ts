// ReLU capped at 6 as one operation: the layer of tfjs computes ReLU and a cap one after the other, which keeps two more copies of
// every map for the gradient. Same class name and configuration in a saved topology.
import * as tf from "@tensorflow/tfjs-core";
import { layers } from "@tensorflow/tfjs-layers";

/** min(max(x, 0), 6) (Howard et al. 2017). @returns a layer for `apply` */
export function relu6(name: string): layers.Layer {
  return new Relu6(name);
}

class Relu6 extends layers.Layer {
  /** Not registered: a saved topology is read again with the layer of tfjs, which has the same configuration. */
  static readonly className = "ReLU";

  constructor(name: string) {
    super({ name });
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const x = Array.isArray(inputs) ? inputs[0] : inputs;
      if (x === undefined) throw new Error(`${this.name} got no input`);
      return capped(x);
    });
  }

  override getConfig() {
    return { ...super.getConfig(), maxValue: 6 };
  }
}

/** The output alone is kept for the gradient: between 0 and 6 it passes, elsewhere nothing does. */
const capped: (x: tf.Tensor) => tf.Tensor = tf.customGrad((x, save) => {
  if (!(x instanceof tf.Tensor) || typeof save !== "function")
    throw new Error("a tensor and a place to save are expected");
  const value = tf.relu6(x);
  save([value]);
  return {
    value,
    gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const [y] = saved;
      if (y === undefined) throw new Error("nothing was saved");
      return tf.where(tf.logicalAnd(tf.greater(y, 0), tf.less(y, 6)), dy, tf.zerosLike(dy));
    },
  };
});
