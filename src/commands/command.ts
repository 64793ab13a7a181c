// How a command is declared: once, with everything that any platform, the help and the reference need to know.
import type { Reply } from "./reply.js";
import type { ActionRequest, CommandRequest, Role } from "./request.js";

/** A typed option. `choices` closes it; `complete` offers values while it is typed. */
export interface OptionSpec {
  readonly type: "string" | "integer" | "boolean" | "user" | "channel" | "attachment";
  readonly description: string;
  readonly required?: boolean;
  readonly choices?: readonly { readonly value: string; readonly label: string }[];
  /** For integers. */
  readonly min?: number;
  readonly max?: number;
  /** For strings, in characters. */
  readonly maxLength?: number;
}

/** At most `times` calls a person in any `seconds`. */
export interface RateLimit {
  readonly times: number;
  readonly seconds: number;
}

export type OptionValues = Readonly<Record<string, string | number | boolean | undefined>>;

/** What a handler gives: one reply, or several of which each replaces the one before (progress) and the last stays. */
export type Outcome = Promise<Reply> | AsyncIterable<Reply>;

interface Common {
  readonly who: Role;
  readonly limit?: RateLimit;
}

/** Something a person can say. `opensForm`: the first reply is a form, so a platform must not defer before it. */
export interface Callable extends Common {
  readonly name: string;
  readonly description: string;
  readonly options: Readonly<Record<string, OptionSpec>>;
  readonly opensForm?: boolean;
  /** Offered in the menu of a message with files (Discord, Slack): its label, and the attachment option that gets the first file. */
  readonly messageMenu?: { readonly label: string; readonly option: string };
  /** Shown in the reference. */
  readonly examples?: readonly string[];
  run(request: CommandRequest, options: OptionValues): Outcome;
}

/** What a button, a choice or a form of this command does. */
export interface ActionSpec extends Common {
  readonly opensForm?: boolean;
  run(request: ActionRequest): Outcome;
}

/** A command is either plain or has subcommands, never both. */
export interface Command {
  readonly name: string;
  readonly description: string;
  readonly plain?: Callable;
  readonly subcommands?: readonly Callable[];
  readonly actions?: Readonly<Record<string, ActionSpec>>;
}
