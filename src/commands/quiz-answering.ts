// /quiz takes an answer: in one's own words or picked, stored once, and what comes back.
import { UserError } from "../errors.js";
import { answer, pick } from "../quiz/answer.js";
import { itemOf, optionsOf, sessionOf } from "../quiz/ask.js";
import { fromNow } from "../quiz/calendar.js";
import type { Quiz } from "../quiz/quiz.js";
import type { Session } from "../quiz/records.js";
import { argument, personOf } from "./command-context.js";
import { feedback, misconceptionBlocks } from "./feedback.js";
import { message } from "./private-message.js";
import { button, ref } from "./quiz-parts.js";
import { ANSWER_LIMIT, type Block, type Button, type Message } from "./reply.js";
import type { ActionRequest } from "./request.js";
import { paragraphs, rich } from "./rich.js";

export async function submitted(quiz: Quiz, request: ActionRequest): Promise<Message> {
  const text = request.fields?.answer ?? "";
  if (text.length > ANSWER_LIMIT) {
    throw new UserError(
      "answer-too-long",
      `Your answer has ${text.length.toLocaleString("en")} characters; the limit is ${ANSWER_LIMIT.toLocaleString("en")}.`,
      "Shorten it and send it again; nothing was graded yet.",
    );
  }
  const turn = wholeNumber(argument(request.ref, "t"));
  if (turn === undefined)
    throw new UserError("button-unknown", "This form belongs to an older version.", "Ask again: /quiz");
  const result = await answer(quiz, personOf(request), request.user.name, argument(request.ref, "s"), turn, text);
  const { question, grade, session, attempt } = result;
  const repeated: Block[] = result.repeated
    ? [
        {
          kind: "note",
          tone: "warning",
          text: [
            "This form was sent before, and that answer was stored. To answer anew, press ",
            { bold: "Try again" },
            ".",
          ],
        },
      ]
    : [];
  return message([
    { kind: "heading", text: `${question.id}: ${question.title}` },
    ...repeated,
    { kind: "quote", text: attempt.answer },
    ...feedback(question, grade),
    ...dueNote(quiz, result.due, grade.score),
    { kind: "buttons", buttons: afterAnswer(session, grade.score) },
  ]);
}

export async function picked(quiz: Quiz, request: ActionRequest): Promise<Message> {
  const shown = wholeNumber(request.value);
  const person = personOf(request);
  const { session, question } = await sessionOf(quiz, person, argument(request.ref, "s"));
  const options = optionsOf(itemOf(question, session), session.choice?.order ?? []);
  if (shown === undefined || options[shown] === undefined)
    throw new UserError("button-unknown", "This option is none of the item's.", "Pick one of those shown.");
  const result = await pick(quiz, person, request.user.name, session.id, shown);
  const { item } = result;
  const wrong = item.wrong[result.option - 1];
  const said = result.right ? item.right : (wrong?.text ?? "");
  const verdict: Block[] = result.right
    ? [{ kind: "note", tone: "good", text: [{ bold: "Right. " }, ...rich(item.explanation.trim())] }]
    : [
        { kind: "note", tone: "error", text: [{ bold: "Not so. " }, ...rich(wrong?.why.trim() ?? "")] },
        ...misconceptionBlocks(question, wrong?.misconception === undefined ? [] : [wrong.misconception]),
        { kind: "fields", fields: [{ name: "Right is", tone: "good", value: item.right }] },
        { kind: "text", text: rich(item.explanation.trim()) },
      ];
  const repeated: Block[] = result.repeated
    ? [{ kind: "note", tone: "warning", text: "You had picked before; your first pick counts." }]
    : [];
  return message(
    [
      { kind: "heading", text: `${question.id}: ${question.title}` },
      ...paragraphs(item.prompt),
      ...repeated,
      { kind: "quote", text: said },
      ...verdict,
      ...dueNote(quiz, result.due, result.right ? 1 : 0),
      {
        kind: "buttons",
        buttons: [
          button("Next", "primary", ref("next", session, { mode: session.mode })),
          button("Explain", "secondary", ref("explain", session)),
        ],
      },
    ],
    true,
  );
}

function afterAnswer(session: Session, score: number): Button[] {
  const next = button(
    "Next question",
    score === 1 ? "primary" : "secondary",
    ref("next", session, { mode: session.mode }),
  );
  const explanation = button("Explain", "secondary", ref("explain", session));
  if (score === 1) return [next, explanation];
  return [
    button("Try again", "primary", ref("answer", session)),
    button("Hint", "secondary", ref("hint", session)),
    explanation,
    next,
  ];
}

function dueNote(quiz: Quiz, due: ReadonlyMap<string, number>, score: number): Block[] {
  if (due.size === 0) return [];
  const soonest = Math.min(...due.values());
  const when = fromNow(soonest, quiz.now());
  return [
    {
      kind: "text",
      text: {
        italic:
          score === 1
            ? `This comes back for review ${when}.`
            : `The first of these points comes back for review ${when}.`,
      },
    },
  ];
}

/** Written in digits; undefined for anything else, of which `Number` would make something too ("" is 0). */
function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,6}$/.test(text) ? Number(text) : undefined;
}
