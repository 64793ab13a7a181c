// Runs test/store/child.mjs, a process that the tests may kill.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

const SCRIPT = fileURLToPath(new URL("child.mjs", import.meta.url));
const BUILT = fileURLToPath(new URL("../../dist/store/open.js", import.meta.url));

export interface Ended {
  readonly output: string;
  /** Of the process: a number, or the signal that ended it. */
  readonly status: number | NodeJS.Signals | null;
}

/** Any process without rights: it may open only what everybody may. */
export const NOBODY = 65_534;

export function startChild(
  action: "count" | "write" | "migrate" | "open",
  options: object,
  { uid, onOutput }: { uid?: number; onOutput?: (text: string) => void } = {},
): { process: ChildProcess; ended: Promise<Ended> } {
  if (!existsSync(BUILT)) throw new Error("The tests of the store run dist/: npm run build first.");
  const child = spawn(process.execPath, [SCRIPT, action, JSON.stringify(options)], {
    stdio: ["ignore", "pipe", "inherit"],
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    onOutput?.(text);
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ output, status: signal ?? code }));
  });
  return { process: child, ended };
}
