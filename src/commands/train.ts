// /train: a run is put into the queue, and one message in the channel lives until it is over; its buttons cancel, promote, roll back.
import { PASS_POLICIES, type PassPolicy, PRIORITIES, type QueuedRun } from "../engine/queue/run.js";
import { trainables, wishFor } from "../engine/queue/wishes.js";
import { checkSettings } from "../engine/training/settings.js";
import { UserError } from "../errors.js";
import type { Command, OptionValues } from "./command.js";
import { argument, type CommandContext } from "./command-context.js";
import type { PostedMessage, Poster } from "./live.js";
import { message } from "./private-message.js";
import type { Block, Message } from "./reply.js";
import type { ActionRequest, CommandRequest, Request } from "./request.js";
import { runDetails } from "./run-details.js";
import { comingMessage, runMessage, stateWords } from "./run-message.js";

const LIMIT = { times: 20, seconds: 60 };

const POLICY_LABELS: Readonly<Record<PassPolicy, string>> = {
  promote: "Into service, if it passes the gate",
  keep: "A candidate, until somebody promotes it",
};

export function trainCommand({ queue, posters, data }: CommandContext): Command {
  return {
    name: "train",
    description: "Train a model anew: queued, watched in this channel, judged before it goes into service",
    plain: {
      name: "train",
      description: "One message in this channel shows the run to its end",
      who: "admin",
      audited: true,
      limit: LIMIT,
      options: {
        model: {
          type: "string",
          description: "What to train, such as flowers",
          required: true,
          maxLength: 40,
          complete: async (typed) => {
            const all = data === undefined ? [] : await trainables(data);
            return all
              .filter(({ model }) => model.startsWith(typed.toLowerCase()))
              .map(({ model, isThere }) => ({
                value: model,
                label: isThere ? model : `${model} (its data is missing)`,
              }));
          },
        },
        epochs: { type: "integer", description: "Instead of the recipe's own number", min: 1, max: 1000 },
        settings: {
          type: "string",
          description: "Settings of the recipe, such as: batch=32 dropout=0.4",
          maxLength: 300,
        },
        after: {
          type: "string",
          description: "What becomes of the model; as /settings gate says by default",
          choices: PASS_POLICIES.map((value) => ({ value, label: POLICY_LABELS[value] })),
        },
        seed: { type: "integer", description: "Of everything random; 1 by default", min: 0, max: 2_147_483_647 },
      },
      examples: ["/train model:flowers", '/train model:digits epochs:4 settings:"batch=64" after:keep'],
      run: async (request, options) => enqueued(request, options),
    },
    actions: {
      details: { who: "admin", limit: LIMIT, run: async (request) => runDetails(await seen(await runOf(request))) },
      cancel: {
        who: "admin",
        audited: true,
        limit: LIMIT,
        run: async (request) => {
          const { id, community } = { id: argument(request.ref, "run"), community: request.community };
          const run = await context().queue.cancel(id, community, actorOf(request), "cancelled in the channel");
          return note("good", run.state === "cancelled" ? `${id} is cancelled.` : `${id} ends within five seconds.`);
        },
      },
    },
  };

  async function enqueued(request: CommandRequest, options: OptionValues): Promise<Message> {
    const { queue, posters, data } = context();
    const poster = posters.get(request.platform);
    if (poster === undefined) {
      throw new UserError("cannot-post", "Nothing can be posted here later.", "Ask where Convo has channels.");
    }
    const wish = await wishFor(String(options.model), data);
    const settings = {
      ...settingsIn(String(options.settings ?? "")),
      ...(typeof options.epochs === "number" ? { epochs: options.epochs } : {}),
    };
    checkSettings(wish.recipe, settings);
    const place = {
      platform: request.platform,
      community: request.community,
      channel: request.channel,
      asker: request.user.name,
      asked: askedIn(wish.model, options),
    };
    await poster.check(place);
    // Before anything is queued: only a message of its own proves that the bot may speak here.
    const posted = await poster.post(place, comingMessage(wish.model, request.user.name));
    try {
      const policy = PASS_POLICIES.find((each) => each === options.after);
      const { run, isNew } = await queue.enqueue({
        community: request.community,
        by: actorOf(request),
        priority: PRIORITIES.person,
        ...wish,
        ...(typeof options.seed === "number" ? { seed: options.seed } : {}),
        settings,
        ...(policy === undefined ? {} : { policy }),
      });
      if (isNew || run.message === undefined) return await shownIn(posted, poster, run, isNew, request);
      await poster.remove(posted);
      return note("info", `That very run is under way: ${run.id}; ${stateWords(await seen(run))}.`);
    } catch (error) {
      await poster.remove(posted);
      throw error;
    }
  }

  async function shownIn(posted: PostedMessage, poster: Poster, run: QueuedRun, isNew: boolean, request: Request) {
    const { queue } = context();
    try {
      await poster.edit(posted, await runMessage(await seen(run)));
      await queue.setMessage(run.id, { ...posted });
    } catch (error) {
      // A run that nobody can watch or cancel must not begin.
      if (isNew) await queue.cancel(run.id, request.community, actorOf(request), "its message could not be edited");
      throw error;
    }
    return note("good", `Queued as ${run.id}. Its message in this channel shows how far it is.`);
  }

  /** Throws UserError `run-not-found`, also for another community's. */
  async function runOf(request: ActionRequest): Promise<QueuedRun> {
    const id = argument(request.ref, "run");
    const run = await context().queue.get(id);
    if (run !== undefined && run.wish.community === request.community) return run;
    throw new UserError(
      "run-not-found",
      "There is no such run here.",
      "Its message in the channel is that of another community, or the run was forgotten.",
    );
  }

  async function seen(run: QueuedRun) {
    const { queue } = context();
    const place = run.state === "queued" ? await queue.position(run.id) : undefined;
    const progress = await queue.progress(run.id);
    return { run, ...(place === undefined ? {} : { place }), ...(progress === undefined ? {} : { progress }) };
  }

  function context() {
    if (queue !== undefined && posters !== undefined && data !== undefined) {
      return { queue, posters, data };
    }
    throw new Error("/train runs without a queue");
  }
}

