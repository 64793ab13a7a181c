// Which question comes next: what is due, then what is new, then what is known least; and the modes review and mistakes.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { pick } from "../../src/quiz/answer.js";
import { ask } from "../../src/quiz/ask.js";
import type { Mode } from "../../src/quiz/records.js";
import { refusal } from "../support/errors.js";
import { ada, answers, bob, FAR, picks, Q4 } from "../support/learning.js";
import { DAY, MINUTE, openWorld, type World } from "../support/world.js";

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

const next = (mode: Mode = "open", not?: string) =>
  ask(world.quiz, ada, { mode, ...(not === undefined ? {} : { not }) });

describe("the next question", () => {
  test("is the first one for somebody new, and then the others in the course's order", async () => {
    const seen: string[] = [];
    for (let turn = 0; turn < 10; turn += 1) {
      const { question, why } = await next();
      seen.push(question.id);
      expect(why).toBe("new");
      await answers(world, ada, question.id, question.modelAnswer);
    }
    expect(seen).toEqual(["q1", "q2", "q3", "q4", "q5", "q6", "q7", "q8", "q9", "q10"]);
  });

  test("is one that is due before one that is new", async () => {
    await answers(world, ada, "q4", Q4.full);
    expect((await next()).question.id).toBe("q1");
    world.clock.at += 30 * DAY;
    expect(await next()).toMatchObject({ why: "due", question: { id: "q4" } });
  });

  test("is, of those due, the one with most points due", async () => {
    await answers(world, ada, "q4", Q4.full);
    world.clock.at += MINUTE;
    await answers(world, ada, "q8", "Spatial information is lost in a CNN because of pooling and strides above 1.");
    world.clock.at += 30 * DAY;
    expect((await next()).question.id).toBe("q8");
  });

  test("is not the one just seen, where another is left", async () => {
    expect((await next("open", "q1")).question.id).toBe("q2");
    await answers(world, ada, "q4", Q4.none);
    world.clock.at += 30 * DAY;
    expect((await next()).question.id).toBe("q4");
    expect((await next("open", "q4")).question.id).toBe("q1");
  });

  test("is the one known least, once all have been seen and nothing is due", async () => {
    for (const question of world.quiz.questions) {
      if (question.id === "q7") continue;
      await picks(world, ada, question.id, true);
    }
    await picks(world, ada, "q7", false);
    const { why, question } = await next();
    expect({ why, id: question.id }).toEqual({ why: "weakest", id: "q7" });
  });

  test("of one learner does not depend on what another did", async () => {
    await answers(world, bob, "q1", "It has fewer parameters.");
    expect((await next()).question.id).toBe("q1");
  });

  test("is the named one where one is named, by any usual spelling; an unknown one says which there are", async () => {
    for (const name of ["q7", "Q7", " 7 "])
      expect((await ask(world.quiz, ada, { question: name, mode: "open" })).question.id).toBe("q7");
    const error = await refusal(() => ask(world.quiz, ada, { question: "q11", mode: "open" }));
    expect(error.code).toBe("question-unknown");
    expect(error.message).toContain("q1 to q10");
  });
});

describe("review", () => {
  test("says that there is nothing to review yet, and how to begin", async () => {
    const error = await refusal(() => next("review"));
    expect(error.code).toBe("nothing-due");
    expect(error.fix).toContain("/quiz");
  });

  test("says when the next point comes back", async () => {
    await answers(world, ada, "q4", Q4.full);
    const { fix } = await refusal(() => next("review"));
    expect(fix).toMatch(/comes back (tomorrow|in \d+ (minutes|hours|days))\./);
  });

  test("asks what is due, one point by a multiple-choice item about that very point", async () => {
    await answers(world, ada, "q4", Q4.full);
    // Of the four points only this one has a card, so each item about another would refresh nothing.
    for (let round = 0; round < 4; round += 1) {
      world.clock.at += 10 * FAR;
      const { question, choice, session } = await next("review");
      expect(question.id).toBe("q4");
      expect(choice?.item.point, `round ${round}`).toBe("noparams");
      const right = session.choice?.order.indexOf(0) ?? -1;
      await pick(world.quiz, ada, "Ada", session.id, right);
      expect((await refusal(() => next("review"))).code).toBe("nothing-due");
    }
  });

  test("asks several points that are due to be said in one's own words", async () => {
    await answers(world, ada, "q4", Q4.half);
    world.clock.at += FAR;
    const { choice, question } = await next("review");
    expect(question.id).toBe("q4");
    expect(choice).toBeUndefined();
  });

  test("ends once a full answer is given, although points that it did not need were missed before", async () => {
    await answers(world, ada, "q4", Q4.half);
    world.clock.at += DAY;
    await answers(world, ada, "q4", Q4.full);
    world.clock.at += 5_000;
    expect((await refusal(() => next("review"))).code).toBe("nothing-due");
    expect((await refusal(() => next("mistakes"))).code).toBe("no-mistakes");
  });

  test("ends once the stronger of two twins is said, although the weaker was said before", async () => {
    await answers(world, ada, "q5", "It normalises over neighbouring channels.");
    world.clock.at += DAY;
    const text =
      "The neurons that activate most strongly inhibit neurons at the same position in neighbouring feature maps, so the maps specialise. It is used in the lower layers.";
    expect((await answers(world, ada, "q5", text)).grade.score).toBe(1);
    world.clock.at += 5_000;
    expect((await refusal(() => next("review"))).code).toBe("nothing-due");
  });
});

describe("mistakes", () => {
  test("says that there are none", async () => {
    await answers(world, ada, "q4", Q4.full);
    expect((await refusal(() => next("mistakes"))).code).toBe("no-mistakes");
  });

  test("brings back a question with a point missed last time, until it is met", async () => {
    await answers(world, ada, "q4", Q4.none);
    expect(await next("mistakes")).toMatchObject({ why: "mistakes", question: { id: "q4" } });
    await answers(world, ada, "q4", Q4.full);
    expect((await refusal(() => next("mistakes"))).code).toBe("no-mistakes");
  });
});
