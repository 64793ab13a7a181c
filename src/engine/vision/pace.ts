// How long work takes that is done in turn, for whoever is told to come back later.

export class Pace {
  private lastEnd = 0;

  /** `ms`: from one end to the next while there is work, a moving mean that begins with a guess. */
  constructor(private mean: number) {}

  get ms(): number {
    return this.mean;
  }

  /** `since`: when the work came or was begun (`performance.now()`). Until the work before it ended it only waited. */
  ended(since: number): void {
    const now = performance.now();
    this.mean = 0.8 * this.mean + 0.2 * (now - Math.max(since, this.lastEnd));
    this.lastEnd = now;
  }
}
