// Commands with every kind of option, role and action: what the playground is developed and tested with.
import type { Callable, Command, OptionValues } from "../../../src/commands/command.js";
import type { Reply } from "../../../src/commands/reply.js";
import type { CommandRequest, Role } from "../../../src/commands/request.js";
import { answerForm, graded, picked, quiz, slow } from "./fakeQuiz.js";
import { classify, everything, help, message, note, params, progress, share, train } from "./fakeReplies.js";

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
      network: {
        type: "string",
        description: "The network, layer by layer",
        required: true,
        maxLength: 2_000,
        complete: async (typed) =>
          ["resnet18", "resnet50", "vgg16", "lenet5 1998"]
            .filter((name) => name.startsWith(typed.toLowerCase()))
            .map((value) => ({ value, label: value })),
      },
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
      callable("models list", "learner", "All models, with their accuracy", help),
      callable("models promote", "instructor", "Make a model the champion", help, {
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

type Run = (request: CommandRequest, options: OptionValues) => Promise<Reply> | AsyncIterable<Reply>;
