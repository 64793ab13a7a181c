// From the trainer's many events to the one record of progress that others read: the newest state, written at most once a second.
import type { EpochMetrics, RunEvent } from "../training/run.js";
import type { RunProgress } from "./run.js";

/** Milliseconds between two writes. A write costs about a millisecond, and nobody looks more often than every three seconds. */
export const WRITE_EVERY = 1000;

/** What is known after this event too; the same value where the event says nothing that is kept. */
export function progressAfter(before: RunProgress, event: RunEvent, at: number): RunProgress {
  switch (event.type) {
    case "started": {
      const { type: _, ...started } = event;
      // What was learned after the checkpoint that it goes on from is learned again.
      return { ...before, at, started, epochs: before.epochs.slice(0, event.resumedFrom ?? 0) };
    }
    case "phase":
      return { ...before, at, phase: event.phase };
    case "step": {
      const { type: _, phase, ...step } = event;
      return { ...before, at, phase, step };
    }
    case "epoch": {
      const { type: _, ...epoch } = event;
      return { ...before, at, epochs: [...before.epochs, epoch] };
    }
    case "note":
      return { ...before, at, notes: [...before.notes, { code: event.code, message: event.message }] };
    default:
      return before;
  }
}

export interface Reporting {
  add(event: RunEvent): void;
  /** Writes what was not written yet, and no more. */
  close(): Promise<void>;
}

/** `learned`: the epochs that earlier attempts left in the run's folder. `write` is never called twice at a time. */
export function openReporting(given: {
  readonly attempt: number;
  readonly learned: readonly EpochMetrics[];
  readonly now?: () => number;
  write(progress: RunProgress): Promise<void>;
  onError(error: unknown): void;
}): Reporting {
  const { attempt, learned, now = Date.now, write, onError } = given;
  let progress: RunProgress = { at: now(), attempt, epochs: learned, notes: [] };
  let written = progress;
  let writing = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  const writeNewest = async (): Promise<void> => {
    if (progress === written) return;
    written = progress;
    await write(written).catch(onError);
  };
  const later = (): void => {
    timer ??= setTimeout(() => {
      writing = writeNewest().then(() => {
        timer = undefined;
        if (progress !== written && !closed) later();
      });
    }, WRITE_EVERY);
  };
  return {
    add(event) {
      const next = progressAfter(progress, event, now());
      if (next === progress) return;
      progress = next;
      later();
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      await writing;
      await writeNewest();
    },
  };
}
