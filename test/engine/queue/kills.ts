// Kills working processes at random moments: every run comes to its end, goes on where it was, and no device has two at a time.
import { describe, expect, it } from "vitest";
import { MOST_ATTEMPTS } from "../../../src/engine/queue/run.js";
import { backends } from "../../store/places.js";
import { expectOrder, newWorkplace, over, seeded, until } from "./support/workplace.js";

/** Printed, so that a failure can be run again: CONVO_TEST_SEED=… */
const SEED = Number(process.env.CONVO_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31));
/** Milliseconds after the worker's first step, or after its start where there is none yet. */
const LATEST_KILL = 250;
const STEPS = 30;

export function killTests(times: number, on: readonly string[]): void {
  for (const { name, newUrl, skipped, why } of backends.filter((backend) => on.includes(backend.name))) {
    describe.skipIf(skipped)(`workers killed on ${name}${why}`, () => {
      it(`${times} times at random moments lose no run (seed ${SEED})`, async () => {
        const random = seeded(SEED);
        const { queue, enqueue, hire, steps } = await newWorkplace(newUrl());
        // A run may lose so many workers and still succeed; the kills are spread over enough of them.
        const count = Math.ceil(times / (MOST_ATTEMPTS - 1)) + 1;
        const runs = [];
        for (let seed = 0; seed < count; seed++) runs.push(await enqueue(seed, { steps: STEPS, milliseconds: 10 }));
        for (let kill = 0; kill < times; kill++) {
          const before = steps().length;
          const worker = hire();
          // Now and then one is killed before it has taken anything.
          if (random() < 0.8) await until("it learns", async () => steps().length > before || (await idle()));
          await new Promise((resolve) => setTimeout(resolve, random() * LATEST_KILL));
          worker.kill("SIGKILL");
        }
        hire();
        const done = await Promise.all(runs.map(({ id }) => over(queue, id)));
        const finished = done.filter(({ state }) => state === "succeeded");
        for (const run of done) {
          if (run.state === "succeeded") continue;
          expect(run).toMatchObject({ state: "failed", attempts: MOST_ATTEMPTS, error: { code: "workers-lost" } });
        }
        expectOrder(steps(), finished, STEPS);
        expect(await queue.take("a device that is free", "a test")).toBeUndefined();
        console.log(`${name}: ${finished.length} of ${count} runs succeeded over ${times} kills (seed ${SEED})`);

        async function idle(): Promise<boolean> {
          return (await queue.list()).every(({ state }) => state !== "queued" && state !== "running");
        }
      });
    });
  }
}
