// `convo train … --enqueue`: the run goes into the queue, and a worker trains it.
import { exists } from "../engine/files.js";
import { type PassPolicy, PRIORITIES, type RunWish, SHARED } from "../engine/queue/run.js";
import { UserError } from "../errors.js";
import { recorded, withStore } from "./recorded.js";
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
  await withStore(async ({ queue, audit }) => {
    const { run, isNew } = await recorded(
      audit,
      { community: SHARED, what: typed(wish), words: ({ run }) => `${run.id} ${run.state}` },
      () => queue.enqueue(wish),
    );
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

/** As it could be typed; the folder of the data is the machine's own affair. */
function typed({ recipe, model, seed, settings, policy }: RunWish): string {
  const set = Object.entries(settings).map(([name, value]) => `--set ${name}=${value}`);
  return [
    `convo train ${recipe} --enqueue --seed ${seed}`,
    ...(model === recipe ? [] : [`--name ${model}`]),
    ...(policy === undefined ? [] : [`--after ${policy}`]),
    ...set,
  ].join(" ");
}
