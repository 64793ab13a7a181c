// Stands in for the true dispatcher in the playground's tests: same interface, same promises, no quiz and no engine.
import type { Dispatcher } from "../../../src/commands/dispatch.js";
import type { ActionRef, Message, Reply } from "../../../src/commands/reply.js";
import type { Request } from "../../../src/commands/request.js";
import { UserError } from "../../../src/errors.js";
import { fakeCommands } from "./fakeCommands.js";

export interface FakeDispatcher extends Dispatcher {
  /** Every request that was handled, in order. */
  readonly requests: Request[];
}

export function fakeDispatcher(): FakeDispatcher {
  const requests: Request[] = [];
  const seen = new Set<string>();
  return {
    requests,
    commands: fakeCommands,
    async *handle(request) {
      if (seen.has(request.id)) return;
      seen.add(request.id);
      requests.push(request);
      try {
        yield* answer(request);
      } catch (error) {
        yield error instanceof UserError
          ? failure(error.what, error.fix)
          : failure("That is a bug.", "Reference abc123.");
      }
    },
    encode: async (ref) => JSON.stringify(ref),
    async decode(token) {
      const ref = JSON.parse(token) as ActionRef;
      if (ref.action === "expired") {
        throw new UserError("button-expired", "This button is older than 30 days.", "Type /params again.");
      }
      return ref;
    },
  };
}

async function* answer(request: Request): AsyncIterable<Reply> {
  if (request.kind === "action") {
    const command = fakeCommands.find((each) => each.name === request.ref.command);
    const action = command?.actions?.[request.ref.action];
    if (!action) throw new UserError("button-unknown", "This button is not known.", "Ask again.");
    yield* replies(action.run(request));
    return;
  }
  const command = fakeCommands.find((each) => each.name === request.command);
  if (!command)
    throw new UserError("command-unknown", `There is no command /${request.command}.`, "Did you mean /quiz?");
  const callable =
    command.plain ?? command.subcommands?.find((each) => each.name === `${command.name} ${request.subcommand}`);
  if (!callable)
    throw new UserError("subcommand-unknown", `/${request.command} needs one of its subcommands.`, "Try list.");
  const unknown = Object.keys(request.options).find((name) => !Object.hasOwn(callable.options, name));
  if (unknown !== undefined) throw new UserError("option-unknown", `There is no option ${unknown}.`, "See /help.");
  yield* replies(callable.run(request, request.options));
}

async function* replies(outcome: Promise<Reply> | AsyncIterable<Reply>): AsyncIterable<Reply> {
  if (Symbol.asyncIterator in outcome) yield* outcome;
  else yield await outcome;
}

function failure(what: string, fix: string): Message {
  return { kind: "message", private: true, blocks: [{ kind: "note", tone: "error", text: `${what} ${fix}` }] };
}
