// Stand-ins for what other branches bring: the backend's start and the saving of a model. To be deleted.

import os from "node:os";
import * as tf from "@tensorflow/tfjs-core";
import type { Backend, BackendName } from "../backend/backend.js";

export async function startBackend(_wish: { backend?: BackendName; threads?: number }): Promise<Backend> {
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
