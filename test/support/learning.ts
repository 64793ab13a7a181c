// A learner at work, straight through the quiz: asks, answers, picks. Answers whose grade is beyond doubt.
import { type Answered, answer, type Picked, pick } from "../../src/quiz/answer.js";
import { ask } from "../../src/quiz/ask.js";
import type { Person } from "../../src/quiz/records.js";
import type { World } from "./world.js";

export const ada: Person = { community: "course", id: "id-ada" };
export const bob: Person = { community: "course", id: "id-bob" };

/** Question 4, worth 1, 0.5 (cheap, overfit) and nothing. */
export const Q4 = {
  full: "A max pooling layer has no parameters at all.",
  half: "Max pooling needs less computation and reduces overfitting.",
  none: "I have no idea what to say about this.",
} as const;

/** Asks `question` and answers it in the same breath. */
export async function answers(
  world: World,
  person: Person,
  question: string,
  text: string,
  name = "Ada",
): Promise<Answered> {
  const { session } = await ask(world.quiz, person, { question, mode: "open" });
  return answer(world.quiz, person, name, session.id, 0, text);
}

/** Asks a choice of `question` and picks the right option, or a wrong one. */
export async function picks(world: World, person: Person, question: string, right: boolean): Promise<Picked> {
  const { session } = await ask(world.quiz, person, { question, mode: "choice" });
  const order = session.choice?.order ?? [];
  const shown = order.findIndex((option) => (option === 0) === right);
  return pick(world.quiz, person, "Ada", session.id, shown);
}

/** Ten years in milliseconds: everything that was ever reviewed is due by then. */
export const FAR = 3_650 * 24 * 3_600_000;
