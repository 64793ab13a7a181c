// Thirty kills at random moments, on both stores; and a worker that is not killed but suspended, which is worse.
import { expect, it } from "vitest";
import { newLmdbUrl } from "../../store/places.js";
import { killTests } from "./kills.js";
import { expectOrder, LEASE, newWorkplace, over, until } from "./support/workplace.js";

killTests(30, ["LMDB", "Redis"]);

it("a worker that is suspended loses its run; its trainer stops by itself, and woken up it disturbs nothing", async () => {
  const { queue, enqueue, hire, steps } = await newWorkplace(newLmdbUrl());
  const { id } = await enqueue(1, { steps: 150, milliseconds: 10 });
  const first = hire();
  await until("it learns", () => steps().length > 5);
  first.kill("SIGSTOP");
  const second = hire();
  await until("another took it", async () => (await queue.get(id))?.attempts === 2);
  await until("it learns again", () => new Set(steps().map(({ pid }) => pid)).size === 2);
  first.kill("SIGCONT");
  const done = await over(queue, id);
  expect(done.changes.map(({ state }) => state)).toEqual(["queued", "running", "queued", "running", "succeeded"]);
  expectOrder(steps(), [done], 150);
  expect([first.exitCode, second.exitCode]).toEqual([null, null]);
});

it("a trainer whose batches take longer than it may hear nothing goes on all the same", async () => {
  const { queue, enqueue, hire, steps } = await newWorkplace(newLmdbUrl());
  const { id } = await enqueue(1, { steps: 4, milliseconds: 2 * LEASE, behave: "absorbed" });
  hire();
  const done = await over(queue, id);
  expect(done.changes.map(({ state }) => state)).toEqual(["queued", "running", "succeeded"]);
  expectOrder(steps(), [done], 4);
});
