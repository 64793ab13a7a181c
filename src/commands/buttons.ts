// A button's reference as a short text: command, action and arguments where they fit, else the key of a stored record.
import { randomBytes } from "node:crypto";
import { UserError } from "../errors.js";
import type { Namespace } from "../store/store.js";
import type { ActionRef } from "./reply.js";

export type StoredRef = ActionRef;

const LIFETIME = 30 * 24 * 3_600_000;

/** Marks the key of a record; a command's name never starts with it. */
const STORED = "@";

/** `command.action?name=value&…`, percent-encoded; `@key` where that is longer than `limit` characters. */
export async function encodeRef(records: Namespace<StoredRef>, ref: ActionRef, limit: number): Promise<string> {
  const query = new URLSearchParams({ ...ref.args }).toString();
  const direct = `${ref.command}.${ref.action}${query === "" ? "" : `?${query}`}`;
  if (direct.length <= limit) return direct;
  const key = randomBytes(12).toString("base64url");
  await records.set(key, ref, LIFETIME);
  return `${STORED}${key}`;
}

/** Throws UserError `button-expired` where the record is gone, `button-unknown` where the text is none of ours. */
export async function decodeRef(records: Namespace<StoredRef>, token: string): Promise<ActionRef> {
  if (/^@[\w-]{1,64}$/.test(token)) {
    const ref = await records.get(token.slice(STORED.length));
    if (ref !== undefined) return ref;
    throw new UserError(
      "button-expired",
      "This button is more than 30 days old.",
      "Ask again for what it belonged to; /help shows the commands.",
    );
  }
  const match = /^([a-z][a-z-]{0,31})\.([a-z][a-z-]{0,31})(?:\?(.*))?$/s.exec(token);
  if (match === null)
    throw new UserError(
      "button-unknown",
      "This button is none of Convo's.",
      "Ask again for what you want; /help shows the commands.",
    );
  const [, command = "", action = "", query = ""] = match;
  return { command, action, args: Object.fromEntries(new URLSearchParams(query)) };
}
