// Opens the WebAssembly binaries of tfjs-backend-wasm under Node, the threaded one as well, which the package keeps from Node.
//
// The package asks a browser for its threads: scripts behind `Blob` URLs, which Node's workers do not take. Its module
// factories are plain CommonJS files, so they are called here directly. One thing of Node has a stand-in, during
// synchronous calls, and is put back in `finally`: the `Worker` that the factory constructs. Nothing is written to disk.

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { BackendWasm, setThreadsCount } from "@tensorflow/tfjs-backend-wasm";
import { assembly, type Imports, type Instance, type Memory } from "./assembly.js";
import { type Pool, recruit, type WorkerClass } from "./crew.js";

const require = createRequire(import.meta.url);
const FILES = join(dirname(require.resolve("@tensorflow/tfjs-backend-wasm/package.json")), "wasm-out");
const THREADED = join(FILES, "tfjs-backend-wasm-threaded-simd.js");
/** The binary's own limit, the calling thread included. */
export const MOST_THREADS = 8;

type Module = ConstructorParameters<typeof BackendWasm>[0];
type Factory = (config: Readonly<Record<string, unknown>>) => Promise<Module>;

/** Emscripten's: a function of the binary as one of JavaScript. */
type Cwrap = <F>(name: string, result: "number" | null, args: readonly "number"[]) => F;

export interface Opened {
  readonly backend: BackendWasm;
  readonly memory: Memory;
  /** Threads that compute, the calling one included. */
  readonly threads: number;
}

/** One thread, with SIMD. */
export async function openSingle(): Promise<Opened> {
  const factory: Factory = require(join(FILES, "tfjs-backend-wasm.js"));
  const { config, memory } = await binary("tfjs-backend-wasm-simd.wasm", 1);
  const module = await opened(factory, config);
  return { backend: backendOf(module, 1), memory: memory(), threads: 1 };
}

/**
 * `threads` from 2 to `MOST_THREADS`, with SIMD. Throws where workers cannot be started or are not ready after `patience` milliseconds; none is
 * left behind then. The workers do not keep the process alive.
 */
export async function openThreaded(threads: number, patience = 30_000): Promise<Opened> {
  const factory: Factory = require(THREADED);
  const crew = recruit(FILES);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`its threads were not ready after ${patience} ms`)), patience);
  });
  // Nobody waits for it while the binary is read.
  late.catch(() => {});
  const inTime = <T>(work: Promise<T>) => Promise.race([work, crew.failure, late]);
  try {
    const { config, memory } = await binary("tfjs-backend-wasm-threaded-simd.wasm", threads);
    // Sent to each worker, which evaluates that file.
    const whole = { ...config, mainScriptUrlOrBlob: THREADED };
    const module = await inTime(withWorker(crew.Worker, () => opened(factory, whole)));
    const backend = backendOf(module, threads);
    const pool: Pool = Reflect.get(module, "PThread");
    // It starts eight, whatever is wished for.
    for (const idle of pool.unusedWorkers.splice(0)) void idle.terminate();
    for (const busy of pool.runningWorkers) busy.unref();
    crew.started();
    return { backend, memory: memory(), threads: module.tfjs.getThreadsCount() };
  } catch (error) {
    await Promise.all(crew.workers.map((worker) => worker.terminate()));
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

interface Binary {
  /** The part of a factory's configuration that says where its binary is, and how many threads it may take. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Of the instance, once the factory has made it. */
  memory(): Memory;
}

async function binary(name: string, threads: number): Promise<Binary> {
  const compiled = await assembly.compile(await readFile(join(FILES, name)));
  let memory: Memory | undefined;
  const instantiateWasm = (imports: Imports, receive: (instance: Instance, module: object) => void) => {
    // It takes half of the logical cores at most.
    const env = { ...imports.env, emscripten_num_logical_cores: () => 2 * threads };
    const instance = new assembly.Instance(compiled, { ...imports, env });
    // The binary with threads is given its memory, the other one has it; their names differ from build to build.
    memory = [...Object.values(imports).flatMap(Object.values), ...Object.values(instance.exports)].find(isMemory);
    receive(instance, compiled);
    return instance.exports;
  };
  return {
    config: { instantiateWasm, locateFile: (path: string) => join(FILES, path) },
    memory: () => {
      if (memory === undefined) throw new Error("the WebAssembly binary shows no memory");
      return memory;
    },
  };
}

function isMemory(value: unknown): value is Memory {
  return value instanceof assembly.Memory;
}

const EVENTS = ["uncaughtException", "unhandledRejection"];

/** The factory's module, with the functions that `BackendWasm` calls. */
async function opened(factory: Factory, config: Readonly<Record<string, unknown>>): Promise<Module> {
  const before = new Set(EVENTS.flatMap((event) => process.rawListeners(event)));
  const promise = factory({ ...config });
  // Emscripten listens to these only to throw them again, for as long as the process lives.
  for (const event of EVENTS) {
    for (const listener of process.rawListeners(event)) {
      if (!before.has(listener)) process.removeListener(event, listener as () => void);
    }
  }
  const module = await promise;
  const cwrap: Cwrap = Reflect.get(module, "cwrap");
  const bind = <F>(name: string, result: "number" | null, count: number): F =>
    cwrap<F>(name, result, Array<"number">(count).fill("number"));
  module.tfjs = {
    init: bind("init", null, 0),
    initWithThreadsCount: bind("init_with_threads_count", null, 1),
    getThreadsCount: bind("get_threads_count", "number", 0),
    registerTensor: bind("register_tensor", null, 3),
    disposeData: bind("dispose_data", null, 1),
    dispose: bind("dispose", null, 0),
  };
  return module;
}

function backendOf(module: Module, threads: number): BackendWasm {
  setThreadsCount(threads);
  return new BackendWasm(module);
}

function withWorker<T>(Worker: WorkerClass, call: () => T): T {
  return standingIn(require("node:worker_threads"), "Worker", Worker, () =>
    // The factory makes it global, where Node has none.
    standingIn(globalThis, "Worker", Worker, call),
  );
}

/** Calls with `owner[name]` replaced, and puts it back, or takes it away again, whatever happens. */
function standingIn<T>(owner: object, name: string, value: unknown, call: () => T): T {
  const saved = Object.getOwnPropertyDescriptor(owner, name);
  Object.defineProperty(owner, name, { value, configurable: true, writable: true });
  try {
    return call();
  } finally {
    if (saved === undefined) Reflect.deleteProperty(owner, name);
    else Object.defineProperty(owner, name, saved);
  }
}
