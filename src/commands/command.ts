// How a command is declared: once, with everything that any platform, the help and the reference need to know.
import type { Reply } from "./reply.js";
import type { ActionRequest, CommandRequest, Role } from "./request.js";

/** A typed option. `choices` closes it; `complete` offers values while it is typed. */
export interface OptionSpec {
  readonly type: "string" | "integer" | "boolean" | "user" | "role" | "channel" | "attachment";
  readonly description: string;
  readonly required?: boolean;
  readonly choices?: readonly { readonly value: string; readonly label: string }[];
  /** For integers. */
  readonly min?: number;
  readonly max?: number;
  /** For strings, in characters. */
  readonly maxLength?: number;
  /** Values to offer for what is typed so far, best first; for strings without `choices`. Any other value may still be given. */
  complete?(typed: string, asker: Asker): Promise<readonly Completion[]>;
}

/** Who types: completions are of this community, and cost no more than a look-up. */
export interface Asker {
  readonly community: string;
  readonly user: string;
}

export interface Completion {
  readonly value: string;
  readonly label: string;
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
  /** Changes what others rely on: every use is put on the audit list, with what came of it. */
  readonly audited?: boolean;
}

/** Something a person can say. `opensForm`: the first reply is a form, so a platform must not defer before it. */
export interface Callable extends Common {
  readonly name: string;
  readonly description: string;
  readonly options: Readonly<Record<string, OptionSpec>>;
  readonly opensForm?: boolean;
  /** Usually answers in public: for a platform that must say so before it has the answer (Discord's defer). */
  readonly public?: boolean;
  /** Offered in the menu of a message that has a file, which becomes this option. `label`: at most 32 characters. */
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
  /** Makes sense without a community: in a direct message, or installed by one person for herself. */
  readonly alone?: boolean;
  readonly plain?: Callable;
  readonly subcommands?: readonly Callable[];
  readonly actions?: Readonly<Record<string, ActionSpec>>;
}
