// /quiz: a question, the answer to it, hints, the explanation, the next one.
import { UserError } from "../errors.js";
import { answer, pick } from "../quiz/answer.js";
import { type Asked, ask, itemOf, optionsOf, sessionOf } from "../quiz/ask.js";
import { fromNow } from "../quiz/calendar.js";
import { explain, nextHint } from "../quiz/help.js";
import type { Question } from "../quiz/question.js";
import type { Quiz } from "../quiz/quiz.js";
import { MODES, type Mode, type Session } from "../quiz/records.js";
import type { Command } from "./command.js";
import { argument, type CommandContext, personOf } from "./command-context.js";
import { feedback, misconceptionBlocks } from "./feedback.js";
import { type ActionRef, ANSWER_LIMIT, type Block, type Button, type Form, type Message } from "./reply.js";
import type { ActionRequest } from "./request.js";
import { paragraphs, rich } from "./rich.js";

const HINT_NAMES = ["", "Nudge", "Cue", "Worked example"];

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
        run: async (request) =>
          questionMessage(quiz, await ask(quiz, personOf(request), { mode: modeOf(argument(request.ref, "mode")) })),
      },
    },
  };
}

const WHY: Readonly<Record<Asked["why"], string>> = {
  "asked-for": "",
  due: "A point of this question is due for review.",
  new: "",
  weakest: "You have seen all questions; this is the one you know least.",
  mistakes: "You missed a point of this question last time.",
};

function questionMessage(quiz: Quiz, asked: Asked, replaces = false): Message {
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

async function answerForm(quiz: Quiz, request: ActionRequest): Promise<Form> {
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

async function submitted(quiz: Quiz, request: ActionRequest): Promise<Message> {
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

async function picked(quiz: Quiz, request: ActionRequest): Promise<Message> {
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

async function hint(quiz: Quiz, request: ActionRequest): Promise<Message> {
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

async function explained(quiz: Quiz, request: ActionRequest): Promise<Message> {
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
  const weaker = new Set(
    question.rubric.points.filter((point) => point.weakerThan !== undefined).map((point) => point.id),
  );
  const all = question.points.filter((point) => !weaker.has(point.id));
  if (session.choice !== undefined) return all.filter((point) => point.id === itemOf(question, session).point);
  const open = all.filter((point) => session.open.includes(point.id));
  return session.turn > 0 && open.length > 0 ? open : all;
}

async function next(quiz: Quiz, request: ActionRequest): Promise<Message> {
  const { session } = await sessionOf(quiz, personOf(request), argument(request.ref, "s"));
  return questionMessage(quiz, await ask(quiz, personOf(request), { mode: session.mode, not: session.question }));
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

function modeOf(text: string): Mode {
  return MODES.find((mode) => mode === text) ?? "open";
}

function ref(action: string, session: Session, extra: Readonly<Record<string, string>> = {}): ActionRef {
  return { command: "quiz", action, args: { s: session.id, ...extra } };
}

function button(label: string, style: Button["style"], press: ActionRef): Button {
  return { label, style, press };
}

function message(blocks: readonly Block[], replaces = false): Message {
  return { kind: "message", private: true, blocks, ...(replaces ? { replaces } : {}) };
}
