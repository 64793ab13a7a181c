// Optimizers with decoupled weight decay whose whole state can be read and set again, exactly: a resumed run takes the same steps.
import * as tf from "@tensorflow/tfjs-core";

export type OptimizerSettings =
  | {
      readonly kind: "adam";
      readonly beta1?: number;
      readonly beta2?: number;
      readonly epsilon?: number;
      /** Decoupled (Loshchilov & Hutter 2019): weights ← weights × (1 − rate × decay). 0 by default; never on vectors. */
      readonly weightDecay?: number;
    }
  | {
      readonly kind: "momentum";
      readonly momentum?: number;
      /** Nesterov's form; true by default. */
      readonly nesterov?: boolean;
      readonly weightDecay?: number;
    };

export interface Optimizer {
  /** One step on all variables; `gradients` in the variables' order. */
  step(gradients: readonly tf.Tensor[], rate: number): void;
  /** Steps taken so far, and the moments in a fixed order: all that there is to save. */
  readonly steps: number;
  state(): readonly tf.Tensor[];
  /** Takes over a state of the same shapes, copying it. */
  restore(steps: number, state: readonly tf.Tensor[]): void;
  dispose(): void;
}

/** Defaults are Kingma & Ba 2015 and Sutskever et al. 2013. */
export function createOptimizer(settings: OptimizerSettings, variables: readonly tf.Variable[]): Optimizer {
  return settings.kind === "adam" ? adam(settings, variables) : momentum(settings, variables);
}

function adam(settings: Extract<OptimizerSettings, { kind: "adam" }>, variables: readonly tf.Variable[]): Optimizer {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0 } = settings;
  const first = zerosLike(variables);
  const second = zerosLike(variables);
  return withState([...first, ...second], (gradients, rate, steps) => {
    // The bias corrections of both moments are folded into the rate and epsilon (Kingma & Ba 2015, end of section 2).
    const correction = Math.sqrt(1 - beta2 ** steps);
    const corrected = (rate * correction) / (1 - beta1 ** steps);
    each(variables, gradients, (variable, gradient, index) => {
      const m = at(first, index);
      const v = at(second, index);
      m.assign(tf.add(m, tf.mul(tf.sub(gradient, m), 1 - beta1)));
      v.assign(tf.add(v, tf.mul(tf.sub(tf.square(gradient), v), 1 - beta2)));
      const move = tf.mul(tf.div(m, tf.add(tf.sqrt(v), epsilon * correction)), corrected);
      variable.assign(tf.sub(decayed(variable, rate * weightDecay), move));
    });
  });
}

function momentum(
  settings: Extract<OptimizerSettings, { kind: "momentum" }>,
  variables: readonly tf.Variable[],
): Optimizer {
  const { momentum: keep = 0.9, nesterov = true, weightDecay = 0 } = settings;
  const velocities = zerosLike(variables);
  return withState(velocities, (gradients, rate) => {
    each(variables, gradients, (variable, gradient, index) => {
      const velocity = at(velocities, index);
      velocity.assign(tf.add(tf.mul(velocity, keep), gradient));
      const direction = nesterov ? tf.add(tf.mul(velocity, keep), gradient) : velocity;
      variable.assign(tf.sub(decayed(variable, rate * weightDecay), tf.mul(direction, rate)));
    });
  });
}

function withState(
  moments: readonly tf.Variable[],
  take: (gradients: readonly tf.Tensor[], rate: number, steps: number) => void,
): Optimizer {
  let steps = 0;
  return {
    get steps() {
      return steps;
    },
    step(gradients, rate) {
      steps += 1;
      take(gradients, rate, steps);
    },
    state: () => moments,
    restore(taken, state) {
      if (state.length !== moments.length) throw new Error(`${state.length} moments for ${moments.length}`);
      steps = taken;
      for (const [index, moment] of moments.entries()) tf.tidy(() => moment.assign(tf.clone(at(state, index))));
    },
    dispose: () => tf.dispose([...moments]),
  };
}

/** Weight decay is for kernels; biases and the scales of a batch normalization (vectors) are left alone (He et al. 2019). */
function decayed(variable: tf.Variable, share: number): tf.Tensor {
  return share === 0 || variable.rank < 2 ? variable : tf.mul(variable, 1 - share);
}

function zerosLike(variables: readonly tf.Variable[]): tf.Variable[] {
  return tf.tidy(() => variables.map((variable) => tf.variable(tf.zeros(variable.shape), false)));
}

function each(
  variables: readonly tf.Variable[],
  gradients: readonly tf.Tensor[],
  update: (variable: tf.Variable, gradient: tf.Tensor, index: number) => void,
): void {
  for (const [index, variable] of variables.entries()) tf.tidy(() => update(variable, at(gradients, index), index));
}

function at<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new Error(`nothing at ${index} of ${list.length}`);
  return item;
}
