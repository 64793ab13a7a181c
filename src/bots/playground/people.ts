// Who one is in the playground: a random id that the server signs and the page remembers; a tab is a person.
import { randomBytes } from "node:crypto";
import { z } from "zod";
import { ROLES, type Role } from "../../commands/request.js";
import { NAME_CHARACTERS } from "./limits.js";
import type { Signer } from "./signing.js";

/** As carried, signed, by the page in the `Convo-Person` header. `role` counts only where people choose it themselves. */
export interface Identity {
  /** 128 random bits; stored with everything this person does, never shown. */
  readonly id: string;
  readonly name: string;
  readonly role: Role;
}

const shape = z.object({ i: z.string().regex(/^[0-9a-f]{32}$/), n: z.string().min(1), r: z.enum(ROLES) });

/** A new person, or the one of `previous` under a new name or role. */
export function identify(name: string, role: Role, previous?: Identity): Identity {
  return { id: previous?.id ?? randomBytes(16).toString("hex"), name, role };
}

export function writeIdentity(signer: Signer, identity: Identity): string {
  return signer.sign("identity", { i: identity.id, n: identity.name, r: identity.role });
}

/** Undefined where there is none, or one that this server's store did not sign. */
export function readIdentity(signer: Signer, token: string | undefined): Identity | undefined {
  if (!token) return undefined;
  const parsed = shape.safeParse(signer.verify("identity", token));
  return parsed.success ? { id: parsed.data.i, name: parsed.data.n, role: parsed.data.r } : undefined;
}

/** The name without what could disguise or break a line (controls, direction marks, invisible characters); "" where nothing is left. */
export function tidyName(name: string): string {
  const visible = name
    .normalize("NFC")
    .replace(/[\p{Cc}\p{Cs}\p{Co}\p{Zl}\p{Zp}\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]/gu, " ");
  const trimmed = visible.replace(/\s+/gu, " ").trim();
  return Array.from(trimmed).slice(0, NAME_CHARACTERS).join("").trim();
}
