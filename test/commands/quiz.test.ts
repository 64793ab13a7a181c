// /quiz as a learner lives it: asked, answered, hinted, explained, tried again, asked the next.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { grades } from "../../src/quiz/grades.js";
import { Q4 } from "../support/learning.js";
import { blockOf, buttonsOf, press, textOf } from "../support/replies.js";
import { action, command, formTo, messageTo, openWorld, user, type World } from "../support/world.js";

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

const ada = user("ada");
const ask = (options = {}) => messageTo(world, command(ada, "quiz", options));
const pressed = (reply: Parameters<typeof press>[0], label: string, extra = {}) =>
  messageTo(world, action(ada, press(reply, label), extra));
const answered = async (reply: Parameters<typeof press>[0], text: string, label = "Answer") => {
  const form = await formTo(world, action(ada, press(reply, label)));
  return messageTo(world, action(ada, form.submit, { fields: { answer: text } }));
};

describe("asked in one's own words", () => {
  test("the question comes with Answer, Hint and Skip, for the asker alone", async () => {
    const reply = await ask({ question: "q4" });
    expect(reply.private).toBe(true);
    expect(textOf(reply)).toContain("Question 4 of 10");
    expect(buttonsOf(reply).map((button) => button.label)).toEqual(["Answer", "Hint", "Skip"]);
  });

  test("the form shows the question once more, and takes what every platform can carry", async () => {
    const form = await formTo(world, action(ada, press(await ask({ question: "q4" }), "Answer")));
    expect(textOf(form)).toContain(world.quiz.questions[3]?.prompt.trim().slice(0, 40));
    expect(form.fields).toMatchObject([{ type: "paragraph", required: true, maxLength: 3_000 }]);
  });

  test("a full answer says so point by point, quotes it, and offers the next question", async () => {
    const reply = await answered(await ask({ question: "q4" }), Q4.full);
    const text = textOf(reply);
    expect(text).toContain("100 of 100.");
    expect(text).toContain(`${world.quiz.questions[3]?.points[0]?.title}: “no parameters”`);
    expect(text).toMatch(/comes back for review (tomorrow|in \d+ days)/);
    expect(blockOf(reply, "quote").text).toBe(Q4.full);
    expect(buttonsOf(reply)[0]).toMatchObject({ label: "Next question", style: "primary" });
  });

  test("a half answer says what is missing by a nudge, and not by the answer", async () => {
    const text = textOf(await answered(await ask({ question: "q4" }), Q4.half));
    const point = world.quiz.questions[3]?.points[0];
    expect(text).toContain("50 of 100.");
    expect(text).toContain(`Missing: ${point?.hints.nudge.trim()}`);
    expect(text).not.toContain(point?.title);
  });

  test("a common mistake is named with its cost and its explanation", async () => {
    const text = textOf(
      await answered(await ask({ question: "q4" }), `${Q4.full} A strided convolution does not downsample.`),
    );
    expect(text).toContain("75 of 100.");
    expect(text).toContain("A common mistake (−0.25): ");
    expect(text).toContain("All points are there; a mistake costs the rest.");
  });

  test.each([
    ["🎓🎓", "Pictures alone"],
    [" . ", "nothing to grade"],
    ["Weil eine Pooling-Schicht keine Parameter hat, die man lernen muss.", "in English"],
    ["x = layers.MaxPool2D(pool_size=2)(x)", "This is code"],
    ["pooling, parameters, overfitting, invariance", "key words without a statement"],
  ])("%j is no answer, and the learner reads why and can try again", async (text, why) => {
    const reply = await answered(await ask({ question: "q4" }), text);
    expect(textOf(reply)).toContain(why);
    expect(buttonsOf(reply).map((button) => button.label)).toContain("Try again");
  });

  test("trying again asks the same question, and the better answer counts", async () => {
    const first = await answered(await ask({ question: "q4" }), Q4.none);
    const second = await answered(first, Q4.full, "Try again");
    expect(textOf(second)).toContain("100 of 100.");
    expect(await grades(world.quiz, "course")).toMatchObject([{ attempts: 2, best: 1, last: 1 }]);
  });

  test("the same form sent again with another answer says that the first is stored", async () => {
    const form = await formTo(world, action(ada, press(await ask({ question: "q4" }), "Answer")));
    await messageTo(world, action(ada, form.submit, { fields: { answer: Q4.half } }));
    const again = await messageTo(world, action(ada, form.submit, { fields: { answer: Q4.full } }));
    expect(textOf(again)).toContain("This form was sent before");
    expect(textOf(again)).toContain("50 of 100.");
    expect(await grades(world.quiz, "course")).toMatchObject([{ attempts: 1, best: 0.5 }]);
  });

  test("an answer of 100,000 characters is refused with the limit, and nothing is graded", async () => {
    const form = await formTo(world, action(ada, press(await ask({ question: "q4" }), "Answer")));
    const reply = await messageTo(world, action(ada, form.submit, { fields: { answer: "x".repeat(100_000) } }));
    expect(textOf(reply)).toContain("100,000 characters; the limit is 3,000.");
    expect(await grades(world.quiz, "course")).toEqual([]);
    expect(textOf(await messageTo(world, action(ada, form.submit, { fields: { answer: Q4.full } })))).toContain(
      "100 of 100.",
    );
  });

  test("a form opened before a restart can be sent after it", async () => {
    const form = await formTo(world, action(ada, press(await ask({ question: "q4" }), "Answer")));
    world = await world.restarted();
    expect(textOf(await messageTo(world, action(ada, form.submit, { fields: { answer: Q4.full } })))).toContain(
      "100 of 100.",
    );
  });

  test("a form of an unknown session, or without its turn, says how to ask again and stores nothing", async () => {
    const form = await formTo(world, action(ada, press(await ask({ question: "q4" }), "Answer")));
    for (const args of [
      { s: "gone", t: "0" },
      { t: "0" },
      { s: form.submit.args.s ?? "" },
      { s: form.submit.args.s ?? "", t: "-1" },
      { s: form.submit.args.s ?? "", t: "1.5" },
    ]) {
      const reply = await messageTo(world, action(ada, { ...form.submit, args }, { fields: { answer: Q4.full } }));
      expect(textOf(reply), JSON.stringify(args)).toContain("/quiz");
    }
    expect(await grades(world.quiz, "course")).toEqual([]);
  });

  test("the buttons of one learner's question are of no use to another", async () => {
    const reply = await ask({ question: "q4" });
    for (const label of ["Answer", "Hint", "Skip"]) {
      const other = await messageTo(world, action(user("bob"), press(reply, label)));
      expect(textOf(other)).toContain("or to somebody else");
    }
  });

  test("what was typed is shown as it was typed, and never as markup", async () => {
    const text = "**bold** <b> @everyone [link](http://evil) `code` no parameters";
    expect(blockOf(await answered(await ask({ question: "q4" }), text), "quote").text).toBe(text);
  });
});

