// /practice: exercises without end, the number graded, the likely slip named, the right steps shown.
import { randomBytes } from "node:crypto";
import { writeBytesShort } from "../engine/network/bytes.js";
import { memoryOf } from "../engine/network/memory.js";
import { written } from "../engine/network/parameters.js";
import { writeShape } from "../engine/network/shape.js";
import { UserError } from "../errors.js";
import { nextExercise, practise } from "../quiz/practice/practice.js";
import {
  type Exercise,
  LEVELS,
  PRACTICE_KINDS,
  type PracticeKind,
  promptOf,
  type Task,
  taskOf,
} from "../quiz/practice/task.js";
import type { Quiz } from "../quiz/quiz.js";
import type { Command } from "./command.js";
import { argument, type CommandContext, personOf } from "./command-context.js";
import type { ActionRef, Block, Button, Field, Form, Message } from "./reply.js";
import type { Request } from "./request.js";

const LIMIT = { times: 30, seconds: 60 };

const WHAT: Readonly<Record<PracticeKind, string>> = {
  params: "Count the parameters of a network made for you",
  memory: "Memory for a prediction or a training step",
  shapes: "Follow the shape through the layers",
  "receptive-field": "How much of the image one unit sees",
};

export function practiceCommand({ quiz }: CommandContext): Command {
  return {
    name: "practice",
    description: "Exercises without end on parameters, memory, shapes and receptive fields, at your level",
    subcommands: PRACTICE_KINDS.map((kind) => ({
      name: `practice ${kind}`,
      description: WHAT[kind],
      who: "learner" as const,
      limit: LIMIT,
      options: {},
      examples: [`/practice ${kind}`],
      run: (request) => asked(quiz, request, kind),
    })),
    actions: {
      another: { who: "learner", limit: LIMIT, run: (request) => asked(quiz, request, kindOf(request.ref)) },
      answer: { who: "learner", limit: LIMIT, opensForm: true, run: async ({ ref }) => form(ref) },
      submit: {
        who: "learner",
        limit: LIMIT,
        run: (request) => judged(quiz, request, request.ref, request.fields?.number ?? ""),
      },
      solution: { who: "learner", limit: LIMIT, run: async ({ ref }) => solved(ref) },
    },
  };
}

async function asked(quiz: Quiz, request: Request, kind: PracticeKind): Promise<Message> {
  const { level, ...exercise } = await nextExercise(quiz, personOf(request), kind);
  const args = { kind, network: exercise.network, batch: String(exercise.batch), id: randomBytes(6).toString("hex") };
  return message([
    { kind: "heading", text: `Practice, level ${level} of ${LEVELS.length}` },
    { kind: "text", text: promptOf(taskOf(exercise)) },
    { kind: "text", text: { code: exercise.network } },
    {
      kind: "buttons",
      buttons: [
        { label: "Answer", style: "primary", press: { command: "practice", action: "answer", args } },
        button("Show the solution", "solution", args),
        button("Another", "another", { kind }),
      ],
    },
  ]);
}

function form(ref: ActionRef): Form {
  const task = taskOf(exerciseOf(ref));
  return {
    kind: "form",
    title: "Practice",
    introduction: [promptOf(task), "\n\n", { code: task.network }],
    fields: [{ name: "number", label: "Your number", type: "line", required: true, maxLength: 200 }],
    submitLabel: "Check",
    submit: { ...ref, action: "submit" },
  };
}

