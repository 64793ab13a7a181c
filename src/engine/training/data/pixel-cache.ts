// Decoded pictures in memory that all workers share, up to a bound: later epochs decode no file again.
import type { Pixels } from "./data-set.js";

/** Shared parts; they can be sent to a worker. */
export interface PixelCacheMemory {
  readonly bytes: SharedArrayBuffer;
  /** [0] the size that is cached, 0 as yet; [1] bytes given out; then STATE, offset, height, width a picture. */
  readonly table: SharedArrayBuffer;
}

export interface PixelCache {
  /** `slot`: the picture's number in the data set. */
  find(slot: number, size: number): Pixels | undefined;
  /** Keeps a copy where there is room; one size only, the first that is kept. */
  keep(slot: number, size: number, picture: Pixels): void;
}

const [EMPTY, READY, FULL] = [0, 2, 3];
const FILLING = 1;
const HEADER = 2;
const FIELDS = 4;
const LARGEST = 2 ** 31 - 1;

/** Memory is taken from the operating system only as pictures fill it. */
export function pixelCacheMemory(pictures: number, bytes: number): PixelCacheMemory {
  return {
    bytes: new SharedArrayBuffer(Math.min(Math.max(bytes, 0), LARGEST)),
    table: new SharedArrayBuffer(4 * (HEADER + FIELDS * pictures)),
  };
}

export function pixelCache(memory: PixelCacheMemory): PixelCache {
  const table = new Int32Array(memory.table);
  const bytes = new Uint8Array(memory.bytes);
  const place = (slot: number): number => HEADER + FIELDS * slot;
  return {
    find(slot, size) {
      const at = place(slot);
      if (Atomics.load(table, 0) !== size || Atomics.load(table, at) !== READY) return undefined;
      const [offset, height, width] = [table[at + 1] ?? 0, table[at + 2] ?? 0, table[at + 3] ?? 0];
      return { data: bytes.subarray(offset, offset + height * width * 3), height, width, channels: 3 };
    },
    keep(slot, size, { data, height, width, channels }) {
      const kept = Atomics.compareExchange(table, 0, 0, size);
      if (channels !== 3 || (kept !== 0 && kept !== size)) return;
      const at = place(slot);
      if (Atomics.compareExchange(table, at, EMPTY, FILLING) !== EMPTY) return;
      const room = take(table, data.length, bytes.length);
      if (room === undefined) {
        Atomics.store(table, at, FULL);
        return;
      }
      bytes.set(data, room);
      table.set([room, height, width], at + 1);
      Atomics.store(table, at, READY);
    },
  };
}

/** Offset of `length` bytes of the shared memory, or undefined where they do not fit. */
function take(table: Int32Array, length: number, total: number): number | undefined {
  for (;;) {
    const used = Atomics.load(table, 1);
    if (used + length > total) return undefined;
    if (Atomics.compareExchange(table, 1, used, used + length) === used) return used;
  }
}
