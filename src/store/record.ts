// The stored form of a record: JSON of an envelope that carries the schema's version beside the value.
import { UserError } from "../errors.js";
import { newer } from "./failures.js";
import { type Migration, upgrade, versionOf } from "./migrations.js";

/**
 * What Keyv is given as its value, and so what lies in the store: `{"v":1,"value":…}`. `v` is the schema's version at the
 * time of writing. The expiry is not in it: it belongs to the backend (Redis's own, LMDB's record header), because a second
 * copy judged by this machine's clock would let one wrong clock delete other machines' records.
 */
export interface Envelope {
  readonly v: number;
  readonly value: unknown;
}

/** Keyv's `serialize` and `deserialize`, used for every record on every backend. */
export const keyvSerialisation = {
  serialize: (data: { value?: unknown }): string => toText(data.value),
  deserialize: (text: string) => ({ value: JSON.parse(text) }),
};

/** `value` in today's envelope; TypeError where there is none. */
export function sealed(value: unknown, migrations: readonly Migration[]): Envelope {
  if (value === undefined) throw new TypeError("A stored value must be plain JSON, and undefined is not.");
  return { v: versionOf(migrations), value };
}

/** The bytes of an envelope; TypeError (a bug of the caller) where its value is not plain JSON. */
export function toText(envelope: unknown): string {
  return JSON.stringify(envelope, onlyJson);
}

/** `text` as an envelope; UserError `store-damaged` where it is none. `where` names the record. */
export function toEnvelope(text: string, where: string): Envelope {
  try {
    return checkedEnvelope(JSON.parse(text), where);
  } catch (cause) {
    if (cause instanceof SyntaxError) throw notOurs(where, cause);
    throw cause;
  }
}

export function checkedEnvelope(parsed: unknown, where: string): Envelope {
  if (typeof parsed !== "object" || parsed === null || !("v" in parsed) || !("value" in parsed)) throw notOurs(where);
  if (typeof parsed.v !== "number") throw notOurs(where);
  return { v: parsed.v, value: parsed.value };
}

export function notOurs(where: string, cause?: unknown): UserError {
  return new UserError(
    "store-damaged",
    `The record ${where} is not one that Convo wrote.`,
    "Delete it with the store's own tool, or give Convo a store of its own.",
    { cause },
  );
}

/**
 * The value in `envelope` as this program understands it. A record older than the store's schema was written by an older
 * program that still ran while a newer one migrated; it is upgraded on reading. One that is newer is refused.
 */
export function valueIn(
  envelope: Envelope,
  record: { namespace: string; key: string },
  place: string,
  migrations: readonly Migration[],
): unknown {
  const ours = versionOf(migrations);
  if (envelope.v === ours) return envelope.value;
  if (envelope.v > ours) throw newer(place, envelope.v, ours);
  const upgraded = upgrade({ ...record, value: envelope.value }, envelope.v, migrations);
  return upgraded?.namespace === record.namespace && upgraded.key === record.key ? upgraded.value : undefined;
}

/** JSON.stringify drops or bends what JSON cannot say (NaN becomes null, a Map {}); here that is an error at once. */
function onlyJson(this: unknown, key: string, value: unknown): unknown {
  const original = typeof this === "object" && this !== null ? Reflect.get(this, key) : value;
  const kind = typeof original;
  if (original === undefined && !Array.isArray(this)) return undefined;
  if (original === null || kind === "string" || kind === "boolean") return original;
  if (kind === "number" && Number.isFinite(original)) return original;
  if (kind === "object") {
    const prototype: unknown = Object.getPrototypeOf(original);
    if (Array.isArray(original) || prototype === null || Object.getPrototypeOf(prototype) === null) return original;
  }
  const shown = kind === "object" ? Object.getPrototypeOf(original)?.constructor?.name : String(original);
  throw new TypeError(`A stored value must be plain JSON, but at "${key}" it has ${shown}.`);
}
