// Slash commands: `/convo <command> …`, and each command under a short name of its own where the manifest has them.
import type { App } from "@slack/bolt";
import { findCallable } from "../../../commands/callables.js";
import type { Command } from "../../../commands/command.js";
import { displayName } from "../../../commands/display-name.js";
import { fileOption } from "../../../commands/options.js";
import { communityOf, newResponse, openView, originOf, type SlackBot, serve } from "../bot.js";
import { commandWish } from "../commandWish.js";
import { filesView } from "../form.js";
import { SLASH } from "../names.js";
import { readTyped } from "../typedText.js";

export function listenToCommands(app: App, bot: SlackBot): void {
  const { commands } = bot.dispatcher;
  app.command(/^\//u, async ({ ack, body, client, context }) => {
    await ack();
    const typed = readTyped(`${shortName(body.command, commands)} ${body.text ?? ""}`, commands);
    const spoken = typed.kind === "command" ? `${SLASH} ${typed.command}` : body.command;
    const place = {
      client,
      user: body.user_id,
      channel: body.channel_id,
      direct: false,
      invocation: `${displayName(body.user_name)} used ${spoken}`,
      ...newResponse(bot, body.response_url),
    };
    const interaction = {
      id: body.trigger_id,
      community: communityOf(context, [body.team_id]),
      user: { id: body.user_id, name: body.user_name },
      place,
      trigger: body.trigger_id,
    };
    await serve(bot, interaction, async (common, attach) => {
      const callable = typed.kind === "command" ? findCallable(commands, typed) : undefined;
      const option = fileOption(callable);
      if (typed.kind !== "command" || callable === undefined || option === undefined) {
        return await commandWish(typed, common, commands, [], attach);
      }
      // A slash command has no files: a form asks for them.
      const { command, subcommand, options } = typed;
      const wanted = { c: command, ...(subcommand === undefined ? {} : { s: subcommand }), o: options, f: option };
      const asked = callable.options[option] ?? { description: "A file" };
      await openView(client, body.trigger_id, filesView(wanted, asked, originOf(place)));
      return undefined;
    });
  });
}

/** The command behind a short name, whatever its prefix: `/cnn-quiz` is `quiz`. Nothing for `/convo` itself. */
function shortName(slash: string, commands: readonly Command[]): string {
  if (slash === SLASH) return "";
  const matching = commands
    .filter(({ name }) => slash.endsWith(name))
    .toSorted((a, b) => b.name.length - a.name.length);
  return matching[0]?.name ?? slash.slice(1);
}
