// One open LMDB folder: reads, and writes gathered into transactions that cannot run out of disk half-way.
import { closeSync, fstatSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { type Database, open, type RootDatabase } from "lmdb";
import { explainFile } from "./failures.js";
import { checkFolder, DATA_FILE } from "./lmdb-check.js";
import { decoded, type Entry, overdue, type WriteTransaction, Writing } from "./lmdb-transaction.js";

/**
 * TransactionFlags.ABORTABLE | SYNCHRONOUS_COMMIT of lmdb-js (a const enum that erases under isolatedModules).
 *
 * Why synchronous, on this thread: lmdb-js 3.5's queue of asynchronous writes, on a full disk, rejects promises nobody can
 * catch, never settles `transaction()`, and does not settle `flushed` for large batches of transactions; a synchronous one
 * throws. Why with fsync (no NO_SYNC_FLUSH, no overlappingSync): LMDB then syncs the data before it writes and syncs the
 * page that makes them current, so `write` resolves when the record survives `kill -9` and power loss alike, as far as
 * the disk keeps its promise. Measured on a virtual SSD: 0.4 ms a commit (p99 2.7 ms), 0.02 ms without fsync; writes of
 * one turn of the event loop share a commit, so 1,700 a second go one after the other and 38,000 a hundred at a time.
 * The event loop, and other processes' writes, wait that long.
 */
const WRITE = 1 | 2;

/** Actions that share one commit; bounds what `reserve` must set aside. */
const BATCH = 64;

// Room for a commit is claimed before it: on a full disk lmdb-js 3.5 overruns a 100-byte buffer with its own error message
// (mdb.c, "Attempting to write page at position…") and the process may abort. Pages a write can dirty: two trees (record,
// expiry) of depth 5, a split each. Pages that deletions set free are not counted on, so on a full disk a store
// with many of them refuses a write for which they would have done.
const PAGES_A_WRITE = 12;
/** The free list, and the roots. */
const PAGES_A_COMMIT = 32;
/** Kept for deletions, so that a full store can be emptied. */
const PAGES_FOR_DELETING = 64;
const GROWTH = 256 * 1024;

interface Pending {
  run(transaction: WriteTransaction): void;
  settle(): void;
  reject(error: unknown): void;
}

/** A life cycle: opened by `openLmdb`, over with `close`. Several processes may hold one folder, and one process may hold it twice. */
export class LmdbFile {
  /** Runs at the beginning of every commit; what it throws rejects the writes. */
  guard: (transaction: WriteTransaction) => void = () => {};
  #pending: Pending[] = [];
  #closed = false;

  constructor(
    readonly folder: string,
    private readonly root: RootDatabase<Buffer, Buffer>,
    private readonly records: Database<Buffer, Buffer>,
    /** From expiry (8 bytes, big-endian) and key to nothing: lets the sweep find what is over without reading the rest. */
    private readonly expiries: Database<Buffer, Buffer>,
    private readonly meta: Database<Buffer, Buffer>,
    private readonly file: number,
  ) {}

  get isClosed(): boolean {
    return this.#closed;
  }

  get(key: Buffer): Entry | undefined {
    return this.#reading(() => decoded(this.records.getBinary(key)));
  }

  /** At most `limit` entries from `start` (inclusive) to `end` (exclusive), in the order of their bytes, as of now. */
  range(start: Buffer, end: Buffer, limit: number): [key: Buffer, entry: Entry][] {
    return this.#reading(() => this.#range(start, end, limit));
  }

  /** Whether there is a record whose time is over. */
  hasExpired(now: number): boolean {
    return this.#reading(() => overdue(this.expiries, now, 1).length > 0);
  }

  /**
   * Runs `action` in a write transaction and resolves with its result once that is on the disk. `action` is synchronous and
   * may run more than once: where a transaction fails, each of its actions is tried alone.
   */
  write<T>(action: (transaction: WriteTransaction) => T): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#closed) throw new Error(`The store ${this.folder} is closed.`);
      let result: { value: T } | undefined;
      const run = (transaction: WriteTransaction) => {
        result = { value: action(transaction) };
      };
      const settle = () => (result ? resolve(result.value) : reject(new Error("A write was settled before it ran.")));
      if (this.#pending.push({ run, settle, reject }) === 1) setImmediate(() => this.#flush());
    });
  }

  /** The same at once and alone; blocks until it is on the disk. */
  writeNow<T>(action: (transaction: WriteTransaction) => T): T {
    let result: { value: T } | undefined;
    try {
      this.root.transactionSync(() => {
        const transaction = new Writing(this.records, this.expiries, this.meta, (...range) => this.#range(...range));
        this.guard(transaction);
        result = { value: action(transaction) };
        this.#reserve(transaction);
      }, WRITE);
    } catch (error) {
      throw explainFile(error, this.folder, join(this.folder, DATA_FILE));
    }
    if (result === undefined) throw new Error("LMDB did not run a transaction.");
    return result.value;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#flush();
    this.#closed = true;
    await this.root.close();
    closeSync(this.file);
  }

  #flush(): void {
    const pending = this.#pending;
    this.#pending = [];
    for (let start = 0; start < pending.length; start += BATCH) this.#commit(pending.slice(start, start + BATCH));
  }

  #commit(batch: Pending[]): void {
    try {
      this.writeNow((transaction) => {
        for (const one of batch) one.run(transaction);
      });
    } catch (error) {
      if (batch.length > 1) for (const one of batch) this.#commit([one]);
      else for (const one of batch) one.reject(error);
      return;
    }
    for (const one of batch) one.settle();
  }

  /** Extends the file so that every page this transaction may write already has its block. Runs under the write lock. */
  #reserve(transaction: Writing): void {
    if (transaction.writes === 0) return;
    const stats: { pageSize?: number; lastPageNumber?: number } = this.root.getStats();
    const { pageSize = 4096, lastPageNumber = 0 } = stats;
    const values = Math.ceil((2 * transaction.bytes) / pageSize);
    const trees = Math.min(transaction.writes * PAGES_A_WRITE, lastPageNumber + transaction.writes);
    const spare = transaction.adds ? PAGES_FOR_DELETING : 0;
    const needed = (lastPageNumber + 1 + PAGES_A_COMMIT + trees + values + spare) * pageSize;
    const { size } = fstatSync(this.file);
    if (size >= needed) return;
    const target = Math.ceil(needed / GROWTH) * GROWTH;
    const zeros = Buffer.alloc(GROWTH);
    for (let at = size; at < target; ) at += writeSync(this.file, zeros, 0, Math.min(GROWTH, target - at), at);
  }

  #range(start: Buffer, end: Buffer, limit: number): [key: Buffer, entry: Entry][] {
    const found: [Buffer, Entry][] = [];
    for (const { key, value } of this.records.getRange({ start, end, limit })) {
      const entry = decoded(value);
      if (entry) found.push([Buffer.from(key), entry]);
    }
    return found;
  }

  #reading<T>(read: () => T): T {
    if (this.#closed) throw new Error(`The store ${this.folder} is closed.`);
    try {
      // lmdb-js keeps a snapshot until the next turn of the event loop; another process may have written since.
      this.root.resetReadTxn();
      return read();
    } catch (error) {
      throw explainFile(error, this.folder, join(this.folder, DATA_FILE));
    }
  }
}

/** Opens the LMDB folder, making it where it is missing. UserError where it cannot be used. */
export function openLmdb(folder: string): LmdbFile {
  checkFolder(folder);
  const options = { keyEncoding: "binary", encoding: "binary" } as const;
  try {
    // noSubdir said outright: lmdb-js takes a path with a dot in it for a file. No name: three databases of our own in it.
    const root = open<Buffer, Buffer>({ path: folder, noSubdir: false, overlappingSync: false, maxDbs: 4, ...options });
    const [records, expiries, meta] = ["records", "expiries", "meta"].map((name) =>
      root.openDB<Buffer, Buffer>({ name, ...options }),
    );
    if (!records || !expiries || !meta) throw new Error("LMDB opened no database.");
    return new LmdbFile(folder, root, records, expiries, meta, openSync(join(folder, DATA_FILE), "r+"));
  } catch (error) {
    throw explainFile(error, folder, join(folder, DATA_FILE));
  }
}
