// The trainer itself, in a process of its own, with a fault that the run's seed asks for: a device with too little memory, or a learning
// rate under which no loss stays finite.
import * as tf from "@tensorflow/tfjs-core";
import { carryOut } from "../../../../dist/engine/training/carry-out.js";
import { readDescription } from "../../../../dist/engine/training/description.js";
import { digits } from "../../../../dist/engine/training/recipes/digits.js";
import { serveRun } from "../../../../dist/engine/training/serve-run.js";

/** By seed; the same in faults.long.ts. */
const FAULTS = { 1: () => fitting(16), 2: () => fitting(0), 3: () => undefined };
const RUNAWAY = 3;

let seed = 0;
const { plan } = digits;
digits.plan = async (start) => {
  const made = await plan(start);
  FAULTS[seed]?.();
  if (seed !== RUNAWAY) return made;
  return {
    ...made,
    phases: made.phases.map((phase) => ({ ...phase, learningRate: (step) => (step < 3 ? 0.01 : 1e38) })),
  };
};

/** From now on the device refuses maps of more images, as TensorFlow does. */
function fitting(images) {
  const backend = tf.backend();
  const { write } = backend;
  backend.write = (values, shape, type) => {
    if (shape.length === 4 && shape[3] === 1 && shape[1] > 1 && shape[0] > images) {
      throw new Error(`OOM when allocating tensor with shape[${shape.join()}] and type float`);
    }
    return write.call(backend, values, shape, type);
  };
}

await serveRun((given, emit, signal) => {
  seed = given.seed;
  return carryOut(readDescription(given), emit, signal);
});
