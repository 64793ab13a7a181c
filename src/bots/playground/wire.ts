// What travels between the playground's server and its page: one vocabulary, imported by both, types only.
import type { Column, Field, FormField, Option, Text, Tone } from "../../commands/reply.js";
import type { Role } from "../../commands/request.js";

/** A failed request's body: `{ error }`, with a stable code, what happened, and what to do. */
export interface WireError {
  readonly code: string;
  readonly message: string;
  readonly fix: string;
}

export interface WireButton {
  readonly label: string;
  readonly style: "primary" | "secondary" | "danger";
  /** Signed; POST /api/action takes it back. */
  readonly token: string;
}

/** A reply's block with bytes replaced by addresses on this server, and action references by signed tokens. */
export type WireBlock =
  | { readonly kind: "heading"; readonly text: string }
  | { readonly kind: "text"; readonly text: Text }
  | { readonly kind: "quote"; readonly text: string }
  | { readonly kind: "note"; readonly tone: Tone; readonly text: Text }
  | { readonly kind: "fields"; readonly fields: readonly Field[] }
  | { readonly kind: "table"; readonly columns: readonly Column[]; readonly rows: readonly (readonly Text[])[] }
  | {
      readonly kind: "picture";
      readonly name: string;
      readonly url: string;
      readonly alt: string;
      /** Pixels, so that the page keeps its place before it has loaded. */
      readonly width: number;
      readonly height: number;
    }
  | {
      readonly kind: "file";
      readonly name: string;
      readonly url: string;
      readonly mediaType: string;
      /** Bytes. */
      readonly size: number;
      readonly description: string;
    }
  | { readonly kind: "buttons"; readonly buttons: readonly WireButton[] }
  | {
      readonly kind: "choice";
      readonly style: "select" | "letters";
      readonly label: string;
      readonly options: readonly Option[];
      readonly token: string;
    };

/** What a person did, shown above the answer: "Ada used /quiz". */
export interface Invocation {
  readonly name: string;
  readonly verb: "used" | "pressed" | "picked" | "submitted" | "wrote";
  readonly what: string;
  /** Names of the files sent along. */
  readonly files?: readonly string[];
}

/** One message of a channel. A later revision takes the place of an earlier one with the same id. */
export interface Entry {
  readonly id: string;
  /** Ever growing on a server, also over restarts; a smaller one than what is shown is out of date. */
  readonly revision: number;
  readonly channel: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly private: boolean;
  /** More is to come. */
  readonly streaming: boolean;
  readonly invocation: Invocation;
  /** The page's id of the event that it answers, so that the page can take its own placeholder away. */
  readonly request: string;
  readonly blocks: readonly WireBlock[];
}

export interface WireForm {
  readonly title: string;
  readonly introduction?: Text;
  readonly fields: readonly FormField[];
  readonly submitLabel: string;
  /** Signed and bound to the person; POST /api/submit takes it back. */
  readonly token: string;
}

/** A line of the NDJSON answer to /api/command, /api/action and /api/submit; `done` is always the last. */
export type Line =
  | { readonly type: "entry"; readonly entry: Entry }
  | { readonly type: "form"; readonly form: WireForm }
  | { readonly type: "error"; readonly error: WireError }
  | { readonly type: "done" };

/** An event of GET /api/events; the name travels as the event's name, the rest as its data. */
export type LiveEvent =
  /** Always the first: all that is kept and that this person may see. `boot` changes with every start of the server. */
  | { readonly type: "snapshot"; readonly boot: string; readonly entries: readonly Entry[] }
  | { readonly type: "entry"; readonly entry: Entry }
  /** No longer to be seen by this person. */
  | { readonly type: "gone"; readonly id: string; readonly revision: number };

export interface WireOption {
  readonly name: string;
  readonly type: "string" | "integer" | "boolean" | "user" | "role" | "channel" | "attachment";
  readonly description: string;
  readonly required: boolean;
  readonly choices?: readonly Option[];
  readonly min?: number;
  readonly max?: number;
  readonly maxLength?: number;
  /** POST /api/complete offers values for what is typed so far; any other may be given, too. */
  readonly completes?: true;
}

/** The body of POST /api/complete: the option whose value is being typed. */
export interface CompletionWish {
  readonly command: string;
  readonly subcommand?: string | undefined;
  readonly option: string;
  readonly typed: string;
}

/** POST /api/complete, best first. */
export interface Offered {
  readonly values: readonly Option[];
}

/** Something that can be typed: a plain command, or one subcommand of a command. */
export interface WireCallable {
  readonly subcommand?: string;
  readonly description: string;
  readonly who: Role;
  readonly options: readonly WireOption[];
  readonly examples: readonly string[];
}

export interface WireCommand {
  readonly name: string;
  readonly description: string;
  readonly callables: readonly WireCallable[];
}

export interface Channel {
  readonly id: string;
  readonly topic: string;
}

export interface WirePerson {
  readonly name: string;
  readonly role: Role;
}

/** GET /api/session. */
export type Session =
  /** A token is needed first: POST /api/login. */
  | { readonly state: "login" }
  /** A name is needed (and a role, where `choosesRole`): POST /api/person. */
  | { readonly state: "join"; readonly choosesRole: boolean; readonly role: Role }
  | {
      readonly state: "ready";
      readonly choosesRole: boolean;
      readonly person: WirePerson;
      readonly community: string;
      readonly channels: readonly Channel[];
      readonly commands: readonly WireCommand[];
      readonly limits: { readonly files: number; readonly fileBytes: number; readonly textCharacters: number };
    };

/** POST /api/person: who one is from now on; `identity` goes into the `Convo-Person` header of every further request. */
export interface Joined {
  readonly identity: string;
  readonly person: WirePerson;
}
