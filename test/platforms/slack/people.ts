// What people do on the local Slack, as the payloads that Slack sends of it.
import { randomUUID } from "node:crypto";
import { BOT_USER, type LocalSlack, type Member, type OpenView, type Retry, type Shown, TEAM } from "./local-slack.js";

export const CHANNEL = "C0QUIZ";

export interface Element {
  readonly type: string;
  readonly action_id: string;
  readonly value?: string;
  readonly text?: { readonly text: string };
  readonly options?: readonly { readonly text: { readonly text: string }; readonly value: string }[];
}

export function join(slack: LocalSlack, name: string, role: "learner" | "admin" | "owner" = "learner"): Member {
  const id = `U${name.toUpperCase().replace(/[^A-Z0-9]/gu, "")}`;
  const member = { id, name, is_admin: role === "admin", is_owner: role === "owner" };
  slack.members.set(id, member);
  return member;
}

/** Where somebody is: the workspace, and the organisation that the app is installed in. */
export interface Whereabouts {
  readonly channel?: string;
  readonly team?: string;
  readonly enterprise?: string;
}

const place = ({ team = TEAM, enterprise }: Whereabouts) => ({
  team:
    enterprise === undefined ? { id: team, domain: "local" } : { id: team, domain: "local", enterprise_id: enterprise },
  ...(enterprise === undefined ? {} : { enterprise: { id: enterprise, name: "org" } }),
  is_enterprise_install: enterprise !== undefined,
});

