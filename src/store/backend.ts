// What the store needs from LMDB and from Redis beyond what Keyv can say: one atomic update, and keys by prefix.
import type { KeyvStoreAdapter } from "keyv";

/** pino's two levels that the store uses. */
export interface StoreLog {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
}

/** What an update writes: `stored` undefined deletes; `ttl` in milliseconds, without it the record's own expiry stays. */
export interface Written {
  readonly stored: string | undefined;
  readonly ttl: number | undefined;
}

/** Keys here are whole: namespace and key in one string, see keys.ts. */
export interface Backend {
  /** Where the data is; no secrets. */
  readonly description: string;
  /** For Keyv, which does all reading and writing of single records. */
  readonly adapter: KeyvStoreAdapter;
  /** Keyv's namespace: what all our keys begin with in the backend. */
  readonly keyvNamespace: string;
  /** Atomic against every other process. `change` sees exactly the bytes that Keyv stored, and may run more than once. */
  update(key: string, change: (stored: string | undefined) => Written): Promise<void>;
  /** Live records, each once, whose key begins with `prefix`; read in small portions, never all at once. */
  scan(prefix: string): AsyncGenerator<[key: string, stored: string], void>;
  /** Deletes what begins with `prefix`; resolves with the number of live records among them. */
  clear(prefix: string): Promise<number>;
  /** Brings the records to this program's schema, or refuses a newer store. Once, before anything else. */
  migrate(): Promise<void>;
  /** Runs one call of Keyv's, in bounded time, with the backend's errors as UserError. The methods above need no such help. */
  run<T>(work: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}
