// Where the answer to one request is said: a response URL, the channel, or the direct messages with the asker.
import type { KnownBlock } from "@slack/types";
import type { WebClient } from "@slack/web-api";
import type { Message } from "../../commands/reply.js";
import type { Log } from "../../log.js";
import { RESPONSE_USES_OF_THE_END } from "./limits.js";
import { filesOf, note, type Payload, type Renderer, renderMessage } from "./render.js";
import type { ResponseUrl } from "./responseUrl.js";
import { pictureUpload, shareFile } from "./uploads.js";

export interface Place {
  readonly client: WebClient;
  readonly user: string;
  /** "" where there is none (App Home). */
  readonly channel: string;
  readonly thread?: string;
  readonly response?: ResponseUrl;
  /** The message whose button was pressed. */
  readonly pressed?: { readonly ts?: string; readonly private: boolean };
  /** The channel is the direct messages of bot and asker: all that is said there is private. */
  readonly direct: boolean;
  /** What a public answer answers, where the channel does not show it by itself: "ada used /convo standings". */
  readonly invocation?: string;
}

export interface Voice {
  /** Says it, or says it in place of what this voice said before. What cannot be edited is said once and at the end. */
  say(message: Message, last: boolean): Promise<void>;
  /** The message said before was the last: what belongs behind it follows (further parts, files). */
  finish(message: Message): Promise<void>;
}

/** Shows the next state in place of the one before; false where that can no longer be done. */
type Edit = (payload: Payload, last: boolean) => Promise<boolean>;

export function voiceAt(place: Place, renderer: Renderer, log: Log): Voice {
  const { client } = place;
  const upload = pictureUpload(client, log);
  let said: { readonly edit: Edit | undefined } | undefined;
  let behind: readonly Payload[] = [];

  return {
    async say(message, last) {
      if (said !== undefined && said.edit === undefined && !last) return;
      const invocation = message.private || message.replaces === true ? undefined : place.invocation;
      const [first, ...more] = await renderMessage(renderer, message, upload, invocation);
      if (first === undefined) return;
      behind = more;
      await withoutPictures(first, async (payload) => {
        if (said?.edit !== undefined && (await said.edit(payload, last))) return;
        // What can no longer be edited (the message is gone, the response URL too old) is said anew, once and at the end.
        if (said === undefined || last) said = { edit: await open(payload, message) };
      });
      if (last) await follow(message);
    },
    finish: follow,
  };

  async function follow(message: Message): Promise<void> {
    for (const payload of behind) {
      await withoutPictures(payload, (each) => open(each, { ...message, replaces: false }));
    }
    behind = [];
    for (const file of filesOf(message)) await share(file, message.private);
  }

  /** Says something new; resolves with how to edit it, if that is possible. */
  async function open(payload: Payload, message: Message): Promise<Edit | undefined> {
    const { response, pressed } = place;
    const alike = pressed !== undefined && (place.direct || pressed.private === message.private);
    const replaces = message.replaces === true && alike;
    if (replaces && pressed.ts !== undefined && place.channel !== "" && (place.direct || !pressed.private)) {
      const edit = editor(place.channel, pressed.ts);
      if (await edit(payload, true)) return edit;
    }
    if (replaces && response !== undefined) {
      // The last uses are kept for the end.
      const edit: Edit = async (next, last) =>
        (last || response.left() > RESPONSE_USES_OF_THE_END) &&
        (await response.send(next, { private: message.private, replaces }));
      if (await edit(payload, true)) return edit;
    }
    if (!message.private) {
      const edit = place.channel === "" ? undefined : await posted(place.channel, payload);
      if (edit !== undefined) return edit;
    }
    if (place.direct) return await post(payload);
    if (response !== undefined && (await response.send(payload, { private: message.private, replaces: false }))) {
      return undefined;
    }
    if (message.private && place.channel !== "" && (await tried(() => ephemeral(payload)))) return undefined;
    return await post(payload);
  }

  /** In the direct messages with the asker, which always works. */
  async function post(payload: Payload): Promise<Edit> {
    const channel = await directChannel();
    const { ts } = await client.chat.postMessage({ channel, ...mutable(payload) });
    return editor(channel, ts ?? "");
  }

  async function posted(channel: string, payload: Payload): Promise<Edit | undefined> {
    const thread = place.thread === undefined ? {} : { thread_ts: place.thread };
    let ts: string | undefined;
    const done = await tried(async () => {
      ({ ts } = await client.chat.postMessage({ channel, ...thread, ...mutable(payload) }));
    });
    return done && ts !== undefined ? editor(channel, ts) : undefined;
  }

  async function ephemeral(payload: Payload): Promise<void> {
    const thread = place.thread === undefined ? {} : { thread_ts: place.thread };
    await client.chat.postEphemeral({ channel: place.channel, user: place.user, ...thread, ...mutable(payload) });
  }

  function editor(channel: string, ts: string): Edit {
    return (payload) => tried(() => client.chat.update({ channel, ts, ...mutable(payload) }));
  }

  async function directChannel(): Promise<string> {
    if (place.direct) return place.channel;
    const { channel } = await client.conversations.open({ users: place.user });
    return channel?.id ?? place.user;
  }

  /** A private file goes to the direct messages: nothing else of Slack's is a file for one person alone. */
  async function share(file: Parameters<typeof shareFile>[1], isPrivate: boolean): Promise<void> {
    if (!isPrivate && place.channel !== "" && (await tried(() => shareFile(client, file, place.channel)))) return;
    await shareFile(client, file, await directChannel());
  }

  /** False where Slack does not let the bot speak there; `invalid_blocks` and failures of the connection are thrown. */
  async function tried(act: () => Promise<unknown>): Promise<boolean> {
    try {
      await act();
      return true;
    } catch (error) {
      const code = platformError(error);
      if (code === undefined || code === "invalid_blocks") throw error;
      log.debug({ code }, "slack: said elsewhere");
      return false;
    }
  }
}

/** Slack's own word for why it refused; undefined for any other failure. */
export function platformError(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("data" in error)) return undefined;
  const { data } = error;
  if (typeof data !== "object" || data === null || !("error" in data)) return undefined;
  return typeof data.error === "string" ? data.error : undefined;
}

/** A picture that Slack cannot show after all must not take the words with it. */
export async function withoutPictures(payload: Payload, act: (payload: Payload) => Promise<unknown>): Promise<void> {
  try {
    await act(payload);
  } catch (error) {
    const pictures = payload.blocks.filter((block) => block.type === "image");
    if (platformError(error) !== "invalid_blocks" || pictures.length === 0) throw error;
    const blocks = payload.blocks.map(
      (block): KnownBlock => (block.type === "image" ? note(`Picture, in words: ${block.alt_text}`) : block),
    );
    await act({ ...payload, blocks });
  }
}

/** Slack's types want arrays that may be written to. Links and names in `text` stay as they are. */
export function mutable(payload: Payload) {
  return {
    text: payload.text,
    blocks: [...payload.blocks],
    parse: "none" as const,
    link_names: false,
    unfurl_links: false,
    unfurl_media: false,
  };
}
