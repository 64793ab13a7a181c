// Answers after the 15 minutes of an interaction's token, by the bot's own: what is public in the channel, what is private in the
// direct messages, which is also where a public answer goes that the channel does not take.
import type { Block, Inline, Message } from "../../commands/reply.js";
import { type Log, newReference } from "../../log.js";
import { editable, postable } from "./payloads.js";
import { isRefusal } from "./problem.js";
import type { Payload } from "./render.js";
import type { Gesture, Spoken } from "./requests.js";

export interface LateParts {
  readonly log: Log;
  render(message: Message): Promise<readonly [Payload, ...Payload[]]>;
}

/** The message that stands for an answer so far. */
export interface Standing {
  readonly id: string;
  readonly private: boolean;
}

export class LateAnswer {
  readonly #parts: LateParts;
  readonly #interaction: Spoken | Gesture;
  /** Messages that are out already where the answer goes: a second try does not repeat them. */
  #sent = 0;
  /** The channel has refused once; it would again. */
  #isClosed = false;

  constructor(parts: LateParts, interaction: Spoken | Gesture) {
    this.#parts = parts;
    this.#interaction = interaction;
  }

  /**
   * Progress that cannot be an edit is left out; the last state goes wherever it can. Where Discord takes it nowhere, that is in the
   * log under a reference. Throws what another try can mend.
   */
  async show(message: Message, standing: Standing | undefined, last: boolean): Promise<void> {
    if (!message.private && !this.#isClosed) {
      if (await this.#tried(() => this.#inChannel(message, standing, last))) return;
      [this.#isClosed, this.#sent] = [true, 0];
    }
    if (!last || (await this.#tried(() => this.#directly(message)))) return;
    const reference = newReference();
    const line = { platform: "discord", event: this.#interaction.id, user: this.#interaction.user.id, reference };
    this.#parts.log.error(
      line,
      "an answer came after Discord's 15 minutes and was taken nowhere; what was asked is done",
    );
  }

  async #inChannel(message: Message, standing: Standing | undefined, last: boolean): Promise<void> {
    const { channel } = this.#interaction;
    if (channel === null || !channel.isSendable()) throw new Nowhere();
    const send = (payload: Payload) => channel.send(postable(payload));
    if (standing === undefined || standing.private) {
      if (last) await this.#each(await this.#parts.render(introduced(message, this.#why())), send);
      return;
    }
    const [head, ...more] = await this.#parts.render(message);
    await channel.messages.edit(standing.id, editable(head));
    if (last) await this.#each(more, send);
  }

  async #directly(message: Message): Promise<void> {
    const { guildId, user } = this.#interaction;
    // In direct messages everybody is a community of one: what a guild's message offers cannot be pressed there.
    const blocks = guildId === null ? message.blocks : message.blocks.filter((block) => !isPressed(block));
    const lost = blocks.length < message.blocks.length ? [" Its buttons work there alone: ask again for them."] : [];
    const said = introduced({ ...message, blocks }, [...this.#why(), ...lost]);
    await this.#each(await this.#parts.render(said), (payload) => user.send(postable(payload)));
  }

  async #each(payloads: readonly Payload[], send: (payload: Payload) => Promise<unknown>): Promise<void> {
    for (const payload of payloads.slice(this.#sent)) {
      await send(payload);
      this.#sent += 1;
    }
  }

  #why(): Inline[] {
    const interaction = this.#interaction;
    const what: Inline = interaction.isChatInputCommand()
      ? { code: `/${interaction.commandName}` }
      : interaction.isMessageContextMenuCommand()
        ? interaction.commandName
        : "what you pressed";
    const where = interaction.guild === null ? "" : ` in ${interaction.guild.name}`;
    return ["The answer to ", what, `${where} took longer than the 15 minutes in which Discord shows it there.`];
  }

  /** False where Discord refuses; other failures are thrown. */
  async #tried(act: () => Promise<void>): Promise<boolean> {
    try {
      await act();
      return true;
    } catch (error) {
      if (!isRefusal(error) && !(error instanceof Nowhere)) throw error;
      this.#parts.log.info({ platform: "discord", event: this.#interaction.id, err: error }, "late: said elsewhere");
      return false;
    }
  }
}

const introduced = (message: Message, text: Inline[]): Message => ({
  ...message,
  blocks: [{ kind: "text", text: text }, ...message.blocks],
});

const isPressed = ({ kind }: Block): boolean => kind === "buttons" || kind === "choice";

/** There is no channel that the bot could write to. */
class Nowhere extends Error {}
