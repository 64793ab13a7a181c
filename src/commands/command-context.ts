// What the commands are made with.
import type { ModelRegistry } from "../engine/models/registry.js";
import type { Quiz } from "../quiz/quiz.js";
import type { Person } from "../quiz/records.js";
import type { Sight } from "./classify.js";
import type { ActionRef } from "./reply.js";
import type { Request } from "./request.js";

export interface CommandContext {
  readonly quiz: Quiz;
  /** Absent where commands are only declared. */
  readonly sight?: Sight;
  /** The models of a community, and below them what ships; without it, what ships. */
  readonly registryFor?: (community: string) => ModelRegistry;
}

export function personOf(request: Request): Person {
  return { community: request.community, id: request.user.id };
}

/** An argument that every button of this action carries; without it the button is from another version. */
export function argument(ref: ActionRef, name: string): string {
  return ref.args[name] ?? "";
}
