// Decoding in turn: a picture may hold 250 MB while it is decoded, and its deadline means nothing while others take the cores.
import { busy } from "./batches.js";

export interface AdmissionLimits {
  /** That are worked on. */
  readonly atOnce: number;
  /** That wait, and the bytes of all that wait. */
  readonly waiting: number;
  readonly bytes: number;
}

const LIMITS: AdmissionLimits = { atOnce: 2, waiting: 32, bytes: 128_000_000 };

export class Admission {
  private readonly queue: { readonly bytes: number; readonly begin: () => void }[] = [];
  private working = 0;
  /** Milliseconds a picture takes, a moving mean. */
  private pace = 50;

  constructor(private readonly limits: AdmissionLimits = LIMITS) {}

  /** Does the work when its turn comes. Throws UserError `busy` where too many wait, and what the work throws. */
  async run<T>(bytes: number, work: () => Promise<T>): Promise<T> {
    if (this.working >= this.limits.atOnce) await this.turn(bytes);
    else this.working++;
    const begun = performance.now();
    try {
      return await work();
    } finally {
      this.pace = 0.8 * this.pace + 0.2 * (performance.now() - begun);
      // The place goes to the next, so that nobody who comes now can take it.
      const next = this.queue.shift();
      if (next === undefined) this.working--;
      else next.begin();
    }
  }

  private turn(bytes: number): Promise<void> {
    const waiting = this.queue.reduce((sum, one) => sum + one.bytes, 0);
    if (this.queue.length >= this.limits.waiting || waiting + bytes > this.limits.bytes) {
      throw busy(((this.queue.length + 1) * this.pace) / this.limits.atOnce);
    }
    return new Promise((begin) => this.queue.push({ bytes, begin }));
  }
}

/** Of this process: its memory and its cores are what is shared. */
export const decoding = new Admission();
