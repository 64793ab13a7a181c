// Work in turn, bounded by its number and by the memory that it holds; who would wait too long is told for how long.
import { busy } from "./batches.js";
import { Pace } from "./pace.js";

export interface AdmissionLimits {
  /** That are worked on, and the bytes that they may hold together; what holds more than that is worked on alone. */
  readonly atOnce: number;
  readonly held: number;
  /** That wait, and the bytes of all that wait. */
  readonly waiting: number;
  readonly bytes: number;
}

export interface Load {
  /** While it waits. */
  readonly bytes: number;
  /** While it is worked on. */
  readonly held: number;
}

/** `until`: the place is kept until this is settled, too, for what goes on when the answer is there. */
export type Work<T> = (until: (rest: Promise<unknown>) => void) => Promise<T>;

interface Waiting extends Load {
  readonly begin: () => void;
}

export class Admission {
  private readonly queue: Waiting[] = [];
  private working = 0;
  private held = 0;
  private readonly pace = new Pace(50);

  constructor(private readonly limits: AdmissionLimits) {}

  /** Does the work when its turn comes. Throws UserError `busy` where too many wait, and what the work throws. */
  async run<T>(load: Load, work: Work<T>): Promise<T> {
    if (this.queue.length > 0 || !this.fits(load)) await this.turn(load);
    else this.enter(load);
    const begun = performance.now();
    const rest: Promise<unknown>[] = [];
    try {
      return await work((promise) => void rest.push(promise));
    } finally {
      void Promise.allSettled(rest).then(() => this.leave(load, begun));
    }
  }

  private fits({ held }: Load): boolean {
    if (this.working === 0) return true;
    return this.working < this.limits.atOnce && this.held + held <= this.limits.held;
  }

  private enter({ held }: Load): void {
    this.working++;
    this.held += held;
  }

  private leave({ held }: Load, begun: number): void {
    this.pace.ended(begun);
    this.working--;
    this.held -= held;
    // In the order in which they came, so that what holds much is not overtaken for ever.
    for (let next = this.queue[0]; next !== undefined && this.fits(next); next = this.queue[0]) {
      this.queue.shift();
      this.enter(next);
      next.begin();
    }
  }

  private turn(load: Load): Promise<void> {
    const waiting = this.queue.reduce((sum, { bytes }) => sum + bytes, 0);
    if (this.queue.length >= this.limits.waiting || waiting + load.bytes > this.limits.bytes) {
      throw busy((this.queue.length + this.working) * this.pace.ms);
    }
    return new Promise((begin) => this.queue.push({ ...load, begin }));
  }
}
