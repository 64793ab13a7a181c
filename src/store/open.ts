// Opens the store that CONVO_STORE names, on LMDB or on Redis, with Keyv as the interface to both.
import { resolve } from "node:path";
import { Keyv } from "keyv";
import { UserError } from "../errors.js";
import type { Backend, StoreLog } from "./backend.js";
import { checkMigrations, MIGRATIONS, type Migration } from "./migrations.js";
import { KeyvNamespace } from "./namespace.js";
import { keyvSerialisation } from "./record.js";
import type { Namespace, Store } from "./store.js";

export interface StoreOptions {
  /** `lmdb:PATH`, a folder, made where it is missing; or `redis://…`, `rediss://…`, see redis-connection.ts. */
  readonly url: string;
  /** pino's logger fits. */
  readonly log?: StoreLog;
  /** For tests: other steps than the program's own. */
  readonly migrations?: readonly Migration[];
  /** For tests: milliseconds until a killed migration on Redis may be taken over. */
  readonly migrationLease?: number;
}

/**
 * The store, brought to this program's schema. UserError with a code `store-…` where it cannot be opened, within 5 s.
 * Several processes may open the same one, and one process may open it twice.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { url, log = silent, migrations = MIGRATIONS, migrationLease } = options;
  checkMigrations(migrations);
  const backend = await openBackend(url, migrations, log, migrationLease);
  try {
    await backend.migrate();
  } catch (error) {
    await backend.close();
    throw error;
  }
  return new KeyvStore(backend, migrations);
}

async function openBackend(
  url: string,
  migrations: readonly Migration[],
  log: StoreLog,
  lease: number | undefined,
): Promise<Backend> {
  // Each loaded where it is wanted: Redis's client alone takes a fifth of a second.
  if (/^rediss?:/.test(url)) {
    const [{ openRedisBackend }, { redisPlace }] = await Promise.all([
      import("./redis-backend.js"),
      import("./redis-connection.js"),
    ]);
    return openRedisBackend(redisPlace(url), migrations, log, lease);
  }
  if (/^lmdb:./.test(url)) {
    const { openLmdbBackend } = await import("./lmdb-backend.js");
    return openLmdbBackend(resolve(url.slice("lmdb:".length)), migrations, log);
  }
  throw new UserError(
    "store-url",
    `The store's URL begins with neither lmdb: nor redis: nor rediss: (it begins ${JSON.stringify(url.slice(0, 6))}).`,
    "Set CONVO_STORE to lmdb:FOLDER or redis://HOST:6379/0.",
  );
}

class KeyvStore implements Store {
  readonly description: string;
  readonly #keyv: Keyv;
  #closed = false;

  constructor(
    private readonly backend: Backend,
    private readonly migrations: readonly Migration[],
  ) {
    this.description = backend.description;
    // Keyv's own key prefix is left out: it takes a key that begins with "name:" for one that has it already.
    this.#keyv = new Keyv({
      store: backend.adapter,
      namespace: backend.keyvNamespace,
      useKeyPrefix: false,
      throwOnErrors: true,
      ...keyvSerialisation,
    });
  }

  namespace<T>(name: string): Namespace<T> {
    return new KeyvNamespace<T>(name, this.#keyv, this.backend, this.migrations, () => {
      if (this.#closed) throw new Error(`The store ${this.description} is closed.`);
    });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.backend.close();
  }
}

const silent: StoreLog = { info: () => {}, warn: () => {} };
