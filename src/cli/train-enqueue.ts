// `convo train … --enqueue`: the run goes into the queue, and a worker trains it.
import { exists } from "../engine/files.js";
import { type PassPolicy, PRIORITIES, type RunWish, SHARED } from "../engine/queue/run.js";
import { UserError } from "../errors.js";
import { withQueue } from "./runs.js";
import { describeRun, type TrainOptions } from "./train-description.js";

/** What the worker decides. */
const NOT_QUEUED = ["out", "models", "resume", "threads"] as const;

/** @throws UserError `enqueue-option`, and what `describeRun` and `enqueue` throw */
export async function enqueueRun(
  wished: string,
  options: TrainOptions & { readonly json?: boolean; readonly after?: PassPolicy },
): Promise<void> {
  const wrong = NOT_QUEUED.filter((name) => options[name] !== undefined);
  if (wrong.length > 0) {
    throw new UserError(
      "enqueue-option",
      `${wrong.map((name) => `--${name}`).join(", ")} cannot be wished of a queued run: its worker decides that.`,
      "Leave it out, or train here and now without --enqueue.",
    );
  }
  const { recipe, model, data, seed, settings, backend } = await describeRun(wished, options);
  const wish: RunWish = {
    community: SHARED,
    by: { kind: "command-line" },
    priority: PRIORITIES.person,
    recipe,
    model,
    data,
    seed,
    settings,
    policy: options.after ?? "keep",
    ...(backend === undefined ? {} : { backend }),
  };
  if (!(await exists(data))) {
    process.stderr.write(`There is no ${data} on this machine; the one that trains must have it.\n`);
  }
  await withQueue(async (queue) => {
    const { run, isNew } = await queue.enqueue(wish);
    if (options.json === true) {
      process.stdout.write(`${JSON.stringify(run)}\n`);
      return;
    }
    const place = await queue.position(run.id);
    const where = place === undefined ? `is ${run.state}` : `is queued, place ${place}`;
    process.stdout.write(
      `${run.id} ${where}${isNew ? "" : " (the same was wished before)"}.\n` +
        `The bot's own worker takes it, or convo worker. Watch it: convo runs watch ${run.id} · Cancel it: convo runs cancel ${run.id}\n`,
    );
  });
}
