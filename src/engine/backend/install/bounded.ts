// Runs a program that may hang: ended when nothing arrives any more, when its time is over, or when the person gives up.
import { type ChildProcess, spawn } from "node:child_process";
import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

export interface Bounds {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Folder whose growth counts as life, as does what the program writes. */
  readonly watch: string;
  /** Milliseconds without either. */
  readonly stall: number;
  /** Milliseconds in all. */
  readonly limit: number;
  readonly signal?: AbortSignal;
  /** Bytes that the watched folder has gained. */
  readonly onGrowth?: (bytes: number) => void;
}

export interface Outcome {
  readonly end: "done" | "failed" | "stalled" | "too long" | "cancelled";
  /** The last of what it said, both streams. */
  readonly output: string;
}

const LOOK_EVERY = 500;

/** Never throws for what the program does; throws where it cannot be started. */
export async function runBounded(program: string, args: readonly string[], bounds: Bounds): Promise<Outcome> {
  const { cwd, env, watch, stall, limit, signal } = bounds;
  if (isOver(signal)) return { end: "cancelled", output: "" };
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    // A group of its own, so that its own children end with it.
    detached: process.platform !== "win32",
  });
  let output = "";
  let heard = performance.now();
  const hear = (piece: Buffer): void => {
    output = (output + piece.toString("utf8")).slice(-20_000);
    heard = performance.now();
  };
  child.stdout.on("data", hear);
  child.stderr.on("data", hear);
  let over = false;
  const closed = new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  }).finally(() => {
    over = true;
  });
  const give = (): void => end(child);
  signal?.addEventListener("abort", give, { once: true });
  const began = performance.now();
  let why: Outcome["end"] | undefined;
  const guard = async (): Promise<void> => {
    const from = await folderBytes(watch);
    let size = from;
    while (!over) {
      await Promise.race([pause(LOOK_EVERY, undefined, { ref: false }), closed.catch(() => null)]);
      if (over) return;
      const now = await folderBytes(watch);
      if (now !== size) {
        [size, heard] = [now, performance.now()];
        bounds.onGrowth?.(Math.max(0, size - from));
      }
      const [quiet, whole] = [performance.now() - heard, performance.now() - began];
      if (quiet < stall && whole < limit) continue;
      why = quiet >= stall ? "stalled" : "too long";
      end(child);
      return;
    }
  };
  try {
    const [status] = await Promise.all([closed, guard()]);
    if (isOver(signal)) return { end: "cancelled", output };
    return { end: why ?? (status === 0 ? "done" : "failed"), output };
  } finally {
    signal?.removeEventListener("abort", give);
  }
}

const isOver = (signal?: AbortSignal): boolean => signal?.aborted === true;

function end(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  if (process.platform === "win32") child.kill("SIGKILL");
  else process.kill(-child.pid, "SIGKILL");
}

/** 0 where it is not there; what vanishes meanwhile does not count. */
export async function folderBytes(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const sizes = await Promise.all(
    entries.map((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory()
        ? folderBytes(path)
        : lstat(path).then(
            ({ size }) => size,
            () => 0,
          );
    }),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
