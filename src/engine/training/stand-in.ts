// Stand-in for backend/start.ts, with its signature. To be deleted.

import os from "node:os";
import * as tf from "@tensorflow/tfjs-core";
import type { Backend } from "../backend/backend.js";

export async function startBackend(_wish: { force?: string; threads?: number }): Promise<Backend> {
  const name = "@tensorflow/tfjs-node";
  await import(name);
  await tf.setBackend("tensorflow");
  await tf.ready();
  return {
    name: "tensorflow",
    device: { kind: "cpu", name: os.cpus()[0]?.model ?? "CPU", threads: os.availableParallelism() },
    versions: { "tfjs-core": tf.version_core },
  };
}
