// One run from its taking to its end: the trainer is started, watched, reported, stopped in time, and its model judged.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { codeOf, UserError } from "../../errors.js";
import type { Joining } from "../corrections/joining.js";
import { gateFolder } from "../training/data/gate-split.js";
import type { RunDescription, RunEvent } from "../training/run.js";
import { WORKER } from "./board.js";
import type { Claim, Ending, Found, WorkQueue } from "./queue.js";
import { openReporting } from "./reporting.js";
import { type GateReport, isOver, MOST_ATTEMPTS, type QueuedRun, type RunResult } from "./run.js";
import { learnedIn, makeFolder, savedBy, untilFree } from "./run-folder.js";
import type { Decided, Judge, Runner } from "./runner.js";
import { SOFT_CANCEL, type Stopping, type Watch, type WorkerLog, watchClaim } from "./watch.js";

export interface Carrying {
  readonly queue: WorkQueue;
  readonly log: WorkerLog;
  registryFor(community: string): string;
  /** Absolute: the run's folder is made in it. */
  readonly runsFolder: string;
  readonly train: Runner;
  readonly arena?: Runner;
  readonly judge?: Judge;
  readonly decided?: Decided;
  readonly joining?: Joining;
  /** Aborted: the worker ends; the run is handed back. */
  readonly stop: AbortSignal;
}

const ENDED = `ended: it did not stop by itself within ${SOFT_CANCEL / 1000} s`;
/** In the folder of all runs: what corrections each learns from. */
const EXTRAS = ".corrections";
/** Of the lease: how long a trainer that lost its worker is waited for before it is ended. */
const ORPHAN = 1 / 2;

/** Resolves when the run is over, handed back or lost. Throws only what the store throws. */
export async function carry(claim: Claim, given: Carrying): Promise<void> {
  const { queue, log } = given;
  const about = { run: claim.run.id, device: claim.device, attempt: claim.run.attempts };
  log.info(about, "run: taken");
  const watch = watchClaim(claim, given);
  try {
    const ending = await endingOf(claim, given, watch);
    await watch.close();
    if (watch.stopping() === "lost") log.warn(about, "run: given up, the device was lost to another worker");
    else if (ending === "hand-back" || ending === "silence") {
      const why = ending === "silence" ? "its trainer heard nothing of the worker" : "its worker ends";
      await queue.handBack(claim, `handed back: ${why}; goes on from the last checkpoint`, ending === "silence");
      log.info(about, `run: handed back, ${why}`);
    } else {
      await given.joining?.over(claim.run, ending.found?.result, extraOf(claim.run.id, given));
      await queue.end(claim, ending.changes, ending.found);
      log.info({ ...about, state: ending.changes.at(-1)?.state }, `run: over, ${ending.changes.at(-1)?.why ?? ""}`);
    }
  } finally {
    await watch.close();
  }
}

/** The run waits again: its worker ends, or its trainer heard nothing of it. */
type Back = "hand-back" | "silence";

interface End {
  readonly changes: readonly Ending[];
  readonly found?: Found;
}

async function endingOf(claim: Claim, given: Carrying, watch: Watch): Promise<End | Back> {
  const result = await resultOf(claim, given, watch).catch((error: unknown) => {
    if (error instanceof UserError) return failed(error.code, error.message);
    throw error;
  });
  if (typeof result === "string" || "changes" in result) return result;
  // What the store throws here is no failure of the run: it is taken again, and its model is found.
  await given.queue.note(claim, { result });
  return judged({ ...claim.run, result }, result, given, watch);
}

/** The trained model, or how the run ended without one. */
async function resultOf(claim: Claim, given: Carrying, watch: Watch): Promise<RunResult | End | Back> {
  const { run } = claim;
  if (run.result !== undefined) return run.result;
  const registry = given.registryFor(run.wish.community);
  if (run.attempts > 1 && run.wish.arena === undefined) {
    const saved = await savedBy(run, registry);
    if (saved !== undefined) return saved;
  }
  await makeFolder(given.runsFolder);
  const extra = extraOf(run.id, given);
  const isJoined = run.wish.arena === undefined && (await given.joining?.prepare(run, extra)) === true;
  const description = { ...describe(claim, given, registry), ...(isJoined ? { extra } : {}) };
  await makeFolder(description.device ?? given.runsFolder);
  await untilFree(description.device ?? description.folder, given.queue.lease * ORPHAN);
  const early = watch.stopping();
  if (early !== undefined) return stopped(early, run, "before it began");
  const last = await attempt(claim, description, given, watch);
  if (last.type === "finished") {
    const { type: _, ...result } = last;
    return result;
  }
  if (last.type !== "stopped") throw new Error(`a run ended with ${last.type}`);
  const why = watch.stopping();
  if (why !== undefined) return stopped(why, run, last.code === "killed" ? ENDED : "stopped, and saved a checkpoint");
  if (last.why === "failed") return failed(last.code, last.message);
  // A trainer that heard nothing for too long, as when its worker was suspended; it is not tried for ever.
  if (run.attempts < MOST_ATTEMPTS) return "silence";
  return failed(
    "workers-lost",
    `In attempt ${run.attempts}, too, the trainer heard nothing of its worker, and stopped.`,
  );
}

