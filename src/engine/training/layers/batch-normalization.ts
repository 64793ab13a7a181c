// Batch normalization with a gradient in closed form: the layer of tfjs differentiates through mean and variance one operation at
// a time. Same weights, same order, same name in a saved topology.
import * as tf from "@tensorflow/tfjs-core";
import { initializers, type LayerVariable, layers, type Shape } from "@tensorflow/tfjs-layers";

export interface BatchNormalizationSettings {
  readonly name: string;
  /** Of the moving averages; 0.9 by default: a run of ours has thousands of steps, not hundreds of thousands. */
  readonly momentum?: number;
  readonly epsilon?: number;
  /** Without them there is no gamma, no beta; both by default. */
  readonly scale?: boolean;
  readonly center?: boolean;
}

/** Normalizes the last axis (Ioffe & Szegedy 2015, algorithm 1). @returns a layer for `apply` */
export function batchNormalization(settings: BatchNormalizationSettings): layers.Layer {
  return new BatchNormalization(settings);
}

/** Normalized by the batch's own mean and variance, with both; [n, …, channels] and vectors of channels. */
export function normalizeBatch(
  x: tf.Tensor,
  gamma: tf.Tensor,
  beta: tf.Tensor,
  epsilon: number,
): { y: tf.Tensor; mean: tf.Tensor; variance: tf.Tensor } {
  const channels = x.shape[x.rank - 1] ?? 0;
  const rows = x.size / channels;
  const flat = tf.reshape(x, [rows, channels]);
  const mean = tf.mean(flat, 0);
  const centred = tf.sub(flat, mean);
  const variance = tf.mean(tf.square(centred), 0);
  const inverse = tf.rsqrt(tf.add(variance, epsilon));
  const normalize = tf.customGrad((input, scale, shift, save) => {
    if (!(input instanceof tf.Tensor) || !(scale instanceof tf.Tensor) || !(shift instanceof tf.Tensor))
      throw new Error("three tensors are expected");
    if (typeof save !== "function") throw new Error("a place to save is expected");
    const factor = tf.mul(scale, inverse);
    save([centred, inverse, factor]);
    return {
      value: tf.add(tf.mul(centred, factor), shift),
      gradFunc: (dy, saved) => gradients(asTensor(dy), saved, rows),
    };
  });
  return { y: tf.reshape(normalize(flat, gamma, beta), x.shape), mean, variance };
}

/** With c = x − mean and r = 1/√(variance + ε): dβ = Σdy, dγ = r Σ(dy c), dx = γr (dy − dβ/n − c r dγ/n). */
function gradients(dy: tf.Tensor, saved: readonly tf.Tensor[], rows: number): tf.Tensor[] {
  const [centred, inverse, factor] = saved;
  if (centred === undefined || inverse === undefined || factor === undefined) throw new Error("nothing was saved");
  const dBeta = tf.sum(dy, 0);
  const dGamma = tf.mul(tf.sum(tf.mul(dy, centred), 0), inverse);
  const slope = tf.div(tf.mul(tf.mul(factor, inverse), dGamma), rows);
  const level = tf.div(tf.mul(factor, dBeta), rows);
  const dx = tf.sub(tf.mul(dy, factor), tf.add(tf.mul(centred, slope), level));
  return [dx, dGamma, dBeta];
}

function asTensor(value: tf.Tensor | tf.Tensor[]): tf.Tensor {
  if (Array.isArray(value)) throw new Error("one gradient is expected");
  return value;
}

class BatchNormalization extends layers.Layer {
  /** Not registered: a saved topology is read again with the layer of tfjs, which has the same configuration. */
  static readonly className = "BatchNormalization";
  readonly #momentum: number;
  readonly #epsilon: number;
  readonly #scale: boolean;
  readonly #center: boolean;
  #own: { gamma?: LayerVariable; beta?: LayerVariable; mean: LayerVariable; variance: LayerVariable } | undefined;

  constructor(settings: BatchNormalizationSettings) {
    super({ name: settings.name });
    this.#momentum = settings.momentum ?? 0.9;
    this.#epsilon = settings.epsilon ?? 1e-3;
    this.#scale = settings.scale ?? true;
    this.#center = settings.center ?? true;
  }

  override build(inputShape: Shape | Shape[]): void {
    const channels = inputShape[inputShape.length - 1];
    if (typeof channels !== "number") throw new Error(`${this.name} needs a known number of channels`);
    const ones = initializers.ones();
    const zeros = initializers.zeros();
    this.#own = {
      ...(this.#scale ? { gamma: this.addWeight("gamma", [channels], "float32", ones) } : {}),
      ...(this.#center ? { beta: this.addWeight("beta", [channels], "float32", zeros) } : {}),
      mean: this.addWeight("moving_mean", [channels], "float32", zeros, undefined, false),
      variance: this.addWeight("moving_variance", [channels], "float32", ones, undefined, false),
    };
    this.built = true;
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: { training?: boolean }): tf.Tensor {
    return tf.tidy(() => {
      const x = Array.isArray(inputs) ? inputs[0] : inputs;
      if (x === undefined || this.#own === undefined) throw new Error(`${this.name} was not built`);
      const { mean, variance } = this.#own;
      const gamma = this.#own.gamma?.read() ?? tf.onesLike(mean.read());
      const beta = this.#own.beta?.read() ?? tf.zerosLike(mean.read());
      if (kwargs.training !== true) {
        const factor = tf.mul(gamma, tf.rsqrt(tf.add(variance.read(), this.#epsilon)));
        return tf.add(tf.mul(x, factor), tf.sub(beta, tf.mul(mean.read(), factor)));
      }
      const batch = normalizeBatch(x, gamma, beta, this.#epsilon);
      moveTowards(mean, batch.mean, 1 - this.#momentum);
      moveTowards(variance, batch.variance, 1 - this.#momentum);
      return batch.y;
    });
  }

  override getConfig() {
    return {
      ...super.getConfig(),
      axis: -1,
      momentum: this.#momentum,
      epsilon: this.#epsilon,
      center: this.#center,
      scale: this.#scale,
    };
  }
}

function moveTowards(average: LayerVariable, value: tf.Tensor, share: number): void {
  tf.tidy(() => {
    const before = average.read();
    average.write(tf.add(before, tf.mul(tf.sub(value, before), share)));
  });
}
