// A local Slack, written from Slack's documentation: Web API, Socket Mode, signed HTTP events, response URLs, triggers, files.
import { createHmac, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";
import { checkMessage } from "./payload-check.js";
import { answerApi } from "./web-api.js";

export const BOT_TOKEN = "xoxb-local-bot";
export const APP_TOKEN = "xapp-local-app";
export const SIGNING_SECRET = "local-signing-secret";
export const TEAM = "T0LOCAL";
export const BOT_USER = "U0BOT";

export interface Member {
  readonly id: string;
  readonly name: string;
  readonly is_admin: boolean;
  readonly is_owner: boolean;
}

export interface Shown {
  readonly channel: string;
  readonly ts: string;
  /** The one who sees it; undefined: everyone in the channel. */
  readonly only?: string;
  readonly thread?: string;
  text: string;
  blocks: readonly unknown[];
  edits: number;
}

export interface OpenView {
  readonly id: string;
  readonly user: string;
  readonly view: {
    readonly [name: string]: unknown;
    readonly private_metadata?: string;
    readonly callback_id?: string;
  };
}

export interface StoredFile {
  readonly id: string;
  readonly name: string;
  readonly bytes: Buffer;
  readonly mimetype: string;
  /** files.info names no mimetype before this time. */
  readonly readyAt: number;
  shared: string[];
}

export interface LocalSlack {
  readonly apiUrl: string;
  readonly members: Map<string, Member>;
  /** User groups and who is in them. */
  readonly groups: Map<string, readonly string[]>;
  readonly messages: Shown[];
  readonly views: OpenView[];
  readonly homes: Map<string, { readonly blocks: readonly unknown[] }>;
  readonly files: Map<string, StoredFile>;
  /** Every call of the Web API: method, arguments, token. */
  readonly calls: { readonly method: string; readonly args: Record<string, unknown>; readonly token: string }[];
  /** Milliseconds that each delivery waited for its acknowledgement. */
  readonly acknowledgements: number[];
  /** Faults of what the bot sent; tests expect none. */
  readonly faults: string[];
  /** Tokens that are valid, by team. */
  readonly tokens: Map<string, { readonly team: string; readonly enterprise?: string }>;
  /** Channels where the bot is no member; people to whom it cannot write. */
  readonly closedTo: Set<string>;
  /** Milliseconds by which it is later here than by the machine's clock; a test sets it. */
  ahead: number;
  now(): number;
  /** Methods that answer 429 next time, with the seconds to wait. */
  readonly rateLimits: Map<string, number>;
  /** Methods that answer 503, and how often. */
  readonly outages: Map<string, number>;
  trigger(): string;
  /** True once, within three seconds. */
  takeTrigger(id: string): "ok" | "expired_trigger_id" | "exchanged_trigger_id" | "invalid_trigger_id";
  responseUrl(channel: string, user: string, original?: Shown): string;
  addFile(name: string, bytes: Uint8Array, mimetype: string): StoredFile;
  fileObject(file: StoredFile): Record<string, unknown>;
  show(message: Omit<Shown, "edits" | "ts">): Shown;
  /** Sends a payload the way the bot is connected; resolves with the acknowledgement's body. */
  deliver(kind: "slash_commands" | "interactive" | "events_api", payload: object, retry?: Retry): Promise<unknown>;
  /** The bot's own HTTP address, for delivery by HTTP. */
  httpPort: number | undefined;
  /** Cuts every WebSocket, as Slack does now and then. */
  drop(): void;
  connected(): number;
  close(): Promise<void>;
}

export interface Retry {
  readonly attempt: number;
  readonly reason: string;
}

export async function startLocalSlack(): Promise<LocalSlack> {
  const sockets = new Set<WebSocket>();
  const waiting = new Map<string, (payload: unknown) => void>();
  const triggers = new Map<string, { until: number; used: boolean }>();
  const urls = new Map<string, { until: number; uses: number; channel: string; user: string; original?: Shown }>();
  let serial = 0;

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      slack.faults.push(String(error));
      response.writeHead(500).end();
    });
  });
  const link = new WebSocketServer({ server, path: "/link" });
  link.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("message", (data) => {
      const { envelope_id: id, payload } = JSON.parse(String(data)) as { envelope_id: string; payload?: unknown };
      waiting.get(id)?.(payload);
    });
    socket.send(JSON.stringify({ type: "hello", num_connections: 1, connection_info: { app_id: "A0" } }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const base = `http://127.0.0.1:${port}`;

  const slack: LocalSlack = {
    apiUrl: `${base}/api/`,
    members: new Map(),
    groups: new Map(),
    messages: [],
    views: [],
    homes: new Map(),
    files: new Map(),
    calls: [],
    acknowledgements: [],
    faults: [],
    tokens: new Map([[BOT_TOKEN, { team: TEAM }]]),
    closedTo: new Set(),
    ahead: 0,
    now: () => Date.now() + slack.ahead,
    rateLimits: new Map(),
    outages: new Map(),
    httpPort: undefined,
    trigger() {
      const id = `${Date.now()}.${randomUUID()}`;
      triggers.set(id, { until: slack.now() + 3_000, used: false });
      return id;
    },
    takeTrigger(id) {
      const found = triggers.get(id);
      if (found === undefined) return "invalid_trigger_id";
      if (found.used) return "exchanged_trigger_id";
      found.used = true;
      return slack.now() > found.until ? "expired_trigger_id" : "ok";
    },
    responseUrl(channel, user, original) {
      const id = randomUUID();
      urls.set(id, { until: slack.now() + 30 * 60_000, uses: 0, channel, user, ...(original && { original }) });
      return `${base}/respond/${id}`;
    },
    addFile(name, bytes, mimetype) {
      const file = { id: `F${++serial}`, name, bytes: Buffer.from(bytes), mimetype, readyAt: 0, shared: [] };
      slack.files.set(file.id, file);
      return file;
    },
    fileObject: (file) => ({
      id: file.id,
      name: file.name,
      size: file.bytes.byteLength,
      ...(Date.now() >= file.readyAt ? { mimetype: file.mimetype } : {}),
      url_private: `${base}/files/${file.id}`,
      url_private_download: `${base}/files/${file.id}/download`,
    }),
    show(message) {
      checkMessage(message);
      const shown = { ...message, ts: `${1_700_000_000 + ++serial}.000100`, edits: 0 };
      slack.messages.push(shown);
      return shown;
    },
    async deliver(kind, payload, retry) {
      const started = performance.now();
      const answer =
        slack.httpPort === undefined
          ? bySocket(kind, payload, retry)
          : postSigned(slack.httpPort, kind, payload, retry);
      const late = new Promise<never>((_, reject) => {
        setTimeout(() => reject(new Error(`${kind} was not acknowledged within 3 s`)), 3_000).unref();
      });
      const body = await Promise.race([answer, late]);
      slack.acknowledgements.push(performance.now() - started);
      return body;
    },
    drop() {
      for (const socket of sockets) socket.terminate();
      sockets.clear();
    },
    connected: () => sockets.size,
    async close() {
      for (const socket of sockets) socket.terminate();
      link.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return slack;

  function bySocket(type: string, payload: object, retry?: Retry): Promise<unknown> {
    const [socket] = sockets;
    if (socket === undefined) throw new Error("no bot is connected");
    const id = randomUUID();
    return new Promise((resolve) => {
      waiting.set(id, resolve);
      const again = retry === undefined ? {} : { retry_attempt: retry.attempt, retry_reason: retry.reason };
      socket.send(JSON.stringify({ envelope_id: id, type, payload, accepts_response_payload: true, ...again }));
    });
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? "/", base);
    const [, root = "", name = ""] = pathname.split("/");
    const body = await bodyOf(request);
    if (root === "api")
      return await answerApi(slack, `ws://127.0.0.1:${port}/link`, base, name, request, response, body);
    if (root === "respond") return respond(response, name, JSON.parse(body.toString()) as Answer);
    if (root === "upload") {
      const file = slack.files.get(name);
      if (file === undefined || slack.files.get(name)?.bytes.byteLength !== 0)
        return void response.writeHead(404).end();
      const bytes = partOf(body, String(request.headers["content-type"] ?? ""));
      slack.files.set(name, { ...file, bytes });
      return void response.writeHead(200).end(`OK - ${bytes.byteLength}`);
    }
    if (root === "files") return privateFile(request, response, name);
    response.writeHead(404).end();
  }

  /** Without a token that is valid, 200 and a login page. */
  function privateFile(request: IncomingMessage, response: ServerResponse, id: string): void {
    const token = String(request.headers.authorization ?? "").replace(/^Bearer /u, "");
    const file = slack.files.get(id);
    if (!slack.tokens.has(token)) {
      response.writeHead(200, { "content-type": "text/html" }).end("<!DOCTYPE html><html><body>Sign in</body></html>");
      return;
    }
    if (file === undefined) return void response.writeHead(404).end();
    response.writeHead(200, { "content-type": file.mimetype }).end(file.bytes);
  }

  interface Answer {
    readonly text: string;
    readonly blocks: readonly unknown[];
    readonly response_type?: string;
    readonly replace_original?: boolean;
  }

  function respond(response: ServerResponse, id: string, answer: Answer): void {
    const url = urls.get(id);
    if (url === undefined || slack.now() > url.until) return void response.writeHead(404).end("expired_url");
    url.uses += 1;
    if (url.uses > 5) return void response.writeHead(404).end("used_url");
    try {
      if (answer.replace_original === true && url.original !== undefined) {
        checkMessage(answer);
        Object.assign(url.original, { text: answer.text, blocks: answer.blocks, edits: url.original.edits + 1 });
      } else {
        const only = answer.response_type === "in_channel" ? {} : { only: url.user };
        slack.show({ channel: url.channel, text: answer.text, blocks: answer.blocks, ...only });
      }
    } catch (error) {
      slack.faults.push(String(error));
      return void response.writeHead(400).end("invalid_blocks");
    }
    response.writeHead(200).end("ok");
  }
}

/** One signed request as Slack sends it; resolves with the body of the acknowledgement. */
export async function postSigned(port: number, kind: string, payload: object, retry?: Retry): Promise<unknown> {
  const response = await sendSigned(port, kind, payload, { retry });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`the bot answered ${response.status}`);
  return text.startsWith("{") ? JSON.parse(text) : text;
}

/** `at`: seconds since 1970 in the header and the signature; `secret`: another one is a forger's. */
export function sendSigned(
  port: number,
  kind: string,
  payload: object,
  {
    at = Math.floor(Date.now() / 1000),
    secret = SIGNING_SECRET,
    retry,
  }: { at?: number; secret?: string; retry?: Retry | undefined } = {},
): Promise<Response> {
  const body =
    kind === "events_api"
      ? JSON.stringify(payload)
      : new URLSearchParams(
          kind === "interactive"
            ? { payload: JSON.stringify(payload) }
            : Object.fromEntries(Object.entries(payload).map(([name, value]) => [name, String(value)])),
        ).toString();
  const signature = createHmac("sha256", secret).update(`v0:${at}:${body}`).digest("hex");
  return fetch(`http://127.0.0.1:${port}/slack/events`, {
    method: "POST",
    headers: {
      "content-type": kind === "events_api" ? "application/json" : "application/x-www-form-urlencoded",
      "x-slack-request-timestamp": String(at),
      "x-slack-signature": `v0=${signature}`,
      ...(retry === undefined
        ? {}
        : { "x-slack-retry-num": String(retry.attempt), "x-slack-retry-reason": retry.reason }),
    },
    body,
  });
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The file in a multipart upload, or the whole body. */
function partOf(body: Buffer, type: string): Buffer {
  const boundary = /boundary=(.+)$/u.exec(type)?.[1];
  if (boundary === undefined) return body;
  const start = body.indexOf("\r\n\r\n") + 4;
  return body.subarray(start, body.indexOf(`\r\n--${boundary}`, start));
}
