// One or two threads that look for digits; started at the first page, idle they keep no process alive.
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { busy } from "../batches.js";
import { Pace } from "../pace.js";
import type { Picture } from "../picture.js";
import type { PageFindings } from "./page.js";

interface Answer {
  readonly job: number;
  readonly findings?: PageFindings;
  readonly failure?: string;
}

interface Job {
  readonly thread: Worker;
  readonly began: number;
  readonly resolve: (findings: PageFindings) => void;
  readonly reject: (error: Error) => void;
}

/** Pages that may wait: at 3 MB each. */
const MOST_WAITING = 48;

const BLANK: Picture = {
  data: new Uint8Array(3),
  width: 1,
  height: 1,
  original: { width: 1, height: 1 },
  format: "none",
};

export class PageThreads {
  private readonly threads: Worker[] = [];
  private readonly jobs = new Map<number, Job>();
  private next = 0;
  private readonly pace = new Pace(40);

  constructor(private readonly most: number = availableParallelism() > 2 ? 2 : 1) {}

  /** As `findDigits`; the picture is copied. Throws UserError `busy`. */
  find(picture: Picture): Promise<PageFindings> {
    if (this.jobs.size >= MOST_WAITING) return Promise.reject(busy(this.jobs.size * this.pace.ms));
    const thread = this.thread();
    const job = this.next++;
    const data = Uint8Array.from(picture.data);
    return new Promise((resolve, reject) => {
      this.jobs.set(job, { thread, began: performance.now(), resolve, reject });
      thread.ref();
      thread.postMessage({ job, picture: { ...picture, data } }, [data.buffer]);
    });
  }

  /** Resolves when a thread has loaded its code, so that the first page does not wait for it. */
  async ready(): Promise<void> {
    if (this.threads.length === 0) await this.find(BLANK);
  }

  async close(): Promise<void> {
    await Promise.all(this.threads.splice(0).map((thread) => thread.terminate()));
  }

  /** The one with the least to do; a further one while all are at work. */
  private thread(): Worker {
    const load = (thread: Worker) => [...this.jobs.values()].filter((job) => job.thread === thread).length;
    const [idlest] = this.threads.toSorted((a, b) => load(a) - load(b));
    if (idlest !== undefined && (load(idlest) === 0 || this.threads.length >= this.most)) return idlest;
    const thread = startThread();
    thread.on("message", (answer: Answer) => this.settle(answer));
    const fail = (why: string): void => {
      const at = this.threads.indexOf(thread);
      if (at >= 0) this.threads.splice(at, 1);
      for (const [id, job] of this.jobs) {
        if (job.thread !== thread) continue;
        this.jobs.delete(id);
        job.reject(new Error(`the thread that looks for digits ended: ${why}`));
      }
    };
    thread.on("error", (error) => fail(String(error)));
    thread.on("exit", (code) => fail(`code ${code}`));
    thread.unref();
    this.threads.push(thread);
    return thread;
  }

  private settle({ job: id, findings, failure }: Answer): void {
    const job = this.jobs.get(id);
    if (job === undefined) return;
    this.jobs.delete(id);
    this.pace.ended(job.began);
    if (![...this.jobs.values()].some((other) => other.thread === job.thread)) job.thread.unref();
    if (findings !== undefined) job.resolve(findings);
    else job.reject(new Error(failure ?? "no answer"));
  }
}

/** Compiled: page-thread.js. From the sources (tsx, vitest): page-thread.ts, through tsx, which such a run has. */
function startThread(): Worker {
  if (!import.meta.url.endsWith(".ts"))
    return new Worker(new URL("./page-thread.js", import.meta.url), { execArgv: [] });
  const require = createRequire(import.meta.url);
  const tsx = new URL("./dist/esm/api/index.mjs", pathToFileURL(require.resolve("tsx/package.json"))).href;
  const file = new URL("./page-thread.ts", import.meta.url).href;
  const code = `import(${JSON.stringify(tsx)}).then((tsx) => { tsx.register(); return import(${JSON.stringify(file)}); })`;
  return new Worker(code, { eval: true, execArgv: [] });
}
