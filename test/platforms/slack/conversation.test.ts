// A learner on Slack: the real Bolt against a local Slack, over Socket Mode and over signed HTTP.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { trialCommands } from "../../support/trial-commands.js";
import { openWorld, type World } from "../../support/world.js";
import { readable } from "./payload-check.js";
import { deliverAgain, eventPayload, join, messageEvent, pressPayload, slashPayload } from "./people.js";
import { deliveries, openStage, type Stage } from "./stage.js";
import { platformTrials } from "./trials.js";

describe.each(["socket", "http"] as const)("over %s", (kind) => {
  let world: World;
  let stage: Stage;
  beforeEach(async () => {
    world = await openWorld({ commands: [...trialCommands, ...platformTrials], random: () => 0 });
    stage = await openStage(world, { delivery: deliveries[kind] });
  });
  afterEach(async () => {
    expect(stage.slack.faults).toEqual([]);
    await stage.close();
    await world.close();
  });

  test("a question is asked, answered in a form, graded, and only its learner sees any of it", async () => {
    const ada = join(stage.slack, "ada");
    const question = await stage.say(ada, "quiz q4");
    expect(question.only).toBe(ada.id);
    expect(readable(question.blocks)).toContain("Question 4 of 10");
    const form = await stage.open(ada, question, "Answer");
    expect(readable(form.view.blocks)).toContain("Your answer");
    const grade = await stage.submit(ada, form, {
      answer: "Pooling has no parameters; it shrinks the maps <!channel> @everyone",
    });
    expect(grade.only).toBe(ada.id);
    expect(readable(grade.blocks)).toMatch(/\d+ of 100/);
    expect(await stage.press(ada, grade, "Explain").then((each) => readable(each.blocks))).toContain("q4 explained");
  });

  test("a choice is lettered, and the pick takes the place of the question", async () => {
    const ada = join(stage.slack, "ada");
    const question = await stage.say(ada, "quiz mode=choice");
    expect(readable(question.blocks)).toMatch(/A\s+\n?.*\n[\s\S]*B /);
    const verdict = await stage.press(ada, question, "B");
    expect(verdict).toBe(question);
    expect(readable(verdict.blocks)).toMatch(/Right|Not so/);
  });

  test("the same event three times is handled once", async () => {
    const ada = join(stage.slack, "ada");
    const event = eventPayload(messageEvent(stage.slack, ada, "echo 7", [], true));
    await stage.after(() => stage.slack.deliver("events_api", event));
    await deliverAgain(stage.slack, "events_api", event);
    await deliverAgain(stage.slack, "events_api", event);
    const slash = slashPayload(stage.slack, ada, "/convo", "echo 8");
    await stage.after(() => stage.slack.deliver("slash_commands", slash));
    await deliverAgain(stage.slack, "slash_commands", slash);
    await stage.say(ada, "help");
    const texts = stage.slack.messages.map(({ blocks }) => readable(blocks));
    expect(texts.filter((text) => text.includes('"number":7'))).toHaveLength(1);
    expect(texts.filter((text) => text.includes('"number":8'))).toHaveLength(1);
  });

  test("a button pressed after a restart works", async () => {
    const ada = join(stage.slack, "ada");
    const question = await stage.say(ada, "quiz q4");
    world = await world.restarted();
    await stage.restart(world);
    expect(readable((await stage.press(ada, question, "Hint")).blocks)).toContain("Nudge");
  });

  test("two learners who press one public button are both heard, in the message that everyone sees", async () => {
    const [ada, bob] = [join(stage.slack, "ada"), join(stage.slack, "bob")];
    const poll = await stage.say(ada, "poll");
    expect(poll.only).toBeUndefined();
    const press = (who: typeof ada, label: string) =>
      stage.slack.deliver("interactive", pressPayload(stage.slack, who, poll, label));
    await Promise.all([press(ada, "a cat"), press(bob, "a dog")]);
    await expect.poll(() => poll.edits).toBe(2);
    expect(readable(poll.blocks)).toMatch(/ada took cat|bob took dog/);
  });

  test("a learner who presses what is an instructor's is refused, alone; an admin by Slack's flag is not", async () => {
    const [ada, root] = [join(stage.slack, "ada"), join(stage.slack, "root", "owner")];
    const poll = await stage.say(ada, "poll");
    const refusal = await stage.press(ada, poll, "Close");
    expect(refusal.only).toBe(ada.id);
    expect(readable(refusal.blocks)).toContain("is for instructors");
    expect(readable((await stage.press(root, poll, "Close")).blocks)).toBe("closed");
  });
});
