// What the rest of the house knows of storage: namespaces of keys, and one atomic update.

/** A place where records of one kind are kept. Values are plain JSON; a key is any non-empty string of at most 512 bytes in UTF-8. */
export interface Namespace<T> {
  get(key: string): Promise<T | undefined>;
  /** Resolves when the record is durable. `ttl` in milliseconds. */
  set(key: string, value: T, ttl?: number): Promise<void>;
  /** True where there was one. */
  delete(key: string): Promise<boolean>;
  /**
   * Reads, changes and writes one record so that no concurrent update, in this process or another, is lost.
   * `change` must be pure and synchronous: it may run more than once. Returning undefined deletes. Resolves with the new value.
   * With `ttl` the record ends that many milliseconds from now, without it when it would have ended anyway.
   */
  update(key: string, change: (current: T | undefined) => T | undefined, ttl?: number): Promise<T | undefined>;
  /** Live records, in no promised order; `prefix` selects keys that start with it. */
  entries(prefix?: string): AsyncIterableIterator<[key: string, value: T]>;
  /** Deletes every record whose key starts with `prefix` (all where it is empty); resolves with their number. */
  clear(prefix?: string): Promise<number>;
}

export interface Store {
  /** Shown to operators: where the data is. No secrets. */
  readonly description: string;
  namespace<T>(name: string): Namespace<T>;
  close(): Promise<void>;
}
