// Tries a backend in a process of its own, so that a native library that crashes is a failed probe and no more.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { resolveFor } from "./added.js";
import { BACKENDS, type Backend, type BackendName, OPTIONAL_PACKAGES } from "./backend.js";
import { type Failure, failureOf, fixOf, type ProbeStatus } from "./failure.js";

export interface Probe {
  readonly name: BackendName;
  readonly status: ProbeStatus;
  /** Empty where it runs. */
  readonly why: string;
  /** What to do; empty where it runs. */
  readonly fix: string;
  readonly backend?: Backend;
  readonly speed?: Speed;
}

/** In GFLOP/s: 10⁹ multiplications and additions a second. */
export interface Speed {
  readonly matmul: number;
  readonly convolution: number;
}

/** Before the line with the result: libraries write to the standard output, too. */
export const MARK = "convo-probe:";

const DEVICE = z.object({
  kind: z.enum(["gpu", "cpu"]),
  name: z.string(),
  memory: z.number().exactOptional(),
  threads: z.number().exactOptional(),
});
const RESULT = z.union([
  z.object({
    backend: z.object({ name: z.enum(BACKENDS), device: DEVICE, versions: z.record(z.string(), z.string()) }),
    speed: z.object({ matmul: z.number(), convolution: z.number() }).exactOptional(),
  }),
  z.object({ status: z.enum(["not installed", "failed", "no device"]), why: z.string() }),
]);

export interface ProbeWish {
  readonly allowSoftware?: boolean;
  readonly measure?: boolean;
  /** Milliseconds until a library that hangs is ended. */
  readonly timeout?: number;
  /** The folder of the added backends, where it is not the installation's. */
  readonly added?: string;
  /** What runs in the child; tests give another. */
  readonly script?: string;
}

export async function probe(name: BackendName, wish: ProbeWish = {}): Promise<Probe> {
  const failed = (status: Exclude<ProbeStatus, "runs">, why: string): Probe => ({
    name,
    status,
    why,
    fix: fixOf(name, status),
  });
  const lacking = wish.script === undefined ? lackingPackage(name, wish.added) : undefined;
  if (lacking !== undefined) return failed(lacking.status, lacking.why);
  const { timeout = 60_000, script = fileURLToPath(import.meta.resolve("./probe-child.js")) } = wish;
  // From source the child is TypeScript, as this file is.
  const source = import.meta.url.endsWith(".ts");
  const path = source ? script.replace(/\.js$/, ".ts") : script;
  const flags = [wish.allowSoftware === true ? "software" : "", wish.measure === true ? "measure" : ""];
  const from = wish.added === undefined ? [] : [`added=${wish.added}`];
  const child = spawn(process.execPath, [...(source ? ["--import", "tsx"] : []), path, name, ...flags, ...from], {
    stdio: ["ignore", "pipe", "pipe"],
    timeout,
    killSignal: "SIGKILL",
  });
  let [out, err] = ["", ""];
  child.stdout.on("data", (piece) => (out = (out + piece).slice(-100_000)));
  child.stderr.on("data", (piece) => (err = (err + piece).slice(-10_000)));
  const ended = await new Promise<string>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve(signal === null ? `status ${code}` : signal));
  });
  const line = out.split("\n").findLast((each) => each.startsWith(MARK));
  if (line === undefined) {
    const last = err.trim().split("\n").at(-1) ?? "";
    return failed("failed", `Its process ended with ${ended}${last === "" ? "" : `: ${last}`}.`);
  }
  const result = RESULT.parse(JSON.parse(line.slice(MARK.length)));
  if ("status" in result) {
    const also = result.status === "no device" ? complaintsOf(err) : "";
    return failed(result.status, `${result.why}${also}`);
  }
  return { name, status: "runs", why: "", fix: "", ...result };
}

/** A package that is not there needs no process to be missed in; whatever else may be wrong with it is the child's to find. */
function lackingPackage(name: BackendName, added?: string): Failure | undefined {
  const specifier = OPTIONAL_PACKAGES[name];
  if (specifier === undefined) return undefined;
  try {
    resolveFor(name, specifier, added);
    return undefined;
  } catch (error) {
    const failure = failureOf(error);
    return failure.status === "not installed" ? failure : undefined;
  }
}

/** Why TensorFlow lists no GPU stands only in what it logs: the libraries that it could not open, or that there is no driver. */
function complaintsOf(log: string): string {
  const libraries = [...log.matchAll(/Could not load dynamic library '([^']+)'/g)].map(([, library]) => library);
  if (libraries.length > 0) return ` The system lacks ${[...new Set(libraries)].join(", ")}.`;
  return /could not find cuda drivers|no CUDA-capable device|cuInit/i.test(log) ? " It finds no NVIDIA driver." : "";
}
