// The worker threads of the threaded binary: a `Worker` class for Emscripten to construct.

import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(import.meta.url);

export type WorkerClass = typeof import("node:worker_threads").Worker;
export type Worker = InstanceType<WorkerClass>;

export interface Crew {
  /** Runs the package's script for a thread, whatever file it is told to run. */
  readonly Worker: WorkerClass;
  /** All that were constructed. */
  readonly workers: readonly Worker[];
  /** Rejects with the first worker's error. */
  readonly failure: Promise<never>;
  /** From here on a worker's error ends the process, as an error does that nobody can handle. */
  started(): void;
}

/** `files`: the package's folder of binaries. */
export function recruit(files: string): Crew {
  const { Worker: NodeWorker }: { Worker: WorkerClass } = require("node:worker_threads");
  const { wasmWorkerContents: script }: { wasmWorkerContents: string } = require(
    join(files, "tfjs-backend-wasm-threaded-simd.worker.js"),
  );
  const workers: Worker[] = [];
  let running = false;
  let fail: (error: unknown) => void = () => {};
  const failure = new Promise<never>((_, reject) => {
    fail = reject;
  });
  // Where nobody waits any more, `onerror` below tells it.
  failure.catch(() => {});
  class ThreadOfWasm extends NodeWorker {
    constructor() {
      // Without the parent's options: a loader of TypeScript, say, is not for this script.
      // Its line ends stand within string literals.
      super(script.replaceAll("\n", "\\n"), { eval: true, execArgv: [] });
      workers.push(this);
    }
    /** Emscripten sets a handler that throws, and calls it at each error. */
    get onerror(): (error: unknown) => void {
      return (error) => {
        if (running) throw error;
        fail(error);
      };
    }
    set onerror(_handler: unknown) {}
  }
  const started = () => {
    running = true;
  };
  return { Worker: ThreadOfWasm, workers, failure, started };
}

/** The binary's own lists of workers (Emscripten's `PThread`). */
export interface Pool {
  readonly unusedWorkers: Worker[];
  readonly runningWorkers: readonly Worker[];
}