async function judged(quiz: Quiz, request: Request, ref: ActionRef, text: string): Promise<Message> {
  const exercise = exerciseOf(ref);
  const { judgement, standing, rose } = await practise(quiz, personOf(request), exercise, argument(ref, "id"), text);
  const { right, slips, unitMissing } = judgement;
  const verdict: Block = right
    ? {
        kind: "note",
        tone: "good",
        text: [{ bold: "Right. " }, rose ? `You are on level ${standing.level} now.` : "One more step."],
      }
    : unitMissing
      ? {
          kind: "note",
          tone: "warning",
          text: [{ bold: "Which unit? " }, "The number would be right with its unit, such as MB or MiB."],
        }
      : {
          kind: "note",
          tone: "error",
          text: [
            { bold: "Not so. " },
            slips.length === 0 ? "None of the usual slips gives this number; compare the steps." : "The likely slip:",
          ],
        };
  return message([
    { kind: "heading", text: "Practice" },
    { kind: "text", text: { code: exercise.network } },
    { kind: "quote", text },
    verdict,
    ...(slips.length === 0
      ? []
      : [
          {
            kind: "fields",
            fields: slips.map(({ what, step }): Field => ({ name: what, value: step, tone: "warning" })),
          } as const,
        ]),
    ...(unitMissing ? [] : solution(taskOf(exercise))),
    {
      kind: "buttons",
      buttons: [...(right ? [] : [again(ref)]), button("Next exercise", "another", { kind: exercise.kind })],
    },
  ]);
}

function solved(ref: ActionRef): Message {
  const task = taskOf(exerciseOf(ref));
  return message([
    { kind: "heading", text: "The solution" },
    { kind: "text", text: { code: task.network } },
    ...solution(task),
    { kind: "buttons", buttons: [button("Next exercise", "another", { kind: task.kind })] },
  ]);
}

function solution(task: Task): Block[] {
  const { count, kind } = task;
  const steps: Field[] = count.layers.flatMap((layer) => {
    const value = kind === "params" ? layer.working().join("; ") : writeShape(layer.output);
    return value === "" ? [] : [{ name: layer.name, value }];
  });
  return [{ kind: "fields", fields: [...steps, ...together(task)] }];
}

function together({ kind, count, right, batch }: Task): Field[] {
  switch (kind) {
    case "params":
      return [
        {
          name: "Together",
          value: `${written(Number(right))} ${count.parameters.nonTrainable > 0 ? "trainable " : ""}parameters`,
        },
      ];
    case "memory": {
      const { prediction, training } = memoryOf(count, { batch: Math.max(1, batch) });
      const sum =
        batch === 0
          ? `parameters ${written(prediction.parameters)} + maps alive at once ${written(prediction.maps)}`
          : `parameters ${written(count.parameters.total * 4)} + ${batch} · ${written(training?.perInstance ?? 0)} (input and all maps)`;
      return [
        { name: "Together", value: `${sum} = ${written(Number(right))} bytes = ${writeBytesShort(Number(right))}` },
      ];
    }
    case "shapes":
      return [{ name: "The answer", value: writeShape(count.output) }];
    case "receptive-field":
      return [
        {
          name: "The rule",
          value: "Start from 1; each layer adds (kernel − 1) · dilation · the product of the strides before it.",
        },
        { name: "The answer", value: `${right} pixels` },
      ];
  }
}

function exerciseOf(ref: ActionRef): Exercise {
  const batch = Number(argument(ref, "batch"));
  return {
    kind: kindOf(ref),
    network: argument(ref, "network"),
    batch: Number.isSafeInteger(batch) && batch > 0 ? batch : 0,
  };
}

function kindOf(ref: ActionRef): PracticeKind {
  const kind = PRACTICE_KINDS.find((each) => each === argument(ref, "kind"));
  if (kind !== undefined) return kind;
  throw new UserError("button-unknown", "This button belongs to an older version.", "Ask again: /practice params");
}

/** The same exercise under a new attempt. */
const again = (ref: ActionRef): Button => ({
  label: "Try again",
  style: "primary",
  press: { ...ref, action: "answer", args: { ...ref.args, id: randomBytes(6).toString("hex") } },
});

const button = (label: string, action: string, args: ActionRef["args"]): Button => ({
  label,
  style: "secondary",
  press: { command: "practice", action, args },
});

const message = (blocks: readonly Block[]): Message => ({ kind: "message", private: true, blocks });
