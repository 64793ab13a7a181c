// Keyv's storage interface over an LMDB folder; it passes Keyv's own suite for adapters (test/store/keyv-suite.test.ts).
import { EventEmitter } from "node:events";
import type { KeyvStoreAdapter } from "keyv";
import { UserError } from "../errors.js";
import type { Written } from "./backend.js";
import { type LmdbFile, openLmdb } from "./lmdb-file.js";
import { type Entry, isOver, type WriteTransaction } from "./lmdb-transaction.js";

/** LMDB's limit on 4 KiB pages is 1,978 bytes; the expiry index puts 8 before the key. */
const STORED_KEY_LIMIT = 1_970;
/** Entries read at a time by an iteration; between portions no snapshot is held, which would make the file grow. */
const PORTION = 64;
/** One sweep removes at most so many records, so that it never holds up the event loop for long. */
const SWEEP_LIMIT = 500;
const SWEEP_EVERY = 30_000;
/** After one that was not enough, and after a read that met an expired record. */
const SWEEP_SOON = 1_000;

export interface LmdbAdapterOptions {
  /** Told of a sweep that failed; it is tried again. */
  onSweepError?: (error: unknown) => void;
}

/** Strings by key, in a namespace of its own where one is set. Expired records are never returned; a sweep deletes them. */
export class LmdbAdapter extends EventEmitter implements KeyvStoreAdapter {
  readonly opts: KeyvStoreAdapter["opts"];
  namespace?: string | undefined;
  readonly #file: LmdbFile;
  readonly #onSweepError: (error: unknown) => void;
  #timer: NodeJS.Timeout | undefined;
  #disconnected = false;

  /** `place` is a folder, or one that is already open. `disconnect` closes it. */
  constructor(place: string | LmdbFile, options: LmdbAdapterOptions = {}) {
    super();
    this.#file = typeof place === "string" ? openLmdb(place) : place;
    this.#onSweepError = options.onSweepError ?? ((error) => this.emit("error", error));
    // Keyv 5 gives an iterator only to dialects on a list of its own (`iterableAdapters`); the nearest on it is SQLite.
    this.opts = { url: `lmdb:${this.#file.folder}`, dialect: "sqlite" };
    this.#sweepIn(SWEEP_EVERY);
  }

  async get<Value>(key: string): Promise<Value | undefined> {
    const entry = this.#file.get(this.storedKey(key));
    if (entry !== undefined && isOver(entry)) this.#sweepIn(SWEEP_SOON);
    return returned(entry);
  }

  async getMany<Value>(keys: string[]): Promise<(Value | undefined)[]> {
    return Promise.all(keys.map((key) => this.get<Value>(key)));
  }

  async set(key: string, value: unknown, ttl?: number): Promise<void> {
    await this.setMany([ttl === undefined ? { key, value } : { key, value, ttl }]);
  }

