// Why a backend does not run, and what to do about it.
import type { BackendName } from "./backend.js";

export type ProbeStatus = "runs" | "not installed" | "failed" | "no device";

/** A backend that loaded, but is not what it should be. */
export class BackendFailure extends Error {
  constructor(
    readonly status: Exclude<ProbeStatus, "runs">,
    why: string,
  ) {
    super(why);
    this.name = "BackendFailure";
  }
}

export interface Failure {
  readonly status: Exclude<ProbeStatus, "runs">;
  readonly why: string;
}

const PACKAGES = /Cannot find (?:package|module) '((?:@tensorflow\/tfjs-(?:node-gpu|node|backend-webgpu))|webgpu)'/;

/** What a library threw, in one line. */
export function failureOf(error: unknown): Failure {
  if (error instanceof BackendFailure) return { status: error.status, why: error.message };
  const said = error instanceof Error ? error.message : String(error);
  const lacking = PACKAGES.exec(said)?.[1];
  if (lacking !== undefined) return { status: "not installed", why: `The package ${lacking} is not installed.` };
  const library = /(lib[\w.+-]+\.so[\w.]*): cannot open shared object file/.exec(said)?.[1];
  if (library !== undefined) return { status: "failed", why: `The system lacks ${library}.` };
  return { status: "failed", why: said.split("\n")[0] ?? said };
}

const FIXES: Readonly<Record<BackendName, Readonly<Record<Failure["status"], string>>>> = {
  "tensorflow-gpu": {
    "not installed": "With an NVIDIA GPU: npm install --no-save @tensorflow/tfjs-node-gpu@4.22.0.",
    failed: "Install the CUDA and cuDNN libraries that its TensorFlow asks for.",
    "no device": "Check the driver with nvidia-smi; a GPU newer than the library needs another TensorFlow.",
  },
  webgpu: {
    "not installed": "With a GPU: npm install --no-save webgpu @tensorflow/tfjs-backend-webgpu@4.22.0.",
    failed: "Install the GPU's driver with Vulkan.",
    "no device": "Install the GPU's driver with Vulkan; vulkaninfo --summary shows what there is.",
  },
  tensorflow: {
    "not installed": "npm install --no-save @tensorflow/tfjs-node@4.22.0.",
    failed: "Install it again; its addon must be built for this machine.",
    "no device": "Install it again.",
  },
  wasm: {
    "not installed": "Run npm ci.",
    failed: "Run npm ci.",
    "no device": "Run npm ci.",
  },
};

export function fixOf(name: BackendName, status: Failure["status"]): string {
  return FIXES[name][status];
}
