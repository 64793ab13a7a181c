// Messages of the bot's own in a guild's channel, which outlive every interaction's 15 minutes.
import { type Client, DiscordAPIError, PermissionFlagsBits, type SendableChannels } from "discord.js";
import type { Dispatcher } from "../../commands/dispatch.js";
import type { Poster } from "../../commands/live.js";
import { UserError } from "../../errors.js";
import type { Log } from "../../log.js";
import { editable, postable } from "./payloads.js";
import { renderMessage } from "./render.js";

/** What posting progress needs, as Discord's settings name it; `true`: in a thread. */
const needed = (inThread: boolean): readonly (readonly [bigint, string])[] => [
  [PermissionFlagsBits.ViewChannel, "View Channel"],
  inThread
    ? [PermissionFlagsBits.SendMessagesInThreads, "Send Messages in Threads"]
    : [PermissionFlagsBits.SendMessages, "Send Messages"],
  [PermissionFlagsBits.AttachFiles, "Attach Files"],
];
/** Discord's codes: Unknown Channel, Unknown Message, Missing Access, Missing Permissions. */
const [UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, MISSING_ACCESS, MISSING_PERMISSIONS] = [10_003, 10_008, 50_001, 50_013];

export function discordPoster(client: Client, dispatcher: Pick<Dispatcher, "encode">, log: Log): Poster {
  return {
    platform: "discord",
    async check(place) {
      await channelOf(place);
    },
    async post(place, message) {
      const channel = await channelOf(place);
      const [payload] = await renderMessage(dispatcher, message);
      const sent = await explained<{ readonly id: string }>(() => channel.send(postable(payload)));
      return { ...place, id: sent.id };
    },
    async edit(place, message) {
      const channel = await channelOf(place);
      const [payload] = await renderMessage(dispatcher, message);
      await explained(() => channel.messages.edit(place.id, editable(payload)));
    },
    async remove(place) {
      try {
        const channel = await channelOf(place);
        await channel.messages.delete(place.id);
      } catch (error) {
        log.warn({ platform: "discord", err: error }, "a message could not be taken away");
      }
    },
  };

  /** Throws UserError `cannot-post`. */
  async function channelOf({ channel: id }: { readonly channel: string }): Promise<SendableChannels> {
    const channel = await explained(() => client.channels.fetch(id), nowhere);
    if (channel === null || channel.isDMBased() || !channel.isSendable()) throw nowhere();
    const own = channel.permissionsFor(await channel.guild.members.fetchMe());
    const missing = needed(channel.isThread())
      .filter(([flag]) => !own.has(flag))
      .map(([, name]) => name);
    if (missing.length > 0) throw notAllowed(missing.join(", "));
    return channel;
  }
}

/** `gone`: what is said of a channel or message that Discord does not know. */
async function explained<Result>(act: () => Promise<Result>, gone = deleted): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof DiscordAPIError)) throw error;
    if (error.code === UNKNOWN_MESSAGE || error.code === UNKNOWN_CHANNEL) throw gone(error);
    if (error.code === MISSING_ACCESS || error.code === MISSING_PERMISSIONS) throw notAllowed("", error);
    throw error;
  }
}

function deleted(cause?: unknown): UserError {
  return new UserError("message-gone", "The message was deleted.", "Nothing is to be done.", { cause });
}

function nowhere(cause?: unknown): UserError {
  return new UserError(
    "cannot-post",
    "Convo reports long work in a channel of a server, and this is none that it can write to.",
    "Ask in a text channel of a server where Convo was added.",
    { cause },
  );
}

function notAllowed(missing: string, cause?: unknown): UserError {
  const all = needed(false).map(([, name]) => name);
  return new UserError(
    "cannot-post",
    missing === ""
      ? "Convo may not see this channel and write in it."
      : `Convo lacks a permission in this channel: ${missing}.`,
    `Whoever manages the server gives Convo's role ${missing === "" ? all.join(", ") : missing} in this channel's permissions; then ask again.`,
    { cause },
  );
}
