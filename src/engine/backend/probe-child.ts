// The process in which `probe.ts` tries a backend: loads it, multiplies, and writes one line with what came of it.
import * as tf from "@tensorflow/tfjs-core";
import { BACKENDS } from "./backend.js";
import { BackendFailure, failureOf } from "./failure.js";
import { loadBackend } from "./load.js";
import { measureSpeed } from "./measure.js";
import { MARK } from "./probe.js";

const [wished, ...flags] = process.argv.slice(2);

async function outcome(): Promise<object> {
  const name = BACKENDS.find((each) => each === wished);
  if (name === undefined) throw new Error(`There is no backend ${wished}.`);
  const added = flags.find((flag) => flag.startsWith("added="))?.slice("added=".length);
  const backend = await loadBackend(name, {
    allowSoftware: flags.includes("software"),
    ...(added === undefined ? {} : { added }),
  });
  const product = await tf.matMul(tf.ones([3, 5]), tf.ones([5, 2])).data();
  if (!product.every((value) => value === 5)) throw new BackendFailure("failed", "It multiplies wrongly.");
  return { backend, ...(flags.includes("measure") ? { speed: await measureSpeed() } : {}) };
}

const result = await outcome().catch(failureOf);
process.stdout.write(`\n${MARK}${JSON.stringify(result)}\n`, () => process.exit(0));
