// ONNX sessions in a thread of their own. onnxruntime-node answers with a promise, but computes on the thread that calls it: on the
// chat's, nobody could be acknowledged meanwhile.
import { Worker } from "node:worker_threads";

export interface OnnxSession {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /** One float32 input, which is copied → the outputs in their order, all float32. */
  run(input: Float32Array, shape: readonly number[]): Promise<readonly Float32Array[]>;
  release(): Promise<void>;
}

export interface OnnxSessionOptions {
  /** That one run computes with; 0: as many as there are cores. */
  readonly threads: number;
}

// Written as text because a worker's file would have to be compiled, and the tests run what is not.
const COMPUTING = `
const { parentPort, workerData } = require("node:worker_threads");
const ort = require("node:module").createRequire(workerData)("onnxruntime-node");
const sessions = new Map();
const floats = (tensor) => {
  if (tensor?.data instanceof Float32Array) return tensor.data;
  throw new TypeError("an output is " + (tensor?.type ?? "missing") + ", float32 was expected");
};
const work = {
  async open({ session, onnx, threads }) {
    const opened = await ort.InferenceSession.create(onnx, {
      intraOpNumThreads: threads,
      graphOptimizationLevel: "all",
      // Threads that spin between runs would take the chat's core.
      extra: { session: { intra_op: { allow_spinning: "0" } } },
    });
    sessions.set(session, opened);
    return { inputNames: opened.inputNames, outputNames: opened.outputNames };
  },
  async run({ session, input, shape }) {
    const opened = sessions.get(session);
    const results = await opened.run({ [opened.inputNames[0]]: new ort.Tensor("float32", input, shape) });
    // A copy: what the session gives may lie in memory that cannot be handed over.
    return opened.outputNames.map((name) => Float32Array.from(floats(results[name])));
  },
  async release({ session }) {
    const opened = sessions.get(session);
    sessions.delete(session);
    await opened?.release();
  },
};
parentPort.on("message", async ({ job, what, given }) => {
  try {
    const result = await work[what](given);
    const moved = what === "run" ? result.map((values) => values.buffer) : [];
    parentPort.postMessage({ job, result }, moved);
  } catch (error) {
    parentPort.postMessage({ job, problem: String(error?.message ?? error) });
  }
});`;

/**
 * ONNX Runtime looks through the process' command line with a recursive pattern: 16 kB of file names overflow the 4 MB that a thread
 * has by default, and the process dies. A command line has at most 128 kB an argument and 2 MB in all.
 */
const STACK_MB = 64;

interface Answer {
  readonly job: number;
  readonly result?: unknown;
  readonly problem?: string;
}

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Life cycle: begins with the first session, keeps the process alive only while it computes; after a crash its sessions are gone. */
class SessionThread {
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #jobs = 0;
  #sessions = 0;

  /** Rejects where the file is none that ONNX Runtime takes. */
  async open(onnx: Uint8Array, { threads }: OnnxSessionOptions): Promise<OnnxSession> {
    const session = ++this.#sessions;
    const worker = this.#running();
    // The caller keeps its bytes: they are copied.
    const names = (await this.#ask(worker, "open", { session, onnx, threads })) as Pick<
      OnnxSession,
      "inputNames" | "outputNames"
    >;
    return {
      ...names,
      run: async (input, shape) =>
        (await this.#ask(worker, "run", { session, input, shape })) as readonly Float32Array[],
      release: async () => {
        if (this.#worker === worker) await this.#ask(worker, "release", { session });
      },
    };
  }

  #running(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const worker = new Worker(COMPUTING, {
      eval: true,
      workerData: import.meta.url,
      resourceLimits: { stackSizeMb: STACK_MB },
    });
    worker.on("message", (answer: Answer) => this.#settle(worker, answer));
    worker.on("error", (error) => this.#lose(worker, error));
    worker.on("exit", () => this.#lose(worker, new Error("the thread that computes ended")));
    this.#worker = worker;
    return worker;
  }

  #ask(worker: Worker, what: "open" | "run" | "release", given: object): Promise<unknown> {
    if (this.#worker !== worker) return Promise.reject(new Error("the thread that computed ended"));
    const job = ++this.#jobs;
    return new Promise((resolve, reject) => {
      this.#waiting.set(job, { resolve, reject });
      worker.ref();
      worker.postMessage({ job, what, given });
    });
  }

  #settle(worker: Worker, { job, result, problem }: Answer): void {
    const waiting = this.#waiting.get(job);
    this.#waiting.delete(job);
    if (this.#waiting.size === 0) worker.unref();
    if (problem === undefined) waiting?.resolve(result);
    else waiting?.reject(new Error(problem));
  }

  #lose(worker: Worker, error: Error): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

const thread = new SessionThread();

/** Rejects where `onnx` is no model that ONNX Runtime takes. */
export function openSession(onnx: Uint8Array, options: OnnxSessionOptions): Promise<OnnxSession> {
  return thread.open(onnx, options);
}
