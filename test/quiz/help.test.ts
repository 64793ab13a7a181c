// Hints step by step, the explanation, and what either does to the review dates.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { answer, pick } from "../../src/quiz/answer.js";
import { ask } from "../../src/quiz/ask.js";
import { explain, nextHint } from "../../src/quiz/help.js";
import type { Mode } from "../../src/quiz/records.js";
import { refusal } from "../support/errors.js";
import { ada, bob, Q4 } from "../support/learning.js";
import { openWorld, type World } from "../support/world.js";

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

const asked = async (question: string, mode: Mode = "open") =>
  (await ask(world.quiz, ada, { question, mode })).session.id;
const say = (session: string, text: string, turn = 0) => answer(world.quiz, ada, "Ada", session, turn, text);

/** The hints that come one after the other, as "point step". */
async function hints(session: string, most: number): Promise<string[]> {
  const seen: string[] = [];
  for (let turn = 0; turn < most; turn += 1) {
    const hint = await nextHint(world.quiz, ada, session);
    if (hint === undefined) break;
    seen.push(`${hint.point.id} ${hint.step}${hint.more ? "" : " last"}`);
  }
  return seen;
}

describe("hints", () => {
  test("go from nudge to cue to worked example, then to the next point, until none is left", async () => {
    expect(await hints(await asked("q7"), 99)).toEqual([
      ...["fcn 1", "fcn 2", "fcn 3", "anysize 1", "anysize 2", "anysize 3"],
      ...["kernel 1", "kernel 2", "kernel 3", "reshape 1", "reshape 2", "reshape 3 last"],
    ]);
  });

  test("after an answer are for the points still open only", async () => {
    const session = await asked("q7");
    await say(session, "A fully convolutional network has only convolutional and pooling layers, no dense ones.");
    expect((await hints(session, 2))[0]).toBe("anysize 1");
  });

  test("after a full answer there are none", async () => {
    const session = await asked("q4");
    await say(session, Q4.full);
    expect(await hints(session, 1)).toEqual([]);
  });

  test("never aim at the weaker of two twins", async () => {
    const seen = await hints(await asked("q5"), 99);
    expect(seen.some((each) => each.startsWith("inhibit "))).toBe(true);
    expect(seen.some((each) => each.startsWith("inhibit_vague"))).toBe(false);
  });

  test("on a choice are for the point of its item", async () => {
    const { session, choice } = await ask(world.quiz, ada, { question: "q4", mode: "choice" });
    const point = choice?.item.point;
    expect(await hints(session.id, 9)).toEqual([`${point} 1`, `${point} 2`, `${point} 3 last`]);
  });

  test("go on where they were after a restart", async () => {
    const session = await asked("q7");
    await hints(session, 2);
    world = await world.restarted();
    expect(await hints(session, 1)).toEqual(["fcn 3"]);
  });

  test("are given only to the one who was asked", async () => {
    const session = await asked("q7");
    expect((await refusal(() => nextHint(world.quiz, bob, session))).code).toBe("session-expired");
    expect((await refusal(() => explain(world.quiz, bob, session))).code).toBe("session-expired");
  });
});

describe("help makes a point come back sooner", () => {
  const due = async (help: (session: string) => Promise<unknown>) => {
    const session = await asked("q4");
    await help(session);
    return (await say(session, Q4.full)).due.get("noparams") ?? 0;
  };

  test("after a hint for it, after the explanation, but not after a hint for another point", async () => {
    const unaided = await due(async () => {});
    await world.close();
    world = await openWorld();
    const hinted = await due((session) => nextHint(world.quiz, ada, session));
    await world.close();
    world = await openWorld();
    const explained = await due((session) => explain(world.quiz, ada, session));
    expect(hinted).toBeLessThan(unaided);
    expect(explained).toBe(hinted);
  });

  test("also where the point is then picked from a choice", async () => {
    const picked = async (help: (session: string) => Promise<unknown>) => {
      await world.close();
      world = await openWorld();
      const { session } = await ask(world.quiz, ada, { question: "q4", mode: "choice" });
      await help(session.id);
      const { due: dates } = await pick(world.quiz, ada, "Ada", session.id, session.choice?.order.indexOf(0) ?? -1);
      return [...dates.values()][0] ?? 0;
    };
    const unaided = await picked(async () => {});
    expect(await picked((session) => nextHint(world.quiz, ada, session))).toBeLessThan(unaided);
    expect(await picked((session) => explain(world.quiz, ada, session))).toBeLessThan(unaided);
  });
});
