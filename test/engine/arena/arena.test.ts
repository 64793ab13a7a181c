// The arena over the real queue: rounds, one entry at a time, results, the board, and who is forgotten.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Contender, Entry } from "../../../src/engine/arena/arena.js";
import { boardOf } from "../../../src/engine/arena/board.js";
import { MNIST_FILES } from "../../../src/engine/training/data/mnist.js";
import { refusal } from "../../support/errors.js";
import { openWorld, type World } from "../../support/world.js";

const ada: Contender = { id: "id-ada", name: "Ada" };
const ben: Contender = { id: "id-ben", name: "Ben" };
const DENSE = "input 28x28; flatten; dense 10";
const SMALL = "input 28x28; conv 4 /2 relu; gap; dense 10";

let world: World;
beforeEach(async () => {
  world = await openWorld();
  const folder = join(world.folder, "data/mnist");
  mkdirSync(folder, { recursive: true });
  for (const { name } of Object.values(MNIST_FILES)) writeFileSync(join(folder, `${name}.gz`), "");
});
afterEach(() => world.close());

const submit = (contender: Contender, network: string): Promise<Entry> => {
  world.clock.at += 1000;
  return world.arena.submit({ community: "course", contender, network });
};

/** The entry that waits is trained, as a worker tells it. */
async function trained(testAccuracy: number): Promise<void> {
  const claim = await world.queue.take("test", "a test");
  if (claim === undefined) throw new Error("nothing waits");
  const testInterval = { low: testAccuracy - 0.01, high: testAccuracy + 0.005 };
  const result = { model: "arena", version: "unsaved", folder: "/runs", testAccuracy, testInterval, seconds: 90 };
  await world.queue.end(claim, [{ state: "succeeded", by: { kind: "worker" }, why: "trained" }], { result });
}

describe("submitting", () => {
  it("puts a bounded run of the recipe into the queue, behind everything else", async () => {
    const entry = await submit(ada, SMALL);
    const run = await world.queue.get(entry.run);
    expect(run?.wish).toMatchObject({
      recipe: "arena",
      priority: 0,
      settings: { network: SMALL, seconds: 120, parameters: 500_000 },
      arena: { entry: entry.id, network: SMALL, seconds: 120 },
      by: { kind: "person", id: "id-ada" },
    });
    expect(await world.arena.standing(entry)).toEqual({ place: 1 });
  });

  it("is refused while another entry of the same person waits; somebody else's is not", async () => {
    await submit(ada, DENSE);
    const { code, fix } = await refusal(() => submit(ada, SMALL));
    expect(code).toBe("arena-one-at-a-time");
    expect(fix).toContain("press Withdraw");
    await submit(ben, SMALL);
    expect(await world.arena.entries("course", 1)).toHaveLength(2);
  });

  it("is refused without MNIST, with the command that fetches it, and leaves nothing behind", async () => {
    const bare = await openWorld();
    const error = await refusal(() => bare.arena.submit({ community: "course", contender: ada, network: DENSE }));
    expect([error.code, error.fix]).toEqual(["data-missing", expect.stringContaining("convo data get mnist")]);
    expect(await bare.queue.list()).toEqual([]);
    await bare.close();
  });

  it("is refused while the arena is closed; what waits is still ranked, and the next round begins empty", async () => {
    await submit(ada, DENSE);
    await world.arena.close("course");
    expect((await refusal(() => submit(ben, DENSE))).code).toBe("arena-closed");
    expect((await refusal(() => world.arena.close("course"))).code).toBe("arena-closed");
    await trained(0.91);
    expect((await world.arena.entries("course", 1))[0]?.result).toMatchObject({ kind: "ranked", accuracy: 0.91 });
    expect(await world.arena.open("course")).toMatchObject({ number: 2, open: true });
    await submit(ben, DENSE);
    expect(await world.arena.entries("course", 2)).toHaveLength(1);
    expect(await world.arena.round("other")).toMatchObject({ number: 1, open: true });
  });
});

describe("a result", () => {
  it("is kept when the run is over, and told when it failed or was withdrawn", async () => {
    const entry = await submit(ada, DENSE);
    const claim = await world.queue.take("test", "a test");
    if (claim === undefined) throw new Error("nothing waits");
    expect(await world.arena.standing(entry)).toEqual({});
    const error = { code: "loss-not-finite", message: "The loss is no number in step 3." };
    await world.queue.end(claim, [{ state: "failed", by: { kind: "worker" }, why: error.message }], { error });
    expect((await world.arena.entry("course", 1, entry.id)).result).toEqual({ kind: "failed", why: error.message });
    const other = await submit(ada, SMALL);
    await world.arena.withdraw(other, ada);
    expect((await world.arena.entry("course", 1, other.id)).result).toMatchObject({ kind: "cancelled" });
    expect(boardOf(await world.arena.entries("course", 1)).all).toEqual([]);
  });

  it("of a person who wants to be forgotten goes, and what waits is withdrawn", async () => {
    await submit(ada, DENSE);
    await trained(0.9);
    const waiting = await submit(ada, SMALL);
    await submit(ben, SMALL);
    expect(await world.arena.forget("course", ada)).toBe(2);
    expect((await world.arena.entries("course", 1)).map(({ contender }) => contender.name)).toEqual(["Ben"]);
    expect((await world.queue.get(waiting.run))?.state).toBe("cancelled");
  });
});

describe("the board", () => {
  const entry = (name: string, parameters: number, accuracy: number, submitted = 0): Entry => ({
    v: 1,
    id: `${name}-${parameters}-${accuracy}`,
    community: "course",
    round: 1,
    contender: { id: name, name },
    network: "",
    parameters,
    submitted,
    run: "r",
    result: { kind: "ranked", accuracy, low: accuracy, high: accuracy, seconds: 1 },
  });
  const entries = [
    entry("ada", 60_000, 0.98),
    entry("ada", 5_000, 0.96),
    entry("ben", 60_000, 0.97),
    entry("cyd", 400_000, 0.99),
    entry("dee", 100, 0.4),
    entry("eve", 7_000, 0.96),
  ];
  const shown = (places: ReturnType<typeof boardOf>["byAccuracy"]) =>
    places.map(({ rank, entry: { contender, parameters }, best }) => [rank, contender.name, parameters, best]);

  it("ranks each person's best by accuracy, the smaller of two equals first", () => {
    expect(shown(boardOf(entries).byAccuracy)).toEqual([
      [1, "cyd", 400_000, true],
      [2, "ada", 60_000, true],
      [3, "ben", 60_000, false],
      [4, "eve", 7_000, false],
      [5, "dee", 100, true],
    ]);
  });

  it("ranks each person's smallest that is good enough by parameters", () => {
    expect(shown(boardOf(entries).byParameters)).toEqual([
      [1, "ada", 5_000, true],
      [2, "eve", 7_000, false],
      [3, "ben", 60_000, false],
      [4, "cyd", 400_000, true],
    ]);
  });

  it("gives equals one rank, the earlier first", () => {
    const equal = boardOf([entry("late", 100, 0.97, 2), entry("early", 100, 0.97, 1), entry("third", 101, 0.97, 0)]);
    expect(shown(equal.byAccuracy)).toEqual([
      [1, "early", 100, true],
      [1, "late", 100, true],
      [3, "third", 101, false],
    ]);
  });
});