describe("help on the way", () => {
  test("hints come one step at a time and say which step it is", async () => {
    let reply = await pressed(await ask({ question: "q4" }), "Hint");
    expect(textOf(reply)).toContain("Nudge (q4, 1 of 3)");
    reply = await pressed(reply, "Next hint");
    expect(textOf(reply)).toContain("Cue (q4, 2 of 3)");
    reply = await pressed(reply, "Next hint");
    expect(textOf(reply)).toContain("Worked example (q4, 3 of 3)");
    expect(textOf(await answered(reply, Q4.full))).toContain("100 of 100.");
  });

  test("after the last hint there is no next one, only the explanation", async () => {
    let reply = await pressed(await ask({ question: "q4", mode: "choice" }), "Hint");
    for (let step = 2; step <= 3; step += 1) reply = await pressed(reply, "Next hint");
    expect(buttonsOf(reply).map((button) => button.label)).toEqual(["Explain"]);
  });

  test("the explanation has the model answer, the points still open, the mistakes made, and what to read", async () => {
    const reply = await answered(await ask({ question: "q4" }), Q4.half);
    const text = textOf(await pressed(reply, "Explain"));
    const question = world.quiz.questions[3];
    expect(text).toContain(question?.modelAnswer.trim().slice(0, 40));
    expect(text).toContain(`${question?.points[0]?.title}: `);
    expect(text).not.toContain(`${question?.points[1]?.title}: `);
    expect(text).toContain(question?.reading[0]?.title);
  });

  test("Skip and Next bring another question in the same mode", async () => {
    const open = await ask();
    expect(textOf(open)).toContain("Question 1 of 10");
    expect(textOf(await pressed(open, "Skip"))).toContain("Question 2 of 10");
    const choice = await pressed(await ask({ mode: "choice" }), "Skip");
    expect(choice.blocks.some((block) => block.kind === "choice")).toBe(true);
  });
});
