// The local Discord's REST API (v10), as far as a bot like Convo calls it: bodies checked, rates limited, tokens asked for.
import type { IncomingMessage, ServerResponse } from "node:http";
import { commandMistakes, documentMistakes, messageMistakes, modalMistakes } from "./body-checks.js";
import type { Answer, Interactions, Upload } from "./interactions.js";
import { APPLICATION, BOT, snowflake } from "./objects.js";

type Body = Readonly<Record<string, unknown>>;

/** Of the ids of channels that are direct messages; the person's follows. */
const DIRECT = "15";

export interface Call {
  readonly method: string;
  /** As Discord's document writes it. */
  readonly path: string;
  readonly body: unknown;
  readonly status: number;
}

export interface RestOptions {
  readonly token: string;
  readonly interactions: Interactions;
  gatewayUrl(): string;
  /** Ids of the guilds that the bot is in. */
  readonly guilds: readonly string[];
  /** Bodies are taken as they are: where time is measured, and checking would be most of it. */
  readonly unchecked?: boolean;
  readonly shards: number;
}

interface Route {
  readonly method: string;
  readonly path: string;
  readonly open?: boolean;
  check?(body: Body, uploads: readonly Upload[]): string[];
  answer(ids: readonly string[], body: Body, uploads: readonly Upload[]): Answer;
}

export class Rest {
  readonly calls: Call[] = [];
  /** What Discord would have refused; a test expects none. */
  readonly mistakes: string[] = [];
  /** Registered commands by scope: "" is global, else a guild's id. */
  readonly commands = new Map<string, Body[]>();
  /** The bot's own messages in channels, which no interaction brought, by id. */
  readonly posted = new Map<
    string,
    { readonly channel: string; body: Body; uploads: readonly Upload[]; edits: number }
  >();
  /** Channels in which the bot lacks a permission; people who take no direct messages. */
  readonly closedTo = new Set<string>();
  readonly #options: RestOptions;
  readonly #routes: readonly Route[];
  #refusals = 0;
  #retryAfter = 0;

