// Starts tfjs on WebAssembly with SIMD: a minimal start in one thread, without gradient kernels of our own.

import { createRequire } from "node:module";
import { dirname, sep } from "node:path";
import { setThreadsCount, setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";

export interface StartedWasm {
  /** Threads that really compute. */
  readonly threads: number;
  readonly versions: Readonly<Record<string, string>>;
}

/** `threads` is what is wished for; the answer says what there is. */
export async function startWasm(_wish: { threads: number }): Promise<StartedWasm> {
  const main = createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm");
  setWasmPaths(dirname(main) + sep);
  setThreadsCount(1);
  if (!(await tf.setBackend("wasm"))) throw new Error("tfjs could not start its WebAssembly backend.");
  await tf.ready();
  return { threads: 1, versions: { "tfjs-core": tf.version_core } };
}
