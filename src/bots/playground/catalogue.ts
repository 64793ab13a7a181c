// The commands as the page's completion needs them: names, options, choices, who may.
import type { Callable, Command } from "../../commands/command.js";
import type { WireCallable, WireCommand } from "./wire.js";

export function catalogue(commands: readonly Command[]): WireCommand[] {
  return commands.map((command) => ({
    name: command.name,
    description: command.description,
    callables: command.plain
      ? [wireCallable(command.plain)]
      : (command.subcommands ?? []).map((each) => ({ subcommand: each.name, ...wireCallable(each) })),
  }));
}

/** The callable that a typed command means, if there is one. */
export function findCallable(commands: readonly Command[], name: string, subcommand?: string): Callable | undefined {
  const command = commands.find((each) => each.name === name);
  return subcommand === undefined ? command?.plain : command?.subcommands?.find((each) => each.name === subcommand);
}

function wireCallable(callable: Callable): WireCallable {
  return {
    description: callable.description,
    who: callable.who,
    examples: callable.examples ?? [],
    options: Object.entries(callable.options).map(([name, { complete, ...option }]) => ({
      name,
      ...option,
      required: option.required ?? false,
      ...(complete === undefined ? {} : { completes: true as const }),
    })),
  };
}
