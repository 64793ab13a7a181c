// One request's way: who may, how often, options checked, handled once, timed and logged; a bug becomes a reference id.
import { UserError } from "../errors.js";
import { type Log, newReference } from "../log.js";
import { nearest } from "../nearest.js";
import type { SettingsBook } from "../quiz/settings.js";
import { key } from "../store/key-parts.js";
import type { Namespace, Store } from "../store/store.js";
import type { Audit } from "./audit-list.js";
import { audited } from "./audited.js";
import { decodeRef, encodeRef, type StoredRef } from "./buttons.js";
import type { ActionSpec, Callable, Command, Outcome } from "./command.js";
import { displayName } from "./display-name.js";
import { checkOptions } from "./options.js";
import { RateLimiter } from "./rate-limit.js";
import type { ActionRef, Message, Reply } from "./reply.js";
import type { Request, User } from "./request.js";
import { effectiveRole, mayUse } from "./roles.js";
import { withoutServerPaths } from "./server-paths.js";

export interface Dispatcher {
  readonly commands: readonly Command[];
  /** Never throws: a `UserError` becomes an error note with its fix, a bug one with a reference id. Yields nothing for an event already handled. */
  handle(request: Request): AsyncIterable<Reply>;
  /** A button's reference in at most `limit` characters: itself, or the key of a record that expires after 30 days. */
  encode(ref: ActionRef, limit: number): Promise<string>;
  /** Throws UserError `button-expired` or `button-unknown`. */
  decode(token: string): Promise<ActionRef>;
}

export interface DispatcherParts {
  readonly store: Store;
  readonly settings: SettingsBook;
  readonly commands: readonly Command[];
  readonly log: Log;
  /** Where uses of `audited` commands and actions are put. */
  readonly audit?: Audit;
  readonly now?: () => number;
}

interface Prepared extends Pick<ActionSpec, "limit"> {
  readonly key: string;
  readonly audited: boolean;
  /** Where it was typed and not pressed. */
  readonly typed?: Callable;
}

/** Slack repeats an undelivered event for five minutes; ten are asked for; an hour costs nothing. */
const EVENT_MEMORY = 3_600_000;

export function makeDispatcher({ store, settings, commands, log, audit, now = Date.now }: DispatcherParts): Dispatcher {
  const events: Namespace<{ readonly at: number }> = store.namespace("events");
  const refs: Namespace<StoredRef> = store.namespace("buttons");
  const limiter = new RateLimiter(now);

  return {
    commands,
    handle,
    encode: (ref, limit) => encodeRef(refs, ref, limit),
    decode: (token) => decodeRef(refs, token),
  };

  async function* handle(request: Request): AsyncGenerator<Reply> {
    const started = performance.now();
    const what =
      request.kind === "command"
        ? { command: request.command, subcommand: request.subcommand }
        : { command: request.ref.command, action: request.ref.action };
    const line = { platform: request.platform, community: request.community, event: request.id, ...what };
    try {
      if (!(await isFirst(request))) {
        log.debug(line, "event handled before");
        return;
      }
      const user: User = { ...request.user, name: displayName(request.user.name) };
      const role = effectiveRole(user, await settings.of(request.community));
      const asked = { ...request, user: { ...user, role } };
      const { callable, outcome } = await prepare(asked);
      limiter.take(`${request.platform}/${request.community}/${user.id}/${callable.key}`, callable.limit);
      const replies = () => repliesOf(outcome());
      yield* audit !== undefined && callable.audited ? audited(audit, asked, callable.typed, replies) : replies();
      log.info({ ...line, ms: Math.round(performance.now() - started) }, "handled");
    } catch (error) {
      if (error instanceof UserError) {
        log.info({ ...line, code: error.code, ms: Math.round(performance.now() - started) }, "refused");
        yield errorReply(error);
        return;
      }
      const reference = newReference();
      log.error({ ...line, reference, err: error }, "failed");
      yield bugReply(reference);
    }
  }

  async function isFirst(request: Request): Promise<boolean> {
    let first = false;
    await events.update(
      key(request.platform, request.community, request.id),
      (current) => {
        first = current === undefined;
        return current ?? { at: now() };
      },
      EVENT_MEMORY,
    );
    return first;
  }

  async function prepare(request: Request): Promise<{ callable: Prepared; outcome: () => Outcome }> {
    if (request.kind === "action") {
      const { ref } = request;
      const { actions = {} } = commandNamed(ref.command);
      // Own ones only: every object has a "constructor".
      const action = Object.hasOwn(actions, ref.action) ? actions[ref.action] : undefined;
      if (action === undefined)
        throw new UserError("button-unknown", "This button belongs to an older version.", `Ask again: /${ref.command}`);
      mayUse(request.user.role, action.who, `/${ref.command}`);
      return {
        callable: { key: `${ref.command}.${ref.action}`, audited: action.audited === true, ...limitOf(action) },
        outcome: () => action.run(request),
      };
    }
    const callable = callableOf(commandNamed(request.command), request.subcommand);
    mayUse(request.user.role, callable.who, `/${callable.name}`);
    await inAllowedChannel(request);
    const options = checkOptions(callable, request.options);
    return {
      callable: { key: callable.name, audited: callable.audited === true, typed: callable, ...limitOf(callable) },
      outcome: () => callable.run(request, options),
    };
  }

  async function inAllowedChannel(request: Request): Promise<void> {
    const { channels } = await settings.of(request.community);
    if (channels.length === 0 || channels.includes(request.channel) || request.user.role !== "learner") return;
    throw new UserError(
      "wrong-channel",
      "Convo does not answer in this channel.",
      `Use it in ${channels.map((channel) => `#${channel}`).join(", ")}.`,
    );
  }

  function commandNamed(name: string): Command {
    const found = commands.find((command) => command.name === name.toLowerCase());
    if (found !== undefined) return found;
    const near = nearest(
      name.toLowerCase(),
      commands.map((command) => command.name),
    );
    throw new UserError(
      "command-unknown",
      `There is no command /${displayName(name)}.`,
      near === undefined ? "See what there is: /help" : `Did you mean /${near}? /help shows all.`,
    );
  }
}

