// Messages that live longer than the request that they came from: a run's progress, posted once in a channel and edited to its end,
// by another process too. Every platform offers a poster; the commands know only this.
import type { Message } from "./reply.js";

/** Where a message is, as plain strings, so that it can be stored and edited after a restart. */
export interface PostedMessage {
  readonly platform: string;
  readonly community: string;
  readonly channel: string;
  /** The platform's identifier of the message. */
  readonly id: string;
  /** Who asked for it, as shown, and what was typed: for a platform that says so above the message. */
  readonly asker?: string;
  readonly asked?: string;
}

export interface Poster {
  readonly platform: string;
  /**
   * Whether the bot may speak in this channel, as far as the platform tells without a message: Slack does not.
   * Throws UserError `cannot-post`, which says what permission is missing and who gives it.
   */
  check(place: Omit<PostedMessage, "id">): Promise<void>;
  /** Always for everybody in the channel. Throws UserError `cannot-post`. */
  post(place: Omit<PostedMessage, "id">, message: Message): Promise<PostedMessage>;
  /** Replaces all of the message. Throws UserError `message-gone` where it was deleted. How often is the caller's care. */
  edit(place: PostedMessage, message: Message): Promise<void>;
  /** Takes away what was posted for nothing. Never throws: what cannot be taken away stays, and the log says so. */
  remove(place: PostedMessage): Promise<void>;
}

/**
 * Least time between two edits of a message of this age: 3 s, after an hour 60 s, since Discord throttles edits of older messages
 * (30046) and Slack posts by the minute. Milliseconds in and out.
 */
export const editInterval = (age: number): number => (age < 3_600_000 ? 3_000 : 60_000);

/** The platforms that run in this process; filled as they start. */
export type Posters = Map<string, Poster>;
