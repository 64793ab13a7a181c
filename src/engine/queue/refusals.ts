// What the queue refuses, in words.
import { UserError } from "../../errors.js";
import type { QueuedRun } from "./run.js";

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

export function notPromotable({ id, state, error }: QueuedRun): UserError {
  return new UserError(
    "run-not-promotable",
    [`The run ${id} is ${state} and made no model.`, ...(error === undefined ? [] : [error.message])].join(" "),
    "Promote the model of a run that succeeded.",
  );
}

export function oneEntry({ id }: QueuedRun): UserError {
  return new UserError(
    "arena-one-at-a-time",
    `Your entry ${id} is still waiting or learning.`,
    "Wait until it is on the board, or press Withdraw on its message.",
  );
}
