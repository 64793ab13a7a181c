// /quiz helps: hints one step at a time, and the full explanation.
import { itemOf, sessionOf } from "../quiz/ask.js";
import { explain, nextHint } from "../quiz/help.js";
import { goals, type Question } from "../quiz/question.js";
import type { Quiz } from "../quiz/quiz.js";
import type { Session } from "../quiz/records.js";
import { argument, personOf } from "./command-context.js";
import { misconceptionBlocks } from "./feedback.js";
import { message } from "./private-message.js";
import { button, ref } from "./quiz-parts.js";
import type { Message } from "./reply.js";
import type { ActionRequest } from "./request.js";
import { paragraphs, rich } from "./rich.js";

const HINT_NAMES = ["", "Nudge", "Cue", "Worked example"];

export async function hint(quiz: Quiz, request: ActionRequest): Promise<Message> {
  const found = await nextHint(quiz, personOf(request), argument(request.ref, "s"));
  const { session, question } = await sessionOf(quiz, personOf(request), argument(request.ref, "s"));
  const open = session.choice === undefined ? [button("Answer", "primary", ref("answer", session))] : [];
  if (found === undefined) {
    const done = session.turn > 0 && session.open.length === 0;
    return message([
      {
        kind: "note",
        tone: "info",
        text: done
          ? "You said everything that counts; there is nothing left to hint at."
          : "That were all the hints. The explanation says the rest.",
      },
      { kind: "buttons", buttons: [...(done ? [] : open), button("Explain", "secondary", ref("explain", session))] },
    ]);
  }
  const text = [found.point.hints.nudge, found.point.hints.cue, found.point.hints.example][found.step - 1] ?? "";
  return message([
    { kind: "heading", text: `${HINT_NAMES[found.step] ?? "Hint"} (${question.id}, ${found.step} of 3)` },
    ...paragraphs(text),
    {
      kind: "buttons",
      buttons: [
        ...open,
        ...(found.more ? [button("Next hint", "secondary", ref("hint", session))] : []),
        button("Explain", "secondary", ref("explain", session)),
      ],
    },
  ]);
}

export async function explained(quiz: Quiz, request: ActionRequest): Promise<Message> {
  const { session, question } = await explain(quiz, personOf(request), argument(request.ref, "s"));
  return message([
    { kind: "heading", text: `${question.id} explained: ${question.title}` },
    ...paragraphs(question.modelAnswer),
    {
      kind: "fields",
      fields: pointsToExplain(question, session).map((point) => ({
        name: point.title,
        value: rich(point.explanation.trim()),
      })),
    },
    ...misconceptionBlocks(question, session.misconceptions),
    {
      kind: "text",
      text: [
        "Further reading: ",
        ...question.reading.flatMap((each, index) => [
          ...(index > 0 ? [" · "] : []),
          { link: each.title, url: each.url },
        ]),
      ],
    },
    {
      kind: "buttons",
      buttons: [
        ...(session.choice === undefined ? [button("Try again", "secondary", ref("answer", session))] : []),
        button("Next question", "primary", ref("next", session, { mode: session.mode })),
      ],
    },
  ]);
}

function pointsToExplain(question: Question, session: Session): Question["points"] {
  const all = goals(question);
  if (session.choice !== undefined) return all.filter((point) => point.id === itemOf(question, session).point);
  const open = all.filter((point) => session.open.includes(point.id));
  return session.turn > 0 && open.length > 0 ? open : all;
}
