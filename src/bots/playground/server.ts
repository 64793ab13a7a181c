// Starts and stops the playground: a local chat page that needs no account.
import { randomBytes } from "node:crypto";
import type { Server } from "node:http";
import { createAdaptorServer } from "@hono/node-server";
import type { Dispatcher } from "../../commands/dispatch.js";
import type { Posters } from "../../commands/live.js";
import type { PlaygroundConfig } from "../../config.js";
import { UserError } from "../../errors.js";
import type { Store } from "../../store/store.js";
import { createAccess } from "./access.js";
import { createApp } from "./app.js";
import { createConversation, type Log } from "./conversation.js";
import { isLoopback } from "./guard.js";
import { CLOSE_MS } from "./limits.js";
import { createLogin } from "./login.js";
import { createMedia } from "./media.js";
import { readPageFiles } from "./pageFiles.js";
import { playgroundPoster } from "./poster.js";
import { mediaOf } from "./render.js";
import { createRoom } from "./room.js";
import { openSigner } from "./signing.js";

export interface PlaygroundParts {
  readonly config: PlaygroundConfig;
  readonly dispatcher: Dispatcher;
  /** Where its poster is entered. */
  readonly posters?: Posters;
  /** Keeps the signing key, so that buttons and identities outlive a restart. */
  readonly store: Store;
  readonly log: Log;
}

export interface Playground {
  /** To open in a browser; without a token in it. */
  readonly url: string;
  /** Ends the event streams, gives answers that are being written a moment, and closes. */
  close(): Promise<void>;
}

/**
 * Serves the playground on `config.host` and `config.port` (0: any free one).
 * Throws UserError `playground-token` (off loopback without tokens), `port-in-use`, `port-forbidden`, `playground-host`,
 * `page-not-built`.
 */
export async function startPlayground({
  config,
  dispatcher,
  posters,
  store,
  log,
}: PlaygroundParts): Promise<Playground> {
  const host = config.host.replace(/^\[(.*)\]$/, "$1").toLowerCase();
  if (!isLoopback(host) && config.tokens.size === 0) {
    throw new UserError(
      "playground-token",
      `The playground would be open to everyone who can reach ${config.host || "this machine"}.`,
      "Set CONVO_PLAYGROUND_TOKEN, or leave CONVO_PLAYGROUND_HOST at 127.0.0.1.",
    );
  }
  const page = await readPageFiles();
  const signer = await openSigner(store);
  const media = createMedia();
  const room = createRoom(randomBytes(8).toString("hex"), (entry) => {
    for (const url of mediaOf(entry.blocks)) media.release(url);
  });
  const renderer = { dispatcher, signer, media };
  posters?.set("playground", playgroundPoster(room, renderer));
  const closing = new AbortController();
  const works = new Set<Promise<void>>();
  const app = createApp({
    access: createAccess(createLogin(config.tokens, signer), signer),
    signer,
    dispatcher,
    room,
    media,
    conversation: createConversation(room, renderer, log),
    page,
    closing: closing.signal,
    running(work) {
      works.add(work);
      void work.finally(() => works.delete(work));
    },
    log,
  });
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  const port = await listen(server, host, config.port);
  const url = `http://${urlHost(host)}:${port}`;
  log.info({ url }, "playground: ready");

  return {
    url,
    async close() {
      closing.abort();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await Promise.race([Promise.allSettled(works), new Promise((resolve) => setTimeout(resolve, CLOSE_MS).unref())]);
      // What is written must still leave the machine before the connections go.
      const cut = setTimeout(() => server.closeAllConnections(), 200);
      await closed;
      clearTimeout(cut);
    },
  };
}

async function listen(server: Server, host: string, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(explainListen(error, host, port)));
    server.listen(port, host, resolve);
  });
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : port;
}

function explainListen(error: NodeJS.ErrnoException, host: string, port: number): Error {
  const cause = { cause: error };
  switch (error.code) {
    case "EADDRINUSE":
      return new UserError(
        "port-in-use",
        `Port ${port} is taken by another program, perhaps by a Convo that already runs.`,
        "Stop that one, or set CONVO_PLAYGROUND_PORT to a free port (0 lets the system choose).",
        cause,
      );
    case "EACCES":
      return new UserError(
        "port-forbidden",
        `This account may not open port ${port}.`,
        "Set CONVO_PLAYGROUND_PORT to a port from 1024 on.",
        cause,
      );
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return new UserError(
        "playground-host",
        `This machine has no address ${JSON.stringify(host)}.`,
        "Set CONVO_PLAYGROUND_HOST to one of its addresses, or leave it at 127.0.0.1.",
        cause,
      );
    default:
      return error;
  }
}

/** How the address is written in a URL; "everywhere" is reached as localhost from this machine. */
function urlHost(host: string): string {
  if (host === "0.0.0.0" || host === "::" || host === "") return "localhost";
  return host.includes(":") ? `[${host}]` : host;
}
