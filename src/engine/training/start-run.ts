// Starts the trainer as a process of its own and hands its events on: the caller never stalls, and cancelling is certain.
import { fork } from "node:child_process";
import { constants, setPriority } from "node:os";
import { fileURLToPath } from "node:url";
import { codeOf } from "../../errors.js";
import type { RunDescription, RunEvent } from "./run.js";

export interface RunningRun {
  /** Everything that happens, in order; ends after `finished` or `stopped`. To be read by one reader. */
  readonly events: AsyncIterable<RunEvent>;
  /** Asks it to save a checkpoint and to stop; asked twice, it is killed. */
  cancel(): void;
  /** From the first call on it must be called again within so many milliseconds, or the run saves a checkpoint and stops by itself. */
  alive?(milliseconds: number): void;
  /** The last event: `finished` or `stopped`. */
  readonly done: Promise<RunEvent>;
}

/** A system that has no memory left ends the largest process in this way. */
const NO_MEMORY = "Most often the machine had no memory left: choose a smaller batch, or close other programs.";

/** Lines of the child's standard error that a crash is told with. */
const LAST_WORDS = 20;

export interface StartOptions {
  /** Behind all other programs where they want the processor: whoever chats is answered first. */
  readonly background?: boolean;
}

/** The trainer. */
export function startRun(description: RunDescription, options: StartOptions = {}): RunningRun {
  const name = import.meta.url.endsWith(".ts") ? "./process.ts" : "./process.js";
  return startProcess(fileURLToPath(new URL(name, import.meta.url)), description, options);
}

/** Any program whose main file serves a run (serve-run.ts). */
export function startProcess(
  file: string,
  description: { readonly folder: string },
  { background = false }: StartOptions = {},
): RunningRun {
  const child = fork(file, [], {
    execArgv: file.endsWith(".ts") ? ["--import", import.meta.resolve("tsx")] : [],
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    serialization: "json",
  });
  if (background && child.pid !== undefined) stepBack(child.pid);
  const queue: RunEvent[] = [];
  let wake = (): void => {};
  let over = false;
  let last: RunEvent | undefined;
  let cancelled = false;
  const put = (event: RunEvent): void => {
    if (last !== undefined) return;
    queue.push(event);
    if (event.type === "finished" || event.type === "stopped") last = event;
    wake();
  };
  let words: string[] = [];
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    words = [...words, ...text.split("\n").filter((line) => line.trim() !== "")].slice(-LAST_WORDS);
  });
  child.on("message", (message: { type: string; event: RunEvent }) => {
    if (message.type === "event") put(message.event);
  });
  const done = new Promise<RunEvent>((resolve) => {
    child.on("error", (error) => words.push(error.message));
    child.on("close", (code, signal) => {
      put(cancelled ? killed(description) : crashed(signal ?? `exit status ${code}`, words));
      over = true;
      wake();
      if (last !== undefined) resolve(last);
    });
  });
  child.send({ type: "run", description });
  return {
    events: (async function* () {
      for (;;) {
        const next = queue.shift();
        if (next !== undefined) yield next;
        else if (over) return;
        else {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
    })(),
    cancel() {
      if (cancelled || !child.connected) child.kill("SIGKILL");
      else child.send({ type: "cancel" });
      cancelled = true;
    },
    alive(milliseconds) {
      if (child.connected) child.send({ type: "alive", milliseconds });
    },
    done,
  };
}

/** Its threads are made later, and inherit it. */
function stepBack(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch (error) {
    // It has ended already; how, its events tell.
    if (codeOf(error) !== "ERR_SYSTEM_ERROR") throw error;
  }
}

function crashed(how: string, words: readonly string[]): RunEvent {
  return {
    type: "stopped",
    why: "failed",
    code: "trainer-crashed",
    message: [`The trainer ended unexpectedly (${how}).`, ...(how === "SIGKILL" ? [NO_MEMORY] : []), ...words].join(
      "\n",
    ),
  };
}

function killed({ folder }: { readonly folder: string }): RunEvent {
  return {
    type: "stopped",
    why: "cancelled",
    code: "killed",
    message: `Stopped at once; the last checkpoint in ${folder}, if there is one, goes on from there.`,
  };
}
