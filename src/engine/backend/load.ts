// Loads one tfjs backend into this process and describes its device; what fails says why and what to do.
import { availableParallelism, cpus, totalmem } from "node:os";
import { pathToFileURL } from "node:url";
import util from "node:util";
import * as tf from "@tensorflow/tfjs-core";
import { resolveFor } from "./added.js";
import { type Backend, type BackendName, type Device, OPTIONAL_PACKAGES } from "./backend.js";
import { BackendFailure } from "./failure.js";
import { nvidiaSays } from "./nvidia.js";
import { startWasm } from "./wasm/start.js";

export interface LoadWish {
  /** Of a CPU backend; without it as many as the machine has cores. */
  readonly threads?: number;
  /** WebGPU on a software adapter is taken, too, and described as a CPU. */
  readonly allowSoftware?: boolean;
  /** The folder of the added backends, where it is not the installation's. */
  readonly added?: string;
}

/** Throws `BackendFailure`, or what a library throws while it loads. A native library may end the process: see `probe.ts`. */
export async function loadBackend(name: BackendName, wish: LoadWish = {}): Promise<Backend> {
  switch (name) {
    case "tensorflow-gpu":
    case "tensorflow":
      return loadTensorFlow(name, wish.added);
    case "webgpu":
      return loadWebgpu(wish.allowSoftware === true, wish.added);
    case "wasm": {
      const { threads, versions } = await startWasm({ threads: wish.threads ?? availableParallelism() });
      return { name, device: cpuDevice(threads), versions: { node: process.version, ...versions } };
    }
  }
}

async function loadTensorFlow(name: "tensorflow-gpu" | "tensorflow", added?: string): Promise<Backend> {
  giveBackUtil();
  const loaded = (await importFor(name, packageOf(name), added)) as {
    version?: Record<string, string>;
    default?: object;
  };
  if (!(await tf.setBackend("tensorflow"))) throw new BackendFailure("failed", "tfjs could not start TensorFlow.");
  const { isUsingGpuDevice } = tf.backend() as { isUsingGpuDevice?: boolean };
  if (name === "tensorflow-gpu" && isUsingGpuDevice !== true) {
    throw new BackendFailure("no device", "TensorFlow loads, but lists no GPU: it would compute on the CPU.");
  }
  const device = name === "tensorflow-gpu" ? await nvidiaDevice() : cpuDevice(availableParallelism());
  return { name, device, versions: { node: process.version, "tfjs-core": tf.version_core, ...loaded.version } };
}

/** By a path that the compiler does not see: the package need not be there. */
function importFor(name: BackendName, specifier: string, added?: string): Promise<unknown> {
  return import(pathToFileURL(resolveFor(name, specifier, added)).href);
}

function packageOf(name: BackendName): string {
  const specifier = OPTIONAL_PACKAGES[name];
  if (specifier === undefined) throw new Error(`${name} has no package of its own`);
  return specifier;
}

/** tfjs-node 4.22 calls functions of `node:util` that Node 23 took away. */
function giveBackUtil(): void {
  const missing = {
    isArray: (value: unknown) => Array.isArray(value),
    isNullOrUndefined: (value: unknown) => value === null || value === undefined,
  };
  for (const [name, value] of Object.entries(missing)) {
    if (!(name in util)) Object.defineProperty(util, name, { value, configurable: true });
  }
}

interface Adapter {
  readonly info: { readonly vendor: string; readonly device: string; readonly description: string };
}
interface Gpu {
  requestAdapter(wish: { powerPreference: string }): Promise<Adapter | null>;
}
interface Dawn {
  readonly create: (flags: string[]) => Gpu;
  readonly globals: object;
}

/** Adapters that compute on the CPU, as they name themselves. */
export const SOFTWARE_ADAPTER = /llvmpipe|lavapipe|swiftshader|software|basic render/i;

async function loadWebgpu(allowSoftware: boolean, added?: string): Promise<Backend> {
  const { create, globals } = (await importFor("webgpu", packageOf("webgpu"), added)) as Dawn;
  Object.assign(globalThis, globals);
  const gpu = create([]);
  // Node 20 has no navigator; later ones have one to which the GPU is added.
  const present: unknown = Reflect.get(globalThis, "navigator");
  const browser = typeof present === "object" && present !== null ? present : {};
  Object.defineProperty(browser, "gpu", { value: gpu, configurable: true });
  if (browser !== present) Object.defineProperty(globalThis, "navigator", { value: browser });
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  if (adapter === null)
    throw new BackendFailure("no device", "Dawn finds no adapter: no GPU, or no driver for Vulkan.");
  const { vendor, device, description } = adapter.info;
  const named = [device, description].filter((part) => part !== "").join(", ") || vendor || "an adapter without a name";
  const software = SOFTWARE_ADAPTER.test(`${vendor} ${named}`);
  if (software && !allowSoftware) {
    throw new BackendFailure("no device", `The only adapter computes on the CPU (${named}).`);
  }
  await importFor("webgpu", "@tensorflow/tfjs-backend-webgpu", added);
  if (!(await tf.setBackend("webgpu"))) throw new BackendFailure("failed", `tfjs could not start WebGPU on ${named}.`);
  await tf.ready();
  return {
    name: "webgpu",
    device: software ? { kind: "cpu", name: named } : await gpuNamed(device, named),
    versions: { node: process.version, "tfjs-core": tf.version_core },
  };
}

/** WebGPU tells a name without blanks and no memory; NVIDIA's driver has both, where it means the same GPU. */
async function gpuNamed(device: string, named: string): Promise<Device> {
  const gpu = await nvidiaSays();
  const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  if (gpu === undefined || plain(gpu.name) !== plain(device)) return { kind: "gpu", name: named };
  return { kind: "gpu", name: gpu.name, ...(gpu.memory === undefined ? {} : { memory: gpu.memory }) };
}

function cpuDevice(threads: number): Device {
  return { kind: "cpu", name: cpus()[0]?.model.trim() || "CPU", memory: totalmem(), threads };
}

/** The first GPU, as the NVIDIA driver names it; TensorFlow has already listed it. */
async function nvidiaDevice(): Promise<Device> {
  const gpu = await nvidiaSays();
  // Not every GPU is NVIDIA's: then it stays without its real name, and says so.
  if (gpu === undefined) return { kind: "gpu", name: "a GPU whose driver has no nvidia-smi" };
  const { name, memory } = gpu;
  return { kind: "gpu", name, ...(memory === undefined ? {} : { memory }) };
}
