// Concurrent requests joined into small batches for one model; a bounded queue that says how long it takes instead of growing.
import { UserError } from "../../errors.js";

/** What one request wants to know: `images` inputs side by side → as many rows of outputs. */
export interface BatchRequest {
  readonly inputs: Float32Array;
  readonly images: number;
}

export interface BatchLimits {
  /** Requests' images in one run. */
  readonly images: number;
  /** Images that may wait. */
  readonly queue: number;
}

/** A batch of 8 is where onnxruntime gains no more on two cores. */
export const BATCH_LIMITS: BatchLimits = { images: 8, queue: 256 };

interface Waiting extends BatchRequest {
  readonly resolve: (outputs: readonly Float32Array[]) => void;
  readonly reject: (error: unknown) => void;
}

/** Outputs of a run: of every output of the graph the values of all images, one after the other. */
export type Run = (inputs: Float32Array, images: number) => Promise<readonly Float32Array[]>;

export class Batches {
  private readonly waiting: Waiting[] = [];
  private queued = 0;
  private isRunning = false;
  private isDue = false;
  /** Milliseconds an image takes, a moving mean. */
  private pace = 5;

  constructor(
    private readonly run: Run,
    private readonly limits: BatchLimits = BATCH_LIMITS,
  ) {}

  /** Throws UserError `busy` where more wait than the queue holds. */
  async ask(request: BatchRequest): Promise<readonly Float32Array[]> {
    if (this.queued > 0 && this.queued + request.images > this.limits.queue) throw busy(this.queued * this.pace);
    this.queued += request.images;
    return new Promise((resolve, reject) => {
      this.waiting.push({ ...request, resolve, reject });
      this.schedule();
    });
  }

  /** What comes in one turn of the loop, or while another batch is computed, is joined; nobody waits for company. */
  private schedule(): void {
    if (this.isRunning || this.isDue || this.waiting.length === 0) return;
    this.isDue = true;
    setImmediate(() => {
      this.isDue = false;
      void this.runNext();
    });
  }

  private async runNext(): Promise<void> {
    if (this.isRunning || this.waiting.length === 0) return;
    this.isRunning = true;
    const batch = this.take();
    const images = batch.reduce((sum, request) => sum + request.images, 0);
    const began = performance.now();
    try {
      const outputs = await this.run(joined(batch), images);
      let from = 0;
      for (const request of batch) {
        request.resolve(outputs.map((values) => part(values, from, request.images, images)));
        from += request.images;
      }
    } catch (error) {
      for (const request of batch) request.reject(error);
    } finally {
      this.pace = 0.8 * this.pace + (0.2 * (performance.now() - began)) / Math.max(1, images);
      this.queued -= images;
      this.isRunning = false;
      this.schedule();
    }
  }

  /** The first request always, however large; further ones while they fit. */
  private take(): Waiting[] {
    let count = 0;
    let images = 0;
    for (const request of this.waiting) {
      if (count > 0 && images + request.images > this.limits.images) break;
      images += request.images;
      count++;
    }
    return this.waiting.splice(0, count);
  }
}

/** `after` in milliseconds. */
export function busy(after: number): UserError {
  const seconds = Math.max(1, Math.ceil(after / 1000));
  return new UserError("busy", "Many pictures are being looked at.", `Try again in ${seconds} s.`);
}

function joined(batch: readonly BatchRequest[]): Float32Array {
  const [first] = batch;
  if (batch.length === 1 && first !== undefined) return first.inputs;
  const all = new Float32Array(batch.reduce((sum, { inputs }) => sum + inputs.length, 0));
  let at = 0;
  for (const { inputs } of batch) {
    all.set(inputs, at);
    at += inputs.length;
  }
  return all;
}

function part(values: Float32Array, from: number, images: number, all: number): Float32Array {
  const size = values.length / all;
  return values.slice(from * size, (from + images) * size);
}
