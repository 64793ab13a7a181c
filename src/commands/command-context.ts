// What the commands are made with.
import type { Arena } from "../engine/arena/arena.js";
import type { Schedules } from "../engine/schedule/schedules.js";
import type { Quiz } from "../quiz/quiz.js";
import type { Person } from "../quiz/records.js";
import type { Sight } from "./classify.js";
import type { Posters } from "./live.js";
import type { ActionRef } from "./reply.js";
import type { Request } from "./request.js";

export interface CommandContext {
  readonly quiz: Quiz;
  /** Absent where commands are only declared. */
  readonly sight?: Sight;
  /** Absent where nothing is trained. */
  readonly arena?: Arena;
  readonly schedules?: Schedules;
  /** Absent where no platform can be written to later. */
  readonly posters?: Posters;
}

export function personOf(request: Request): Person {
  return { community: request.community, id: request.user.id };
}

/** An argument that every button of this action carries; without it the button is from another version. */
export function argument(ref: ActionRef, name: string): string {
  return ref.args[name] ?? "";
}
