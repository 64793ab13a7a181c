// The TensorFlow of a Python environment: where it is, whether an addon can be built against it, and an environment made for it.
import { execFile } from "node:child_process";
import { mkdir, readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { codeOf, UserError } from "../../../errors.js";
import { exists } from "../../files.js";
import { runBounded } from "./bounded.js";
import type { BuildWish } from "./build.js";
import { check } from "./install.js";

export interface Tensorflow {
  readonly version: string;
  /** The folder of the package, which holds libraries and headers. */
  readonly folder: string;
  /** Absolute paths: TensorFlow's own, and CUDA's where pip put them beside it. */
  readonly libraries: readonly string[];
}

/** That the addon was built and tried against. */
const TRIED = "2.21.0";
/** The C interface is in both; the names are those of Linux. */
const LIBRARIES = ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"] as const;
const HEADERS = ["include/tensorflow/c/c_api.h", "include/tensorflow/c/eager/c_api.h"] as const;

/** TensorFlow is not imported: that takes seconds, and prints. */
const WHERE = `
import importlib.metadata, importlib.util, json, os
spec = importlib.util.find_spec("tensorflow")
version = ""
for name in ("tensorflow", "tensorflow-cpu", "tensorflow-gpu"):
    try:
        version = importlib.metadata.version(name)
        break
    except importlib.metadata.PackageNotFoundError:
        pass
print(json.dumps({"folder": os.path.dirname(spec.origin) if spec and spec.origin else "", "version": version}))
`;
const ANSWER = z.object({ folder: z.string(), version: z.string() });

/** Throws UserError `python-missing`, `tensorflow-missing`, `tensorflow-unusable`. */
export async function tensorflowOf(python: string, gpu: boolean): Promise<Tensorflow> {
  const pip = `${python} -m pip install ${packageOf(gpu)}`;
  const asked = promisify(execFile)(python, ["-c", WHERE], { timeout: 60_000 });
  const { folder, version } = await asked
    .then(({ stdout }) => ANSWER.parse(JSON.parse(stdout)))
    .catch((error: unknown) => {
      const why =
        codeOf(error) === "ENOENT"
          ? "is not there"
          : codeOf(error) === "EACCES"
            ? "cannot be run"
            : "is no Python 3.8 or newer";
      throw new UserError(
        "python-missing",
        `${python} ${why}.`,
        "Name the program itself, such as --python /opt/venv/bin/python; without --python an environment is made.",
        { cause: error },
      );
    });
  if (folder === "") throw new UserError("tensorflow-missing", `${python} has no TensorFlow.`, `Install it: ${pip}`);
  for (const file of [...LIBRARIES, ...HEADERS]) {
    if (await exists(join(folder, file))) continue;
    throw new UserError(
      "tensorflow-unusable",
      `The TensorFlow ${version} in ${folder} has no ${file}: nothing can be built against it.`,
      `Take the one from Python's registry, which brings libraries and headers: ${pip}`,
    );
  }
  const own = LIBRARIES.map((file) => join(folder, file));
  return { folder, version, libraries: gpu ? [...own, ...(await cudaBeside(folder))] : own };
}

/** TensorFlow opens them by these names when it looks for GPUs. */
const CUDA = /^lib(cudart|cublas|cublasLt|cufft|curand|cusolver|cusparse|cudnn|nccl|nvJitLink)\.so\.\d+$/;

/** pip's packages of CUDA: site-packages/nvidia/PART/lib. An addon that is linked to them has loaded them by then. */
async function cudaBeside(folder: string): Promise<string[]> {
  const nvidia = join(folder, "../nvidia");
  if (!(await exists(nvidia))) return [];
  const files = await readdir(nvidia, { recursive: true });
  return files.filter((file) => CUDA.test(basename(file))).map((file) => join(nvidia, file));
}

const packageOf = (gpu: boolean): string => (gpu ? `"tensorflow[and-cuda]==${TRIED}"` : `tensorflow-cpu==${TRIED}`);

/** Milliseconds without a byte or a word, and in all: CUDA is some gigabytes. */
const STALL = 120_000;
const LIMIT = 2 * 60 * 60_000;

/** A virtual environment at `folder` with TensorFlow in it. Throws UserError; what it left is the caller's to remove. */
export async function makeEnvironment(folder: string, gpu: boolean, wish: BuildWish): Promise<void> {
  const { onStep = () => undefined, signal, onGrowth } = wish;
  const bounds = {
    watch: folder,
    stall: STALL,
    limit: LIMIT,
    ...(signal === undefined ? {} : { signal }),
    ...(onGrowth === undefined ? {} : { onGrowth }),
  };
  onStep(`Making a Python environment in ${folder}`);
  const venv = await runBounded("python3", ["-m", "venv", folder], { ...bounds, cwd: "." }).catch((error: unknown) => {
    if (codeOf(error) !== "ENOENT") throw error;
    throw new UserError(
      "python-missing",
      "There is no python3 here.",
      "Install Python 3.10 to 3.13 (apt-get install python3-venv), or name one that has TensorFlow with --python.",
      { cause: error },
    );
  });
  const fix =
    "Install what it asks for (on Debian: apt-get install python3-venv), or name a Python that has TensorFlow with --python.";
  check(venv, "python3 -m venv", fix);
  const scratch = join(folder, "tmp");
  await mkdir(scratch, { recursive: true });
  onStep(`Fetching TensorFlow ${TRIED} with pip, about ${gpu ? "4 GB" : "300 MB"} (an estimate)`);
  // Unquoted: no shell reads it. Without a cache and with its scratch inside, growth is progress.
  const args = [
    "-m",
    "pip",
    "install",
    "--no-cache-dir",
    "--disable-pip-version-check",
    "--quiet",
    "--timeout=30",
    "--retries=1",
  ];
  const pip = await runBounded(join(folder, "bin/python"), [...args, packageOf(gpu).replaceAll('"', "")], {
    ...bounds,
    cwd: folder,
    env: { TMPDIR: scratch },
  });
  check(
    pip,
    "Python's registry",
    `Check the network and pip's proxy. TensorFlow ${TRIED} needs Python 3.10 to 3.13: another one that has TensorFlow is named with --python.`,
  );
}
