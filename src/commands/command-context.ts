// What the commands are made with.

import type { Arena } from "../engine/arena/arena.js";
import type { ModelRegistry } from "../engine/models/registry.js";
import type { RunQueue } from "../engine/queue/run.js";
import type { Schedules } from "../engine/schedule/schedules.js";
import type { Quiz } from "../quiz/quiz.js";
import type { Person } from "../quiz/records.js";
import type { Audit } from "./audit-list.js";
import type { Sight } from "./classify.js";
import type { Posters } from "./live.js";
import type { ActionRef } from "./reply.js";
import type { Request } from "./request.js";

export interface CommandContext {
  readonly quiz: Quiz;
  /** Absent where commands are only declared. */
  readonly sight?: Sight;
  /** Absent where commands are only declared, as what follows. */
  readonly models?: Models;
  readonly queue?: RunQueue;
  readonly audit?: Audit;
  /** The platforms that can be written to later, as they start. */
  readonly posters?: Posters;
  /** Absolute folder of all data sets. */
  readonly data?: string;
  readonly arena?: Arena;
  readonly schedules?: Schedules;
}

/** Whose models there are, and who may change those that all share. */
export interface Models {
  registryFor(community: string): ModelRegistry;
  /** `platform:user`, as CONVO_OPERATORS has them. */
  readonly operators: ReadonlySet<string>;
}

export function personOf(request: Request): Person {
  return { community: request.community, id: request.user.id };
}

/** An argument that every button of this action carries; without it the button is from another version. */
export function argument(ref: ActionRef, name: string): string {
  return ref.args[name] ?? "";
}
