// Edits of one message: newest progress, in order, and the end whatever happens.
import { expect, test } from "vitest";
import { EDIT_TIMING, EditQueue } from "../../src/bots/edits.js";

const timing = { interval: () => 20, retries: [1, 1] };
const fails = (error: unknown): never => {
  throw error;
};
const pause = (time: number) => new Promise((resolve) => setTimeout(resolve, time));

test("progress coalesces to the newest state, and the final state comes last", async () => {
  const shown: number[] = [];
  const queue = new EditQueue<number>(async (state) => void shown.push(state), fails, timing);
  for (let step = 1; step <= 1_000; step += 1) {
    queue.push(step);
    if (step % 100 === 0) await pause(5);
  }
  await queue.finish(1_001);
  queue.push(5);
  await pause(50);
  expect(shown.at(-1)).toBe(1_001);
  expect(shown.length).toBeLessThan(20);
  expect(shown).toEqual(shown.toSorted((a, b) => a - b));
});

test("two edits never run at once, and the final one waits for the one that runs", async () => {
  const events: string[] = [];
  const queue = new EditQueue<string>(
    async (state) => {
      events.push(`${state} begins`);
      await pause(30);
      events.push(`${state} ends`);
    },
    fails,
    timing,
  );
  queue.push("half");
  await pause(10);
  await queue.finish("done");
  expect(events).toEqual(["half begins", "half ends", "done begins", "done ends"]);
});

test("progress that fails is reported and made up for; the final state is tried again", async () => {
  const shown: string[] = [];
  const lost: unknown[] = [];
  let failures = 3;
  const queue = new EditQueue<string>(
    async (state) => {
      failures -= 1;
      if (failures >= 0) throw new Error(`no ${state}`);
      shown.push(state);
    },
    (error) => lost.push(error),
    timing,
  );
  queue.push("half");
  await pause(10);
  await queue.finish("done");
  expect(shown).toEqual(["done"]);
  expect(lost.map(String)).toEqual(["Error: no half", "Error: no done", "Error: no done"]);
});

test("a final state that cannot be shown at all is an error", async () => {
  const queue = new EditQueue<string>(
    async () => fails(new Error("gone")),
    () => undefined,
    timing,
  );
  await expect(queue.finish("done")).rejects.toThrow("gone");
});

test("stopped, it shows nothing more", async () => {
  const shown: number[] = [];
  const queue = new EditQueue<number>(async (state) => void shown.push(state), fails, timing);
  queue.push(1);
  await pause(10);
  queue.push(2);
  await queue.stop();
  await pause(50);
  expect(shown).toEqual([1]);
});

test("a message is edited at most every 3 s, and every 60 s after an hour", () => {
  expect([0, 3_599_999, 3_600_000].map(EDIT_TIMING.interval)).toEqual([3_000, 3_000, 60_000]);
});
