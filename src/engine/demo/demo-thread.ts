// The thread in which demonstrations are computed, so that the chat's loop is not kept: onnxruntime runs on the thread that asks.
import { parentPort } from "node:worker_threads";
import type { Raster } from "../../charts/tiles.js";
import { UserError } from "../../errors.js";
import { type DemoQuestion, demonstrate } from "./demo.js";
import type { Demonstration, Net } from "./demonstration.js";

export interface DemoJob {
  readonly job: number;
  readonly question: DemoQuestion;
  readonly picture: Raster | undefined;
  readonly net: Net | undefined;
}

export interface DemoAnswer {
  readonly job: number;
  readonly demonstration?: Demonstration;
  /** What a person can mend. */
  readonly refusal?: { readonly code: string; readonly what: string; readonly fix: string };
  readonly failure?: string;
}

const port = parentPort;
if (port === null) throw new Error("demo-thread runs as a thread only");

/** One at a time: each wants a core and tens of megabytes. */
let last: Promise<void> = Promise.resolve();
port.on("message", (job: DemoJob) => {
  last = last.then(async () => port.postMessage(await answered(job)));
});

async function answered({ job, question, picture, net }: DemoJob): Promise<DemoAnswer> {
  try {
    return { job, demonstration: await demonstrate(question, picture, net) };
  } catch (error) {
    if (error instanceof UserError) return { job, refusal: { code: error.code, what: error.what, fix: error.fix } };
    return { job, failure: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
