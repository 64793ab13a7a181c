// Edits of one message: progress coalesces to the newest state, is not sent too often, and the final state always arrives.
import { editInterval } from "../commands/live.js";

export interface EditTiming {
  /** Least time between the start of two edits, by the age of the message. Milliseconds in and out. */
  interval(age: number): number;
  /** Waits before the final state is tried again after a failure. Milliseconds each. */
  readonly retries: readonly number[];
  /** Failures that another try cannot mend: then `finish` throws at once. */
  hopeless?(error: unknown): boolean;
}

export const EDIT_TIMING: EditTiming = {
  interval: editInterval,
  retries: [1_000, 5_000, 20_000],
};

/** One message's edits, one after the other. `write` puts a state on the platform. */
export class EditQueue<State> {
  readonly #write: (state: State) => Promise<void>;
  readonly #lost: (error: unknown) => void;
  readonly #timing: EditTiming;
  readonly #born = Date.now();
  #waiting: { readonly state: State } | undefined;
  #last = Number.NEGATIVE_INFINITY;
  #writing: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #finished = false;

  /** `lost` hears of progress that could not be shown; the next state makes up for it. */
  constructor(
    write: (state: State) => Promise<void>,
    lost: (error: unknown) => void,
    timing: EditTiming = EDIT_TIMING,
  ) {
    this.#write = write;
    this.#lost = lost;
    this.#timing = timing;
  }

  /** Progress: shown when its turn comes, unless a newer state has come by then. Returns at once; nothing after `finish`. */
  push(state: State): void {
    if (this.#finished) return;
    this.#waiting = { state };
    this.#schedule();
  }

  /** The last state, at once after an edit that runs. Throws the last failure where every retry failed. */
  async finish(state: State): Promise<void> {
    this.#close();
    await this.#writing;
    for (const wait of this.#timing.retries) {
      try {
        return await this.#write(state);
      } catch (error) {
        if (this.#timing.hopeless?.(error) === true) throw error;
        this.#lost(error);
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    }
    await this.#write(state);
  }

  /** Shows nothing more: what was shown last stays. Resolves when no edit runs. */
  async stop(): Promise<void> {
    this.#close();
    await this.#writing;
  }

  #close(): void {
    this.#finished = true;
    this.#waiting = undefined;
    clearTimeout(this.#timer);
  }

  #schedule(): void {
    if (this.#timer !== undefined) return;
    const now = Date.now();
    const wait = Math.max(0, this.#last + this.#timing.interval(now - this.#born) - now);
    this.#timer = setTimeout(() => {
      this.#writing = this.#next();
    }, wait);
  }

  async #next(): Promise<void> {
    const next = this.#waiting;
    this.#waiting = undefined;
    this.#last = Date.now();
    try {
      if (next !== undefined) await this.#write(next.state);
    } catch (error) {
      this.#lost(error);
    }
    this.#timer = undefined;
    if (this.#waiting !== undefined) this.#schedule();
  }
}
