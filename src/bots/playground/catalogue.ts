// The commands as the page's completion needs them: names, options, choices, who may.
import type { Callable, Command } from "../../commands/command.js";
import type { WireCallable, WireCommand } from "./wire.js";

export function catalogue(commands: readonly Command[]): WireCommand[] {
  return commands.map((command) => ({
    name: command.name,
    description: command.description,
    callables: command.plain
      ? [wireCallable(command.plain)]
      : (command.subcommands ?? []).map((each) => ({
          subcommand: each.name.slice(command.name.length + 1),
          ...wireCallable(each),
        })),
  }));
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
