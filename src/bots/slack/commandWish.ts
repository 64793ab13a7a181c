// A typed command and its files → the request; what was typed wrongly is said with its fix.
import { findCallable } from "../../commands/callables.js";
import type { Command } from "../../commands/command.js";
import { fileOption } from "../../commands/options.js";
import type { Request } from "../../commands/request.js";
import { UserError } from "../../errors.js";
import type { Typed } from "../typed.js";
import type { Attach, Wish } from "./bot.js";
import type { SlackFile } from "./files.js";

/** Throws UserError `files-not-taken`, and what was wrong in the writing under the hint's own code. */
export async function commandWish(
  typed: Typed,
  common: Parameters<Wish>[0],
  commands: readonly Command[],
  files: readonly SlackFile[],
  attach: Attach,
): Promise<Request> {
  if (typed.kind === "hint") throw new UserError(typed.code, typed.what, typed.fix);
  const { command, subcommand, options } = typed;
  const option = fileOption(findCallable(commands, typed));
  const name = `/${command}${subcommand === undefined ? "" : ` ${subcommand}`}`;
  if (files.length > 0 && option === undefined)
    throw new UserError("files-not-taken", `${name} takes no files.`, "Send the command without the file.");
  const attachments = await attach(files);
  const [first] = attachments;
  return {
    kind: "command",
    ...common,
    command,
    ...(subcommand === undefined ? {} : { subcommand }),
    // The option itself holds the file's name: the file is among the attachments.
    options: first === undefined || option === undefined ? options : { ...options, [option]: first.name },
    attachments,
  };
}