  /** All or, where the disk is full, none. */
  async setMany(entries: { key: string; value: unknown; ttl?: number }[]): Promise<void> {
    const puts = entries.map(({ key, value, ttl }) => {
      if (typeof value !== "string") throw new TypeError("The LMDB adapter stores strings; give Keyv a serialiser.");
      return { key: this.storedKey(key), entry: { payload: value, expires: ttl ? Date.now() + ttl : 0 } };
    });
    await this.#file.write((transaction) => {
      for (const { key, entry } of puts) transaction.put(key, entry);
    });
  }

  async delete(key: string): Promise<boolean> {
    return this.deleteMany([key]);
  }

  /** True where at least one was there. */
  async deleteMany(keys: string[]): Promise<boolean> {
    const stored = keys.map((key) => this.storedKey(key));
    return this.#file.write((transaction) => {
      let any = false;
      for (const key of stored) any = removed(transaction, key) || any;
      return any;
    });
  }

  async has(key: string): Promise<boolean> {
    return (await this.get(key)) !== undefined;
  }

  async hasMany(keys: string[]): Promise<boolean[]> {
    return Promise.all(keys.map((key) => this.has(key)));
  }

  /** Everything in the namespace; in portions, so that it needs little room even in a full store. */
  async clear(): Promise<void> {
    await this.clearFrom("");
  }

  async *iterator<Value>(namespace?: string): AsyncGenerator<[string, Awaited<Value> | undefined], void> {
    for await (const [key, payload] of this.entries("", namespace ?? this.namespace)) {
      yield [key, payload as Awaited<Value>];
    }
  }

  async disconnect(): Promise<void> {
    this.#disconnected = true;
    clearTimeout(this.#timer);
    await this.#file.close();
  }

  /** Live records whose key begins with `prefix`, in the order of their keys' bytes, as each portion finds them. */
  async *entries(prefix: string, namespace = this.namespace): AsyncGenerator<[key: string, payload: string], void> {
    const space = spaceOf(namespace).length;
    for (const portion of this.#portions(prefix, namespace)) {
      const now = Date.now();
      for (const [key, entry] of portion) if (!isOver(entry, now)) yield [key.toString("utf8", space), entry.payload];
    }
  }

  /** Deletes what begins with `prefix`; resolves with the number of live records among them. */
  async clearFrom(prefix: string): Promise<number> {
    let count = 0;
    for (const portion of this.#portions(prefix, this.namespace)) {
      count += await this.#file.write((transaction) => {
        let live = 0;
        for (const [key] of portion) if (removed(transaction, key)) live++;
        return live;
      });
    }
    return count;
  }

  /** Runs `change` on the stored string (undefined where there is none) in a write transaction. */
  async update(key: string, change: (payload: string | undefined) => Written): Promise<void> {
    const stored = this.storedKey(key);
    // What `change` throws is its caller's, not LMDB's: it leaves the transaction alone and is thrown afterwards.
    const failure = await this.#file.write((transaction) => {
      const before = live(transaction.get(stored));
      let after: Written;
      try {
        after = change(before?.payload);
      } catch (error) {
        return { error };
      }
      if (after.stored === undefined) removed(transaction, stored);
      else transaction.put(stored, { payload: after.stored, expires: expiryAfter(after.ttl, before) });
      return undefined;
    });
    if (failure) throw failure.error;
  }

  /** The bytes LMDB keeps: the namespace without colons, a colon, the key. UserError `store-key` where they are too many. */
  storedKey(key: string): Buffer {
    const stored = Buffer.concat([spaceOf(this.namespace), Buffer.from(key)]);
    if (stored.length <= STORED_KEY_LIMIT) return stored;
    const what = `A record's key has ${stored.length} bytes in the store, LMDB's limit is ${STORED_KEY_LIMIT}.`;
    throw new UserError("store-key", what, "Use a shorter key.");
  }

  *#portions(prefix: string, namespace: string | undefined): Generator<[Buffer, Entry][], void> {
    let start = Buffer.concat([spaceOf(namespace), Buffer.from(prefix)]);
    // No byte of UTF-8 is 0xff, so this is the end of everything that begins with the prefix.
    const end = Buffer.concat([start, Buffer.from([0xff])]);
    while (true) {
      const portion = this.#file.range(start, end, PORTION);
      const last = portion.at(-1);
      if (!last) return;
      yield portion;
      start = Buffer.concat([last[0], Buffer.alloc(1)]);
    }
  }

  #sweepIn(delay: number): void {
    clearTimeout(this.#timer);
    if (this.#disconnected) return;
    this.#timer = setTimeout(() => {
      // Several adapters may share a file; closed by another, there is nothing to sweep any more.
      if (this.#file.isClosed) return;
      this.sweep()
        .catch(this.#onSweepError)
        .then((looked) => this.#sweepIn(looked === SWEEP_LIMIT ? SWEEP_SOON : SWEEP_EVERY));
    }, delay);
    this.#timer.unref();
  }

  /** Deletes expired records, at most 500; resolves with the number of those it looked at. Runs by itself every 30 s. */
  async sweep(): Promise<number> {
    if (!this.#file.hasExpired(Date.now())) return 0;
    return this.#file.write((transaction) => transaction.sweep(Date.now(), SWEEP_LIMIT));
  }
}

function spaceOf(namespace: string | undefined): Buffer {
  return Buffer.from(`${encodeURIComponent(namespace ?? "")}:`);
}

function live(entry: Entry | undefined): Entry | undefined {
  return entry === undefined || isOver(entry) ? undefined : entry;
}

/** Keyv's serialised string; Keyv's interface lets an adapter return what `Value` stands for. */
function returned<Value>(entry: Entry | undefined): Value | undefined {
  return live(entry)?.payload as Value | undefined;
}

function expiryAfter(ttl: number | undefined, before: Entry | undefined): number {
  return ttl === undefined ? (before?.expires ?? 0) : Date.now() + ttl;
}

/** Deletes what lies under `key`; true where it had not expired. */
function removed(transaction: WriteTransaction, key: Buffer): boolean {
  const before = transaction.get(key);
  if (before === undefined) return false;
  transaction.remove(key);
  return !isOver(before);
}