async function attempt(
  claim: Claim,
  description: RunDescription,
  { queue, log, train, arena }: Carrying,
  watch: Watch,
): Promise<RunEvent> {
  const { run } = claim;
  const runner = run.wish.arena === undefined ? train : arena;
  if (runner === undefined) {
    throw new UserError("arena-not-here", "This worker trains no entries of the arena.", "Start one that does.");
  }
  const reporting = openReporting({
    attempt: run.attempts,
    learned: await learnedIn(description.folder),
    write: (progress) => queue.saveProgress(claim, progress),
    onError: (error) => log.warn({ err: error, run: run.id }, "run: its progress was not written"),
  });
  const running = runner(description, run);
  watch.over(running);
  for await (const event of running.events) reporting.add(event);
  const last = await running.done;
  watch.over(undefined);
  await reporting.close();
  return last;
}

/** Beside the run's folder, which a resumed run must find as it left it. */
function extraOf(id: string, { runsFolder }: Pick<Carrying, "runsFolder">): string {
  return join(runsFolder, EXTRAS, id);
}

/** Copies for runs that ended while no worker had them: cancelled or given up while they waited to go on. */
export async function clearExtras(given: Pick<Carrying, "queue" | "joining" | "runsFolder">): Promise<void> {
  if (given.joining === undefined) return;
  const names = await readdir(join(given.runsFolder, EXTRAS)).catch((error: unknown) => {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return [];
    throw error;
  });
  for (const id of names) {
    const run = await given.queue.get(id);
    if (run !== undefined && isOver(run.state)) await given.joining.over(run, run.result, extraOf(id, given));
  }
}

function describe({ run: { id, wish }, device }: Claim, { runsFolder }: Carrying, models: string): RunDescription {
  const { recipe, model, data, seed, settings, backend, arena } = wish;
  return {
    v: 1,
    id,
    recipe,
    model,
    data,
    folder: join(runsFolder, id),
    models,
    seed,
    settings,
    ...(backend === undefined ? {} : { backend }),
    resume: true,
    candidate: true,
    ...(arena === undefined ? { gate: gateFolder(models) } : {}),
    device: join(runsFolder, ".devices", encodeURIComponent(device)),
  };
}

/** What the gate says of the model; an entry of the arena is not judged. */
async function judged(run: QueuedRun, result: RunResult, given: Carrying, watch: Watch): Promise<End | Back> {
  const accuracy = `${(100 * result.testAccuracy).toFixed(2)} % of the test images`;
  const succeeded: Ending = { state: "succeeded", by: WORKER, why: `trained: ${accuracy}` };
  if (run.wish.arena !== undefined) return { changes: [succeeded], found: { result } };
  const early = watch.stopping();
  if (early !== undefined) return keptThough(early, run, result);
  if (given.judge === undefined) return { changes: [succeeded], found: { result } };
  let gate: GateReport;
  try {
    gate = await given.judge(run, result, watch.signal);
  } catch (error) {
    const why = watch.stopping();
    if (why !== undefined) return keptThough(why, run, result);
    given.log.error({ err: error, run: run.id }, "run: the gate failed");
    const cause = error instanceof Error ? error.message : String(error);
    gate = { verdict: "kept", words: `The model could not be judged, so it stays a candidate: ${cause}` };
  }
  await given.decided?.(run, gate);
  const changes: Ending[] = [succeeded];
  if (gate.verdict === "promoted") changes.push({ state: "promoted", by: { kind: "gate" }, why: gate.words });
  return { changes, found: { result, gate } };
}

/** The model is there, so it is also told from whom it learned. */
function keptThough(why: Stopping, run: QueuedRun, result: RunResult): End | Back {
  const end = stopped(why, run, "It was trained already: the model is kept as a candidate.");
  return typeof end === "string" ? end : { ...end, found: { ...end.found, result } };
}

function stopped(why: Stopping, { wish }: QueuedRun, message: string): End | Back {
  switch (why) {
    case "cancelled":
      return { changes: [{ state: "cancelled", by: WORKER, why: message }] };
    case "too-long":
      return failed("arena-too-long", `The entry was ended: it took far longer than its ${wish.arena?.seconds} s.`);
    default:
      return "hand-back";
  }
}

function failed(code: string, message: string): End {
  return { changes: [{ state: "failed", by: WORKER, why: message }], found: { error: { code, message } } };
}
