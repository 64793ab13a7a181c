// /corrections: what people said of the answers of /classify, picture by picture, for instructors; accepted ones are trained on.
import sharp from "sharp";
import { type Correction, NONE_OF_THESE } from "../engine/corrections/correction.js";
import { LONGEST_LABEL } from "../engine/models/manifest.js";
import type { KnownModel } from "../engine/vision/open.js";
import { UserError } from "../errors.js";
import type { Sight } from "./classify.js";
import { LONGEST_NUMBER, LONGEST_VALUE, MOST_OPTIONS, shown as shownLabel } from "./classify-said.js";
import type { Command } from "./command.js";
import { argument, type CommandContext } from "./command-context.js";
import { answererOf, exportPart } from "./corrections-export.js";
import { message } from "./private-message.js";
import type { Block, Button, Form, Message } from "./reply.js";
import type { ActionRequest } from "./request.js";

const STATES = ["pending", "accepted", "rejected"] as const;
type State = Correction["state"];
const WORDS: Readonly<Record<State, string>> = { pending: "not looked at", accepted: "accepted", rejected: "rejected" };
const LIMIT = { times: 60, seconds: 60 };
/** Pixels of the longer side that a reviewer needs. */
const SHOWN = 480;

export function correctionsCommand({ sight }: CommandContext): Command {
  const state = {
    type: "string" as const,
    description: "Which: not looked at yet, accepted or rejected",
    choices: STATES.map((value) => ({ value, label: WORDS[value] })),
  };
  return {
    name: "corrections",
    description: "Pictures that people called right or wrong: accept, reject, relabel; Convo trains on the accepted",
    subcommands: [
      {
        name: "corrections list",
        description: "One picture at a time, with what the model and the person said",
        who: "instructor",
        limit: LIMIT,
        options: { state },
        examples: ["/corrections list", "/corrections list state:accepted"],
        run: async (request, options) => next(request.community, (options.state ?? "pending") as State),
      },
      {
        name: "corrections export",
        description: "The pictures and a CSV file, as an archive",
        who: "instructor",
        // Learners' pictures leave Convo.
        audited: true,
        limit: { times: 10, seconds: 60 },
        options: { state, skip: { type: "integer", description: "Pictures of the parts before", min: 0 } },
        examples: ["/corrections export state:accepted"],
        run: async (request, options) =>
          exported(request.community, options.state as State | undefined, Number(options.skip ?? 0)),
      },
    ],
    actions: {
      accept: { who: "instructor", audited: true, limit: LIMIT, run: async (request) => judged(request, "accepted") },
      reject: { who: "instructor", audited: true, limit: LIMIT, run: async (request) => judged(request, "rejected") },
      relabel: { who: "instructor", limit: LIMIT, opensForm: true, run: async (request) => relabelForm(request) },
      label: {
        who: "instructor",
        audited: true,
        limit: LIMIT,
        run: async (request) => judged(request, "accepted", labelIn(request)),
      },
      next: {
        who: "instructor",
        limit: LIMIT,
        run: async ({ community, ref }) =>
          next(community, stateIn(ref.args), await known(community, ref.args.id ?? "")),
      },
    },
  };

  /** The one after `current`, or the first again; `replaces` once there is a message to take the place of. */
  async function next(community: string, wanted: State, current?: Correction): Promise<Message> {
    const { corrections } = sightOf();
    const list = await corrections.list(community, wanted);
    const replaces = current !== undefined;
    const at = current === undefined ? 0 : list.findIndex((one) => isAfter(one, current));
    const shown = list[Math.max(0, at)];
    if (shown === undefined) {
      const none = wanted === "pending" ? "There is nothing left to look at." : `None is ${WORDS[wanted]}.`;
      return message([{ kind: "note", tone: "info", text: `${none} Export them all: /corrections export` }], replaces);
    }
    const picture = await corrections.picture(community, shown.id);
    const place = `${Math.max(0, at) + 1} of ${list.length} ${WORDS[wanted]}`;
    return message(
      [
        { kind: "heading", text: `Picture ${place}` },
        ...(picture === undefined ? [] : [await pictureBlock(picture.bytes, shown)]),
        { kind: "fields", fields: said(shown) },
        { kind: "buttons", buttons: buttonsOf(shown, wanted, list.length) },
      ],
      replaces,
    );
  }

  async function judged(request: ActionRequest, state: "accepted" | "rejected", label?: string): Promise<Message> {
    const { community, user, ref } = request;
    const current = await existing(community, argument(ref, "id"));
    const model = state === "accepted" ? await knownTo(community, current.model) : undefined;
    const as = label === undefined ? (current.review?.label ?? current.label) : meant(label, model);
    if (model !== undefined) checkLabel(model, as);
    await sightOf().corrections.review(community, current.id, { by: user.id, state, label: as });
    const shown = await next(community, stateIn(ref.args), current);
    const said = state === "accepted" ? `Accepted as ${shownLabel(as)}.` : "Rejected.";
    return { ...shown, blocks: [{ kind: "note", tone: "good", text: said }, ...shown.blocks] };
  }

  async function relabelForm({ community, ref }: ActionRequest): Promise<Form> {
    const current = await existing(community, argument(ref, "id"));
    const { labels, readsNumbers } = await knownTo(community, current.model);
    const options = [...labels.filter((label) => label !== NONE_OF_THESE), NONE_OF_THESE].map((value) => ({
      value,
      label: shownLabel(value),
    }));
    const isListed =
      !readsNumbers && options.length <= MOST_OPTIONS && labels.every(({ length }) => length <= LONGEST_VALUE);
    const value = current.review?.label ?? current.label;
    const field = { name: "label", label: "It is", required: true, value: isListed ? value : shownLabel(value) };
    const what = readsNumbers ? "The digits from left to right" : "The name of a class";
    return {
      kind: "form",
      title: "What does the picture show?",
      introduction: "The picture is accepted with this label.",
      fields: [
        isListed
          ? { ...field, type: "select", options }
          : { ...field, type: "line", maxLength: LONGEST_LABEL, help: `${what}, or: ${shownLabel(NONE_OF_THESE)}` },
      ],
      submitLabel: "Accept",
      submit: { command: "corrections", action: "label", args: ref.args },
    };
  }

  async function exported(community: string, wanted: State | undefined, skip: number): Promise<Message> {
    const { corrections } = sightOf();
    const list = await corrections.list(community, wanted);
    if (list.length === 0) return message([{ kind: "note", tone: "info", text: "There are no such pictures." }]);
    const { tgz, pictures, left } = await exportPart(corrections, list, skip);
    const rest = `${left} more: /corrections export ${wanted === undefined ? "" : `state:${wanted} `}skip:${list.length - left}`;
    return message([
      { kind: "heading", text: `${pictures} ${pictures === 1 ? "picture" : "pictures"}` },
      ...(left > 0 ? [{ kind: "text" as const, text: rest }] : []),
      {
        kind: "file",
        name: `corrections${wanted === undefined ? "" : `-${wanted}`}${skip === 0 ? "" : `-from-${skip + 1}`}.tgz`,
        mediaType: "application/gzip",
        bytes: tgz,
        description: `${pictures} pictures and corrections.csv: file, model, version, answer, what was said, state, label, day, who answered`,
      },
    ]);
  }

  /** Of the model in service, which the next run trains anew. */
  function knownTo(community: string, model: string): Promise<KnownModel> {
    return sightOf().vision.known(community, model);
  }

  async function known(community: string, id: string): Promise<Correction | undefined> {
    return sightOf().corrections.get(community, id);
  }

  async function existing(community: string, id: string): Promise<Correction> {
    const found = await known(community, id);
    if (found !== undefined) return found;
    throw new UserError(
      "correction-not-found",
      "This picture is no longer kept: its time was over, or its owner had it deleted.",
      "See what there is: /corrections list",
    );
  }

  function sightOf(): Sight {
    if (sight !== undefined) return sight;
    throw new Error("/corrections runs without its store");
  }
}

