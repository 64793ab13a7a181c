// What went wrong, as the person sees it and as the log keeps it.
import { DiscordAPIError } from "discord.js";
import { bugReply, errorReply } from "../../commands/dispatch.js";
import type { Message } from "../../commands/reply.js";
import { UserError } from "../../errors.js";
import { type Log, newReference } from "../../log.js";

/** A person's mistake in its own words; a bug as a reference that the log explains. */
export function problem(error: unknown, log: Log, event: string): Message {
  if (error instanceof UserError) {
    log.info({ platform: "discord", event, code: error.code }, "refused");
    return errorReply(error);
  }
  const reference = newReference();
  log.error({ platform: "discord", event, reference, err: error }, "failed");
  return bugReply(reference);
}

/** Discord understood and refused; it would again. (Its library has waited out 429s and repeated 5xx by itself.) */
export function isRefusal(error: unknown): boolean {
  return error instanceof DiscordAPIError && error.status < 500;
}
