// Which process, and whether it still lives: its number, and its start, which tells it from a later one with the same number.
import { readFile, readlink } from "node:fs/promises";
import { codeOf } from "../errors.js";

export interface ProcessIdentity {
  readonly pid: number;
  /** In the kernel's ticks since boot; "" where unknown. */
  readonly started: string;
}

export async function thisProcess(): Promise<ProcessIdentity> {
  return { pid: process.pid, started: await startOf(process.pid) };
}

/** Of a process of this machine. */
export async function isAlive({ pid, started }: ProcessIdentity): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (codeOf(error) === "ESRCH") return false;
    if (codeOf(error) !== "EPERM") throw error;
  }
  const now = await startOf(pid);
  return now === "" || started === "" || now === started;
}

/**
 * What two processes share exactly when the one's number means the other's process: the machine since its start, and the container
 * (pid_namespaces(7)). Undefined where that cannot be known.
 */
export async function processSpace(): Promise<string | undefined> {
  try {
    const boot = await readFile("/proc/sys/kernel/random/boot_id", "utf8");
    return `${boot.trim()} ${await readlink("/proc/self/ns/pid")}`;
  } catch (error) {
    if (["ENOENT", "EACCES", "EPERM"].includes(String(codeOf(error)))) return undefined;
    throw error;
  }
}

async function startOf(pid: number): Promise<string> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8");
    // After the name in parentheses, which may hold spaces, start time is the 20th field (proc(5): field 22).
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch (error) {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ESRCH") return "";
    throw error;
  }
}
