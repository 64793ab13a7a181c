// What a started tfjs backend is; who picks and starts one is `start.ts`.
// Everything that trains imports `@tensorflow/tfjs-core` and `@tensorflow/tfjs-layers` directly: tfjs has one engine a process.

/** In order of preference. Pure JS is not among them: it is too slow to train with. */
export const BACKENDS = ["tensorflow-gpu", "webgpu", "tensorflow", "wasm"] as const;
export type BackendName = (typeof BACKENDS)[number];

/** The optional package that a backend is loaded from; WASM's is always there. */
export const OPTIONAL_PACKAGES: Readonly<Partial<Record<BackendName, string>>> = {
  "tensorflow-gpu": "@tensorflow/tfjs-node-gpu",
  webgpu: "webgpu",
  tensorflow: "@tensorflow/tfjs-node",
};

export interface Device {
  readonly kind: "gpu" | "cpu";
  /** The device's real name, as its driver or the operating system gives it. */
  readonly name: string;
  /** Bytes of the memory that training may use; undefined where the driver does not say. */
  readonly memory?: number;
  /** Threads that compute, on a CPU. */
  readonly threads?: number;
}

export interface Backend {
  readonly name: BackendName;
  readonly device: Device;
  /** Versions of the libraries that compute, for a run's record. */
  readonly versions: Readonly<Record<string, string>>;
}
