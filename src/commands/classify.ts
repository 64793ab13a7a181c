// /classify: what is on a picture, how sure that is, and where it was seen; "right" and "wrong" are kept for retraining.
import type { Corrections } from "../engine/corrections/correction.js";
import type { Drift } from "../engine/corrections/drift.js";
import type { LearnedFrom } from "../engine/corrections/joining.js";
import { AUTO } from "../engine/vision/classify.js";
import type { Vision } from "../engine/vision/open.js";
import { shownPicture } from "../engine/vision/shown.js";
import { UserError } from "../errors.js";
import { classifiedMessage } from "./classify-reply.js";
import type { Command, Completion } from "./command.js";
import { argument, type CommandContext, personOf } from "./command-context.js";
import { LONGEST_REFERENCE, MOST_COMPLETIONS, nameCompletions } from "./models-complete.js";
import type { PendingPictures } from "./pending-pictures.js";
import { message } from "./private-message.js";
import type { Form, Message } from "./reply.js";
import type { ActionRequest, CommandRequest } from "./request.js";

const LIMIT = { times: 12, seconds: 60 };
/** What a person says when it is none of the labels; training leaves such pictures out. */
export const NONE_OF_THESE = "neither";
/** Whose labels are offered where no model took the picture for its own. */
const FLOWERS = "flowers";
/** Digits on one page. */
const LONGEST_NUMBER = 12;

/** What /classify works with; made once at the start. */
export interface Sight {
  readonly vision: Vision;
  readonly corrections: Corrections;
  readonly drift: Drift;
  /** Which models learned from whose pictures. */
  readonly learned: Pick<LearnedFrom, "trainedOn" | "learningFrom">;
  readonly pending: PendingPictures;
}

