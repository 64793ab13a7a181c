// /classify: what is on a picture, how sure that is, and where it was seen; "right" and "wrong" are kept for retraining.
import { type Corrections, NONE_OF_THESE } from "../engine/corrections/correction.js";
import type { Drift } from "../engine/corrections/drift.js";
import type { LearnedFrom } from "../engine/corrections/joining.js";
import { AUTO } from "../engine/vision/classify.js";
import type { KnownModel, Vision } from "../engine/vision/open.js";
import { shownPicture } from "../engine/vision/shown.js";
import { UserError } from "../errors.js";
import { classifiedMessage } from "./classify-reply.js";
import { FLOWERS, inOrder, type Said, saidForm, saidIn, shown as shownLabel } from "./classify-said.js";
import type { Command, Completion } from "./command.js";
import { argument, type CommandContext, personOf } from "./command-context.js";
import { LONGEST_REFERENCE, MOST_COMPLETIONS, nameCompletions } from "./models-complete.js";
import type { PendingPictures } from "./pending-pictures.js";
import { message } from "./private-message.js";
import type { Form, Message } from "./reply.js";
import type { ActionRequest, CommandRequest } from "./request.js";

const LIMIT = { times: 12, seconds: 60 };
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
      right: { who: "learner", limit: LIMIT, run: async (request) => right(request) },
      wrong: { who: "learner", limit: LIMIT, opensForm: true, run: async (request) => form(request) },
      said: { who: "learner", limit: LIMIT, run: async (request) => said(request) },
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
      ...(model === AUTO ? {} : { asked: model }),
    });
    const { picturesKept: days } = await quiz.settings.of(request.community);
    const heat = isExplained ? classification.heat : undefined;
    const asked = model === AUTO ? undefined : model;
    return classifiedMessage({ classification, asked, shown, picture, days, heat });
  }

  async function right(request: ActionRequest): Promise<Message> {
    const { model, answer } = pendingOf(request);
    const label = answer?.label ?? NONE_OF_THESE;
    return kept(request, model === null ? { model: FLOWERS, label: NONE_OF_THESE } : { model, label }, true);
  }

  async function form(request: ActionRequest): Promise<Form> {
    const { models: known } = await knownFor(request);
    const args = { picture: argument(request.ref, "picture") };
    return saidForm(known, { command: "classify", action: "said", args });
  }

  async function said(request: ActionRequest): Promise<Message> {
    const { models: known, first } = await knownFor(request);
    const given = saidIn(request.fields ?? {}, known, first);
    const { model, answer } = pendingOf(request);
    const isNothing = given.label === NONE_OF_THESE;
    const isRight = isNothing ? model === null : given.model === model && given.label === answer?.label;
    return kept(request, given, isRight);
  }

  /** Whose labels a person may choose from; `first`: who answered, or was asked alone. */
  async function knownFor(request: ActionRequest): Promise<{ models: readonly KnownModel[]; first?: string }> {
    const { vision } = sightOf();
    const { model, asked } = pendingOf(request);
    const all = await vision.allKnown(request.community);
    const own = asked === undefined ? undefined : await orUnknown(vision.known(request.community, asked));
    const first = model ?? own?.model;
    const models = inOrder(own === undefined ? all : [own, ...all], first);
    return { models, ...(first === undefined ? {} : { first }) };
  }

  function pendingOf(request: ActionRequest) {
    return sightOf().pending.get(argument(request.ref, "picture"), request.community, request.user.id);
  }

  async function kept(request: ActionRequest, { model, label }: Said, isRight: boolean): Promise<Message> {
    const { corrections, drift, pending } = sightOf();
    const found = pendingOf(request);
    const { picturesKept: days } = await quiz.settings.of(request.community);
    if (found.model !== null) await drift.recordJudgement(request.community, found.model, isRight);
    const version = found.version ?? "";
    const by = model === found.model || found.model === null ? { version } : byAnother(found.model, version);
    const correction = await corrections.add(
      {
        ...personIn(request),
        model,
        ...by,
        answer: found.model === null ? null : found.answer,
        label,
        isRight,
      },
      found.jpeg,
      days,
      found.correction,
    );
    pending.keptAs(argument(request.ref, "picture"), correction.id);
    return message([
      {
        kind: "note",
        tone: "good",
        text: [
          "Thank you. The picture is kept as ",
          { bold: shownLabel(label) },
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

const byAnother = (model: string, version: string) => ({ version: "", answeredBy: `${model}@${version}` });

/** Undefined for a model that is not there any more. */
async function orUnknown(model: Promise<KnownModel>): Promise<KnownModel | undefined> {
  try {
    return await model;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
