// /quiz puts a question: the message with its buttons, the form to answer it, the next one.
import { type Asked, ask, sessionOf } from "../quiz/ask.js";
import type { Quiz } from "../quiz/quiz.js";
import { argument, personOf } from "./command-context.js";
import { message } from "./private-message.js";
import { button, ref } from "./quiz-parts.js";
import { ANSWER_LIMIT, type Block, type Button, type Form, type Message } from "./reply.js";
import type { ActionRequest } from "./request.js";
import { paragraphs, rich } from "./rich.js";

export function questionMessage(quiz: Quiz, asked: Asked, replaces = false): Message {
  const { question, session, choice } = asked;
  const number = `Question ${question.id.slice(1)} of ${quiz.questions.length}: ${question.title}`;
  const why: Block[] = WHY[asked.why] === "" ? [] : [{ kind: "note", tone: "info", text: WHY[asked.why] }];
  const body: Block[] =
    choice === undefined
      ? paragraphs(question.prompt)
      : [
          ...paragraphs(choice.item.prompt),
          {
            kind: "choice",
            style: "letters",
            label: "Pick one",
            options: choice.options.map((label, index) => ({ value: String(index), label })),
            pick: ref("pick", session),
          },
        ];
  const buttons: Button[] = [
    ...(choice === undefined ? [button("Answer", "primary", ref("answer", session))] : []),
    button("Hint", "secondary", ref("hint", session)),
    button("Skip", "secondary", ref("next", session, { mode: session.mode })),
  ];
  return message([{ kind: "heading", text: number }, ...why, ...body, { kind: "buttons", buttons }], replaces);
}

export async function answerForm(quiz: Quiz, request: ActionRequest): Promise<Form> {
  const { session, question } = await sessionOf(quiz, personOf(request), argument(request.ref, "s"));
  return {
    kind: "form",
    title: question.title,
    introduction: rich(question.prompt.trim()),
    fields: [
      {
        name: "answer",
        label: "Your answer",
        type: "paragraph",
        help: "In your own words, in English; a few sentences are enough.",
        required: true,
        maxLength: ANSWER_LIMIT,
      },
    ],
    submitLabel: "Grade it",
    submit: { command: "quiz", action: "submit", args: { s: session.id, t: String(session.turn) } },
  };
}

export async function next(quiz: Quiz, request: ActionRequest): Promise<Message> {
  const { session } = await sessionOf(quiz, personOf(request), argument(request.ref, "s"));
  return questionMessage(quiz, await ask(quiz, personOf(request), { mode: session.mode, not: session.question }));
}

const WHY: Readonly<Record<Asked["why"], string>> = {
  "asked-for": "",
  due: "A point of this question is due for review.",
  new: "",
  weakest: "You have seen all questions; this is the one you know least.",
  mistakes: "You missed a point of this question last time.",
};
