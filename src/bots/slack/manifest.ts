// The app's manifest, from the commands' declarations: paste it at api.slack.com/apps → Create New App → From a manifest.
import type { Callable, Command } from "../../commands/command.js";
import { UserError } from "../../errors.js";
import { EVENTS_PATH, REDIRECT_PATH } from "./httpServer.js";
import * as limits from "./limits.js";
import { menuEntries } from "./listeners/shortcuts.js";
import { SLASH } from "./names.js";
import { shortened } from "./text.js";

/** Why each is asked for stands in docs/slack.md; a test compares the two. */
export const BOT_SCOPES = [
  "app_mentions:read",
  "chat:write",
  "commands",
  "files:read",
  "files:write",
  "im:history",
  "im:write",
  "usergroups:read",
  "users:read",
] as const;

export interface ManifestOptions {
  /** Besides /convo, every command as `/PREFIXname`; "" for no prefix. */
  readonly shortNames?: string;
  /** The bot's public address, https://…: events by HTTP instead of Socket Mode, and the address of OAuth. */
  readonly url?: string;
}

/** Throws UserError `short-names` where a name would be none that Slack takes. */
export function slackManifest(commands: readonly Command[], { shortNames, url }: ManifestOptions = {}) {
  const events = url === undefined ? undefined : new URL(EVENTS_PATH, url).href;
  const address = events === undefined ? {} : { url: events };
  const shortcuts = menuEntries(commands).slice(0, limits.SHORTCUTS);
  const short =
    shortNames === undefined
      ? []
      : commands.slice(0, limits.SLASH_COMMANDS - 1).map((command) => shortCommand(command, shortNames));
  return {
    _metadata: { major_version: 2 },
    display_information: {
      name: "Convo",
      description: "A teaching bot for a course on convolutional neural networks",
      background_color: "#1f2933",
    },
    features: {
      app_home: { home_tab_enabled: true, messages_tab_enabled: true, messages_tab_read_only_enabled: false },
      bot_user: { display_name: "Convo", always_online: true },
      ...(shortcuts.length === 0
        ? {}
        : {
            shortcuts: shortcuts.map(({ id, label, callable }) => ({
              name: shortened(label, limits.SHORTCUT_NAME),
              type: "message",
              callback_id: id,
              description: shortened(callable.description, limits.SHORTCUT_DESCRIPTION),
            })),
          }),
      slash_commands: [
        {
          command: SLASH,
          description: "Ask Convo; /convo help shows what it can do",
          usage_hint: shortened(commands.map(({ name }) => name).join(" | "), limits.USAGE_HINT),
          should_escape: true,
          ...address,
        },
        ...short.map((each) => ({ ...each, should_escape: true, ...address })),
      ],
    },
    oauth_config: {
      ...(url === undefined ? {} : { redirect_urls: [new URL(REDIRECT_PATH, url).href] }),
      scopes: { bot: [...BOT_SCOPES] },
    },
    settings: {
      event_subscriptions: {
        ...(events === undefined ? {} : { request_url: events }),
        bot_events: ["app_home_opened", "app_mention", "app_uninstalled", "message.im"],
      },
      interactivity: { is_enabled: true, ...(events === undefined ? {} : { request_url: events }) },
      org_deploy_enabled: true,
      socket_mode_enabled: url === undefined,
      token_rotation_enabled: false,
    },
  };
}

function shortCommand(command: Command, prefix: string) {
  const name = `/${prefix}${command.name}`;
  if (!/^\/[a-z0-9_-]+$/u.test(name) || name.length > limits.SLASH_NAME || name === SLASH)
    throw new UserError(
      "short-names",
      `${name} is no name that Slack takes.`,
      `Use lower-case letters, digits, - and _, ${limits.SLASH_NAME} characters at most in all.`,
    );
  const hint = usage(command);
  return { command: name, description: command.description, ...(hint === "" ? {} : { usage_hint: hint }) };
}

/** "question:… mode:…", or the subcommands. */
function usage({ plain, subcommands = [] }: Command): string {
  const options = (callable: Callable): string =>
    Object.entries(callable.options)
      .map(([name, option]) => (option.required === true ? `${name}:…` : `[${name}:…]`))
      .join(" ");
  const text = plain === undefined ? subcommands.map((each) => each.name.split(" ")[1]).join(" | ") : options(plain);
  return text === "" ? "" : shortened(text, limits.USAGE_HINT);
}
