// What a platform hands to the commands: one person's one wish.
import type { ActionRef } from "./reply.js";

export const ROLES = ["learner", "instructor", "admin"] as const;
export type Role = (typeof ROLES)[number];

export interface User {
  /** Stable on its platform; never shown. */
  readonly id: string;
  /** As the platform shows it: untrusted, any Unicode. */
  readonly name: string;
  /** By the platform's own flags; settings may raise a learner to instructor. */
  readonly role: Role;
  /** Identifiers of the platform's roles or groups that the person carries. */
  readonly groups: readonly string[];
}

export interface Attachment {
  readonly name: string;
  readonly mediaType: string;
  readonly size: number;
  read(): Promise<Uint8Array>;
}

interface Common {
  /** The platform's identifier of this event: delivered twice, it is handled once. */
  readonly id: string;
  readonly platform: string;
  /** Guild or workspace; everything stored belongs to one. */
  readonly community: string;
  readonly channel: string;
  readonly user: User;
  /** BCP 47. */
  readonly locale: string;
  readonly attachments: readonly Attachment[];
}

/** A command as typed. Options are strings (or what the platform already typed); `commands/` checks them. */
export interface CommandRequest extends Common {
  readonly kind: "command";
  readonly command: string;
  readonly subcommand?: string;
  readonly options: Readonly<Record<string, string | number | boolean>>;
}

/** A pressed button, a pick of a choice (`value`), or a submitted form (`fields`). */
export interface ActionRequest extends Common {
  readonly kind: "action";
  readonly ref: ActionRef;
  readonly value?: string;
  readonly fields?: Readonly<Record<string, string>>;
}

export type Request = CommandRequest | ActionRequest;
