// /models: which versions there are and which serves, how good each is, two side by side; into service and back again.
import { driftPicture } from "../charts/drift.js";
import type { ModelRegistry } from "../engine/models/registry.js";
import { runInPlaceOf } from "../engine/queue/refusals.js";
import { type Actor, SHARED } from "../engine/queue/run.js";
import { UserError } from "../errors.js";
import type { Command, OptionSpec } from "./command.js";
import { argument, type CommandContext } from "./command-context.js";
import { comparedMessage } from "./models-compare.js";
import { LONGEST_REFERENCE, modelCompletions, nameCompletions } from "./models-complete.js";
import { listedMessage, shownMessage } from "./models-show.js";
import { message } from "./private-message.js";
import type { Block, Message } from "./reply.js";
import type { Request } from "./request.js";

const LIMIT = { times: 20, seconds: 60 };

const SHARED_OPTION: OptionSpec = {
  type: "boolean",
  description: "yes: for every community without a choice of its own; operators only",
};

export function modelsCommand({ models, sight, queue }: CommandContext): Command {
  const reference = (description: string, required = true): OptionSpec => ({
    type: "string",
    description,
    required,
    maxLength: LONGEST_REFERENCE,
    complete: async (typed, { community }) => modelCompletions(modelsOf().registryFor(community), typed),
  });
  const nameOption: OptionSpec = {
    ...reference("The model's name, such as digits"),
    complete: async (typed, { community }) => nameCompletions(modelsOf().registryFor(community), typed),
  };
  return {
    name: "models",
    description: "The models: what there is, how good each is, and which one answers",
    subcommands: [
      {
        name: "models list",
        description: "Every version, and which one serves",
        who: "instructor",
        limit: LIMIT,
        options: {},
        run: async ({ community }) => listedMessage(await modelsOf().registryFor(community).list()),
      },
      {
        name: "models show",
        description: "Figures, learning curves, confusion matrix and card of a model",
        who: "instructor",
        limit: LIMIT,
        options: { model: reference("digits (what serves), digits@previous, or digits@VERSION") },
        examples: ["/models show model:digits", "/models show model:digits@previous"],
        run: async ({ community, user }, { model }) => {
          const registry = modelsOf().registryFor(community);
          const opened = await registry.open(String(model));
          const aliases = await registry.aliases(opened.manifest.name);
          const follows = await registry.follows(opened.manifest.name);
          const shown = await shownMessage({ opened, aliases, follows, isAdmin: user.role === "admin" });
          return { ...shown, blocks: [...shown.blocks, ...(await weeksOf(community, opened.manifest.name))] };
        },
      },
      {
        name: "models promote",
        description: "Puts a version into service; the one before it can be had back",
        who: "admin",
        audited: true,
        limit: LIMIT,
        options: { model: reference("digits@VERSION; /models list has them"), shared: SHARED_OPTION },
        examples: ["/models promote model:digits@20261127-0503-67019d4b"],
        run: async (request, { model, shared }) => promoted(request, String(model), shared === true),
      },
      {
        name: "models rollback",
        description: "One step back: the version before the present one serves again, at once",
        who: "admin",
        audited: true,
        limit: LIMIT,
        options: {
          model: nameOption,
          shared: SHARED_OPTION,
        },
        examples: ["/models rollback model:digits"],
        run: async (request, { model, shared }) => rolledBack(request, String(model), shared === true),
      },
      {
        name: "models follow",
        description: "Gives up the choice made here: what all share answers again, also when it changes",
        who: "admin",
        audited: true,
        limit: LIMIT,
        options: {
          model: nameOption,
          shared: {
            ...SHARED_OPTION,
            description: "yes: the shared model follows what comes with Convo; operators only",
          },
        },
        examples: ["/models follow model:digits"],
        run: async (request, { model, shared }) => followed(request, String(model), shared === true),
      },
      {
        name: "models compare",
        description: "Two versions side by side: figures, confusion matrices, and what each says to a picture of yours",
        who: "instructor",
        limit: LIMIT,
        options: {
          model: reference("The first: digits (what serves) or digits@VERSION"),
          with: reference("The second; without it, the version before", false),
          image: { type: "attachment", description: "A picture that both answer" },
        },
        examples: ["/models compare model:digits", "/models compare model:digits with:digits@previous image:(a photo)"],
        run: async (request, options) => {
          const registry = modelsOf().registryFor(request.community);
          const first = String(options.model);
          const second = String(options.with ?? `${first.split("@")[0]}@previous`);
          const both = [await registry.open(first), await registry.open(second)] as const;
          const [file] = request.attachments;
          return comparedMessage(both, async (model) =>
            file === undefined || sight === undefined
              ? undefined
              : sight.vision.classify(request.community, await file.read(), model),
          );
        },
      },
    ],
    actions: {
      promote: {
        who: "admin",
        audited: true,
        limit: LIMIT,
        run: async (request) =>
          promoted(request, argument(request.ref, "model"), argument(request.ref, "shared") !== ""),
      },
      rollback: {
        who: "admin",
        audited: true,
        limit: LIMIT,
        run: async (request) =>
          rolledBack(
            request,
            argument(request.ref, "model"),
            argument(request.ref, "shared") !== "",
            argument(request.ref, "from"),
          ),
      },
    },
  };

  async function promoted(request: Request, wished: string, isShared: boolean): Promise<Message> {
    const registry = registryToChange(request, isShared);
    const { name, version } = await registry.find(wished).catch(async (error: unknown) => {
      throw (await runInPlaceOf(wished, isShared ? SHARED : request.community, queue)) ?? error;
    });
    const before = await registry.aliases(name);
    if (before.champion === version && !(await registry.follows(name))) {
      throw new UserError(
        "model-in-service",
        `${name}@${version} is in service already.`,
        `Name another version, as ${name}@VERSION; /models list has them.`,
      );
    }
    const { manifest } = await registry.open(`${name}@${version}`);
    const { previous } = await registry.setChampion(name, version);
    await tellRun(request, manifest.run.id);
    return message([
      { kind: "note", tone: "good", text: `${name}@${version} is in service${whose(isShared)}.` },
      ...(previous === undefined ? [] : back(`Before it served ${previous}.`, name, version, isShared)),
    ]);
  }

  /** `from`: the champion that a button was shown for; pressed twice, it goes one step back and not to and fro. */
  async function rolledBack(request: Request, name: string, isShared: boolean, from?: string): Promise<Message> {
    const registry = registryToChange(request, isShared);
    const { champion: present } = await registry.aliases(name);
    if (from !== undefined && present !== from) {
      throw new UserError(
        "model-changed",
        `${name}@${from} does not serve any more; ${present ?? "none"} does.`,
        `Look first: /models show model:${name}`,
      );
    }
    const { champion = "", previous = "" } = await registry.rollback(name);
    return message([
      { kind: "note", tone: "good", text: `${name}@${champion} is in service again${whose(isShared)}.` },
      ...back(`${previous} served until now.`, name, champion, isShared),
    ]);
  }

  async function followed(request: Request, name: string, isShared: boolean): Promise<Message> {
    const registry = registryToChange(request, isShared);
    const { champion: own } = await registry.aliases(name);
    const { champion = "" } = await registry.follow(name);
    const whom = isShared ? "what comes with Convo" : "the shared models";
    return message([
      {
        kind: "note",
        tone: "good",
        text: `${name} follows ${whom} again: ${name}@${champion} answers${whose(isShared)}.`,
      },
      ...(own === undefined || own === champion ? [] : back(`${own} served until now.`, name, champion, isShared)),
    ]);
  }

  /** The run that made the version is told, so that its message says who promoted it. */
  async function tellRun({ user }: Request, id: string): Promise<void> {
    if ((await queue?.get(id))?.state !== "succeeded") return;
    const by: Actor = { kind: "person", id: user.id, name: user.name };
    await queue?.promoted(id, by, "promoted by hand");
  }

  /** Throws UserError `operators-only`. */
  function registryToChange({ platform, community, user }: Request, isShared: boolean): ModelRegistry {
    const { registryFor, operators } = modelsOf();
    if (!isShared) return registryFor(community);
    mayOperate(operators, platform, user.id);
    return registryFor(SHARED);
  }

  /** How it did in this community, week by week; nothing where nobody has asked yet. */
  async function weeksOf(community: string, name: string): Promise<readonly Block[]> {
    const weeks = (await sight?.drift.driftOf(community, name)) ?? [];
    if (weeks.length === 0) return [];
    const { png, alt } = await driftPicture({ title: `${name}: the last weeks in this community`, weeks });
    return [{ kind: "picture", name: "weeks.png", png, alt }];
  }

  function modelsOf() {
    if (models !== undefined) return models;
    throw new Error("/models runs without its models");
  }
}

/** Throws UserError `operators-only`. */
export function mayOperate(operators: ReadonlySet<string>, platform: string, user: string): void {
  const id = `${platform}:${user}`;
  if (operators.has(id)) return;
  throw new UserError(
    "operators-only",
    "The shared models are changed by operators alone.",
    `Whoever runs Convo adds ${id} to CONVO_OPERATORS; without shared: you change those of this community.`,
  );
}

const whose = (isShared: boolean): string => (isShared ? " wherever a community has not chosen its own" : " here");

function back(text: string, name: string, champion: string, isShared: boolean): Block[] {
  const args = { model: name, from: champion, ...(isShared ? { shared: "yes" } : {}) };
  return [
    { kind: "text", text },
    {
      kind: "buttons",
      buttons: [{ label: "Roll back", style: "danger", press: { command: "models", action: "rollback", args } }],
    },
  ];
}
