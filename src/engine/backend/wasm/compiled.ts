// Our compiled loops (folder kernels/) on the memory of tfjs' WebAssembly backend, shared out among threads of their own.

import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { assembly, type Memory } from "./assembly.js";

type Worker = import("node:worker_threads").Worker;

const FILES = new URL("../../../../assets/kernels/", import.meta.url);
const require = createRequire(import.meta.url);

/** Functions of kernels/index.ts whose last two numbers are their part of the work. */
const LOOPS = ["maxPoolGradient", "multiply", "sumRows", "transpose"] as const;
export type Loop = (typeof LOOPS)[number];
type Exports = Readonly<Record<Loop, (...numbers: readonly number[]) => void>>;

/** Below so many multiplications, or values moved, waking a thread takes longer than what it saves. */
const WORTH_SHARING = 300_000;
/** Milliseconds after which a thread that does not answer is given up. */
const PATIENCE = 60_000;

/** Places of the numbers that the threads share, each an int32. */
const [GENERATION, RUNNING, FAILED, LOOP, COUNT, ARGUMENTS] = [0, 1, 2, 3, 4, 5];
const MOST_ARGUMENTS = 16;

/** What a thread does: it waits for the next generation, computes its part, and says that it is done. */
const THREAD = `
const { module, memory, numbers, loops, part } = require("node:worker_threads").workerData;
const { exports } = new WebAssembly.Instance(module, { env: { memory } });
for (let seen = 0; ; ) {
  Atomics.wait(numbers, ${GENERATION}, seen);
  seen = Atomics.load(numbers, ${GENERATION});
  const first = ${ARGUMENTS + MOST_ARGUMENTS} + 2 * part;
  const common = numbers.subarray(${ARGUMENTS}, ${ARGUMENTS} + numbers[${COUNT}]);
  try {
    exports[loops[numbers[${LOOP}]]](...common, numbers[first], numbers[first + 1]);
  } catch {
    Atomics.store(numbers, ${FAILED}, 1);
  }
  if (Atomics.sub(numbers, ${RUNNING}, 1) === 1) Atomics.notify(numbers, ${RUNNING});
}`;

export class CompiledLoops {
  readonly #exports: Exports;
  readonly #numbers: Int32Array;
  readonly #workers: readonly Worker[];

  private constructor(exports: Exports, numbers: Int32Array, workers: readonly Worker[]) {
    this.#exports = exports;
    this.#numbers = numbers;
    this.#workers = workers;
  }

  /** `memory`: the backend's; where threads share it, `threads` compute, the calling one included. */
  static async open(memory: Memory, threads: number): Promise<CompiledLoops> {
    const shared = memory.buffer instanceof SharedArrayBuffer;
    const file = new URL(shared ? "shared.wasm" : "single.wasm", FILES);
    const module = await assembly.compile(await readFile(fileURLToPath(file)));
    const { exports } = new assembly.Instance(module, { env: { memory } });
    const numbers = new Int32Array(new SharedArrayBuffer(4 * (ARGUMENTS + MOST_ARGUMENTS + 2 * threads)));
    const workers = Array.from({ length: shared ? threads - 1 : 0 }, (_, i) => {
      // Looked up when it is needed: what Node refuses is refused here.
      const { Worker: Thread }: typeof import("node:worker_threads") = require("node:worker_threads");
      const workerData = { module, memory, numbers, loops: LOOPS, part: i + 1 };
      return new Thread(THREAD, { eval: true, execArgv: [], workerData });
    });
    // From then on the calling thread may block while they compute, and the process may end.
    await Promise.all(workers.map((worker) => once(worker, "online")));
    for (const worker of workers) worker.unref();
    return new CompiledLoops(exports as Exports, numbers, workers);
  }

  close(): void {
    for (const worker of this.#workers) void worker.terminate();
  }

  /**
   * Runs a loop over `units` (rows, columns, images …), cut between threads at multiples of `grain` where `work`, about its
   * multiplications, is worth it. `numbers`: what comes before the part. Throws where a thread fails or does not answer.
   */
  run(loop: Loop, numbers: readonly number[], units: number, grain: number, work: number): void {
    const parts = work < WORTH_SHARING ? 1 : this.#workers.length + 1;
    const length = Math.ceil(units / parts / grain) * grain;
    if (parts === 1 || length >= units) {
      this.#exports[loop](...numbers, 0, units);
      return;
    }
    this.#start(loop, numbers, units, length);
    this.#exports[loop](...numbers, 0, length);
    this.#finish();
  }

  #start(loop: Loop, numbers: readonly number[], units: number, length: number): void {
    const shared = this.#numbers;
    shared[LOOP] = LOOPS.indexOf(loop);
    shared[COUNT] = numbers.length;
    shared.set(numbers, ARGUMENTS);
    for (let part = 1; part <= this.#workers.length; part++) {
      const ends = [Math.min(units, part * length), Math.min(units, (part + 1) * length)];
      shared.set(ends, ARGUMENTS + MOST_ARGUMENTS + 2 * part);
    }
    Atomics.store(shared, FAILED, 0);
    Atomics.store(shared, RUNNING, this.#workers.length);
    Atomics.add(shared, GENERATION, 1);
    Atomics.notify(shared, GENERATION);
  }

  #finish(): void {
    const shared = this.#numbers;
    for (;;) {
      const running = Atomics.load(shared, RUNNING);
      if (running === 0) break;
      if (Atomics.wait(shared, RUNNING, running, PATIENCE) === "timed-out") {
        throw new Error(`A thread of WebAssembly did not answer for ${PATIENCE / 1000} s.`);
      }
    }
    if (Atomics.load(shared, FAILED) !== 0) throw new Error("A thread of WebAssembly failed in the middle of a loop.");
  }
}
