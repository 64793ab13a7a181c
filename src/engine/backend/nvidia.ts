// What the NVIDIA driver says about the first GPU.
import { execFile } from "node:child_process";
import { promisify } from "node:util";

export interface NvidiaGpu {
  readonly name: string;
  /** Bytes. */
  readonly memory?: number;
  readonly driver: string;
}

/** Undefined without a driver that answers. */
export async function nvidiaSays(): Promise<NvidiaGpu | undefined> {
  const wish = ["--query-gpu=driver_version,memory.total,name", "--format=csv,noheader,nounits"];
  const told = await promisify(execFile)("nvidia-smi", wish, { timeout: 10_000 }).then(
    ({ stdout }) => stdout,
    // No driver, or another maker's.
    () => "",
  );
  const [driver = "", mebibytes, ...name] = (told.split("\n")[0] ?? "").split(",").map((part) => part.trim());
  if (name.length === 0) return undefined;
  const memory = Number(mebibytes) * 2 ** 20;
  return { name: name.join(", "), driver, ...(memory > 0 ? { memory } : {}) };
}
