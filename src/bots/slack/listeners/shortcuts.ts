// The menu of a message: a command that takes a file gets the message's.
import type { App, MessageShortcut } from "@slack/bolt";
import type { Callable, Command } from "../../../commands/command.js";
import { UserError } from "../../../errors.js";
import { communityOf, newResponse, type SlackBot, serve } from "../bot.js";
import { commandWish } from "../commandWish.js";
import { filesIn } from "../files.js";

export interface MenuEntry {
  readonly id: string;
  readonly callable: Callable;
  readonly label: string;
  readonly option: string;
}

/** `callback_id` of a shortcut begins with it. */
const MENU = "menu:";

export function menuEntries(commands: readonly Command[]): MenuEntry[] {
  return commands
    .flatMap((command) => [...(command.plain === undefined ? [] : [command.plain]), ...(command.subcommands ?? [])])
    .flatMap((callable) =>
      callable.messageMenu === undefined
        ? []
        : [{ id: `${MENU}${callable.name.replace(" ", ".")}`, callable, ...callable.messageMenu }],
    );
}

export function listenToShortcuts(app: App, bot: SlackBot): void {
  const entries = menuEntries(bot.dispatcher.commands);
  app.shortcut<MessageShortcut>({ type: "message_action", callback_id: /^menu:/u }, async (each) => {
    const { ack, body, client, context, shortcut } = each;
    await ack();
    const thread: unknown = shortcut.message.thread_ts;
    await serve(
      bot,
      {
        id: shortcut.trigger_id,
        community: communityOf(context, [body.team?.id, body.user.team_id]),
        user: { id: body.user.id, name: body.user.name },
        place: {
          client,
          user: body.user.id,
          channel: shortcut.channel.id,
          direct: false,
          ...(typeof thread === "string" ? { thread } : {}),
          ...newResponse(bot, shortcut.response_url),
        },
        trigger: shortcut.trigger_id,
      },
      async (common, attach) => {
        const entry = entries.find(({ id }) => id === shortcut.callback_id);
        if (entry === undefined)
          throw new UserError(
            "button-unknown",
            "This menu entry belongs to another version.",
            "Use the command instead.",
          );
        const [file] = filesIn(shortcut.message.files);
        if (file === undefined)
          throw new UserError("file-missing", "This message has no file.", "Choose a message that has one.");
        const [command = "", subcommand] = entry.callable.name.split(" ");
        const typed = {
          kind: "command",
          command,
          ...(subcommand === undefined ? {} : { subcommand }),
          options: {},
        } as const;
        return await commandWish(typed, common, bot.dispatcher.commands, [file], attach);
      },
    );
  });
}
