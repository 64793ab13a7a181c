// Progress as others read it: the newest state of many events, written at most once a second, and the last one always.
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { openReporting, WRITE_EVERY } from "../../../src/engine/queue/reporting.js";
import type { RunProgress } from "../../../src/engine/queue/run.js";
import type { EpochMetrics, RunEvent } from "../../../src/engine/training/run.js";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const step = (number: number): RunEvent => ({
  type: "step",
  phase: "train",
  epoch: 1,
  step: number,
  steps: 100,
  loss: 1,
  imagesPerSecond: 9,
  secondsLeft: 5,
});

const epoch = (number: number): EpochMetrics => ({
  phase: "train",
  epoch: number,
  learningRate: 0.1,
  loss: 1,
  accuracy: 0.5,
  validationLoss: 1,
  validationAccuracy: 0.5,
  seconds: 1,
  imagesPerSecond: 9,
});

function reporting(given: { learned?: EpochMetrics[]; write?: (progress: RunProgress) => Promise<void> } = {}) {
  const written: RunProgress[] = [];
  const errors: unknown[] = [];
  const report = openReporting({
    attempt: 1,
    learned: given.learned ?? [],
    onError: (error) => errors.push(error),
    async write(progress) {
      written.push(progress);
      await given.write?.(progress);
    },
  });
  return { report, written, errors };
}

it("many events are few writes: the newest each second, and the last at the end", async () => {
  const { report, written } = reporting();
  for (let number = 1; number <= 40; number++) {
    report.add(step(number));
    await vi.advanceTimersByTimeAsync(WRITE_EVERY / 10);
  }
  expect(written.map(({ step: at }) => at?.step)).toEqual([10, 20, 30, 40].map((number) => expect.closeTo(number, -1)));
  report.add(step(41));
  await report.close();
  expect(written.at(-1)?.step?.step).toBe(41);
  await vi.advanceTimersByTimeAsync(10 * WRITE_EVERY);
  expect(written.length).toBeLessThanOrEqual(5);
});

it("says nothing while nothing happens", async () => {
  const { report, written } = reporting();
  report.add({ type: "checkpoint", epoch: 1, file: "x" });
  await vi.advanceTimersByTimeAsync(5 * WRITE_EVERY);
  await report.close();
  expect(written).toEqual([]);
});

it("a slow store is never asked twice at a time, and one that fails is asked again", async () => {
  let open = 0;
  let most = 0;
  const { report, written, errors } = reporting({
    async write({ step: at }) {
      open += 1;
      most = Math.max(most, open);
      await new Promise((resolve) => setTimeout(resolve, 3 * WRITE_EVERY));
      open -= 1;
      if (at?.step === 1) throw new Error("the store is away");
    },
  });
  report.add(step(1));
  for (let number = 2; number <= 12; number++) {
    await vi.advanceTimersByTimeAsync(WRITE_EVERY);
    report.add(step(number));
  }
  const closed = report.close();
  await vi.advanceTimersByTimeAsync(10 * WRITE_EVERY);
  await closed;
  expect(most).toBe(1);
  expect(errors).toEqual([new Error("the store is away")]);
  expect(written.at(-1)?.step?.step).toBe(12);
});

it("a run that goes on keeps the epochs of its checkpoint, and learns those after it again", async () => {
  const { report, written } = reporting({ learned: [epoch(1), epoch(2), epoch(3)] });
  report.add({
    type: "started",
    run: "r",
    recipe: "digits",
    backend: "wasm",
    device: { kind: "cpu", name: "a CPU", memory: 1 },
    data: { name: "mnist", version: "1", images: { train: 1 } },
    parameters: 1,
    epochs: 4,
    resumedFrom: 2,
  });
  report.add({ type: "epoch", ...epoch(3), loss: 0.25 });
  report.add({ type: "note", code: "batch-halved", message: "half of it" });
  await report.close();
  expect(written.at(-1)).toMatchObject({
    started: { run: "r", epochs: 4 },
    epochs: [{ epoch: 1 }, { epoch: 2 }, { epoch: 3, loss: 0.25 }],
    notes: [{ code: "batch-halved", message: "half of it" }],
  });
});
