// The playground's routes: the page, the session, what people send, what they get to see.
import { type Context, Hono } from "hono";
import type { Dispatcher } from "../../commands/dispatch.js";
import { UserError } from "../../errors.js";
import type { Access } from "./access.js";
import { readJson, readJsonAndFiles } from "./body.js";
import { catalogue } from "./catalogue.js";
import { CHANNELS, COMMUNITY } from "./channels.js";
import { completions } from "./completions.js";
import { type Asked, type Conversation, explain, type Log } from "./conversation.js";
import { eventStream, lineStream } from "./events.js";
import { guard, hardened } from "./guard.js";
import { hint } from "./hint.js";
import { FILE_BYTES, FILES, TEXT_CHARACTERS } from "./limits.js";
import type { Media } from "./media.js";
import type { PageFile } from "./pageFiles.js";
import { identify, tidyName, writeIdentity } from "./people.js";
import { Refusal, wireError } from "./refusal.js";
import { askAction, askCommand, askSubmit, bodies, type Sender } from "./requests.js";
import type { Room } from "./room.js";
import type { Signer } from "./signing.js";
import type { Joined, Session } from "./wire.js";

export interface AppParts {
  readonly access: Access;
  readonly signer: Signer;
  readonly dispatcher: Dispatcher;
  readonly room: Room;
  readonly media: Media;
  readonly conversation: Conversation;
  readonly page: ReadonlyMap<string, PageFile>;
  /** Aborts when the playground closes. */
  readonly closing: AbortSignal;
  /** Hears of every answer that is being written, so that `close` can wait for it. */
  running(work: Promise<void>): void;
  readonly log: Log;
}

export function createApp(parts: AppParts): Hono {
  const { access, signer, dispatcher, room, media, page, log } = parts;
  const app = new Hono();
  app.use(hardened);
  app.use(guard(access.login.needed));

  app.get("/api/session", (context) => {
    const { role, identity } = access.visitor(context);
    const choosesRole = !access.login.needed;
    if (role === undefined) return context.json<Session>({ state: "login" });
    if (identity === undefined) return context.json<Session>({ state: "join", choosesRole, role });
    return context.json<Session>({
      state: "ready",
      choosesRole,
      person: { name: identity.name, role },
      community: COMMUNITY,
      channels: CHANNELS,
      commands: catalogue(dispatcher.commands),
      limits: { files: FILES, fileBytes: FILE_BYTES, textCharacters: TEXT_CHARACTERS },
    });
  });

  app.post("/api/login", async (context) => {
    const { token } = await readJson(context, bodies.login);
    return context.json({ role: access.enter(context, token) });
  });

  app.post("/api/logout", async (context) => {
    access.leave(context);
    return context.json({});
  });

  app.post("/api/person", async (context) => {
    const { name, role: wished } = await readJson(context, bodies.person);
    const { role, identity } = access.visitor(context);
    if (role === undefined)
      throw new Refusal(401, "login-needed", "This playground asks for a token.", "Enter it first.");
    const tidy = tidyName(name);
    if (tidy === "") throw new Refusal(400, "name-missing", "A name is needed.", "Enter at least one letter.");
    const person = identify(tidy, access.login.needed ? role : (wished ?? role), identity);
    const joined: Joined = {
      identity: writeIdentity(signer, person),
      person: { name: person.name, role: person.role },
    };
    return context.json(joined);
  });

  app.post("/api/command", async (context) => {
    const sender = senderOf(context);
    const { body, attachments } = await readJsonAndFiles(context, bodies.command);
    const asked = askCommand(body, attachments, dispatcher.commands, sender);
    if (!("hint" in asked)) return answer(asked);
    const entry = room.publish(hint(asked.hint, asked.text, body, sender.user.name), sender.user.id);
    return lineStream(async (emit) => {
      emit({ type: "entry", entry });
      emit({ type: "done" });
    });
  });

  app.post("/api/complete", async (context) => {
    const { user } = senderOf(context);
    return context.json(await completions(dispatcher.commands, await readJson(context, bodies.complete), user.id));
  });

  app.post("/api/action", async (context) => {
    const sender = senderOf(context);
    return answer(await askAction(await readJson(context, bodies.action), dispatcher, signer, room, sender));
  });

  app.post("/api/submit", async (context) => {
    const sender = senderOf(context);
    return answer(await askSubmit(await readJson(context, bodies.submit), dispatcher, signer, room, sender));
  });

  app.get("/api/events", (context) => eventStream(room, senderOf(context).user.id, parts.closing));

  app.get("/media/:id/:name", (context) => {
    const medium = access.visitor(context).role === undefined ? undefined : media.get(context.req.param("id"));
    if (!medium)
      throw new Refusal(404, "media-gone", "This picture or file is no longer kept.", "Give the command again.");
    const safe = /^[\w.+-]+\/[\w.+-]+$/.test(medium.mediaType) ? medium.mediaType : "application/octet-stream";
    const name = encodeURIComponent(medium.name.replace(/\p{Cs}/gu, "_")).replace(/['()*]/g, escape);
    return context.body(new Uint8Array(medium.bytes), 200, {
      "Content-Type": safe,
      "Content-Disposition": `${medium.inline ? "inline" : "attachment"}; filename*=UTF-8''${name}`,
      "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
      "Cache-Control": "private, max-age=31536000, immutable",
    });
  });

  app.get("*", (context) => {
    const file = page.get(context.req.path);
    if (!file)
      throw new Refusal(404, "not-found", "There is nothing at this address.", "Open the playground's first page.");
    const cache = file.hashed ? "public, max-age=31536000, immutable" : "no-cache";
    return context.body(file.bytes, 200, { "Content-Type": file.mediaType, "Cache-Control": cache });
  });

  app.notFound((context) => {
    const error = {
      code: "not-found",
      message: "There is nothing at this address.",
      fix: "See docs for the addresses.",
    };
    return context.json({ error }, 404);
  });

  app.onError((error, context) => {
    if (error instanceof Refusal) {
      if (error.retryAfter !== undefined) context.header("Retry-After", String(Math.ceil(error.retryAfter / 1000)));
      return context.json({ error: wireError(error) }, error.status);
    }
    return context.json({ error: explain(error, log) }, error instanceof UserError ? 422 : 500);
  });

  function senderOf(context: Context): Sender {
    const tag = /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*/.exec(context.req.header("accept-language") ?? "")?.[0];
    return { user: access.user(context), locale: tag ?? "en" };
  }

  function answer(asked: Asked): Response {
    return lineStream((emit) => {
      const work = parts.conversation.run(asked, emit);
      parts.running(work);
      return work;
    });
  }

  return app;
}
