// How often a person may: a sliding window in this process's memory.
import { UserError } from "../errors.js";
import type { RateLimit } from "./command.js";

/** Above this many people the idle ones are forgotten. */
const MOST_KEYS = 50_000;

export class RateLimiter {
  readonly #calls = new Map<string, number[]>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Counts a call. Throws UserError `too-often`, which says when to try again. */
  take(key: string, limit: RateLimit | undefined): void {
    if (limit === undefined) return;
    const now = this.#now();
    const window = limit.seconds * 1_000;
    const recent = (this.#calls.get(key) ?? []).filter((time) => time > now - window);
    const [oldest] = recent;
    if (oldest !== undefined && recent.length >= limit.times) {
      const wait = Math.max(1, Math.ceil((oldest + window - now) / 1_000));
      this.#calls.set(key, recent);
      throw new UserError(
        "too-often",
        `That was ${recent.length} times in ${limit.seconds} s.`,
        `Try again in ${wait} s.`,
      );
    }
    recent.push(now);
    this.#calls.delete(key);
    this.#calls.set(key, recent);
    if (this.#calls.size > MOST_KEYS) {
      const [first] = this.#calls.keys();
      if (first !== undefined) this.#calls.delete(first);
    }
  }
}
