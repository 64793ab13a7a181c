// One request's way: who may, how often, options checked, handled once, timed and logged; a bug becomes a reference id.
import type { Command } from "./command.js";
import type { ActionRef, Reply } from "./reply.js";
import type { Request } from "./request.js";

export interface Dispatcher {
  readonly commands: readonly Command[];
  /** Never throws: a `UserError` becomes an error note with its fix, a bug one with a reference id. Yields nothing for an event already handled. */
  handle(request: Request): AsyncIterable<Reply>;
  /** A button's reference in at most `limit` characters: itself, or the key of a record that expires after 30 days. */
  encode(ref: ActionRef, limit: number): Promise<string>;
  /** Throws UserError `button-expired` or `button-unknown`. */
  decode(token: string): Promise<ActionRef>;
}
