// The store on LMDB: the adapter, and migrations inside one write transaction.
import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
} from "node:fs";
import { join } from "node:path";
import type { Backend, StoreLog } from "./backend.js";
import { explainFile, newer } from "./failures.js";
import { splitKey } from "./keys.js";
import { LmdbAdapter } from "./lmdb-adapter.js";
import { DATA_FILE } from "./lmdb-check.js";
import { openLmdb } from "./lmdb-file.js";
import type { WriteTransaction } from "./lmdb-transaction.js";
import { migrateRecord } from "./migrate-record.js";
import { type Migration, versionOf } from "./migrations.js";

const NAMESPACE = "convo";
const PORTION = 256;

export function openLmdbBackend(folder: string, migrations: readonly Migration[], log: StoreLog): Backend {
  const file = openLmdb(folder);
  const adapter = new LmdbAdapter(file, { onSweepError: (error) => log.warn({ err: error }, "store: sweep failed") });
  const ours = versionOf(migrations);
  adapter.namespace = NAMESPACE;
  return {
    description: `lmdb:${folder}`,
    adapter,
    keyvNamespace: NAMESPACE,
    update: (key, change) => adapter.update(key, change),
    scan: (prefix) => adapter.entries(prefix),
    clear: (prefix) => adapter.clearFrom(prefix),
    async migrate() {
      // LMDB's write lock is a robust mutex: it dies with its holder, and what a killed holder wrote was never there.
      file.writeNow((transaction) => migrateLmdb(transaction, folder, adapter.storedKey(""), migrations, log));
      // A newer program may migrate while this one runs; from then on this one writes nothing more.
      file.guard = (transaction) => {
        const theirs = transaction.schema() ?? ours;
        if (theirs > ours) throw newer(`lmdb:${folder}`, theirs, ours);
      };
    },
    run: (work) => work(),
    close: () => adapter.disconnect(),
  };
}

function migrateLmdb(
  transaction: WriteTransaction,
  folder: string,
  space: Buffer,
  migrations: readonly Migration[],
  log: StoreLog,
): void {
  const ours = versionOf(migrations);
  const theirs = transaction.schema();
  if (theirs === ours) return;
  if (theirs !== undefined && theirs > ours) throw newer(`lmdb:${folder}`, theirs, ours);
  if (theirs !== undefined) {
    const backup = backUp(folder, theirs);
    log.info({ from: theirs, to: ours, backup }, "store: migrating; the backup may be deleted when all is well");
    migrateRecords(transaction, folder, space, migrations);
  }
  transaction.setSchema(ours);
}

/**
 * A copy of the data file as it was before the migration, in a folder of its own beside the store's; that folder is a store.
 * It is copied under the write lock, so it is exactly what the migration starts from, and made once. (LMDB's own
 * `backup` takes that lock itself, or copies a snapshot from before it was taken.) Nobody else can write meanwhile.
 */
function backUp(folder: string, version: number): string {
  const stamp = new Date().toISOString().replaceAll(/[:.]/g, "-");
  const backup = `${folder}.backup-v${version}-${stamp}`;
  const draft = `${folder}.backup-unfinished`;
  try {
    if (existsSync(draft)) rmSync(draft, { recursive: true });
    mkdirSync(draft);
    copyFileSync(join(folder, DATA_FILE), join(draft, DATA_FILE), constants.COPYFILE_FICLONE);
    const copy = openSync(join(draft, DATA_FILE), "r+");
    fsyncSync(copy);
    closeSync(copy);
    renameSync(draft, backup);
  } catch (error) {
    throw explainFile(error, backup);
  }
  return backup;
}

function migrateRecords(
  transaction: WriteTransaction,
  folder: string,
  space: Buffer,
  migrations: readonly Migration[],
) {
  const end = Buffer.concat([space, Buffer.from([0xff])]);
  let start = space;
  while (true) {
    const portion = transaction.range(start, end, PORTION);
    const last = portion.at(-1);
    if (!last) return;
    for (const [stored, { payload, expires }] of portion) {
      const where = splitKey(stored.toString("utf8", space.length));
      if (where === undefined) continue;
      const moved = migrateRecord(where, payload, `lmdb:${folder}`, migrations);
      if (moved === "current") continue;
      transaction.remove(stored);
      if (moved) transaction.put(Buffer.concat([space, Buffer.from(moved.key)]), { payload: moved.text, expires });
    }
    start = Buffer.concat([last[0], Buffer.alloc(1)]);
  }
}
