// The Web API of the local Slack: the methods that a bot of ours calls, with Slack's own errors.
import type { IncomingMessage, ServerResponse } from "node:http";
import { APP_TOKEN, BOT_USER, type LocalSlack } from "./local-slack.js";
import { checkMessage, checkView } from "./payload-check.js";

type Args = Readonly<Record<string, unknown>>;
type Answer = Readonly<Record<string, unknown>>;

/** A picture's type is known this long after its upload. */
const TYPE_DELAY_MS = 400;

export async function answerApi(
  slack: LocalSlack,
  link: string,
  base: string,
  method: string,
  request: IncomingMessage,
  response: ServerResponse,
  body: Buffer,
): Promise<void> {
  const args = argsOf(body, String(request.headers["content-type"] ?? ""));
  const token = String(request.headers.authorization ?? `Bearer ${String(args.token ?? "")}`).replace(/^Bearer /u, "");
  slack.calls.push({ method, args, token });
  const seconds = slack.rateLimits.get(method);
  if (seconds !== undefined) {
    slack.rateLimits.delete(method);
    response.writeHead(429, { "retry-after": String(seconds) }).end();
    return;
  }
  const outages = slack.outages.get(method) ?? 0;
  if (outages > 0) {
    slack.outages.set(method, outages - 1);
    response.writeHead(503).end("upstream");
    return;
  }
  let answer: Answer;
  try {
    answer = answerTo(slack, link, base, method, args, token, String(request.headers.authorization ?? ""));
  } catch (error) {
    slack.faults.push(`${method}: ${String(error)}`);
    answer = { ok: false, error: "invalid_blocks" };
  }
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
}

function answerTo(
  slack: LocalSlack,
  link: string,
  base: string,
  method: string,
  args: Args,
  token: string,
  authorization: string,
): Answer {
  if (method === "apps.connections.open")
    return token === APP_TOKEN ? { ok: true, url: link } : { ok: false, error: "invalid_auth" };
  if (method === "oauth.v2.access") return granted(slack, args);
  const owner = slack.tokens.get(token);
  if (owner === undefined || authorization === "") return { ok: false, error: "invalid_auth" };
  const text = (name: string): string => String(args[name] ?? "");
  switch (method) {
    case "auth.test":
      return {
        ok: true,
        url: "https://local.slack.com/",
        team_id: owner.team,
        user_id: BOT_USER,
        bot_id: "B0",
        enterprise_id: owner.enterprise ?? null,
      };
    case "users.info": {
      const user = slack.members.get(text("user"));
      return user === undefined
        ? { ok: false, error: "user_not_found" }
        : { ok: true, user: { ...user, locale: "en-GB", profile: { display_name: user.name } } };
    }
    case "usergroups.list":
      return { ok: true, usergroups: [...slack.groups].map(([id, users]) => ({ id, users })) };
    case "conversations.open":
      if (slack.closedTo.has(text("users"))) return { ok: false, error: "user_disabled" };
      return { ok: true, channel: { id: `D-${text("users")}` } };
    case "chat.postMessage":
    case "chat.postEphemeral": {
      if (slack.closedTo.has(text("channel"))) return { ok: false, error: "not_in_channel" };
      const payload = { text: text("text"), blocks: list(args.blocks) };
      checkPictures(slack, payload.blocks);
      const only = method === "chat.postEphemeral" ? { only: text("user") } : {};
      const thread = args.thread_ts === undefined ? {} : { thread: text("thread_ts") };
      const shown = slack.show({ channel: text("channel"), ...payload, ...only, ...thread });
      return { ok: true, ts: shown.ts, message_ts: shown.ts, channel: shown.channel };
    }
    case "chat.update": {
      if (slack.closedTo.has(text("channel"))) return { ok: false, error: "not_in_channel" };
      const shown = slack.messages.find(({ ts, only }) => ts === text("ts") && only === undefined);
      if (shown === undefined) return { ok: false, error: "message_not_found" };
      const payload = { text: text("text"), blocks: list(args.blocks) };
      checkMessage(payload);
      checkPictures(slack, payload.blocks);
      Object.assign(shown, payload, { edits: shown.edits + 1 });
      return { ok: true, ts: shown.ts, channel: shown.channel };
    }
    case "chat.delete": {
      const at = slack.messages.findIndex(({ ts, only }) => ts === text("ts") && only === undefined);
      if (at < 0) return { ok: false, error: "message_not_found" };
      slack.messages.splice(at, 1);
      return { ok: true };
    }
    case "views.open": {
      const taken = slack.takeTrigger(text("trigger_id"));
      if (taken !== "ok") return { ok: false, error: taken };
      const view = typeof args.view === "string" ? JSON.parse(args.view) : args.view;
      checkView(view);
      slack.views.push({ id: `V${slack.views.length + 1}-${slack.calls.length}`, user: "", view });
      return { ok: true, view: { id: slack.views.at(-1)?.id } };
    }
    case "views.publish": {
      const view = typeof args.view === "string" ? JSON.parse(args.view) : args.view;
      checkView(view);
      checkPictures(slack, view.blocks);
      slack.homes.set(text("user_id"), view);
      return { ok: true };
    }
    case "files.getUploadURLExternal": {
      const file = slack.addFile(text("filename"), Buffer.alloc(0), "image/png");
      return { ok: true, upload_url: `${base}/upload/${file.id}`, file_id: file.id };
    }
    case "files.completeUploadExternal": {
      const files = list(args.files) as { id: string }[];
      for (const { id } of files) {
        const file = slack.files.get(id);
        if (file === undefined) return { ok: false, error: "file_not_found" };
        const shared = args.channel_id === undefined ? [] : [text("channel_id")];
        slack.files.set(id, { ...file, readyAt: Date.now() + TYPE_DELAY_MS, shared });
      }
      return { ok: true, files: files.map(({ id }) => ({ id })) };
    }
    case "files.info": {
      const file = slack.files.get(text("file"));
      return file === undefined ? { ok: false, error: "file_not_found" } : { ok: true, file: slack.fileObject(file) };
    }
    default:
      throw new Error(`the local Slack has no method ${method}`);
  }
}

