// The life of an interaction in the local Discord: one acknowledgement within 3 s, a token of 15 minutes, its messages.
import { EPHEMERAL, messageObject, type StoredMessage, snowflake } from "./objects.js";

export interface Upload {
  readonly name: string;
  readonly bytes: Uint8Array;
}

type Body = Readonly<Record<string, unknown>>;

export interface LiveInteraction {
  readonly id: string;
  readonly token: string;
  /** Of the interaction itself: 2 command, 3 component, 4 completion, 5 modal. */
  readonly type: number;
  readonly person: string;
  readonly channel: string;
  /** The message whose component was used. */
  readonly source?: StoredMessage;
  readonly sentAt: number;
  acknowledgedAt?: number;
  callback?: number;
  original?: StoredMessage;
  /** "Thinking" until the first edit. */
  pending: boolean;
  modal?: Body;
  completions?: readonly Body[];
  /** Messages shown for it, oldest first, without deleted ones. */
  readonly shown: StoredMessage[];
  changes: number;
}

export interface Answer {
  readonly status: number;
  readonly body?: object;
}

const refusal = (status: number, code: number, message: string): Answer => ({ status, body: { code, message } });
const UNKNOWN = refusal(404, 10_062, "Unknown interaction");

/** Milliseconds. */
export const LIFE = { acknowledgement: 3_000, token: 15 * 60_000 };

export class Interactions {
  readonly all = new Map<string, LiveInteraction>();
  readonly messages = new Map<string, StoredMessage>();
  life = { ...LIFE };
  /** Milliseconds by which it is later here than by the machine's clock; a test sets it. */
  ahead = 0;

  now(): number {
    return Date.now() + this.ahead;
  }

  open(parts: Pick<LiveInteraction, "type" | "person" | "channel" | "source">): LiveInteraction {
    const live: LiveInteraction = {
      ...parts,
      id: snowflake(),
      token: `token-${Math.random().toString(36).slice(2)}`,
      sentAt: this.now(),
      pending: false,
      shown: [],
      changes: 0,
    };
    this.all.set(live.token, live);
    return live;
  }

  acknowledge(id: string, token: string, body: Body, uploads: readonly Upload[]): Answer {
    const live = this.all.get(token);
    if (live === undefined || live.id !== id) return UNKNOWN;
    if (live.acknowledgedAt !== undefined) return refusal(400, 40_060, "Interaction has already been acknowledged.");
    if (this.now() - live.sentAt > this.life.acknowledgement) return UNKNOWN;
    const type = Number(body.type);
    const allowed = { 2: [4, 5, 9], 3: [4, 5, 6, 7, 9], 4: [8], 5: live.source === undefined ? [4, 5] : [4, 5, 6, 7] }[
      live.type
    ];
    if (allowed?.includes(type) !== true)
      return refusal(400, 50_035, `callback ${type} does not fit interaction ${live.type}`);
    live.acknowledgedAt = this.now();
    live.callback = type;
    live.changes += 1;
    const data = (body.data ?? {}) as Body;
    if (type === 4) this.#show(live, this.#create(live, data, uploads));
    if (type === 5) {
      live.original = this.#create(live, data, []);
      live.pending = true;
    }
    if (type === 6 && live.source !== undefined) live.original = live.source;
    if (type === 7 && live.source !== undefined) {
      live.original = live.source;
      this.#write(live.source, data, uploads);
      this.#show(live, live.source);
    }
    if (type === 8) live.completions = (data.choices ?? []) as Body[];
    if (type === 9) live.modal = data;
    return { status: 204 };
  }

  followUp(token: string, body: Body, uploads: readonly Upload[]): Answer {
    const live = this.#alive(token);
    if (live === undefined) return refusal(401, 50_027, "Invalid Webhook Token");
    // The first follow-up to a deferred response becomes that response, and as private as it was deferred.
    if (live.pending && live.original !== undefined && this.messages.has(live.original.id))
      return this.edit(token, "@original", body, uploads);
    const message = this.#create(live, body, uploads);
    this.#show(live, message);
    return { status: 200, body: messageObject(message) };
  }

  edit(token: string, id: string, body: Body, uploads: readonly Upload[]): Answer {
    const found = this.#message(token, id);
    if ("status" in found) return found;
    const { live, message } = found;
    this.#write(message, body, uploads);
    if (message === live.original) live.pending = false;
    this.#show(live, message);
    return { status: 200, body: messageObject(message) };
  }

  /** By the bot's own token, which every message of its own obeys that is not one person's alone; undefined: there is none. */
  editOwn(id: string, body: Body, uploads: readonly Upload[]): Answer | undefined {
    const message = this.messages.get(id);
    if (message === undefined || message.reader !== undefined) return undefined;
    this.#write(message, body, uploads);
    return { status: 200, body: messageObject(message) };
  }

  remove(token: string, id: string): Answer {
    const found = this.#message(token, id);
    if ("status" in found) return found;
    const { live, message } = found;
    this.messages.delete(message.id);
    if (live.shown.includes(message)) live.shown.splice(live.shown.indexOf(message), 1);
    if (message === live.original) live.pending = false;
    live.changes += 1;
    return { status: 204 };
  }

  #message(token: string, id: string): Answer | { live: LiveInteraction; message: StoredMessage } {
    const live = this.#alive(token);
    if (live === undefined) return refusal(401, 50_027, "Invalid Webhook Token");
    const message = id === "@original" ? live.original : this.messages.get(id);
    if (message === undefined || !this.messages.has(message.id)) return refusal(404, 10_008, "Unknown Message");
    return { live, message };
  }

  #alive(token: string): LiveInteraction | undefined {
    const live = this.all.get(token);
    return live?.acknowledgedAt === undefined || this.now() - live.sentAt > this.life.token ? undefined : live;
  }

  #create(live: LiveInteraction, body: Body, uploads: readonly Upload[]): StoredMessage {
    const flags = Number(body.flags ?? 0);
    const message: StoredMessage = {
      ...{ id: snowflake(), channel: live.channel, flags, components: [], attachments: [] },
      ...((flags & EPHEMERAL) === 0 ? {} : { reader: live.person }),
    };
    this.messages.set(message.id, message);
    if (live.acknowledgedAt === undefined || live.callback === 4) live.original ??= message;
    this.#write(message, body, uploads);
    return message;
  }

  #write(message: StoredMessage, body: Body, uploads: readonly Upload[]): void {
    const described = (body.attachments ?? []) as readonly { id: string | number; description?: string }[];
    // What only the creation decides stays.
    message.flags = (message.flags & EPHEMERAL) | (Number(body.flags ?? message.flags) & ~EPHEMERAL);
    if (Array.isArray(body.components)) message.components = body.components as object[];
    message.attachments = uploads.map(({ name, bytes }, index) => {
      const description = described.find(({ id }) => String(id) === String(index))?.description;
      return { filename: name, size: bytes.byteLength, bytes, ...(description === undefined ? {} : { description }) };
    });
  }

  #show(live: LiveInteraction, message: StoredMessage): void {
    if (!live.shown.includes(message)) live.shown.push(message);
    live.changes += 1;
  }
}