function callableOf(command: Command, subcommand: string | undefined): Callable {
  if (command.plain !== undefined) {
    if (subcommand === undefined) return command.plain;
    throw new UserError(
      "subcommand-unknown",
      `/${command.name} has no subcommands.`,
      `Write /${command.name} and its options as name:value; /help command:${command.name} lists them.`,
    );
  }
  const names = (command.subcommands ?? []).map((each) => each.name.split(" ")[1] ?? "");
  const index = names.indexOf(subcommand?.toLowerCase() ?? "");
  const found = command.subcommands?.[index];
  if (found !== undefined) return found;
  const near = subcommand === undefined ? undefined : nearest(subcommand.toLowerCase(), names);
  throw new UserError(
    "subcommand-unknown",
    subcommand === undefined
      ? `/${command.name} needs to know what to do.`
      : `/${command.name} has no "${displayName(subcommand)}".`,
    near === undefined
      ? `Write one of ${names.map((name) => `/${command.name} ${name}`).join(", ")}.`
      : `Did you mean /${command.name} ${near}?`,
  );
}

const limitOf = (spec: { limit?: Callable["limit"] }): Pick<ActionSpec, "limit"> =>
  spec.limit === undefined ? {} : { limit: spec.limit };

async function* repliesOf(outcome: Outcome): AsyncIterable<Reply> {
  if (Symbol.asyncIterator in outcome) yield* outcome;
  else yield await outcome;
}

/** What happened in plain text, what to do in bold. */
export function errorReply(error: UserError): Message {
  return {
    kind: "message",
    private: true,
    blocks: [
      {
        kind: "note",
        tone: "error",
        text: [`${withoutServerPaths(error.what)} `, { bold: withoutServerPaths(error.fix) }],
      },
    ],
  };
}

/** For what is no one's mistake; the log line with `reference` has the cause. */
export function bugReply(reference: string): Message {
  const text = [
    "Something went wrong here; nothing that you wrote was lost before it was stored. ",
    { bold: "Try again" },
    "; if it happens again, tell your instructor the reference ",
    { code: reference },
    ".",
  ];
  return { kind: "message", private: true, blocks: [{ kind: "note", tone: "error", text }] };
}
