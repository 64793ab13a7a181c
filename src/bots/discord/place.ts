// Where one interaction is answered: each reply takes the place of the one before, and the last one always arrives.
import { DiscordAPIError, MessageFlags, RESTJSONErrorCodes } from "discord.js";
import { type Dispatcher, errorReply } from "../../commands/dispatch.js";
import type { Message, Reply } from "../../commands/reply.js";
import { UserError } from "../../errors.js";
import type { Log } from "../../log.js";
import { EDIT_TIMING, EditQueue } from "../edits.js";
import type { Asked } from "./answer.js";
import { LateAnswer, type Standing } from "./late.js";
import { SETTLED, TOKEN_LIFE } from "./limits.js";
import { editable, sendable } from "./payloads.js";
import { isRefusal, problem } from "./problem.js";
import { type Payload, renderMessage } from "./render.js";
import { after } from "./waiting.js";

const LATE_FORM: Message = errorReply(
  new UserError("form-late", "The form took too long to open.", "Press the button again."),
);

export interface PlaceParts {
  readonly dispatcher: Dispatcher;
  readonly log: Log;
  /** Milliseconds; only differences count. */
  readonly now: () => number;
}

/** The message in which one interaction is answered, and what it takes to show the next state there. */
export class Place {
  readonly #parts: PlaceParts;
  readonly #asked: Asked;
  readonly #since: number;
  readonly #late: LateAnswer;
  /** Discord no longer takes the token, whatever our clock says. */
  #expired = false;
  /** A message of its own, once there is one: the deferred one or a follow-up. */
  #shown: Standing | undefined;
  /** Further messages of the last state that are out already: a second try does not repeat them. */
  #followed = 0;

  constructor(parts: PlaceParts, asked: Asked) {
    this.#parts = parts;
    this.#asked = asked;
    this.#since = parts.now();
    const render = (message: Message) => this.#rendered(message);
    this.#late = new LateAnswer({ log: parts.log, render }, asked.interaction);
  }

  /** Those that come fast are coalesced. Throws only where Discord takes no reply at all. */
  async show(replies: AsyncIterator<Reply>, first: Promise<IteratorResult<Reply>>): Promise<void> {
    const queue = new EditQueue<{ readonly reply: Reply; readonly last: boolean }>(
      ({ reply, last }) => this.#put(reply, last),
      (error) =>
        this.#parts.log.warn({ platform: "discord", event: this.#asked.interaction.id, err: error }, "an edit failed"),
      { ...EDIT_TIMING, hopeless: isRefusal },
    );
    let current = await first;
    if (current.done === true) return await this.#nothing();
    for (;;) {
      const { value } = current;
      const following = replies.next();
      // Of a reply that stands alone the end is known at once; what takes longer than that is progress, and shown as such.
      if ((await Promise.race([following, after(SETTLED)])) === undefined) queue.push({ reply: value, last: false });
      const next = await following;
      if (next.done === true) {
        await queue.finish({ reply: value, last: true });
        return;
      }
      queue.push({ reply: value, last: false });
      current = next;
    }
  }

  /** An event that was handled before: its "thinking" goes. */
  async #nothing(): Promise<void> {
    const { interaction } = this.#asked;
    if (this.#ownsOriginal()) await interaction.deleteReply();
  }

  async #put(reply: Reply, last: boolean): Promise<void> {
    const message = reply.kind === "form" ? LATE_FORM : reply;
    if (!this.#expired && this.#parts.now() - this.#since <= TOKEN_LIFE) {
      try {
        await this.#inTime(message, last);
        return;
      } catch (error) {
        if (!isExpired(error)) throw error;
      }
    }
    this.#expired = true;
    await this.#late.show(message, this.#shown, last);
  }

  async #inTime(message: Message, last: boolean): Promise<void> {
    const [head, ...more] = await this.#rendered(message);
    await this.#head(message, head);
    if (!last) return;
    for (const payload of more.slice(this.#followed)) {
      await this.#asked.interaction.followUp(sendable(payload, message.private));
      this.#followed += 1;
    }
  }

  async #rendered(message: Message): Promise<readonly [Payload, ...Payload[]]> {
    const { attachmentSizeLimit, id } = this.#asked.interaction;
    const { dispatcher, log } = this.#parts;
    try {
      return await renderMessage(dispatcher, message, attachmentSizeLimit);
    } catch (error) {
      return await renderMessage(dispatcher, problem(error, log, id));
    }
  }

  async #head(message: Message, payload: Payload): Promise<void> {
    const { interaction } = this.#asked;
    if (this.#shown !== undefined && this.#shown.private === message.private) {
      await interaction.editReply({ ...editable(payload), message: this.#shown.id });
      return;
    }
    if (this.#shown === undefined && this.#replacesOriginal(message)) {
      const original = await interaction.editReply(editable(payload));
      this.#shown = { id: original.id, private: message.private };
      return;
    }
    // A private state after a public one (or the other way round) cannot be an edit: the old one goes.
    if (this.#shown !== undefined) await interaction.deleteReply(this.#shown.id);
    else if (this.#ownsOriginal()) await interaction.deleteReply();
    const sent = await interaction.followUp(sendable(payload, message.private));
    this.#shown = { id: sent.id, private: message.private };
  }

  /** Whether the first state is an edit of the original response. */
  #replacesOriginal(message: Message): boolean {
    const { interaction } = this.#asked;
    if (this.#ownsOriginal()) return (interaction.ephemeral === true) === message.private;
    if (message.replaces !== true || !("message" in interaction) || interaction.message === null) return false;
    // Never a public message by a private one: it would be taken from everybody else.
    return interaction.message.flags.has(MessageFlags.Ephemeral) === message.private;
  }

  /** The original response is our own "thinking", not the message whose button was pressed. */
  #ownsOriginal(): boolean {
    const { interaction } = this.#asked;
    return !interaction.isMessageComponent() && !(interaction.isModalSubmit() && interaction.isFromMessage());
  }
}

/** The token's 15 minutes are over. */
function isExpired(error: unknown): boolean {
  const { InvalidWebhookToken, UnknownWebhook } = RESTJSONErrorCodes;
  return error instanceof DiscordAPIError && (error.code === InvalidWebhookToken || error.code === UnknownWebhook);
}