export function slashPayload(slack: LocalSlack, who: Member, command: string, text: string, where: Whereabouts = {}) {
  const { channel = CHANNEL, team = TEAM, enterprise } = where;
  return {
    command,
    text: text
      .replaceAll("&", "&amp;")
      .replaceAll(/<(?!(?:[@#]|!subteam\^)[A-Z0-9]+(?:\||>))/gu, "&lt;")
      .replaceAll(/(?<!<(?:[@#]|!subteam\^)[A-Z0-9|@a-z-]*)>/gu, "&gt;"),
    response_url: slack.responseUrl(channel, who.id),
    trigger_id: slack.trigger(),
    user_id: who.id,
    user_name: who.name,
    team_id: team,
    ...(enterprise === undefined ? {} : { enterprise_id: enterprise }),
    is_enterprise_install: String(enterprise !== undefined),
    team_domain: "local",
    channel_id: channel,
    channel_name: "quiz",
    api_app_id: "A0",
    token: "legacy",
  };
}

export function elementsOf(blocks: readonly unknown[]): Element[] {
  return blocks.flatMap((block) => {
    const { elements, type } = block as { type: string; elements?: Element[] };
    return type === "actions" ? (elements ?? []) : [];
  });
}

/** A press on a button, or the pick of a menu's option, of a message that is shown, or of App Home. */
export function pressPayload(
  slack: LocalSlack,
  who: Member,
  on: Shown | { readonly home: readonly unknown[] },
  label: string,
  where: Whereabouts = {},
  /** As the message was when it was looked at. */
  blocks: readonly unknown[] = "home" in on ? on.home : on.blocks,
) {
  const elements = elementsOf(blocks);
  const button = elements.find((each) => each.type === "button" && each.text?.text === label);
  const menu = elements.find((each) => each.options?.some((option) => option.text.text === label));
  const element = button ?? menu;
  if (element === undefined)
    throw new Error(`nothing called "${label}" among ${elements.map((each) => each.text?.text)}`);
  const selected = element.options?.find((option) => option.text.text === label);
  const { type, action_id, value } = element;
  const common = {
    type: "block_actions",
    ...place(where),
    user: { id: who.id, name: who.name, username: who.name, team_id: where.team ?? TEAM },
    api_app_id: "A0",
    token: "legacy",
    trigger_id: slack.trigger(),
    actions: [
      {
        type,
        action_id,
        block_id: "b",
        action_ts: `${Date.now() / 1000}`,
        ...(selected ? { selected_option: selected } : { value }),
      },
    ],
  };
  if ("home" in on)
    return { ...common, container: { type: "view", view_id: "V-home" }, view: { id: "V-home", type: "home" } };
  const isEphemeral = on.only !== undefined;
  return {
    ...common,
    container: { type: "message", message_ts: on.ts, channel_id: on.channel, is_ephemeral: isEphemeral },
    channel: { id: on.channel, name: "quiz" },
    ...(isEphemeral ? {} : { message: { type: "message", ts: on.ts, text: on.text } }),
    response_url: slack.responseUrl(on.channel, who.id, on),
  };
}

/** What somebody filled in. Values of menus are given by their value; `files` by their id. */
export function submitPayload(
  slack: LocalSlack,
  who: Member,
  { id, view }: OpenView,
  fields: Readonly<Record<string, string | readonly string[]>>,
  where: Whereabouts = {},
) {
  const inputs = (
    view.blocks as { type: string; block_id: string; element: { type: string; action_id: string } }[]
  ).filter((block) => block.type === "input");
  const values = inputs.map(({ block_id, element }) => {
    const given = fields[block_id];
    const state =
      element.type === "file_input"
        ? { files: (given as readonly string[]).map((file) => slack.fileObject(known(slack.files.get(file)))) }
        : element.type === "static_select"
          ? { selected_option: given === undefined ? null : { value: given } }
          : { value: given ?? null };
    return [block_id, { [element.action_id]: { type: element.type, ...state } }];
  });
  return {
    type: "view_submission",
    ...place(where),
    user: { id: who.id, name: who.name, team_id: where.team ?? TEAM },
    api_app_id: "A0",
    token: "legacy",
    trigger_id: slack.trigger(),
    view: { id, ...view, state: { values: Object.fromEntries(values) }, hash: "1" },
    response_urls: [],
  };
}

export function shortcutPayload(slack: LocalSlack, who: Member, callback: string, files: readonly string[]) {
  return {
    type: "message_action",
    callback_id: callback,
    trigger_id: slack.trigger(),
    message_ts: "1.1",
    response_url: slack.responseUrl(CHANNEL, who.id),
    ...place({}),
    message: {
      type: "message",
      user: who.id,
      ts: "1.1",
      text: "",
      files: files.map((id) => slack.fileObject(known(slack.files.get(id)))),
    },
    user: { id: who.id, name: who.name, team_id: TEAM },
    channel: { id: CHANNEL, name: "quiz" },
    token: "legacy",
    action_ts: "1.2",
  };
}

export function eventPayload(event: Readonly<Record<string, unknown>>, { team = TEAM, enterprise }: Whereabouts = {}) {
  return {
    token: "legacy",
    team_id: team,
    ...(enterprise === undefined ? {} : { enterprise_id: enterprise }),
    api_app_id: "A0",
    type: "event_callback",
    event_id: `Ev${randomUUID()}`,
    event_time: Math.floor(Date.now() / 1000),
    authorizations: [
      {
        enterprise_id: enterprise ?? null,
        team_id: enterprise === undefined ? team : null,
        user_id: BOT_USER,
        is_bot: true,
        is_enterprise_install: enterprise !== undefined,
      },
    ],
    event,
  };
}

/** Somebody mentions the bot in the channel, or writes to it alone. */
export function messageEvent(
  slack: LocalSlack,
  who: Member,
  text: string,
  files: readonly string[] = [],
  direct = false,
) {
  const attached = files.length === 0 ? {} : { files: files.map((id) => slack.fileObject(known(slack.files.get(id)))) };
  const common = { user: who.id, text, ts: `${Date.now() / 1000}`, ...attached };
  return direct
    ? {
        type: "message",
        channel: `D-${who.id}`,
        channel_type: "im",
        ...(files.length === 0 ? {} : { subtype: "file_share" }),
        ...common,
      }
    : { type: "app_mention", channel: CHANNEL, ...common, text: `<@${BOT_USER}> ${text}` };
}

/** Delivers as Slack does again after no acknowledgement. */
export async function deliverAgain(
  slack: LocalSlack,
  kind: "events_api" | "interactive" | "slash_commands",
  payload: object,
): Promise<void> {
  const retry: Retry = { attempt: 1, reason: "timeout" };
  await slack.deliver(kind, payload, retry);
}

function known<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("no such file");
  return value;
}
