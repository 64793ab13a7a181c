// Dropout whose masks depend on (seed, step) alone: the layer of tfjs draws from Math.random, or, given a seed, the same mask at
// every step; neither can be resumed.
import * as tf from "@tensorflow/tfjs-core";
import { layers } from "@tensorflow/tfjs-layers";
import { seededRandom } from "../random.js";

/** Zeroes a share `rate` of its inputs in training and scales the rest by 1/(1 − rate) (Srivastava et al. 2014). */
export function dropout(settings: { name: string; rate: number; seed: number }): layers.Layer {
  return new Dropout(settings);
}

/** Tells every dropout layer among these which step comes; `piece` tells apart the parts of one batch. */
export function setDropoutStep(of: readonly layers.Layer[], step: number, piece: number): void {
  for (const layer of of) if (layer instanceof Dropout) layer.now = `${step}/${piece}`;
}

class Dropout extends layers.Layer {
  /** Not registered: a saved topology is read again with the layer of tfjs, which has the same configuration. */
  static readonly className = "Dropout";
  readonly #rate: number;
  readonly #seed: number;
  now = "0/0";

  constructor(settings: { name: string; rate: number; seed: number }) {
    super({ name: settings.name });
    this.#rate = settings.rate;
    this.#seed = settings.seed;
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: { training?: boolean }): tf.Tensor {
    return tf.tidy(() => {
      const x = Array.isArray(inputs) ? inputs[0] : inputs;
      if (x === undefined) throw new Error(`${this.name} got no input`);
      return kwargs.training === true && this.#rate > 0 ? tf.mul(x, this.#mask(x.shape)) : tf.clone(x);
    });
  }

  override getConfig() {
    return { ...super.getConfig(), rate: this.#rate, seed: this.#seed };
  }

  #mask(shape: number[]): tf.Tensor {
    const random = seededRandom(`dropout/${this.#seed}/${this.name}/${this.now}`);
    const kept = 1 / (1 - this.#rate);
    const values = new Float32Array(tf.util.sizeFromShape(shape));
    // A plain loop: `Float32Array.from` takes three times as long, and masks were half of a head's training.
    for (let at = 0; at < values.length; at++) values[at] = random.next() < this.#rate ? 0 : kept;
    return tf.tensor(values, shape);
  }
}
