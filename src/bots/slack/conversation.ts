// One request's way through the dispatcher and back: progress coalesces to the newest state, the last reply always arrives.
import { bugReply, type Dispatcher, errorReply } from "../../commands/dispatch.js";
import type { Form, Reply } from "../../commands/reply.js";
import type { Request } from "../../commands/request.js";
import { UserError } from "../../errors.js";
import { type Log, newReference } from "../../log.js";
import { EDIT_MS, SLOW_AFTER_MS, SLOW_EDIT_MS } from "./limits.js";
import type { Voice } from "./voice.js";

export interface Asked {
  readonly request: Request;
  readonly voice: Voice;
  /** Opens a view with the trigger of this request. */
  open(form: Form): Promise<void>;
  /** When the first reply is there: what was sent is stored by then. */
  answered?(): void;
}

/** A reply that the next one follows at once is not worth showing. */
const SETTLE_MS = 25;

/** Runs to its end; never throws. What could not be said is in the log under a reference, which the asker sees where possible. */
export async function converse(dispatcher: Dispatcher, asked: Asked, log: Log): Promise<void> {
  const started = Date.now();
  const replies = dispatcher.handle(asked.request)[Symbol.asyncIterator]();
  let shownAt: number | undefined;
  let next = replies.next();
  for (;;) {
    const result = await next;
    asked.answered?.();
    if (result.done === true) return;
    next = replies.next();
    const interval = Date.now() - started > SLOW_AFTER_MS ? SLOW_EDIT_MS : EDIT_MS;
    const wait = shownAt === undefined ? SETTLE_MS : Math.max(SETTLE_MS, shownAt + interval - Date.now());
    const follows = await followed(next, wait);
    if (follows === "reply" && result.value.kind === "message") continue;
    await guarded(asked, log, () => show(asked, result.value, follows === "end"));
    shownAt = Date.now();
    if (follows === "later" && (await next).done === true && result.value.kind === "message") {
      const { value } = result;
      await guarded(asked, log, () => asked.voice.finish(value));
    }
  }
}

async function show(asked: Asked, reply: Reply, last: boolean): Promise<void> {
  if (reply.kind === "form") await asked.open(reply);
  else await asked.voice.say(reply, last);
}

/**
 * Never throws: a `UserError` is said with its fix; a bug, or a platform that does not answer, is logged under a reference,
 * which is said as far as anything can be said.
 */
export async function guarded(asked: Pick<Asked, "voice">, log: Log, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    const reference = newReference();
    if (error instanceof UserError) log.info({ platform: "slack", code: error.code }, "refused");
    else log.error({ platform: "slack", reference, err: error }, "failed");
    const said = error instanceof UserError ? errorReply(error) : bugReply(reference);
    await asked.voice.say(said, true).catch((again: unknown) => {
      log.error({ platform: "slack", reference, err: again }, "the failure could not be said");
    });
  }
}

/** What comes within `wait` milliseconds: another reply, the end, or neither. */
async function followed(next: Promise<IteratorResult<Reply>>, wait: number): Promise<"reply" | "end" | "later"> {
  let timer: NodeJS.Timeout | undefined;
  const later = new Promise<"later">((resolve) => {
    timer = setTimeout(() => resolve("later"), wait);
  });
  try {
    return await Promise.race([
      next.then((result): "reply" | "end" => (result.done === true ? "end" : "reply")),
      later,
    ]);
  } finally {
    clearTimeout(timer);
  }
}
