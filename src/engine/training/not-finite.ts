// A loss that is no number any more ends the run at once, with what is known of the cause; the weights are still good.
import * as tf from "@tensorflow/tfjs-core";
import { UserError } from "../../errors.js";
import type { StepResult } from "./step.js";
import type { Weight } from "./weights.js";

/** @throws UserError `loss-not-finite`, with what is known of the cause */
export async function refuseNotFinite(
  { loss, gradients }: StepResult,
  weights: readonly Weight[],
  at: { step: number; rate: number; phase: string },
): Promise<void> {
  if (Number.isFinite(loss)) return;
  const trainable = weights.filter((weight) => weight.trainable);
  const largestWeight = await largest(trainable.map(({ name, variable }) => [name, variable]));
  const largestGradient = await largest(gradients.map((gradient, index) => [trainable[index]?.name ?? "", gradient]));
  throw new UserError(
    "loss-not-finite",
    `The loss is ${loss} at step ${at.step} of phase ${at.phase}, at a learning rate of ${at.rate.toPrecision(3)}. ` +
      `Largest weight: ${largestWeight}; largest gradient: ${largestGradient}.`,
    "Lower the learning rate (--set learningRate=…), or look for broken images; --resume goes on from the last checkpoint.",
  );
}

async function largest(named: readonly (readonly [string, tf.Tensor])[]): Promise<string> {
  let most = { name: "none", value: 0 };
  for (const [name, tensor] of named) {
    const top = tf.tidy(() => tf.max(tf.abs(tensor)));
    const [value = Number.NaN] = await top.data();
    const anyNotFinite = tf.tidy(() => tf.sum(tf.abs(tensor)));
    const [sum = Number.NaN] = await anyNotFinite.data();
    tf.dispose([top, anyNotFinite]);
    const seen = Number.isFinite(sum) ? value : sum;
    if (!Number.isFinite(seen)) return `${seen} in ${name}`;
    if (seen > most.value) most = { name, value: seen };
  }
  return `${most.value.toPrecision(3)} in ${most.name}`;
}
