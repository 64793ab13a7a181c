// /demo: an idea of the course shown on the learner's own picture, or on a drawn sample: one picture and three sentences.
import { tilesPng } from "../charts/tiles.js";
import { DEMO_QUESTIONS, DEMOS, type DemoQuestion } from "../engine/demo/demo.js";
import type { Demonstration } from "../engine/demo/demonstration.js";
import { DemoThread } from "../engine/demo/thread.js";
import { ModelRegistry, SHIPPED_MODELS } from "../engine/models/registry.js";
import { decodeInTurn } from "../engine/vision/decode-in-turn.js";
import type { Picture } from "../engine/vision/picture.js";
import { UserError } from "../errors.js";
import type { Command } from "./command.js";
import { argument, type CommandContext } from "./command-context.js";
import { message } from "./private-message.js";
import type { Block, Message, Text } from "./reply.js";
import type { Attachment, Request } from "./request.js";

/** Each takes a core for up to a second. */
const LIMIT = { times: 12, seconds: 60 };

/** By question and version of the model: a sample's picture is the same wherever it is shown. */
const samples = new Map<string, Promise<Drawn>>();
/** Seven questions, and the versions of some communities. */
const MOST_SAMPLES = 40;

export function demoCommand({ models }: CommandContext): Command {
  const thread = new DemoThread();
  // Without models of its own a community is served by what ships, and here there is nothing else.
  const registryOf = models?.registryFor ?? (() => new ModelRegistry(SHIPPED_MODELS));

  async function shown(question: DemoQuestion, request: Request, image: Attachment | undefined): Promise<Message> {
    const registry = registryOf(request.community);
    if (image !== undefined) {
      const { picture } = await decodeInTurn(await image.read());
      return inMessage(question, await draw(question, registry, picture), ON_OWN);
    }
    const { net } = DEMOS[question];
    const version = net === undefined ? "" : (await registry.find(net)).version;
    const key = `${question} ${version}`;
    const drawn = samples.get(key) ?? draw(question, registry, undefined);
    samples.set(key, drawn);
    drawn.catch(() => samples.delete(key));
    const [oldest] = samples.keys();
    if (samples.size > MOST_SAMPLES && oldest !== undefined) samples.delete(oldest);
    return inMessage(question, await drawn, ON_SAMPLE);
  }

  async function draw(question: DemoQuestion, registry: ModelRegistry, picture: Picture | undefined): Promise<Drawn> {
    const { net } = DEMOS[question];
    const opened = net === undefined ? undefined : await registry.open(net);
    const demonstration = await thread.demonstrate(
      question,
      picture,
      opened === undefined ? undefined : { onnx: opened.onnx, manifest: opened.manifest },
    );
    return { png: await tilesPng(demonstration.sheet), alt: demonstration.alt, sentences: demonstration.sentences };
  }

  return {
    name: "demo",
    description: "An idea of the course, shown on your own picture or on a drawn sample",
    alone: true,
    plain: {
      name: "demo",
      description: "One picture and three sentences, measured on your picture",
      who: "learner",
      limit: LIMIT,
      options: {
        question: {
          type: "string",
          description: "Which question's idea",
          required: true,
          choices: DEMO_QUESTIONS.map((value) => ({ value, label: `${value}: ${DEMOS[value].title}` })),
        },
        image: { type: "attachment", description: "Your own picture; without it, a drawn sample" },
      },
      examples: ["/demo question:q1", "/demo question:q7"],
      run: async (request, options) => shown(questionOf(String(options.question)), request, request.attachments[0]),
    },
    actions: {
      show: {
        who: "learner",
        limit: LIMIT,
        run: async (request) => shown(questionOf(argument(request.ref, "question")), request, undefined),
      },
    },
  };
}

interface Drawn extends Pick<Demonstration, "alt" | "sentences"> {
  readonly png: Uint8Array;
}

function inMessage(question: DemoQuestion, { png, alt, sentences }: Drawn, note: Text): Message {
  return message([
    { kind: "heading", text: `Question ${question.slice(1)}: ${DEMOS[question].title}` },
    { kind: "picture", name: `demo-${question}.png`, png, alt },
    ...sentences.map((sentence): Block => ({ kind: "text", text: sentence })),
    { kind: "note", tone: "info", text: note },
    { kind: "buttons", buttons: [nextDemo(question), toQuiz(question)] },
  ]);
}

const ON_SAMPLE: Text = ["This is a drawn sample. For your own picture, give ", { code: "image:" }, " as well."];
const ON_OWN = "Your picture was looked at and not kept, so the next demonstration begins with a drawn sample.";

/** Throws UserError `demo-unknown` for a button of another version. */
function questionOf(text: string): DemoQuestion {
  const found = DEMO_QUESTIONS.find((question) => question === text);
  if (found !== undefined) return found;
  throw new UserError("demo-unknown", "There is no such demonstration.", `There are ${DEMO_QUESTIONS.join(", ")}.`);
}

function nextDemo(question: DemoQuestion) {
  const next = DEMO_QUESTIONS[(DEMO_QUESTIONS.indexOf(question) + 1) % DEMO_QUESTIONS.length] ?? "q1";
  const press = { command: "demo", action: "show", args: { question: next } };
  return { label: `Next: ${DEMOS[next].title}`, style: "secondary", press } as const;
}

function toQuiz(question: DemoQuestion) {
  const press = { command: "quiz", action: "ask", args: { mode: "open", question } };
  return { label: `Answer question ${question.slice(1)}`, style: "primary", press } as const;
}
