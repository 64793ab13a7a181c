// What the queue refuses, in words.
import { UserError } from "../../errors.js";
import { isOver, type QueuedRun, type RunQueue } from "./run.js";

export function notFound(id: string): UserError {
  return new UserError(
    "run-not-found",
    `There is no run "${id.slice(0, 40)}" here.`,
    "Its name is on its message and in the list of runs.",
  );
}

export function isOverAlready({ id, state }: QueuedRun): UserError {
  return new UserError("run-over", `The run ${id} is over: ${state}.`, "There is nothing left to cancel.");
}

/** A run in a model's place: the version that it made, or why there is none. `command` promotes what is appended. */
export function notPromotable(run: QueuedRun, command = "/models promote model:"): UserError {
  const { id, wish, result } = run;
  const fail = (what: string, fix: string): UserError => new UserError("run-not-promotable", what, fix);
  if (wish.arena !== undefined) {
    return fail(`The run ${id} is an entry of the arena: its model is not kept.`, "Promote the model of another run.");
  }
  if (result !== undefined) {
    const version = `${result.model}@${result.version}`;
    return fail(`${id} is a run and no model; it made ${version}.`, `Put that into service: ${command}${version}`);
  }
  if (!isOver(run.state)) return fail(`The run ${id} is not over yet.`, "Wait for its model; its message names it.");
  const ended = run.state === "cancelled" ? "was cancelled" : "failed";
  return fail(
    `The run ${id} ${ended} and made no model: ${reasonOf(run)}`.replace(/([^.!?…])$/, "$1."),
    "Promote the model of a run that succeeded.",
  );
}

/** Where a run of the community is named in a model's place, as r-… or digits@r-…: what `notPromotable` says of it. */
export async function runInPlaceOf(
  wished: string,
  community: string,
  queue: Pick<RunQueue, "get"> | undefined,
  command?: string,
): Promise<UserError | undefined> {
  for (const part of wished.split("@")) {
    const run = await queue?.get(part.trim());
    if (run?.wish.community === community) return notPromotable(run, command);
  }
  return undefined;
}

/** Why a person cancelled it says more than how the worker stopped it. */
function reasonOf({ error, changes }: QueuedRun): string {
  return error?.message ?? (changes.findLast(({ by }) => by.kind !== "worker") ?? changes.at(-1))?.why ?? "";
}

export function oneEntry({ id }: QueuedRun): UserError {
  return new UserError(
    "arena-one-at-a-time",
    `Your entry ${id} is still waiting or learning.`,
    "Wait until it is on the board, or press Withdraw on its message.",
  );
}
