// What a record looks like in LMDB, and what can be done to records within one write transaction.
import type { Database } from "lmdb";

/** A stored string and when it ends (milliseconds since 1970, 0 for never). */
export interface Entry {
  readonly payload: string;
  readonly expires: number;
}

/** What an action of `write` may do, all synchronously. Keys are raw bytes. */
export interface WriteTransaction {
  get(key: Buffer): Entry | undefined;
  put(key: Buffer, entry: Entry): void;
  remove(key: Buffer): void;
  range(start: Buffer, end: Buffer, limit: number): [key: Buffer, entry: Entry][];
  /** Removes at most `limit` records whose time is over at `now`; returns how many it looked at. */
  sweep(now: number, limit: number): number;
  schema(): number | undefined;
  setSchema(version: number): void;
}

/** The expiry stands before the payload, as a big-endian double. */
const HEADER = 8;

/** `writes` and `bytes` tell how much room the commit will need. */
export class Writing implements WriteTransaction {
  writes = 0;
  bytes = 0;
  adds = false;

  constructor(
    private readonly records: Database<Buffer, Buffer>,
    private readonly expiries: Database<Buffer, Buffer>,
    private readonly meta: Database<Buffer, Buffer>,
    readonly range: WriteTransaction["range"],
  ) {}

  get(key: Buffer): Entry | undefined {
    return decoded(this.records.getBinary(key));
  }

  put(key: Buffer, entry: Entry): void {
    this.#unindex(key);
    const value = Buffer.alloc(HEADER + Buffer.byteLength(entry.payload));
    value.writeDoubleBE(entry.expires);
    value.write(entry.payload, HEADER);
    this.records.putSync(key, value);
    if (entry.expires > 0) this.expiries.putSync(expiryKey(entry.expires, key), Buffer.alloc(1));
    this.writes++;
    this.bytes += value.length + key.length;
    this.adds = true;
  }

  remove(key: Buffer): void {
    this.#unindex(key);
    this.records.removeSync(key);
    this.writes++;
  }

  sweep(now: number, limit: number): number {
    const found = overdue(this.expiries, now, limit);
    for (const index of found) {
      const key = index.subarray(HEADER);
      const entry = this.get(key);
      if (entry !== undefined && isOver(entry, now)) this.remove(key);
      this.expiries.removeSync(index);
      this.writes++;
    }
    return found.length;
  }

  schema(): number | undefined {
    const stored = this.meta.getBinary(SCHEMA_KEY);
    return stored === undefined ? undefined : Number(stored.toString());
  }

  setSchema(version: number): void {
    this.meta.putSync(SCHEMA_KEY, Buffer.from(String(version)));
    this.writes++;
  }

  #unindex(key: Buffer): void {
    const before = this.get(key);
    if (before !== undefined && before.expires > 0) this.expiries.removeSync(expiryKey(before.expires, key));
  }
}

const SCHEMA_KEY = Buffer.from("schema");

/** Whether the record has ended. Redis, too, counts the millisecond of the expiry itself as over. */
export function isOver(entry: Entry, now = Date.now()): boolean {
  return entry.expires > 0 && entry.expires <= now;
}

/** Entries of the expiry index whose time is over at `now`, at most `limit`. */
export function overdue(expiries: Database<Buffer, Buffer>, now: number, limit: number): Buffer[] {
  const found = expiries.getKeys({ start: Buffer.alloc(1), end: expiryKey(now + 1, Buffer.alloc(0)), limit });
  return [...found].map((index) => Buffer.from(index));
}

export function decoded(value: Uint8Array | undefined): Entry | undefined {
  if (value === undefined) return undefined;
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return { expires: bytes.readDoubleBE(0), payload: bytes.toString("utf8", HEADER) };
}

function expiryKey(expires: number, key: Buffer): Buffer {
  const index = Buffer.alloc(HEADER + key.length);
  index.writeBigUInt64BE(BigInt(Math.ceil(expires)));
  key.copy(index, HEADER);
  return index;
}
