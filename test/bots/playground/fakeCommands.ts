// Commands that together use every kind of block, form and option: what the playground is developed and tested with.
import type { Callable, Command, OptionValues } from "../../../src/commands/command.js";
import type { Block, Form, Message, Reply } from "../../../src/commands/reply.js";
import type { ActionRequest, CommandRequest, Role } from "../../../src/commands/request.js";
import { lossCurve } from "./drawing.js";

export const fakeCommands: readonly Command[] = [
  {
    name: "quiz",
    description: "Ask me a question about convolutional networks",
    plain: callable("quiz", "learner", "Ask me a question about convolutional networks", quiz, {
      question: {
        type: "string",
        description: "Which of the ten questions; leave it out for the one that is due",
        choices: ["q1", "q2", "q3", "q4"].map((value, index) => ({ value, label: topics()[index] ?? value })),
      },
      mode: {
        type: "string",
        description: "How you want to answer",
        choices: [
          { value: "choice", label: "Pick one of several" },
          { value: "open", label: "In your own words" },
        ],
      },
    }),
    actions: {
      picked: { who: "learner", run: picked },
      answer: {
        who: "learner",
        opensForm: true,
        run: async (request) => answerForm(request.ref.args.question ?? "q4"),
      },
      graded: { who: "learner", run: graded },
      hint: { who: "learner", run: async () => message(true, [note("info", "Count what each of them has to learn.")]) },
      slow: { who: "learner", run: slow },
    },
  },
  plainCommand("progress", "learner", "What you know, and what is due for review", progress),
  plainCommand("help", "learner", "What I can do, and how to ask for it", help),
  {
    ...plainCommand("params", "learner", "Count a network's parameters, layer by layer", params, {
      network: { type: "string", description: "The network, layer by layer", required: true, maxLength: 2_000 },
      batch: { type: "integer", description: "Images in a mini-batch", min: 1, max: 4_096 },
      biases: { type: "boolean", description: "Count biases too" },
    }),
    actions: { expired: { who: "learner", run: async () => message(true, []) }, share: { who: "learner", run: share } },
  },
  plainCommand("classify", "learner", "Say what a photo shows", classify, {
    photo: { type: "attachment", description: "A photo, at most 10 MiB", required: true },
  }),
  plainCommand("train", "instructor", "Train a network in front of the class", train, {
    recipe: {
      type: "string",
      description: "What to train",
      required: true,
      choices: [{ value: "mnist", label: "Handwritten digits" }],
    },
    epochs: { type: "integer", description: "Passes over the data", min: 1, max: 50 },
  }),
  {
    name: "models",
    description: "The community's models",
    subcommands: [
      callable("list", "learner", "All models, with their accuracy", help),
      callable("promote", "instructor", "Make a model the champion", help, {
        model: { type: "string", description: "Its name", required: true },
      }),
    ],
  },
  plainCommand("settings", "admin", "How I behave in this community", help),
  plainCommand("everything", "learner", "Every kind of block in one message", everything),
  plainCommand("broken", "learner", "A handler that throws", async () => {
    throw new Error("the secret cause");
  }),
  plainCommand(
    "echo",
    "learner",
    "Says publicly what came in",
    async (request, options) =>
      message(false, [
        { kind: "text", text: JSON.stringify({ channel: request.channel, role: request.user.role, options }) },
      ]),
    { text: { type: "string", description: "Anything" } },
  ),
  plainCommand(
    "whisper",
    "learner",
    "Says privately what came in",
    async (_request, options) => message(true, [{ kind: "text", text: String(options.text ?? "") }]),
    { text: { type: "string", description: "Anything" } },
  ),
];

function topics(): readonly string[] {
  return ["Advantages of a CNN", "Parameters and memory", "Out of GPU memory", "Max pooling or stride"];
}

function message(isPrivate: boolean, blocks: readonly Block[], replaces = false): Message {
  return { kind: "message", private: isPrivate, blocks, ...(replaces ? { replaces } : {}) };
}

function note(tone: "info" | "good" | "warning" | "error", text: string): Block {
  return { kind: "note", tone, text };
}

type Run = (request: CommandRequest, options: OptionValues) => Promise<Reply> | AsyncIterable<Reply>;

function callable(name: string, who: Role, description: string, run: Run, options: Callable["options"] = {}): Callable {
  return { name, who, description, options, run };
}

function plainCommand(
  name: string,
  who: Role,
  description: string,
  run: Run,
  options: Callable["options"] = {},
): Command {
  return { name, description, plain: callable(name, who, description, run, options) };
}

