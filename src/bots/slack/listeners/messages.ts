// What is said to the bot without a slash: a mention in a channel, or a direct message; a file alone goes to the command for files.
import type { App } from "@slack/bolt";
import type { WebClient } from "@slack/web-api";
import { z } from "zod";
import type { Command } from "../../../commands/command.js";
import { fileOption } from "../../../commands/options.js";
import { communityOf, type SlackBot, serve } from "../bot.js";
import { commandWish } from "../commandWish.js";
import { filesIn } from "../files.js";
import { readTyped } from "../typedText.js";
import { menuEntries } from "./shortcuts.js";

const said = z.object({
  user: z.string(),
  channel: z.string(),
  ts: z.string(),
  text: z.string().default(""),
  thread_ts: z.string().optional(),
  channel_type: z.string().optional(),
  subtype: z.string().optional(),
  bot_id: z.string().optional(),
  files: z.unknown().optional(),
});
type Said = z.infer<typeof said>;

export function listenToMessages(app: App, bot: SlackBot): void {
  app.event("app_mention", async ({ event, body, client, context }) => {
    const message = said.safeParse(event);
    // Edits and other bots are no questions.
    if (!message.success || message.data.bot_id !== undefined || "edited" in event) return;
    const where = { id: body.event_id, community: communityOf(context, [body.team_id]) };
    await hear(bot, client, message.data, where, false);
  });
  app.event("message", async ({ event, body, client, context }) => {
    const message = said.safeParse(event);
    if (!message.success || message.data.channel_type !== "im" || message.data.bot_id !== undefined) return;
    if (message.data.subtype !== undefined && message.data.subtype !== "file_share") return;
    const where = { id: body.event_id, community: communityOf(context, [body.team_id]) };
    await hear(bot, client, message.data, where, true);
  });
}

async function hear(
  bot: SlackBot,
  client: WebClient,
  message: Said,
  where: { id: string; community: string },
  direct: boolean,
): Promise<void> {
  const { commands } = bot.dispatcher;
  const thread = message.thread_ts ?? (direct ? undefined : message.ts);
  const place = {
    client,
    user: message.user,
    channel: message.channel,
    direct,
    ...(thread === undefined ? {} : { thread }),
  };
  const text = message.text.replace(/^\s*<@[A-Z0-9]+(?:\|[^>]*)?>/u, "").trim();
  const files = filesIn(message.files);
  await serve(bot, { ...where, user: { id: message.user, name: "" }, place }, async (common, attach) => {
    const spoken = readTyped(text, commands);
    const isCommand = spoken.kind === "command" && commands.some(({ name }) => name === spoken.command);
    // A photo with "what is this?" is a photo.
    const typed = files.length > 0 && !(isCommand && text !== "") ? (forFiles(commands) ?? spoken) : spoken;
    return await commandWish(typed, common, commands, files, attach);
  });
}

/** The command that takes a file of a message: the one in the message's menu, else the first that takes any. */
function forFiles(commands: readonly Command[]) {
  const named = menuEntries(commands)[0]?.callable;
  const all = commands.flatMap(({ plain, subcommands = [] }) => [
    ...(plain === undefined ? [] : [plain]),
    ...subcommands,
  ]);
  const callable = named ?? all.find((each) => fileOption(each) !== undefined);
  if (callable === undefined) return undefined;
  const [command = "", subcommand] = callable.name.split(" ");
  return { kind: "command", command, ...(subcommand === undefined ? {} : { subcommand }), options: {} } as const;
}
