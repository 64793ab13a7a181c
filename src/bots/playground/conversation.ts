// One request's way through the dispatcher and back into the channel: each reply replaces the one before, the last stays.
import { randomBytes } from "node:crypto";
import type { Logger } from "pino";
import type { Dispatcher } from "../../commands/dispatch.js";
import type { Message, Reply } from "../../commands/reply.js";
import type { Request } from "../../commands/request.js";
import { UserError } from "../../errors.js";
import { newReference } from "../../log.js";
import { wireError } from "./refusal.js";
import { type Renderer, renderForm, renderMessage } from "./render.js";
import type { Room } from "./room.js";
import type { Invocation, Line } from "./wire.js";

/** Somebody's wish, with what the channel shows of it. */
export interface Asked {
  /** The page's own id of the event; the request's id is made of it. */
  readonly event: string;
  readonly request: Request;
  /** Everyone may see what a public answer answers; the asker alone sees more of it. */
  invocation(isPrivate: boolean): Invocation;
  /** The message whose button was pressed, "" where there is none, and whether it is private. */
  readonly pressed?: { readonly message: string; readonly private: boolean };
}

export interface Conversation {
  /** Runs to its end whether or not anybody still listens; `emit` gets the lines for the asker's page. Never throws. */
  run(asked: Asked, emit: (line: Line) => void): Promise<void>;
}

export type Log = Pick<Logger, "info" | "warn" | "error">;

/** A reply that the next one follows at once is not worth showing. */
const SETTLE_MS = 25;

export function createConversation(
  room: Room,
  renderer: Renderer & { dispatcher: Dispatcher },
  log: Log,
): Conversation {
  return {
    async run(asked, emit) {
      try {
        await answer(asked, emit);
      } catch (error) {
        emit({ type: "error", error: explain(error, log) });
      }
      emit({ type: "done" });
    },
  };

  async function answer(asked: Asked, emit: (line: Line) => void): Promise<void> {
    const replies = renderer.dispatcher.handle(asked.request)[Symbol.asyncIterator]();
    const fresh = randomBytes(9).toString("base64url");
    let shown: string | undefined;
    let next = replies.next();
    for (;;) {
      const result = await next;
      if (result.done) return;
      next = replies.next();
      const follows = await followed(next);
      if (follows === "reply") continue;
      const streaming = follows === "later";
      shown = await show(result.value, asked, shown, fresh, streaming, emit);
      if (streaming && (await next).done && result.value.kind === "message") {
        await show(result.value, asked, shown, fresh, false, emit);
      }
    }
  }

  /** Publishes a message and returns its id; a form goes to the asker's page alone. */
  async function show(
    reply: Reply,
    asked: Asked,
    shown: string | undefined,
    fresh: string,
    streaming: boolean,
    emit: (line: Line) => void,
  ): Promise<string | undefined> {
    const { channel, user } = asked.request;
    if (reply.kind === "form") {
      const place = { message: asked.pressed?.message ?? "", channel, person: user.id };
      emit({ type: "form", form: await renderForm(renderer, reply, place) });
      return shown;
    }
    const id = replaced(reply, asked) ?? fresh;
    if (shown !== undefined && shown !== id && shown === fresh) room.remove(shown);
    const before = room.find(id);
    const blocks = await renderMessage(renderer, reply, { message: id, channel, person: user.id });
    const entry = room.publish(
      {
        id,
        channel,
        at: before?.entry.at ?? Date.now(),
        private: reply.private,
        streaming,
        invocation: id === fresh || !before ? asked.invocation(reply.private) : before.entry.invocation,
        request: asked.event,
        blocks,
      },
      user.id,
    );
    emit({ type: "entry", entry });
    return id;
  }

  /** The message whose place the reply takes: never a public one with a private, which would take it from everybody else. */
  function replaced(reply: Message, asked: Asked): string | undefined {
    const { pressed } = asked;
    if (!reply.replaces || !pressed?.message || pressed.private !== reply.private) return undefined;
    return pressed.message;
  }
}

/** What comes next, as far as it can be told at once: another reply, the end, or something later. */
async function followed(next: Promise<IteratorResult<Reply>>): Promise<"reply" | "end" | "later"> {
  let timer: NodeJS.Timeout | undefined;
  const later = new Promise<"later">((resolve) => {
    timer = setTimeout(() => resolve("later"), SETTLE_MS);
  });
  try {
    return await Promise.race([next.then((result): "reply" | "end" => (result.done ? "end" : "reply")), later]);
  } finally {
    clearTimeout(timer);
  }
}

/** A person's mistake in its own words; a bug as a reference that the log explains. */
export function explain(error: unknown, log: Log) {
  if (error instanceof UserError) return wireError(error);
  const reference = newReference();
  log.error({ err: error, reference }, "playground: a request failed");
  return {
    code: "internal",
    message: `Something went wrong here (reference ${reference}).`,
    fix: "Try again; if it stays, tell the person who runs Convo this reference.",
  };
}