async function quiz(_request: CommandRequest, options: OptionValues): Promise<Reply> {
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

async function picked(request: ActionRequest): Promise<Reply> {
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

function answerForm(question: string): Form {
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

async function graded(request: ActionRequest): Promise<Reply> {
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

async function* slow(): AsyncIterable<Reply> {
  for (let step = 1; step <= 3; step++) {
    yield message(true, [{ kind: "text", text: `Step ${step} of 3` }], true);
    await new Promise((resolve) => setTimeout(resolve, 120));
  }
}

async function progress(): Promise<Reply> {
  return message(true, [
    { kind: "heading", text: "Your progress" },
    { kind: "text", text: ["You have answered ", { bold: "7 of 10" }, " questions; two are due for review today."] },
    {
      kind: "table",
      columns: [
        { title: "Question" },
        { title: "Best", align: "right" },
        { title: "Tries", align: "right" },
        { title: "Review" },
      ],
      rows: [
        ["Advantages of a CNN", "1.00", "2", "in 12 days"],
        ["Parameters and memory", "0.50", "3", [{ bold: "today" }]],
        ["Out of GPU memory", "0.75", "1", "in 3 days"],
        ["Max pooling or stride", "0.75", "2", [{ bold: "today" }]],
      ],
    },
    {
      kind: "buttons",
      buttons: [{ label: "Review now", style: "primary", press: { command: "quiz", action: "hint", args: {} } }],
    },
  ]);
}

async function help(): Promise<Reply> {
  return message(true, [
    { kind: "heading", text: "What I can do" },
    {
      kind: "text",
      text: ["Ask me with a slash: ", { code: "/quiz" }, ", ", { code: "/params" }, " or ", { code: "/classify" }, "."],
    },
  ]);
}

async function params(_request: CommandRequest, options: OptionValues): Promise<Reply> {
  const press = (action: string) => ({ command: "params", action, args: {} });
  return message(false, [
    { kind: "heading", text: "903,400 parameters" },
    { kind: "text", text: [{ code: String(options.network ?? "") }] },
    {
      kind: "table",
      columns: [
        { title: "Layer" },
        { title: "Output" },
        { title: "Arithmetic" },
        { title: "Parameters", align: "right" },
      ],
      rows: [
        ["conv 100 3×3 /2", "100×150×100", [{ code: "(3·3·3 + 1)·100" }], "2,800"],
        ["conv 200 3×3 /2", "50×75×200", [{ code: "(3·3·100 + 1)·200" }], "180,200"],
        ["conv 400 3×3 /2", "25×38×400", [{ code: "(3·3·200 + 1)·400" }], "720,400"],
      ],
    },
    note("info", "1 MAC = 2 FLOPs. Biases are counted."),
    {
      kind: "buttons",
      buttons: [
        { label: "Show memory", style: "secondary", press: press("share") },
        { label: "An old button", style: "danger", press: press("expired") },
      ],
    },
  ]);
}

async function share(request: ActionRequest): Promise<Reply> {
  return message(false, [{ kind: "text", text: `12,613,600 bytes, says ${request.user.name}` }], true);
}

async function classify(request: CommandRequest): Promise<Reply> {
  const sizes = await Promise.all(
    request.attachments.map(async (file) => `${file.name}: ${(await file.read()).byteLength} bytes`),
  );
  return message(true, [note("good", sizes.join(", ") || "no photo")]);
}

async function* train(_request: CommandRequest, options: OptionValues): AsyncIterable<Reply> {
  const epochs = Number(options.epochs ?? 3);
  for (let epoch = 0; epoch <= epochs; epoch++) {
    yield message(false, [
      {
        kind: "heading",
        text: epoch < epochs ? `Training · epoch ${epoch} of ${epochs}` : "Trained · handwritten digits",
      },
      {
        kind: "fields",
        fields: [
          { name: "Training loss", value: (2.3 * 0.6 ** epoch).toFixed(3) },
          { name: "Validation accuracy", value: `${(90 + 8 * (1 - 0.5 ** epoch)).toFixed(1)} %` },
        ],
      },
      {
        kind: "picture",
        name: "loss.png",
        png: lossCurve(epoch / epochs),
        alt: `Loss over ${epoch} epochs: training in blue, validation in orange, both falling`,
      },
    ]);
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
}

async function everything(): Promise<Reply> {
  const press = { command: "quiz", action: "hint", args: {} };
  return message(false, [
    { kind: "heading", text: "Every kind of block" },
    {
      kind: "text",
      text: [
        "Plain, ",
        { bold: "bold" },
        ", ",
        { italic: "italic" },
        ", ",
        { code: "conv 64 3x3" },
        ", ",
        { link: "a link", url: "https://example.org/" },
        ", ",
        { link: "no link", url: "javascript:alert(1)" },
        ".\nA second line, and <b>no markup</b>.",
      ],
    },
    { kind: "quote", text: "A pooling layer has no parameters.\nSo it learns nothing." },
    note("info", "Counted as Keras counts."),
    note("good", "Met."),
    note("warning", "Nearly."),
    note("error", "The network does not fit: 7×7 'valid' into 5×5."),
    { kind: "picture", name: "loss.png", png: lossCurve(1), alt: "Loss over 10 epochs" },
    {
      kind: "file",
      name: "run-0042.csv",
      mediaType: "text/csv",
      bytes: new TextEncoder().encode("epoch,loss\n1,0.5\n"),
      description: "The run, epoch by epoch",
    },
    {
      kind: "choice",
      style: "select",
      label: "Which network?",
      pick: press,
      options: [
        { value: "a", label: "LeNet-5" },
        { value: "b", label: "ResNet-50" },
      ],
    },
    {
      kind: "buttons",
      buttons: [
        { label: "Main", style: "primary", press },
        { label: "Other", style: "secondary", press },
        { label: "Delete", style: "danger", press },
      ],
    },
  ]);
}
