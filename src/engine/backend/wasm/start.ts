// Starts tfjs on WebAssembly with SIMD and threads, and registers the gradient kernels that training needs.

import { availableParallelism } from "node:os";
import { version_wasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { CompiledLoops } from "./compiled.js";
import { stopLoops } from "./kernels/kernel.js";
import { registerTrainingKernels } from "./kernels/register.js";
import { MOST_THREADS, type Opened, openSingle, openThreaded } from "./open.js";

export interface WasmWish {
  /** Threads that compute; without it as many as there are cores. Eight are the binary's limit. */
  readonly threads?: number;
  /** Milliseconds that the threads may take to start before one thread has to do; 30,000 without it. */
  readonly patience?: number;
}

export interface StartedWasm {
  /** Threads that really compute. */
  readonly threads: number;
  readonly versions: Readonly<Record<string, string>>;
  /** Why there is one thread only, where more were wished for. */
  readonly reason?: string;
}

/**
 * Makes WebAssembly tfjs's backend in this process; one that was started before is stopped first, and its tensors are gone.
 * The process can end at any time afterwards: threads do not keep it alive.
 * Where threads cannot be started it computes in one, and says so in `reason`.
 * Throws `RangeError` for a wish that is not a whole number from 1, `Error` where WebAssembly does not start at all.
 */
export async function startWasm(wish: WasmWish = {}): Promise<StartedWasm> {
  const wished = wish.threads ?? Math.min(availableParallelism(), MOST_THREADS);
  if (!Number.isInteger(wished) || wished < 1) {
    throw new RangeError(`threads must be a whole number from 1, not ${wished}.`);
  }
  stopWasm();
  const { backend, loops, threads, reason } = await open(Math.min(wished, MOST_THREADS), wish.patience);
  tf.registerBackend("wasm", () => backend);
  if (!(await tf.setBackend("wasm"))) throw new Error("tfjs could not start its WebAssembly backend.");
  registerTrainingKernels(loops);
  return {
    threads,
    versions: { "tfjs-core": tf.version_core, "tfjs-backend-wasm": version_wasm },
    ...(reason === undefined ? {} : { reason }),
  };
}

/** Ends the backend, its memory and its threads at once; does nothing where none was started. */
export function stopWasm(): void {
  stopLoops();
  if (tf.findBackendFactory("wasm") !== null) tf.removeBackend("wasm");
}

interface Started extends Opened {
  readonly loops: CompiledLoops;
  readonly reason?: string;
}

async function open(wished: number, patience?: number): Promise<Started> {
  if (wished > 1) {
    try {
      return await withLoops(await openThreaded(wished, patience));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return { ...(await withLoops(await openSingle())), reason: `WebAssembly computes in one thread: ${why}` };
    }
  }
  return withLoops(await openSingle());
}

async function withLoops(opened: Opened): Promise<Started> {
  try {
    return { ...opened, loops: await CompiledLoops.open(opened.memory, opened.threads) };
  } catch (error) {
    opened.backend.dispose();
    throw error;
  }
}
