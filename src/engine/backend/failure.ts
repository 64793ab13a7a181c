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
    "not installed":
      "With an NVIDIA GPU: convo backend install gpu. For one of 2022 or later: npm run backend:tensorflow -- --gpu.",
    failed:
      "Its TensorFlow 2.9 asks for CUDA 11 and cuDNN 8. Install them, or take a newer TensorFlow that brings its own: npm run backend:tensorflow -- --gpu.",
    "no device":
      "Check the driver with nvidia-smi. A GPU of 2022 or later needs a newer TensorFlow: npm run backend:tensorflow -- --gpu.",
  },
  webgpu: {
    "not installed": "With a GPU: convo backend install webgpu.",
    failed: "Install the GPU's driver with Vulkan; if it is there: convo backend install webgpu once more.",
    "no device": "Install the GPU's driver with Vulkan; vulkaninfo --summary shows what there is.",
  },
  tensorflow: {
    "not installed": "On a CPU it is faster than wasm: npm run backend:tensorflow.",
    failed: "Build it again, for the TensorFlow and the Node of today: npm run backend:tensorflow.",
    "no device": "Build it again: npm run backend:tensorflow.",
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
