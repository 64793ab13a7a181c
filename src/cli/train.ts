// `convo train`: starts a run in a process of its own and shows how it goes; Ctrl-C saves a checkpoint.
import type { PassPolicy } from "../engine/queue/run.js";
import { startRun } from "../engine/training/start-run.js";
import { describeRun, type TrainOptions } from "./train-description.js";
import { openView } from "./train-view.js";

/** Exit status of a run that was stopped by Ctrl-C, as shells have it (128 + SIGINT). */
const INTERRUPTED = 130;
const FAILED = 2;
/** Milliseconds within which two signals are one press of Ctrl-C. */
const ONE_PRESS = 1000;

export async function train(
  recipe: string,
  options: TrainOptions & { json?: boolean; enqueue?: boolean; after?: PassPolicy },
): Promise<void> {
  if (options.enqueue === true) return (await import("./train-enqueue.js")).enqueueRun(recipe, options);
  const description = await describeRun(recipe, options);
  const view = openView(description, { json: options.json === true });
  const run = startRun(description);
  let asked = Number.NEGATIVE_INFINITY;
  const interrupt = (): void => {
    // One press of Ctrl-C may arrive twice, from the terminal and from a program between (npx, timeout).
    if (performance.now() - asked < ONE_PRESS) return;
    asked = performance.now();
    view.interrupted();
    run.cancel();
  };
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", interrupt);
  for await (const event of run.events) view.show(event);
  const last = await run.done;
  process.off("SIGINT", interrupt);
  process.off("SIGTERM", interrupt);
  if (last.type === "stopped") process.exitCode = last.why === "cancelled" ? INTERRUPTED : FAILED;
}