export function actorOf({ user }: Request) {
  return { kind: "person", id: user.id, name: user.name } as const;
}

/** What was typed of what changes the run, as it would be typed again. */
function askedIn(model: string, { epochs, settings, after, seed }: OptionValues): string {
  const typed = Object.entries({ epochs, settings, after, seed }).filter(([, value]) => value !== undefined);
  const quoted = (value: unknown): string => (/\s/.test(String(value)) ? `"${String(value)}"` : String(value));
  return [`/train model:${model}`, ...typed.map(([name, value]) => `${name}:${quoted(value)}`)].join(" ");
}

/** "batch=32 dropout=0.4" → values, which the recipe's own rules are to check. Throws UserError `setting-wrong`. */
function settingsIn(text: string): Record<string, number | string | boolean> {
  const settings: Record<string, number | string | boolean> = {};
  for (const pair of text.split(/[\s,]+/).filter((part) => part !== "")) {
    const [, name, value] = /^([a-zA-Z]{1,40})=(\S{1,100})$/.exec(pair) ?? [];
    if (name === undefined || value === undefined) {
      throw new UserError(
        "setting-wrong",
        `"${pair.slice(0, 60)}" is no setting.`,
        "Write name=value, such as batch=32.",
      );
    }
    settings[name] =
      value === "true" || value === "false" ? value === "true" : Number.isFinite(Number(value)) ? Number(value) : value;
  }
  return settings;
}

function note(tone: "good" | "info", text: string): Message {
  const block: Block = { kind: "note", tone, text };
  return message([block]);
}