/** An image block of a file whose type is not known yet is refused. */
function checkPictures(slack: LocalSlack, blocks: readonly unknown[]): void {
  for (const [, id = ""] of JSON.stringify(blocks).matchAll(/"slack_file":\{"id":"(\w+)"/gu)) {
    const file = slack.files.get(id);
    if (file === undefined || Date.now() < file.readyAt) throw new Error(`the picture ${id} is not ready`);
  }
}

/** The code names what is installed: "team:T1" or "enterprise:E1". */
function granted(slack: LocalSlack, args: Args): Answer {
  const [kind = "", id = ""] = String(args.code ?? "").split(":");
  if (kind !== "team" && kind !== "enterprise") return { ok: false, error: "invalid_code" };
  const token = `xoxb-of-${id}`;
  slack.tokens.set(token, kind === "team" ? { team: id } : { team: `${id}-team`, enterprise: id });
  return {
    ok: true,
    app_id: "A0",
    token_type: "bot",
    access_token: token,
    scope: "commands,chat:write",
    bot_user_id: BOT_USER,
    authed_user: { id: "U1" },
    team: kind === "team" ? { id, name: id } : null,
    enterprise: kind === "enterprise" ? { id, name: id } : null,
    is_enterprise_install: kind === "enterprise",
  };
}

function argsOf(body: Buffer, type: string): Args {
  const text = body.toString();
  if (type.startsWith("application/json")) return JSON.parse(text) as Args;
  return Object.fromEntries(new URLSearchParams(text));
}

function list(value: unknown): readonly unknown[] {
  const parsed: unknown = typeof value === "string" ? JSON.parse(value) : value;
  return Array.isArray(parsed) ? parsed : [];
}
