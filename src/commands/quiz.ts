// /quiz, declared: a question, the answer to it, hints, the explanation, the next one.
import { ask } from "../quiz/ask.js";
import { MODES, type Mode } from "../quiz/records.js";
import type { Command } from "./command.js";
import { argument, type CommandContext, personOf } from "./command-context.js";
import { picked, submitted } from "./quiz-answering.js";
import { answerForm, next, questionMessage } from "./quiz-asking.js";
import { explained, hint } from "./quiz-helping.js";

const MODE_LABELS: Readonly<Record<Mode, string>> = {
  open: "In your own words",
  choice: "Multiple choice",
  review: "What is due for review",
  mistakes: "What you missed last time",
};

/** A person types no faster. */
const LIMIT = { times: 30, seconds: 60 };

export function quizCommand({ quiz }: CommandContext): Command {
  return {
    name: "quiz",
    description: "Answer one of the ten questions and see at once what is right, missing or mistaken",
    alone: true,
    plain: {
      name: "quiz",
      description: "The next best question for you, or the one you name",
      who: "learner",
      limit: LIMIT,
      options: {
        question: {
          type: "string",
          description: "Which question; without it, the next best one for you",
          choices: quiz.questions.map((question) => ({
            value: question.id,
            label: `${question.id}: ${question.title}`,
          })),
        },
        mode: {
          type: "string",
          description: "How to be asked",
          choices: MODES.map((value) => ({ value, label: MODE_LABELS[value] })),
        },
      },
      examples: ["/quiz", "/quiz question:q4", "/quiz mode:choice", "/quiz mode:review"],
      run: async (request, options) => {
        const mode = (options.mode ?? "open") as Mode;
        const question = options.question === undefined ? {} : { question: String(options.question) };
        return questionMessage(quiz, await ask(quiz, personOf(request), { ...question, mode }));
      },
    },
    actions: {
      answer: { who: "learner", limit: LIMIT, opensForm: true, run: (request) => answerForm(quiz, request) },
      submit: { who: "learner", limit: LIMIT, run: (request) => submitted(quiz, request) },
      pick: { who: "learner", limit: LIMIT, run: (request) => picked(quiz, request) },
      hint: { who: "learner", limit: LIMIT, run: (request) => hint(quiz, request) },
      explain: { who: "learner", limit: LIMIT, run: (request) => explained(quiz, request) },
      next: { who: "learner", limit: LIMIT, run: (request) => next(quiz, request) },
      ask: {
        who: "learner",
        limit: LIMIT,
        run: async (request) => {
          const [question, mode] = [argument(request.ref, "question"), modeOf(argument(request.ref, "mode"))];
          const wish = question === "" ? { mode } : { mode, question };
          return questionMessage(quiz, await ask(quiz, personOf(request), wish));
        },
      },
    },
  };
}

function modeOf(text: string): Mode {
  return MODES.find((mode) => mode === text) ?? "open";
}
