// `convo runs`: what is queued, what runs and how far it is, what is over; and a run cancelled from the command line.
import { setTimeout } from "node:timers/promises";
import { isOver, type QueuedRun, type RunProgress, type RunQueue } from "../engine/queue/run.js";
import { UserError } from "../errors.js";
import { columns } from "./columns.js";
import { recorded, withStore } from "./recorded.js";

/** Runs that are over and are shown for people; with --json all of them are. */
const OVER_SHOWN = 10;

interface Seen {
  readonly run: QueuedRun;
  readonly place?: number;
  readonly progress?: RunProgress;
}

export async function runsList({ json }: { readonly json?: boolean }): Promise<void> {
  await withStore(async ({ queue }) => {
    const runs = await queue.list();
    if (json === true) {
      const all = await Promise.all(runs.map((run) => see(queue, run)));
      process.stdout.write(`${JSON.stringify(all, null, 2)}\n`);
      return;
    }
    const live = runs.filter(({ state }) => !isOver(state));
    const over = runs.filter(({ state }) => isOver(state));
    const shown = await Promise.all([...live, ...over.slice(0, OVER_SHOWN)].map((run) => see(queue, run)));
    if (shown.length === 0) {
      process.stdout.write("Nothing is queued, and nothing ever was. Queue a run: convo train digits --enqueue\n");
      return;
    }
    const heading = ["run", "state", "model", "community", "asked for by", "since", "how far"];
    process.stdout.write(`${columns([heading, ...shown.map(rowOf)], [])}\n`);
    const more = over.length - OVER_SHOWN;
    if (more > 0) process.stdout.write(`${more} older ones are over; all of them: convo runs --json\n`);
  });
}

/** A line for every change, or one that is written anew on a terminal. Exit status 1 for a run that failed or was cancelled. */
export async function runsWatch(id: string): Promise<void> {
  await withStore(async ({ queue }) => {
    const { isTTY } = process.stdout;
    let said = "";
    for (;;) {
      const run = await queue.get(id);
      if (run === undefined) {
        throw new UserError("run-not-found", `There is no run ${inOneLine(id)}.`, "See what there is: convo runs");
      }
      const line = watchedLine(await see(queue, run));
      if (line !== said) process.stdout.write(isTTY ? `\r\u001b[K${line}` : `${line}\n`);
      said = line;
      if (!isOver(run.state)) {
        await setTimeout(1000);
        continue;
      }
      if (isTTY) process.stdout.write("\n");
      process.exitCode = run.state === "failed" || run.state === "cancelled" ? 1 : 0;
      return;
    }
  });
}

function watchedLine({ run, place, progress }: Seen): string {
  return inOneLine(`${run.id}  ${run.state}  ${howFar(run, place, progress)}`);
}

/** Whoever sits at the machine may cancel any community's. */
export async function runsCancel(id: string): Promise<void> {
  await withStore(async ({ queue, audit }) => {
    const community = (await queue.get(id))?.wish.community;
    const cancel = () => queue.cancel(id, community ?? "", { kind: "command-line" }, "cancelled at the command line");
    const words = ({ state }: QueuedRun) => (state === "cancelled" ? "Cancelled." : "Is being cancelled.");
    // A run that nobody has is on nobody's list.
    const run =
      community === undefined
        ? await cancel()
        : await recorded(audit, { community, what: `convo runs cancel ${id}`, words }, cancel);
    process.stdout.write(
      run.state === "cancelled" ? `${run.id} is cancelled.\n` : `${run.id} is being cancelled: over within 5 s.\n`,
    );
  });
}

async function see(queue: RunQueue, run: QueuedRun): Promise<Seen> {
  const place = run.state === "queued" ? await queue.position(run.id) : undefined;
  const progress = await queue.progress(run.id);
  return { run, ...(place === undefined ? {} : { place }), ...(progress === undefined ? {} : { progress }) };
}

function rowOf({ run, place, progress }: Seen): string[] {
  const { id, state, wish, created } = run;
  const by =
    wish.by.kind === "person" ? wish.by.name : wish.by.kind === "schedule" ? `schedule ${wish.by.id}` : wish.by.kind;
  const since = new Date(run.changes.at(-1)?.at ?? created).toISOString().slice(0, 16).replace("T", " ");
  return [id, state, wish.model, wish.community, by, `${since} UTC`, howFar(run, place, progress)].map(inOneLine);
}

function howFar({ state, changes, result, error }: QueuedRun, place?: number, progress?: RunProgress): string {
  if (state === "queued") return place === undefined ? "" : `place ${place}`;
  if (error !== undefined) return error.message;
  if (result !== undefined) return `${(100 * result.testAccuracy).toFixed(2)} % of the test images, ${result.version}`;
  // Why a person cancelled it says more than how the worker stopped it.
  if (isOver(state)) return (changes.findLast(({ by }) => by.kind !== "worker") ?? changes.at(-1))?.why ?? "";
  if (progress?.started === undefined) return "starting";
  const { step } = progress;
  const epoch = `epoch ${step?.epoch ?? 1} of ${progress.started.epochs}`;
  return step === undefined ? epoch : `${epoch}, ${Math.round(step.secondsLeft)} s left`;
}

/** Names come from elsewhere: nothing in them may steer the terminal. */
function inOneLine(text: string): string {
  return text.replace(/\s+/g, " ").replace(/[\p{Cc}\p{Cf}]/gu, "");
}
