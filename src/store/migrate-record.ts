// One stored record carried to today's schema, for the migrations of both backends.
import { newer } from "./failures.js";
import { namespacePrefix } from "./keys.js";
import { type Migration, upgrade, versionOf } from "./migrations.js";
import { sealed, toEnvelope, toText } from "./record.js";

/** `key` is whole, as a backend takes it. "current" where there is nothing to do, undefined where the record is to go. */
export function migrateRecord(
  record: { namespace: string; key: string },
  text: string,
  place: string,
  migrations: readonly Migration[],
): { key: string; text: string } | undefined | "current" {
  const { v, value } = toEnvelope(text, `${record.namespace}/${record.key}`);
  const ours = versionOf(migrations);
  if (v === ours) return "current";
  if (v > ours) throw newer(place, v, ours);
  const moved = upgrade({ ...record, value }, v, migrations);
  return moved && { key: namespacePrefix(moved.namespace) + moved.key, text: toText(sealed(moved.value, migrations)) };
}
