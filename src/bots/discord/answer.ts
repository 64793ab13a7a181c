// The one place that acknowledges: defers at once (or opens the form), then shows each reply where it belongs.
import { randomBytes } from "node:crypto";
import { type APIModalInteractionResponseCallbackData, DiscordAPIError, MessageFlags } from "discord.js";
import { bugReply, type Dispatcher, errorReply } from "../../commands/dispatch.js";
import type { Message, Reply } from "../../commands/reply.js";
import type { Request } from "../../commands/request.js";
import { codeOf, UserError } from "../../errors.js";
import type { Log } from "../../log.js";
import { EDIT_TIMING, EditQueue } from "../edits.js";
import { renderForm } from "./forms.js";
import { FORM_PATIENCE, SETTLED, TOKEN_LIFE } from "./limits.js";
import { editable, sendable } from "./payloads.js";
import { type Payload, renderMessage } from "./render.js";
import type { Gesture, Spoken } from "./requests.js";

export interface Asked {
  readonly interaction: Spoken | Gesture;
  /** A form comes first: nothing is deferred before it. */
  readonly opensForm: boolean;
  /** The answer is usually for everybody. */
  readonly public: boolean;
  /** Made after the acknowledgement, since it may download. A UserError becomes the reply. */
  request(): Promise<Request>;
}

export interface AnswerParts {
  readonly dispatcher: Dispatcher;
  readonly log: Log;
}

/** Runs to the end of the answer. Throws only where Discord takes no reply at all. */
export async function answer({ dispatcher, log }: AnswerParts, asked: Asked): Promise<void> {
  const { interaction } = asked;
  const replies = repliesTo(dispatcher, log, asked)[Symbol.asyncIterator]();
  if (!asked.opensForm) {
    await acknowledge(asked);
    await new Place(dispatcher, log, asked).show(replies, replies.next());
    return;
  }
  const first = replies.next();
  const early = await Promise.race([first, after(FORM_PATIENCE)]);
  if (early !== undefined && early.done !== true && early.value.kind === "form" && !interaction.isModalSubmit()) {
    await interaction.showModal(await modal(dispatcher, early.value));
    return;
  }
  await acknowledge(asked);
  await new Place(dispatcher, log, asked).show(replies, first);
}

async function modal(
  dispatcher: Dispatcher,
  form: Extract<Reply, { kind: "form" }>,
): Promise<APIModalInteractionResponseCallbackData> {
  return await renderForm(dispatcher, form);
}

/** A pressed button leaves its message as it is for now; a command gets "thinking", in private unless it answers in public. */
async function acknowledge(asked: Asked): Promise<void> {
  try {
    await defer(asked);
  } catch (error) {
    // A connection that Discord closed while it idled: a new one is there at once, the 3 s are not over.
    if (codeOf(error) === "UND_ERR_SOCKET") await defer(asked);
    else throw error;
  }
}

async function defer({ interaction, public: isPublic }: Asked): Promise<void> {
  if (interaction.isMessageComponent() || (interaction.isModalSubmit() && interaction.isFromMessage()))
    await interaction.deferUpdate();
  else await interaction.deferReply(isPublic ? {} : { flags: MessageFlags.Ephemeral });
}

async function* repliesTo(dispatcher: Dispatcher, log: Log, asked: Asked): AsyncGenerator<Reply> {
  let request: Request;
  try {
    request = await asked.request();
  } catch (error) {
    yield problem(error, log, asked.interaction.id);
    return;
  }
  yield* dispatcher.handle(request);
}

/** A person's mistake in its own words; a bug as a reference that the log explains. */
export function problem(error: unknown, log: Log, event: string): Message {
  if (error instanceof UserError) {
    log.info({ platform: "discord", event, code: error.code }, "refused");
    return errorReply(error);
  }
  const reference = randomBytes(4).toString("hex");
  log.error({ platform: "discord", event, reference, err: error }, "failed");
  return bugReply(reference);
}

const LATE_FORM: Message = errorReply(
  new UserError("form-late", "The form took too long to open.", "Press the button again."),
);

/** The message in which one interaction is answered, and what it takes to show the next state there. */
class Place {
  readonly #dispatcher: Dispatcher;
  readonly #log: Log;
  readonly #asked: Asked;
  /** A message of its own, once there is one: the deferred one or a follow-up. */
  #shown: { readonly id: string; readonly private: boolean } | undefined;

  constructor(dispatcher: Dispatcher, log: Log, asked: Asked) {
    this.#dispatcher = dispatcher;
    this.#log = log;
    this.#asked = asked;
  }

  /** Further messages of the last state that are out already: a second try does not repeat them. */
  #followed = 0;

  /** Each reply takes the place of the one before; those that come fast are coalesced; the last one always arrives. */
  async show(replies: AsyncIterator<Reply>, first: Promise<IteratorResult<Reply>>): Promise<void> {
    const queue = new EditQueue<{ readonly reply: Reply; readonly last: boolean }>(
      ({ reply, last }) => this.#put(reply, last),
      (error) =>
        this.#log.warn({ platform: "discord", event: this.#asked.interaction.id, err: error }, "an edit failed"),
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
    const { interaction } = this.#asked;
    const message = reply.kind === "form" ? LATE_FORM : reply;
    const [head, ...more] = await this.#rendered(message);
    await this.#head(message, head);
    if (!last) return;
    for (const payload of more.slice(this.#followed)) {
      await interaction.followUp(sendable(payload, message.private));
      this.#followed += 1;
    }
  }

  async #rendered(message: Message): Promise<readonly [Payload, ...Payload[]]> {
    const { attachmentSizeLimit, id } = this.#asked.interaction;
    try {
      return await renderMessage(this.#dispatcher, message, attachmentSizeLimit);
    } catch (error) {
      return await renderMessage(this.#dispatcher, problem(error, this.#log, id));
    }
  }

  async #head(message: Message, payload: Payload): Promise<void> {
    const { interaction } = this.#asked;
    if (Date.now() - interaction.createdTimestamp > TOKEN_LIFE) return await this.#late(message, payload);
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

  /** After the token's life a public message is still the bot's own to edit; a private one is out of reach. */
  async #late(message: Message, payload: Payload): Promise<void> {
    const { channel } = this.#asked.interaction;
    if (this.#shown === undefined || this.#shown.private || message.private || channel === null)
      throw new Error("the answer came after the 15 minutes in which Discord takes a private one");
    await channel.messages.edit(this.#shown.id, editable(payload));
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

function after(time: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), time).unref());
}

/** Discord understood and refused; it would again. (Its library has waited out 429s and repeated 5xx by itself.) */
function isRefusal(error: unknown): boolean {
  return error instanceof DiscordAPIError && error.status < 500;
}

/** 10062: the token is unknown, since the acknowledgement came too late; 40060: somebody else acknowledged. */
export function isLateAcknowledgement(error: unknown): boolean {
  return error instanceof DiscordAPIError && (error.code === 10_062 || error.code === 40_060);
}
