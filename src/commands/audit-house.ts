// What the house does by itself, as entries of the audit list: decisions of the gate, and runs that a schedule started.
import type { GateReport } from "../engine/queue/run.js";
import type { Decided } from "../engine/queue/runner.js";
import type { Firing, Schedule } from "../engine/schedule/schedule.js";
import type { Audit, AuditEntry } from "./audit-list.js";

const VERDICTS: Readonly<Record<GateReport["verdict"], AuditEntry["result"]>> = {
  promoted: "done",
  kept: "done",
  refused: "refused",
};

/** The gate is the actor; it decides for whoever asked for the run. */
export function auditedGate(audit: Audit): Decided {
  return async ({ id, wish, result }, { verdict, words }) => {
    const version = result === undefined ? wish.model : `${result.model}@${result.version}`;
    await audit.record(wish.community, `gate-${id}`, {
      by: { kind: "gate" },
      behalfOf: wish.by,
      what: `${version} of ${id}`,
      result: VERDICTS[verdict],
      words,
    });
  };
}

/** A time that was left out changed nothing: the schedule's own list has it. */
const OUTCOMES: Readonly<Record<Firing["outcome"], AuditEntry["result"] | undefined>> = {
  started: "done",
  joined: "done",
  refused: "refused",
  overlapped: undefined,
  missed: undefined,
};

/** The schedule is the actor; it starts runs for whoever added it. */
export function auditedSchedules(audit: Audit): (schedule: Schedule, firing: Firing) => Promise<void> {
  return async ({ id, community, by, wish }, { due, outcome, why }) => {
    const result = OUTCOMES[outcome];
    if (result === undefined) return;
    await audit.record(community, `schedule-${id}-${due}`, {
      by: { kind: "schedule", id },
      behalfOf: by,
      what: `train ${wish.model}`,
      result,
      words: why,
    });
  };
}
