// Which of the declared commands is meant by the words in which a platform names it.
import type { Callable, Command } from "./command.js";

/** Undefined for what is not declared, for a command that needs a subcommand, and for one that has none. */
export function findCallable(
  commands: readonly Command[],
  { command: name, subcommand }: { readonly command: string; readonly subcommand?: string | undefined },
): Callable | undefined {
  const command = commands.find((each) => each.name === name);
  if (subcommand === undefined) return command?.plain;
  return command?.subcommands?.find((each) => each.name === `${name} ${subcommand}`);
}
