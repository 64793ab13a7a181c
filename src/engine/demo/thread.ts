// One thread that computes demonstrations; started at the first, idle it keeps no process alive.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import type { Raster } from "../../charts/tiles.js";
import { UserError } from "../../errors.js";
import { busy } from "../vision/batches.js";
import { Pace } from "../vision/pace.js";
import type { DemoQuestion } from "./demo.js";
import type { DemoAnswer, DemoJob } from "./demo-thread.js";
import type { Demonstration, Net } from "./demonstration.js";

/** Demonstrations that may wait, each with a picture of 3 MB and a network of up to 5. */
const MOST_WAITING = 16;

interface Waiting {
  readonly began: number;
  readonly resolve: (demonstration: Demonstration) => void;
  readonly reject: (error: Error) => void;
}

export class DemoThread {
  private readonly waiting = new Map<number, Waiting>();
  private thread: Worker | undefined;
  private next = 0;
  private readonly pace = new Pace(400);

  /** As `demonstrate`. Throws UserError `busy` where too many wait. */
  demonstrate(question: DemoQuestion, picture: Raster | undefined, net: Net | undefined): Promise<Demonstration> {
    if (this.waiting.size >= MOST_WAITING) return Promise.reject(busy(this.waiting.size * this.pace.ms));
    const thread = this.running();
    const job = this.next++;
    return new Promise((resolve, reject) => {
      this.waiting.set(job, { began: performance.now(), resolve, reject });
      thread.ref();
      thread.postMessage({ job, question, picture, net } satisfies DemoJob);
    });
  }

  async close(): Promise<void> {
    await this.thread?.terminate();
  }

  private running(): Worker {
    if (this.thread !== undefined) return this.thread;
    const thread = startThread();
    thread.on("message", (answer: DemoAnswer) => this.settle(thread, answer));
    thread.on("error", (error) => this.lose(thread, String(error)));
    thread.on("exit", (code) => this.lose(thread, `code ${code}`));
    this.thread = thread;
    return thread;
  }

  private settle(thread: Worker, { job, demonstration, refusal, failure }: DemoAnswer): void {
    const asked = this.waiting.get(job);
    this.waiting.delete(job);
    if (this.waiting.size === 0) thread.unref();
    if (asked === undefined) return;
    this.pace.ended(asked.began);
    if (demonstration !== undefined) asked.resolve(demonstration);
    else if (refusal !== undefined) asked.reject(new UserError(refusal.code, refusal.what, refusal.fix));
    else asked.reject(new Error(failure ?? "no answer"));
  }

  private lose(thread: Worker, why: string): void {
    if (this.thread !== thread) return;
    this.thread = undefined;
    for (const { reject } of this.waiting.values()) reject(new Error(`the demonstrations' thread ended: ${why}`));
    this.waiting.clear();
  }
}

/** Compiled: demo-thread.js. From the sources (tsx, vitest): demo-thread.ts, through tsx, which such a run has. */
function startThread(): Worker {
  if (!import.meta.url.endsWith(".ts"))
    return new Worker(new URL("./demo-thread.js", import.meta.url), { execArgv: [] });
  const require = createRequire(import.meta.url);
  const tsx = new URL("./dist/esm/api/index.mjs", pathToFileURL(require.resolve("tsx/package.json"))).href;
  const file = new URL("./demo-thread.ts", import.meta.url).href;
  const code = `import(${JSON.stringify(tsx)}).then((tsx) => { tsx.register(); return import(${JSON.stringify(file)}); })`;
  return new Worker(code, { eval: true, execArgv: [] });
}
