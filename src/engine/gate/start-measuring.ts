// Has the gate measured in a process of its own: the chat loop never waits for it, and an abort ends it at once.
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { UserError } from "../../errors.js";
import type { Measured, Measuring } from "./measure.js";
import type { MeasuringAnswer } from "./process.js";

/** Characters of the child's standard error that a crash is told with. */
const LAST_WORDS = 2000;

/** Rejects with the signal's reason once it is aborted, and with a UserError of what was measured. */
export async function startMeasuring(job: Measuring, signal: AbortSignal): Promise<Measured> {
  signal.throwIfAborted();
  const name = import.meta.url.endsWith(".ts") ? "./process.ts" : "./process.js";
  const child = fork(fileURLToPath(new URL(name, import.meta.url)), [], {
    execArgv: name.endsWith(".ts") ? ["--import", import.meta.resolve("tsx")] : [],
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  let words = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    words = (words + text).slice(-LAST_WORDS);
  });
  const end = (): void => void child.kill("SIGKILL");
  signal.addEventListener("abort", end);
  try {
    const answer = await new Promise<MeasuringAnswer>((resolve, reject) => {
      child.on("message", (message: MeasuringAnswer) => resolve(message));
      child.on("error", reject);
      child.on("close", (code, killed) => {
        reject(signal.aborted ? signal.reason : new Error(`the gate's process ended (${killed ?? code}): ${words}`));
      });
      child.send(job);
    });
    signal.throwIfAborted();
    if ("measured" in answer) return answer.measured;
    const { code, what, fix } = answer.refused;
    throw new UserError(code, what, fix);
  } finally {
    signal.removeEventListener("abort", end);
    end();
  }
}