  constructor(options: RestOptions) {
    this.#options = options;
    this.#routes = [...this.#general(), ...this.#answers(), ...this.#channels(), ...this.#registered()];
    // The document is long: read now, so that no acknowledgement waits for it.
    for (const { method, path } of this.#routes)
      if (["POST", "PATCH"].includes(method)) documentMistakes(method, path, {});
  }

  /** The next calls get a 429. Seconds. */
  limitNext(times: number, retryAfter: number): void {
    [this.#refusals, this.#retryAfter] = [times, retryAfter];
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "", url = "" } = request;
    const { pathname } = new URL(url, "http://local");
    const path = pathname.replace(/^\/api\/v10/, "");
    const { body, uploads } = await bodyOf(request);
    const found = this.#find(method, path);
    const answer =
      this.#limited(path) ??
      (found === undefined ? unknown(method, path) : this.#answer(found, request, body, uploads));
    if (found === undefined) this.mistakes.push(`${method} ${path}: no such route`);
    this.calls.push({ method, path: found?.route.path ?? path, body, status: answer.status });
    const limited =
      answer.status === 429 ? { "retry-after": String(this.#retryAfter), "x-ratelimit-scope": "user" } : {};
    response.writeHead(answer.status, {
      ...(answer.body === undefined ? {} : { "content-type": "application/json" }),
      ...limited,
    });
    response.end(answer.body === undefined ? undefined : JSON.stringify(answer.body));
  }

  #limited(path: string): Answer | undefined {
    if (this.#refusals === 0 || path.startsWith("/interactions/")) return undefined;
    this.#refusals -= 1;
    const body = { message: "You are being rate limited.", retry_after: this.#retryAfter, global: false };
    return { status: 429, body };
  }

  #find(method: string, path: string): { route: Route; ids: string[] } | undefined {
    for (const route of this.#routes) {
      const pattern = new RegExp(`^${route.path.replace(/\{\w+\}/g, "([^/]+)")}$`);
      const match = route.method === method ? pattern.exec(path) : null;
      if (match !== null) return { route, ids: match.slice(1).map(decodeURIComponent) };
    }
    return undefined;
  }

  #answer(
    { route, ids }: { route: Route; ids: string[] },
    request: IncomingMessage,
    body: Body,
    uploads: readonly Upload[],
  ): Answer {
    if (route.open !== true && request.headers.authorization !== `Bot ${this.#options.token}`)
      return { status: 401, body: { message: "401: Unauthorized", code: 0 } };
    const mistakes =
      this.#options.unchecked === true
        ? []
        : [
            ...(["POST", "PATCH", "PUT"].includes(route.method)
              ? documentMistakes(route.method, route.path, body)
              : []),
            ...(route.check?.(body, uploads) ?? []),
          ];
    if (mistakes.length > 0) {
      this.mistakes.push(...mistakes.map((mistake) => `${route.method} ${route.path}: ${mistake}`));
      return { status: 400, body: { code: 50_035, message: `Invalid Form Body: ${mistakes.join("; ")}` } };
    }
    const guild = route.path.includes("{guild_id}") ? (ids[1] ?? "") : undefined;
    if (guild !== undefined && !this.#options.guilds.includes(guild))
      return { status: 403, body: { code: 50_001, message: "Missing Access" } };
    return route.answer(ids, body, uploads);
  }

  #general(): Route[] {
    const { shards } = this.#options;
    const limits = { total: 1_000, remaining: 999, reset_after: 0, max_concurrency: shards };
    return [
      {
        method: "GET",
        path: "/gateway/bot",
        answer: () => ok({ url: this.#options.gatewayUrl(), shards, session_start_limit: limits }),
      },
      { method: "GET", path: "/applications/@me", answer: () => ok({ id: APPLICATION, name: "Convo", bot: BOT }) },
    ];
  }

  #answers(): Route[] {
    const { interactions } = this.#options;
    const webhook = "/webhooks/{webhook_id}/{webhook_token}";
    const route = (method: string, path: string, answer: Route["answer"], check?: Route["check"]): Route => ({
      ...{ method, path, open: true, answer },
      ...(check === undefined ? {} : { check }),
    });
    return [
      route(
        "POST",
        "/interactions/{interaction_id}/{interaction_token}/callback",
        ([id = "", token = ""], body, uploads) => interactions.acknowledge(id, token, body, uploads),
        callbackMistakes,
      ),
      route(
        "POST",
        webhook,
        ([, token = ""], body, uploads) => interactions.followUp(token, body, uploads),
        messageMistakesOf,
      ),
      ...["@original", "{message_id}"].flatMap((id) => [
        route(
          "PATCH",
          `${webhook}/messages/${id}`,
          ([, token = "", message = "@original"], body, uploads) => interactions.edit(token, message, body, uploads),
          messageMistakesOf,
        ),
        route("DELETE", `${webhook}/messages/${id}`, ([, token = "", message = "@original"]) =>
          interactions.remove(token, message),
        ),
      ]),
    ];
  }

  /** What somebody finds in the direct messages with the bot, oldest first. */
  directTo(person: string): readonly Body[] {
    return [...this.posted.values()].filter(({ channel }) => channel === `${DIRECT}${person}`).map(({ body }) => body);
  }

  #channels(): Route[] {
    const object = (id: string, channel: string): object => ({
      ...{ id, channel_id: channel, author: BOT, content: "", timestamp: new Date().toISOString(), type: 0 },
      ...{ edited_timestamp: null, tts: false, mention_everyone: false, mentions: [], mention_roles: [] },
      ...{ attachments: [], embeds: [], components: [], pinned: false, flags: 0 },
    });
    const refused = (channel: string): Answer | undefined => {
      if (channel.startsWith(DIRECT) && this.closedTo.has(channel.slice(DIRECT.length)))
        return { status: 403, body: { code: 50_007, message: "Cannot send messages to this user" } };
      return this.closedTo.has(channel)
        ? { status: 403, body: { code: 50_013, message: "Missing Permissions" } }
        : undefined;
    };
    return [
      {
        method: "POST",
        path: "/users/@me/channels",
        answer: (_, { recipient_id: person }) =>
          ok({ id: `${DIRECT}${person}`, type: 1, recipients: [{ ...BOT, id: person, bot: false }] }),
      },
      {
        method: "POST",
        path: "/channels/{channel_id}/messages",
        check: messageMistakesOf,
        answer: ([channel = ""], body, uploads) => {
          const answer = refused(channel);
          if (answer !== undefined) return answer;
          const id = snowflake();
          this.posted.set(id, { channel, body, uploads, edits: 0 });
          return ok(object(id, channel));
        },
      },
      {
        method: "GET",
        path: "/channels/{channel_id}",
        answer: () => ({ status: 404, body: { code: 10_003, message: "Unknown Channel" } }),
      },
      {
        method: "DELETE",
        path: "/channels/{channel_id}/messages/{message_id}",
        answer: ([, id = ""]) =>
          this.posted.delete(id)
            ? { status: 204 }
            : { status: 404, body: { code: 10_008, message: "Unknown Message" } },
      },
      {
        method: "PATCH",
        path: "/channels/{channel_id}/messages/{message_id}",
        check: messageMistakesOf,
        answer: ([channel = "", id = ""], body, uploads) => {
          const own = refused(channel) ?? this.#options.interactions.editOwn(id, body, uploads);
          if (own !== undefined) return own;
          const before = this.posted.get(id);
          if (before?.channel !== channel) return { status: 404, body: { code: 10_008, message: "Unknown Message" } };
          this.posted.set(id, { channel, body, uploads, edits: before.edits + 1 });
          return ok(object(id, channel));
        },
      },
    ];
  }

  #registered(): Route[] {
    const of = (guild: string): Body[] => this.commands.get(guild) ?? [];
    return ["/applications/{application_id}", "/applications/{application_id}/guilds/{guild_id}"].flatMap(
      (scope): Route[] => {
        const guildOf = (ids: readonly string[]): string => (scope.includes("guild_id") ? (ids[1] ?? "") : "");
        const one = `${scope}/commands/{command_id}`;
        return [
          { method: "GET", path: `${scope}/commands`, answer: (ids) => ok(of(guildOf(ids))) },
          {
            method: "POST",
            path: `${scope}/commands`,
            check: commandMistakes,
            answer: (ids, body) => {
              const made = {
                ...body,
                id: snowflake(),
                default_member_permissions: asText(body.default_member_permissions),
              };
              this.commands.set(guildOf(ids), [...of(guildOf(ids)), made]);
              return { status: 201, body: made };
            },
          },
          {
            method: "PATCH",
            path: one,
            check: commandMistakes,
            answer: (ids, body) => {
              const permissions = asText(body.default_member_permissions);
              const changed = of(guildOf(ids)).map((each) =>
                each.id === ids.at(-1) ? { ...each, ...body, default_member_permissions: permissions } : each,
              );
              this.commands.set(guildOf(ids), changed);
              return ok(changed.find(({ id }) => id === ids.at(-1)) ?? {});
            },
          },
          {
            method: "DELETE",
            path: one,
            answer: (ids) => {
              this.commands.set(
                guildOf(ids),
                of(guildOf(ids)).filter(({ id }) => id !== ids.at(-1)),
              );
              return { status: 204 };
            },
          },
        ];
      },
    );
  }
}

const ok = (body: object): Answer => ({ status: 200, body });
const unknown = (method: string, path: string): Answer => ({
  status: 404,
  body: { code: 0, message: `404: ${method} ${path}` },
});
const asText = (bits: unknown): string | null => (bits === null || bits === undefined ? null : String(bits));

function callbackMistakes(body: Body, uploads: readonly Upload[]): string[] {
  const data = (body.data ?? {}) as Body;
  if (body.type === 4 || body.type === 7) return messageMistakesOf(data, uploads);
  return body.type === 9 ? modalMistakes(data) : [];
}

function messageMistakesOf(body: Body, uploads: readonly Upload[]): string[] {
  return messageMistakes(
    body,
    uploads.map(({ name, bytes }) => ({ name, size: bytes.byteLength })),
  );
}

async function bodyOf(request: IncomingMessage): Promise<{ body: Body; uploads: Upload[] }> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  const type = request.headers["content-type"] ?? "";
  if (!type.startsWith("multipart/form-data"))
    return { body: bytes.byteLength === 0 ? {} : JSON.parse(bytes.toString("utf8")), uploads: [] };
  const form = await new Request("http://local", {
    method: "POST",
    body: bytes,
    headers: { "content-type": type },
  }).formData();
  const uploads: Upload[] = [];
  for (const [name, part] of form)
    if (name.startsWith("files[") && typeof part !== "string")
      uploads.push({ name: part.name, bytes: new Uint8Array(await part.arrayBuffer()) });
  return { body: JSON.parse(String(form.get("payload_json") ?? "{}")), uploads };
}
