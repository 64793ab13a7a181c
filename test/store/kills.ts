// Kills a writing process at random moments: what it had acknowledged must be there.
import { describe, expect, it } from "vitest";
import { startChild } from "./child.js";
import { backends, opened } from "./places.js";

/** Printed, so that a failure can be run again: CONVO_TEST_SEED=… */
const SEED = Number(process.env.CONVO_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31));
/** Milliseconds after the first acknowledgement. */
const LATEST_KILL = 300;

export function killTests(times: number): void {
  for (const { name, newUrl, skipped, why } of backends) {
    describe.skipIf(skipped)(`kill -9 on ${name}${why}`, () => {
      it(`${times} times at random moments loses no acknowledged record (seed ${SEED})`, async () => {
        const random = seeded(SEED);
        const url = newUrl();
        const acknowledged = new Map<string, number>();
        for (let round = 0; round < times; round++) {
          for (const [key, length] of await killedWriter(url, round, random() * LATEST_KILL))
            acknowledged.set(key, length);
          const store = await opened({ url });
          const records = store.namespace<{ key: string; body: string }>("records");
          const found = new Map<string, number>();
          for await (const [key, value] of records.entries()) {
            expect(value.key).toBe(key);
            found.set(key, value.body.length);
          }
          for (const [key, length] of acknowledged) expect([key, found.get(key)]).toEqual([key, length]);
          await records.set(`after:${round}`, { key: `after:${round}`, body: "" });
          await store.close();
        }
        expect(acknowledged.size).toBeGreaterThan(times);
        console.log(`${name}: ${acknowledged.size} acknowledged records survived ${times} kills (seed ${SEED})`);
      });
    });
  }
}

async function killedWriter(url: string, round: number, delay: number): Promise<[string, number][]> {
  let begun = () => {};
  const first = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const { process: child, ended } = startChild("write", { url, round }, { onOutput: () => begun() });
  await Promise.race([first, ended]);
  await new Promise((resolve) => setTimeout(resolve, delay));
  child.kill("SIGKILL");
  const { output, status } = await ended;
  expect(status, output).toBe("SIGKILL");
  // The last line may have been cut by the kill.
  return output
    .slice(0, output.lastIndexOf("\n"))
    .split("\n")
    .map((line) => {
      const [key = "", length] = line.split(" ");
      return [key, Number(length)];
    });
}

/** mulberry32, a generator of 32 bits by Tommy Ettinger, in the public domain. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
