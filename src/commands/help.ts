// /help: generated from the declarations, as far as the asker's role goes.

import { UserError } from "../errors.js";
import { nearest } from "../nearest.js";
import type { Callable, Command } from "./command.js";
import { message } from "./private-message.js";
import type { Block, Inline, Message } from "./reply.js";
import { ROLES, type Role } from "./request.js";
import { mayUse } from "./roles.js";

/** `others`: every other command; the help describes itself as well. */
export function helpCommand(others: readonly Command[]): Command {
  const help: Command = {
    name: "help",
    description: "What Convo can do, or one command in detail",
    alone: true,
    plain: {
      name: "help",
      description: "All commands, or one in detail",
      who: "learner",
      limit: { times: 20, seconds: 60 },
      options: { command: { type: "string", description: "Only this command", maxLength: 40 } },
      examples: ["/help", "/help command:quiz"],
      run: async (request, options): Promise<Message> => {
        const all = [...others, help];
        const role = request.user.role;
        if (options.command === undefined) return message(overview(all, role));
        const name = String(options.command).replace(/^\//, "").toLowerCase();
        const command = all.find((each) => each.name === name);
        if (command !== undefined) return message(detail(command, role));
        const near = nearest(
          name,
          all.filter((each) => allowed(each, role).length > 0).map((each) => each.name),
        );
        throw new UserError(
          "command-unknown",
          "There is no such command.",
          near === undefined ? "See what there is: /help" : `Did you mean /help command:${near}?`,
        );
      },
    },
  };
  return help;
}

export function callablesOf(command: Command): readonly Callable[] {
  return command.plain === undefined ? (command.subcommands ?? []) : [command.plain];
}

function overview(commands: readonly Command[], role: Role): Block[] {
  const visible = commands.filter((command) => allowed(command, role).length > 0);
  return [
    { kind: "heading", text: "What Convo can do" },
    {
      kind: "text",
      text: [
        "Convo asks the ten questions of a course on convolutional neural networks, grades answers in your own words point by point, and brings back what is due. Start with ",
        { code: "/quiz" },
        ".",
      ],
    },
    { kind: "fields", fields: visible.map((command) => ({ name: `/${command.name}`, value: command.description })) },
    { kind: "text", text: ["More about one: ", { code: "/help command:quiz" }] },
  ];
}

/** Throws UserError `not-allowed` where the role may use nothing of it. */
function detail(command: Command, role: Role): Block[] {
  const callables = allowed(command, role);
  const [first] = callablesOf(command);
  if (callables.length === 0 && first !== undefined) mayUse(role, first.who, `/${command.name}`);
  return [
    { kind: "heading", text: `/${command.name}` },
    { kind: "text", text: command.description },
    ...callables.flatMap((callable): Block[] => [
      ...(command.plain === undefined
        ? [{ kind: "text" as const, text: [{ bold: `/${callable.name}` }, ` ${callable.description}`] }]
        : []),
      ...(Object.keys(callable.options).length === 0
        ? []
        : [
            {
              kind: "fields" as const,
              fields: Object.entries(callable.options).map(([name, spec]) => ({
                name: `${name}:`,
                value: `${spec.description}${spec.required === true ? " (needed)" : ""}${spec.choices === undefined ? "" : `. One of ${spec.choices.map((each) => each.value).join(", ")}`}`,
              })),
            },
          ]),
    ]),
    ...examples(callables),
  ];
}

function allowed(command: Command, role: Role): readonly Callable[] {
  return callablesOf(command).filter((each) => ROLES.indexOf(each.who) <= ROLES.indexOf(role));
}

function examples(callables: readonly Callable[]): Block[] {
  const lines = callables.flatMap((each) => each.examples ?? []);
  if (lines.length === 0) return [];
  return [
    {
      kind: "text",
      text: [
        "For instance: ",
        ...lines.flatMap((line, index): Inline[] => [...(index > 0 ? [" · "] : []), { code: line }]),
      ],
    },
  ];
}
