// Messages of the bot's own in a guild's channel, which outlive every interaction's 15 minutes.
import { type Client, DiscordAPIError, PermissionFlagsBits, type SendableChannels } from "discord.js";
import type { Dispatcher } from "../../commands/dispatch.js";
import type { Poster } from "../../commands/live.js";
import { UserError } from "../../errors.js";
import { editable, postable } from "./payloads.js";
import { renderMessage } from "./render.js";

/** What posting progress needs, as Discord's settings name it. */
const NEEDED = [
  [PermissionFlagsBits.ViewChannel, "View Channel"],
  [PermissionFlagsBits.SendMessages, "Send Messages"],
  [PermissionFlagsBits.AttachFiles, "Attach Files"],
] as const;
/** Discord's codes: Unknown Channel, Unknown Message, Missing Access, Missing Permissions. */
const [UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, MISSING_ACCESS, MISSING_PERMISSIONS] = [10_003, 10_008, 50_001, 50_013];

export function discordPoster(client: Client, dispatcher: Pick<Dispatcher, "encode">): Poster {
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
  };

  /** Throws UserError `cannot-post`. */
  async function channelOf({ channel: id }: { readonly channel: string }): Promise<SendableChannels> {
    const channel = await explained(() => client.channels.fetch(id));
    if (channel === null || channel.isDMBased() || !channel.isSendable()) {
      throw new UserError(
        "cannot-post",
        "Convo reports long work in a channel of a server, and this is none that it can write to.",
        "Ask in a text channel of a server where Convo was added.",
      );
    }
    const own = client.user === null ? null : channel.permissionsFor(client.user);
    const missing = NEEDED.filter(([flag]) => own !== null && !own.has(flag)).map(([, name]) => name);
    if (missing.length > 0) throw notAllowed(missing.join(", "));
    return channel;
  }
}

async function explained<Result>(act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof DiscordAPIError)) throw error;
    if (error.code === UNKNOWN_MESSAGE || error.code === UNKNOWN_CHANNEL) {
      throw new UserError("message-gone", "The message was deleted.", "Nothing is to be done.", { cause: error });
    }
    if (error.code === MISSING_ACCESS || error.code === MISSING_PERMISSIONS) throw notAllowed("", error);
    throw error;
  }
}

function notAllowed(missing: string, cause?: unknown): UserError {
  const what = missing === "" ? "see this channel and write in it" : `do what it needs here: ${missing}`;
  return new UserError(
    "cannot-post",
    `Convo may not ${what}.`,
    "Whoever manages the server gives its role View Channel, Send Messages and Attach Files in this channel's permissions.",
    { cause },
  );
}
