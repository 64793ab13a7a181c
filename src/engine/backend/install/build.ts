// Builds the addon of tfjs-node against the TensorFlow of a Python environment: for GPUs newer than tfjs-node's own library, and for fast CPUs.
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { UserError } from "../../../errors.js";
import { exists } from "../../files.js";
import { ADDED } from "../added.js";
import type { Probe } from "../probe.js";
import { type Outcome, runBounded } from "./bounded.js";
import { check } from "./install.js";
import { addPackages, CACHE, type Patience } from "./npm.js";
import { type PlaceWish, placeBackend } from "./place.js";
import { makeEnvironment, type Tensorflow, tensorflowOf } from "./python.js";

export interface BuildWish extends PlaceWish, Patience {
  /** A Python with TensorFlow; without it an environment is made for it beside the backend. */
  readonly python?: string;
  /** tfjs-node-gpu, and TensorFlow with CUDA. */
  readonly gpu?: boolean;
  readonly onStep?: (what: string) => void;
}

/** The addon's own interface to Node, the newest that tfjs-node 4.22 looks for; every Node from 18 on has it. */
const NODE_API = 8;
const TFJS_NODE = "4.22.0";
const HEADERS = { name: "node-api-headers", version: "1.9.0" };
/** Milliseconds; it takes 10 to 20 s. */
const COMPILE_LIMIT = 5 * 60_000;

/**
 * @returns what now runs. Throws UserError `backend-platform`, `python-missing`, `tensorflow-missing`, `tensorflow-unusable`,
 * `compiler-missing`, `backend-build-failed`, and what `installBackend` throws; then the installation is as it was.
 */
export async function buildBackend(wish: BuildWish): Promise<Probe> {
  const { gpu = false, added = ADDED, onStep = () => undefined } = wish;
  if (process.platform !== "linux") {
    throw new UserError(
      "backend-platform",
      `The addon is built on Linux alone; this is ${process.platform}.`,
      "With a GPU take convo backend install webgpu; without one wasm is always there.",
    );
  }
  const name = gpu ? "tensorflow-gpu" : "tensorflow";
  const compiler = await findCompiler();
  // Built for the machine's own use, at the place where it stays: environments of Python cannot be moved.
  const environment = join(added, `python-${name}`);
  const made = wish.python === undefined && !(await exists(environment));
  try {
    if (wish.python === undefined && made) {
      await mkdir(added, { recursive: true });
      await makeEnvironment(environment, gpu, wish);
    }
    const tensorflow = await tensorflowOf(wish.python ?? join(environment, "bin/python"), gpu);
    onStep(`Found TensorFlow ${tensorflow.version} in ${tensorflow.folder}`);
    return await placeBackend(
      name,
      async (folder) => {
        const pack = gpu ? "@tensorflow/tfjs-node-gpu" : "@tensorflow/tfjs-node";
        onStep(`Fetching ${pack} ${TFJS_NODE}`);
        check(
          await addPackages(folder, { [pack]: TFJS_NODE, [HEADERS.name]: HEADERS.version }, wish),
          "npm's registry",
          "Check the network, and npm's registry and proxy (npm ping), then try again.",
        );
        await rm(join(folder, CACHE), { recursive: true, force: true });
        onStep("Compiling its addon");
        await compile(compiler, folder, join(folder, "node_modules", pack), tensorflow, wish);
        onStep(`Trying whether ${name} computes here`);
      },
      wish,
    );
  } catch (error) {
    if (made) await rm(environment, { recursive: true, force: true });
    throw error;
  }
}

/** `CXX`, or the first of the usual names that runs. */
async function findCompiler(): Promise<string> {
  const wished = process.env.CXX?.trim();
  const names = wished === undefined || wished === "" ? ["c++", "g++", "clang++"] : [wished];
  for (const name of names) {
    const quick = { cwd: ".", watch: "", stall: 10_000, limit: 10_000 };
    const outcome = await runBounded(name, ["--version"], quick).catch((): Outcome => ({ end: "failed", output: "" }));
    if (outcome.end === "done") return name;
  }
  throw new UserError(
    "compiler-missing",
    `There is no C++ compiler here (${names.join(", ")}).`,
    "Install one: apt-get install g++, dnf install gcc-c++; or name it by the variable CXX.",
  );
}

/**
 * Two source files, C interfaces on both sides: no node-gyp is needed, and no headers of this very Node.
 * The libraries are linked where they are, so that TensorFlow finds the CUDA that pip put beside it.
 */
async function compile(
  compiler: string,
  folder: string,
  pack: string,
  { folder: tensorflow, libraries }: Tensorflow,
  patience: Patience,
): Promise<void> {
  const out = join(pack, `lib/napi-v${NODE_API}`);
  await mkdir(out, { recursive: true });
  const args = [
    "-shared",
    "-fPIC",
    "-O2",
    "-std=c++17",
    `-DNAPI_VERSION=${NODE_API}`,
    ...[join(folder, "node_modules", HEADERS.name, "include"), join(tensorflow, "include")].map((path) => `-I${path}`),
    ...["tfjs_backend.cc", "tfjs_binding.cc"].map((file) => join(pack, "binding", file)),
    // Those too of which the addon itself calls nothing.
    "-Wl,--no-as-needed",
    ...libraries,
    ...[...new Set(libraries.map((file) => dirname(file)))].map((path) => `-Wl,-rpath,${path}`),
    "-o",
    join(out, "tfjs_binding.node"),
  ];
  const outcome = await runBounded(compiler, args, {
    cwd: folder,
    watch: out,
    stall: COMPILE_LIMIT,
    limit: COMPILE_LIMIT,
    ...(patience.signal === undefined ? {} : { signal: patience.signal }),
  });
  if (outcome.end === "done" || outcome.end === "cancelled") return check(outcome, compiler, "");
  const log = join(ADDED, "build.log");
  await writeFile(log, outcome.output);
  const first = outcome.output.split("\n").find((line) => /error|undefined reference/.test(line)) ?? outcome.end;
  throw new UserError(
    "backend-build-failed",
    `The addon does not compile: ${first.slice(0, 300)}`,
    `The whole output is in ${log}. TensorFlow 2.21 and GCC 12 are known to work.`,
  );
}