export function classifyCommand({ quiz, sight, models }: CommandContext): Command {
  return {
    name: "classify",
    description: "What is on a picture: handwritten digits, flowers, or neither, and how sure that is",
    alone: true,
    plain: {
      name: "classify",
      description: "Looks at a picture of yours; only you see the answer",
      who: "learner",
      limit: LIMIT,
      options: {
        image: { type: "attachment", description: "A photo: JPEG, PNG, WebP, AVIF, TIFF, GIF or HEIC", required: true },
        model: {
          type: "string",
          description: "Which model looks, if Convo should not decide: digits, flowers, or one of the class's own",
          maxLength: LONGEST_REFERENCE,
          complete: async (typed, { community }) => modelCompletions(community, typed),
        },
        explain: {
          type: "boolean",
          description: "Whether to show where it looked; if you say nothing, it does",
        },
      },
      messageMenu: { label: "Classify image", option: "image" },
      examples: [
        "/classify image:(a photo)",
        "/classify image:(a photo) model:digits",
        "/classify image:(a photo) model:our-trees",
        "/classify image:(a photo) explain:no",
      ],
      run: async (request, { model, explain }) =>
        classified(request, String(model ?? AUTO).trim() || AUTO, explain !== false),
    },
    actions: {
      right: { who: "learner", limit: LIMIT, run: async (request) => kept(request, undefined) },
      choose: { who: "learner", limit: LIMIT, run: async (request) => labelChoice(request) },
      label: { who: "learner", limit: LIMIT, run: async (request) => labelled(request) },
      "number-form": { who: "learner", limit: LIMIT, opensForm: true, run: async (request) => numberForm(request) },
      number: { who: "learner", limit: LIMIT, run: async (request) => kept(request, numberIn(request)) },
    },
  };

  /** What answers by itself, then every model that the class has. */
  async function modelCompletions(community: string, typed: string): Promise<readonly Completion[]> {
    const start = typed.trim().toLowerCase();
    const own = models === undefined ? [] : await nameCompletions(models.registryFor(community), start);
    return [...(AUTO.startsWith(start) ? [{ value: AUTO, label: "auto (digits or flowers)" }] : []), ...own].slice(
      0,
      MOST_COMPLETIONS,
    );
  }

  async function classified(request: CommandRequest, model: string, isExplained: boolean): Promise<Message> {
    const { vision, drift, pending } = sightOf();
    const [file] = request.attachments;
    if (file === undefined) {
      throw new UserError("image-missing", "There is no picture.", "Give one: /classify image:… and choose a file.");
    }
    const classification = await vision.classify(request.community, await file.read(), model, isExplained);
    const shown = await shownPicture(classification.picture);
    const [best] = classification.top;
    if (classification.model !== null && best !== undefined) {
      await drift.recordAnswer(request.community, classification.model, best.probability);
    }
    const picture = pending.add({
      community: request.community,
      person: request.user.id,
      jpeg: shown.jpeg,
      model: classification.model,
      version: classification.version,
      answer: best ?? null,
    });
    const { picturesKept: days } = await quiz.settings.of(request.community);
    const heat = isExplained ? classification.heat : undefined;
    const asked = model === AUTO ? undefined : model;
    return classifiedMessage({ classification, asked, shown, picture, days, heat });
  }

  async function labelChoice(request: ActionRequest): Promise<Message> {
    const { vision } = sightOf();
    const picture = argument(request.ref, "picture");
    const model = pendingOf(request).model ?? FLOWERS;
    const labels = await vision.labels(request.community, model);
    return message([
      {
        kind: "choice",
        style: "select",
        label: "What is it?",
        options: [
          ...labels.map((value) => ({ value, label: value })),
          { value: NONE_OF_THESE, label: "none of these" },
        ],
        pick: { command: "classify", action: "label", args: { picture, model } },
      },
    ]);
  }

  function numberForm(request: ActionRequest): Form {
    pendingOf(request);
    return {
      kind: "form",
      title: "What is the number?",
      introduction: "All digits from left to right. The picture is kept for retraining when you send this.",
      fields: [
        {
          name: "number",
          label: "The number",
          type: "line",
          placeholder: "2026",
          required: true,
          maxLength: LONGEST_NUMBER,
        },
      ],
      submitLabel: "Send",
      submit: {
        command: "classify",
        action: "number",
        args: { picture: argument(request.ref, "picture"), model: "digits" },
      },
    };
  }

  function pendingOf(request: ActionRequest) {
    return sightOf().pending.get(argument(request.ref, "picture"), request.community, request.user.id);
  }

  async function labelled(request: ActionRequest): Promise<Message> {
    const model = pendingOf(request).model ?? FLOWERS;
    const label = request.value ?? "";
    if (label !== NONE_OF_THESE) checkLabel(label, await sightOf().vision.labels(request.community, model));
    return kept(request, label);
  }

  /** Stores what was said; `label` undefined: the answer was right. */
  async function kept(request: ActionRequest, label: string | undefined): Promise<Message> {
    const { corrections, drift } = sightOf();
    const found = pendingOf(request);
    const model = found.model ?? argument(request.ref, "model");
    const said = label ?? found.answer?.label ?? "";
    const { picturesKept: days } = await quiz.settings.of(request.community);
    const isRight = found.answer !== null && found.model !== null && said === found.answer.label;
    if (found.model !== null) await drift.recordJudgement(request.community, found.model, isRight);
    await corrections.add(
      {
        ...personIn(request),
        model,
        version: found.version ?? "",
        answer: found.model === null ? null : found.answer,
        label: said,
        isRight,
      },
      found.jpeg,
      days,
    );
    return message([
      {
        kind: "note",
        tone: "good",
        text: [
          "Thank you. The picture is kept as ",
          { bold: said === NONE_OF_THESE ? "none of these" : said },
          `, for ${days} days. An instructor looks at it before Convo learns from it; /forget-me deletes it.`,
        ],
      },
    ]);
  }

  function sightOf(): Sight {
    if (sight !== undefined) return sight;
    throw new Error("/classify runs without its models");
  }
}

const personIn = (request: ActionRequest) => {
  const { community, id } = personOf(request);
  return { community, person: id };
};

function numberIn({ fields }: ActionRequest): string {
  const number = (fields?.number ?? "").replaceAll(/\s/g, "");
  if (new RegExp(`^\\d{1,${LONGEST_NUMBER}}$`).test(number)) return number;
  throw new UserError(
    "number-form",
    "That is no number of digits 0 to 9.",
    `Press the button again and write only digits, at most ${LONGEST_NUMBER}.`,
  );
}

function checkLabel(label: string, labels: readonly string[]): void {
  if (labels.includes(label)) return;
  throw new UserError("label-unknown", "The model does not know this label.", `It is one of ${labels.join(", ")}.`);
}