const isAfter = (one: Correction, other: Correction): boolean =>
  one.at > other.at || (one.at === other.at && one.id > other.id);

const stateIn = (args: Readonly<Record<string, string>>): State =>
  STATES.find((state) => state === args.state) ?? "pending";

const labelIn = ({ fields }: ActionRequest): string => (fields?.label ?? "").trim();

/** A label as it was typed or picked. */
function meant(label: string, model: KnownModel | undefined): string {
  if (label.toLowerCase() === shownLabel(NONE_OF_THESE)) return NONE_OF_THESE;
  return model?.readsNumbers === true ? label.replaceAll(/\s/g, "") : label;
}

/** Throws UserError `number-form`, `label-unknown`. */
function checkLabel({ labels, readsNumbers }: KnownModel, label: string): void {
  if (label === NONE_OF_THESE || (!readsNumbers && labels.includes(label))) return;
  if (!readsNumbers) {
    throw new UserError("label-unknown", "The model does not know this label.", `It is one of ${labels.join(", ")}.`);
  }
  if (new RegExp(`^\\d{1,${LONGEST_NUMBER}}$`).test(label)) return;
  throw new UserError(
    "number-form",
    "That is no number of digits 0 to 9.",
    `Write only digits, at most ${LONGEST_NUMBER}.`,
  );
}

async function pictureBlock(bytes: Uint8Array, { label, id }: Correction): Promise<Block> {
  const png = await sharp(bytes)
    .resize({ width: SHOWN, height: SHOWN, fit: "inside", withoutEnlargement: true })
    .png()
    .toBuffer();
  return { kind: "picture", name: `${id}.png`, png, alt: `The picture that a person called ${shownLabel(label)}.` };
}

function said(correction: Correction) {
  const { answer, model, label, isRight, review, state, answeredBy } = correction;
  const answered =
    answer === null ? "none of its classes" : `${answer.label} (${(100 * answer.probability).toFixed(1)} %)`;
  return [
    { name: "The model said", value: `${answered}, ${answererOf(correction)}` },
    {
      name: "The person says",
      value: isRight ? "right" : shownLabel(label),
      tone: isRight ? ("good" as const) : ("warning" as const),
    },
    ...(answeredBy === undefined ? [] : [{ name: "Learns from it", value: model }]),
    ...(review === undefined ? [] : [{ name: WORDS[state], value: `as ${shownLabel(review.label)}` }]),
  ];
}

function buttonsOf({ id }: Correction, wanted: State, count: number): readonly Button[] {
  const button = (label: string, action: string, style: Button["style"] = "secondary"): Button => ({
    label,
    style,
    press: { command: "corrections", action, args: { id, state: wanted } },
  });
  return [
    ...(wanted === "accepted" ? [] : [button("Accept", "accept", "primary")]),
    ...(wanted === "rejected" ? [] : [button("Reject", "reject", "danger")]),
    button("Relabel…", "relabel"),
    ...(count > 1 ? [button("Next", "next")] : []),
  ];
}
