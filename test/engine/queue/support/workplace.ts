// A store, a folder of runs, and workers as processes of their own; and what is true of them whatever happened.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished } from "vitest";
import { openQueue, type WorkQueue } from "../../../../src/engine/queue/queue.js";
import { isOver, type QueuedRun } from "../../../../src/engine/queue/run.js";
import { startWorker, type Worker, type WorkerOptions } from "../../../../src/engine/queue/worker.js";
import { startProcess } from "../../../../src/engine/training/start-run.js";
import { opened } from "../../../store/places.js";
import { ROOT } from "../../../support/rubrics.js";
import { wish } from "./wishes.js";

const WORKER = fileURLToPath(new URL("worker.mjs", import.meta.url));
const APPRENTICE = fileURLToPath(new URL("apprentice.mjs", import.meta.url));
/** Milliseconds until a lost worker is given up, here. */
export const LEASE = 600;
/** Milliseconds after which a test that waits gives up. */
const PATIENCE = 40_000;

export interface Apprenticeship {
  readonly steps?: number;
  /** Of a step. */
  readonly milliseconds?: number;
  readonly behave?: "well" | "crash" | "die" | "deaf" | "absorbed";
}

export async function newWorkplace(url: string, lease = LEASE) {
  if (!existsSync(join(ROOT, "dist/engine/queue/worker.js"))) throw new Error("These tests run dist/: npm run build.");
  const folder = mkdtempSync(join(tmpdir(), "convo-queue-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  const queue = openQueue({ store: await opened({ url }), lease });
  return {
    folder,
    queue,
    async enqueue(seed: number, settings: Apprenticeship = {}): Promise<QueuedRun> {
      const { run } = await queue.enqueue(wish({ seed, data: folder, settings: { ...settings } }));
      // Of two of one millisecond either may be first.
      await until("the next millisecond", () => Date.now() > run.created);
      return run;
    },
    /** A worker in a process of its own. */
    hire(): ChildProcess {
      const given = JSON.stringify({ url, lease, runsFolder: join(folder, "runs") });
      const child = spawn(process.execPath, [WORKER, given], { stdio: ["ignore", "pipe", "inherit"] });
      child.stdout.resume();
      onTestFinished(() => void child.kill("SIGKILL"));
      return child;
    },
    /** A worker in this process; its trainers are processes all the same. */
    async employ(more: Partial<WorkerOptions> = {}): Promise<Worker> {
      const silent = () => undefined;
      const worker = startWorker({
        queue: openQueue({ store: await opened({ url }), lease }),
        log: { info: silent, warn: silent, error: silent },
        registryFor: () => join(folder, "models"),
        runsFolder: join(folder, "runs"),
        train: (description) => startProcess(APPRENTICE, description),
        ...more,
      });
      onTestFinished(() => worker.stop());
      return worker;
    },
    steps: (): readonly Step[] => stepsIn(join(folder, "steps.log")),
  };
}

export interface Step {
  readonly device: string;
  readonly run: string;
  readonly pid: number;
  readonly step: number;
  /** Nanoseconds of the system's clock. */
  readonly from: bigint;
  readonly to: bigint;
}

function stepsIn(file: string): Step[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [device = "", run = "", pid, step, from = "0", to = "0"] = line.split(" ");
      return { device, run, pid: Number(pid), step: Number(step), from: BigInt(from), to: BigInt(to) };
    });
}

/** Two processes never computed on one device at one time, and no step was lost or done by more than the one that was cut off. */
export function expectOrder(steps: readonly Step[], finished: readonly QueuedRun[], each: number): void {
  for (const device of new Set(steps.map((step) => step.device))) {
    const sorted = steps.filter((step) => step.device === device).toSorted((a, b) => (a.from < b.from ? -1 : 1));
    for (const [at, step] of sorted.entries()) {
      const before = sorted[at - 1];
      if (before === undefined || before.pid === step.pid) continue;
      expect(before.to <= step.from, `${device}: ${before.pid} and ${step.pid} at one time`).toBe(true);
    }
  }
  for (const { id } of finished) {
    const done = steps.filter(({ run }) => run === id).map(({ step }) => step);
    expect(new Set(done)).toEqual(new Set(Array.from({ length: each }, (_, at) => at + 1)));
    // A step that was done but whose checkpoint was not yet in place is done again; no other is.
    for (const [at, step] of done.entries()) expect(step - (done[at - 1] ?? 0)).toBeOneOf([0, 1]);
  }
}

export async function until<T>(
  what: string,
  look: () => Promise<T | undefined | false> | T | undefined | false,
  patience = PATIENCE,
): Promise<T> {
  const end = performance.now() + patience;
  while (performance.now() < end) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`waited in vain until ${what}`);
}

export const over = (queue: WorkQueue, id: string, patience = PATIENCE): Promise<QueuedRun> =>
  until(
    `${id} is over`,
    async () => {
      const run = await queue.get(id);
      return run !== undefined && isOver(run.state) ? run : undefined;
    },
    patience,
  );

/** mulberry32, a generator of 32 bits by Tommy Ettinger, in the public domain. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
