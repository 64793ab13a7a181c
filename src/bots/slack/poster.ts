// Messages of the bot's own in a channel of a workspace, by that workspace's token; a picture that did not change is not sent again.
import { createHash } from "node:crypto";
import type { WebClient } from "@slack/web-api";
import type { PostedMessage, Poster } from "../../commands/live.js";
import type { Message } from "../../commands/reply.js";
import { UserError } from "../../errors.js";
import type { Log } from "../../log.js";
import { type Renderer, renderMessage, type Upload } from "./render.js";
import { pictureUpload } from "./uploads.js";
import { mutable, platformError, withoutPictures } from "./voice.js";

/** Slack's words for a channel in which the bot may not speak, and for a message that is no longer there. */
const CLOSED = ["not_in_channel", "channel_not_found", "is_archived", "restricted_action", "no_permission"];
const GONE = ["message_not_found", "cant_update_message", "edit_window_closed"];
/** Pictures whose file is remembered. */
const PICTURES = 50;

/** `clientFor`: with the token of a community. */
export function slackPoster(
  clientFor: (community: string) => Promise<WebClient>,
  renderer: Renderer,
  log: Log,
): Poster {
  const files = new Map<string, string>();
  const post: Poster["post"] = async (place, message) => {
    const client = await clientFor(place.community);
    const [payload] = await render(client, message);
    let id = "";
    await explained(() =>
      withoutPictures(payload, async (each) => {
        const { ts } = await client.chat.postMessage({ channel: place.channel, ...mutable(each) });
        id = ts ?? "";
      }),
    );
    return { ...place, id };
  };
  return {
    platform: "slack",
    // Slack tells it only to whoever posts: Convo asks for no permission to read the list of channels.
    async check({ channel }) {
      if (channel === "") throw closed();
    },
    post,
    async edit(place, message) {
      const client = await clientFor(place.community);
      const [payload] = await render(client, message);
      await explained(() =>
        withoutPictures(payload, (each) =>
          client.chat.update({ channel: place.channel, ts: place.id, ...mutable(each) }),
        ),
      );
    },
    remove,
  };

  async function remove({ community, channel, id }: PostedMessage): Promise<void> {
    try {
      const client = await clientFor(community);
      await client.chat.delete({ channel, ts: id });
    } catch (error) {
      log.warn({ platform: "slack", err: error }, "a message could not be taken away");
    }
  }

  async function render(client: WebClient, message: Message) {
    const pages = await renderMessage(renderer, message, remembered(pictureUpload(client, log)));
    const [first] = pages;
    if (first === undefined) throw new Error("an empty message was posted");
    return [first] as const;
  }

  function remembered(upload: Upload): Upload {
    return async (picture) => {
      const hash = createHash("sha256").update(picture.png).digest("base64");
      const known = files.get(hash);
      if (known !== undefined) return known;
      const id = await upload(picture);
      if (id !== undefined) files.set(hash, id);
      const [oldest] = files.keys();
      if (files.size > PICTURES && oldest !== undefined) files.delete(oldest);
      return id;
    };
  }
}

async function explained(act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
  } catch (error) {
    const code = platformError(error) ?? "";
    if (CLOSED.includes(code)) throw closed(error);
    if (GONE.includes(code)) {
      throw new UserError("message-gone", "The message was deleted.", "Nothing is to be done.", { cause: error });
    }
    throw error;
  }
}

function closed(cause?: unknown): UserError {
  return new UserError(
    "cannot-post",
    "Convo is not in this channel, so it cannot report there.",
    "Write /invite @Convo in the channel, then ask again.",
    { cause },
  );
}
