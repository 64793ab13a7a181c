// The list of changes to the stored records' form, and how one record is carried over them.

export interface StoredRecord {
  readonly namespace: string;
  readonly key: string;
  readonly value: unknown;
}

/**
 * One step of the schema. It works record by record, so that a run that was killed in the middle is simply run again:
 * records that carry the new version are left alone.
 */
export interface Migration {
  /** The version a record has afterwards; steps count up by one, beginning with 2. */
  readonly to: number;
  readonly title: string;
  /** Pure. The record's new form, perhaps under another key; undefined deletes it. */
  record(record: StoredRecord): StoredRecord | undefined;
}

/** Today's schema is the first one. */
export const MIGRATIONS: readonly Migration[] = [];

/** The schema's version that a program with these migrations writes. */
export function versionOf(migrations: readonly Migration[]): number {
  return 1 + migrations.length;
}

/** `record`, written at version `from`, in today's form; undefined where a step deletes it. */
export function upgrade(
  record: StoredRecord,
  from: number,
  migrations: readonly Migration[],
): StoredRecord | undefined {
  let current: StoredRecord | undefined = record;
  for (const migration of migrations) {
    if (migration.to <= from) continue;
    current = migration.record(current);
    if (current === undefined) return undefined;
  }
  return current;
}

/** Throws an Error (a bug) where the list does not count 2, 3, 4… */
export function checkMigrations(migrations: readonly Migration[]): void {
  migrations.forEach((migration, index) => {
    if (migration.to !== index + 2)
      throw new Error(`Migration "${migration.title}" must lead to version ${index + 2}.`);
  });
}
