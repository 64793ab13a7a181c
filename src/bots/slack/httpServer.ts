// The one HTTP server of the Slack bot: signed events (without Socket Mode) and the pages of an installation (with OAuth).
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import type { InstallProvider } from "@slack/oauth";
import { UserError } from "../../errors.js";
import type { Log } from "../../log.js";
import { CLOCK_SKEW_SECONDS } from "./limits.js";

export const EVENTS_PATH = "/slack/events";
export const INSTALL_PATH = "/slack/install";
export const REDIRECT_PATH = "/slack/oauth_redirect";

export interface Routes {
  /** Bolt's receiver, which checks the signature. */
  readonly events?: RequestListener;
  readonly install?: { readonly provider: InstallProvider; readonly scopes: readonly string[] };
}

/** Listens on `port`; 0 takes a free one. Throws UserError `port-in-use`. */
export async function listen(port: number, routes: Routes, log: Log): Promise<Server> {
  const server = createServer((request, response) => {
    route(request, response, routes).catch((error: unknown) => {
      log.error({ err: error }, "slack: an HTTP request failed");
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  server.requestTimeout = 30_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, resolve);
  }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EADDRINUSE" && error.code !== "EACCES") throw error;
    throw new UserError("port-in-use", `Port ${port} is not free for Slack's requests.`, "Set CONVO_HTTP_PORT.", {
      cause: error,
    });
  });
  server.on("error", (error) => log.error({ err: error }, "slack: the HTTP server failed"));
  return server;
}

async function route(request: IncomingMessage, response: ServerResponse, routes: Routes): Promise<void> {
  const { pathname } = new URL(request.url ?? "/", "http://localhost");
  const { events, install } = routes;
  if (events !== undefined && pathname === EVENTS_PATH && request.method === "POST") {
    if (isTimely(request)) return events(request, response);
    response.writeHead(401).end();
    return;
  }
  if (install !== undefined && request.method === "GET") {
    const options = { scopes: [...install.scopes] };
    if (pathname === INSTALL_PATH) return await install.provider.handleInstallPath(request, response, {}, options);
    if (pathname === REDIRECT_PATH) return await install.provider.handleCallback(request, response);
  }
  response.writeHead(404).end();
}

/** Bolt refuses stale requests but takes those dated into the future, with which a recorded one could be kept for later. */
function isTimely(request: IncomingMessage): boolean {
  const stamp = request.headers["x-slack-request-timestamp"];
  // Slack's check of the certificate is not signed, and Bolt lets nothing else through without a signature.
  if (stamp === undefined) return true;
  return /^\d{1,12}$/u.test(String(stamp)) && Math.abs(Date.now() / 1000 - Number(stamp)) <= CLOCK_SKEW_SECONDS;
}
