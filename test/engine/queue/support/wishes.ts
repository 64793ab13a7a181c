// Wishes and people for the tests of the queue.
import type { Actor, RunWish } from "../../../../src/engine/queue/run.js";
import { PRIORITIES } from "../../../../src/engine/queue/run.js";

export const ADA: Actor = { kind: "person", id: "ada", name: "Ada" };
export const BEN: Actor = { kind: "person", id: "ben", name: "Ben" };
export const SUNDAYS: Actor = { kind: "schedule", id: "sundays" };

export function wish(more: Partial<RunWish> = {}): RunWish {
  return {
    community: "class-a",
    by: ADA,
    priority: PRIORITIES.person,
    recipe: "digits",
    model: "digits",
    data: "/data/mnist",
    seed: 1,
    settings: {},
    ...more,
  };
}

export function entry(network: string, by: Actor = ADA): RunWish {
  return wish({ by, priority: PRIORITIES.arena, arena: { entry: network, network, seconds: 60 } });
}
