// A fake quiz: choices, a form, feedback, and buttons whose answers take a message's place.
import type { OptionValues } from "../../../src/commands/command.js";
import type { Block, Form, Reply } from "../../../src/commands/reply.js";
import type { ActionRequest, CommandRequest } from "../../../src/commands/request.js";
import { message, note } from "./fakeReplies.js";

export async function quiz(_request: CommandRequest, options: OptionValues): Promise<Reply> {
  const question = String(options.question ?? "q4");
  const press = (action: string) => ({ command: "quiz", action, args: { question } });
  const asked: Block[] = [
    { kind: "heading", text: "Question 4 of 10 · Max pooling or stride" },
    {
      kind: "text",
      text: [
        "Why would you add a ",
        { bold: "max pooling" },
        " layer rather than a convolutional layer with the ",
        { italic: "same stride" },
        "?",
      ],
    },
  ];
  if (options.mode === "open") {
    return message(true, [
      ...asked,
      {
        kind: "buttons",
        buttons: [
          { label: "Answer", style: "primary", press: press("answer") },
          { label: "Hint", style: "secondary", press: press("hint") },
        ],
      },
    ]);
  }
  return message(true, [
    ...asked,
    {
      kind: "choice",
      style: "letters",
      label: "Your answer",
      pick: press("picked"),
      options: [
        { value: "0", label: "It has more parameters, so it can learn a better way to shrink the map." },
        { value: "1", label: "It has no parameters at all, and still tolerates small shifts of what it saw." },
        { value: "2", label: "A strided convolution does not downsample." },
        { value: "3", label: "It keeps the average of each window, which is smoother." },
      ],
    },
    {
      kind: "buttons",
      buttons: [
        { label: "Answer in my own words", style: "secondary", press: press("answer") },
        { label: "Hint", style: "secondary", press: press("hint") },
      ],
    },
  ]);
}

export async function picked(request: ActionRequest): Promise<Reply> {
  const right = request.value === "1";
  return message(
    true,
    [
      { kind: "heading", text: "Question 4 of 10 · Max pooling or stride" },
      note(
        right ? "good" : "warning",
        right
          ? "That is it: a pooling layer has nothing to learn."
          : "Not quite. Think of what each of the two has to learn.",
      ),
      {
        kind: "buttons",
        buttons: [
          {
            label: right ? "Next question" : "Try again",
            style: "primary",
            press: { command: "quiz", action: "slow", args: {} },
          },
        ],
      },
    ],
    true,
  );
}

export function answerForm(question: string): Form {
  return {
    kind: "form",
    title: "Question 4",
    introduction: [
      "Why would you add a ",
      { bold: "max pooling" },
      " layer rather than a convolutional layer with the same stride?",
    ],
    submitLabel: "Submit",
    submit: { command: "quiz", action: "graded", args: { question } },
    fields: [
      {
        name: "answer",
        label: "Your answer",
        type: "paragraph",
        required: true,
        maxLength: 3_000,
        help: "Two or three sentences are enough.",
        placeholder: "Because a pooling layer …",
      },
      {
        name: "sure",
        label: "How sure are you?",
        type: "select",
        required: false,
        options: [
          { value: "high", label: "Quite sure" },
          { value: "low", label: "I am guessing" },
        ],
      },
    ],
  };
}

export async function graded(request: ActionRequest): Promise<Reply> {
  return message(true, [
    { kind: "heading", text: "0.75 of 1" },
    { kind: "quote", text: request.fields?.answer ?? "" },
    {
      kind: "fields",
      fields: [
        { name: "No parameters", value: "nothing to learn", tone: "good" },
        {
          name: "Tolerates small shifts",
          value: ["would still raise the score: what happens to the ", { italic: "strongest" }, " activation?"],
          tone: "warning",
        },
        { name: "“A stride does not downsample”", value: "it does, just as much as pooling", tone: "error" },
      ],
    },
    {
      kind: "text",
      text: ["Read on: ", { link: "Pooling, explained", url: "https://cs231n.github.io/convolutional-networks/#pool" }],
    },
  ]);
}

export async function* slow(): AsyncIterable<Reply> {
  for (let step = 1; step <= 3; step++) {
    yield message(true, [{ kind: "text", text: `Step ${step} of 3` }], true);
    await new Promise((resolve) => setTimeout(resolve, 120));
  }
}
