// Looks at an LMDB folder with plain reads before the library maps it: the library dies of SIGBUS or SIGSEGV on a damaged file.
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fstatSync,
  linkSync,
  mkdirSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { codeOf, UserError } from "../errors.js";
import { damaged, explainFile } from "./failures.js";

export const DATA_FILE = "data.mdb";
const LOCK_FILE = "lock.mdb";

/** Header and 126 readers take 8,272 bytes; LMDB keeps a longer file as it is. */
const LOCK_BYTES = 16 * 1024;
/** What a new, empty store writes at once, with a margin. */
const FIRST_BYTES = 256 * 1024;

// The file's layout: mdb.c of lmdb-js 3.5, MDB_page_header, MDB_meta, MDB_db, MDB_node, MDB_ovpage; little-endian, 64 bits.
const PAGE_HEADER = 24;
const MAGIC = 0xbeefc0de;
const DATA_VERSION = 2;
const META_BYTES = 136;
const NO_ROOT = 0xffff_ffff_ffff_ffffn;
const BRANCH = 0x01;
const LEAF = 0x02;
const IN_OVERFLOW = 0x01;
const SUB_DATABASE = 0x02;
const ROOT_IN_DB = 40;

/** Pages looked at before a start: 256 MiB of 4 KiB pages, under a second. A larger store is looked at in part. */
const PAGES_CHECKED = 65_536;
/** Another process may write meanwhile; pages of a snapshot that is no longer the newest prove nothing. */
const ATTEMPTS = 10;

/**
 * Makes the folder where it is missing, and throws UserError where LMDB could not work in it: not a folder, not
 * accessible, read-only, full, or with a damaged data file.
 */
export function checkFolder(folder: string): void {
  let path = folder;
  try {
    makeFolder(folder);
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    path = join(folder, DATA_FILE);
    const isNew = !checkDataFile(path);
    path = join(folder, LOCK_FILE);
    makeLockFile(folder, path);
    if (isNew) probeRoom(folder);
  } catch (error) {
    throw explainFile(error, folder, path);
  }
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    // Node says ENOENT where it could not make a folder on a read-only file system; the folder above it knows better.
    let above = folder;
    while (!existsSync(above)) above = dirname(above);
    if (codeOf(error) === "ENOENT") accessSync(above, constants.W_OK | constants.X_OK);
    throw error;
  }
}

/**
 * LMDB makes its lock file sparse and writes to it through a memory map: on a full disk that is a SIGBUS. So its blocks
 * are claimed here, and appear under the name in one step. An existing one is never opened: closing it would drop the
 * POSIX locks that this process may hold on it through LMDB.
 */
function makeLockFile(folder: string, path: string): void {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    if (!statSync(path).isFile()) throw locked(path, "it is not a file");
    return;
  } catch (error) {
    const code = codeOf(error);
    if (code === "EACCES" || code === "EPERM") throw locked(path, "this user may not read and write it", error);
    if (code !== "ENOENT") throw error;
  }
  const draft = join(folder, `${LOCK_FILE}.${process.pid}`);
  try {
    writeFileSync(draft, Buffer.alloc(LOCK_BYTES), { flush: true });
    linkSync(draft, path);
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error; // Another process was quicker; its file is as good.
  } finally {
    rmSync(draft, { force: true });
  }
}

function locked(path: string, why: string, cause?: unknown): UserError {
  return new UserError(
    "store-locked",
    `The store's lock file ${path} cannot be used: ${why}.`,
    "Stop every Convo that uses this folder, delete the lock file (it holds no data), and run all of them as one user.",
    { cause },
  );
}

function probeRoom(folder: string): void {
  const probe = join(folder, `room.${process.pid}`);
  try {
    writeFileSync(probe, Buffer.alloc(FIRST_BYTES), { flush: true });
  } finally {
    rmSync(probe, { force: true });
  }
}

/** False where there is no data yet (no file, or the empty one that a start on a full disk leaves). */
function checkDataFile(path: string): boolean {
  let file: number;
  try {
    file = openSync(path, "r+");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return false;
    if (codeOf(error) === "EISDIR") throw damaged(path, "it is a folder", error);
    throw error;
  }
  try {
    if (fstatSync(file).size === 0) return false;
    checkSnapshots(file, path);
    return true;
  } finally {
    closeSync(file);
  }
}

function checkSnapshots(file: number, path: string): void {
  let finding = "";
  let last: bigint | undefined;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const metas = readMetas(file, path);
    const newest = metas.reduce((a, b) => (a.transaction >= b.transaction ? a : b));
    if (newest.transaction === last) break;
    last = newest.transaction;
    finding = checkTrees(file, newest) ?? "";
    if (finding === "") return;
  }
  throw damaged(path, finding);
}

interface Meta {
  readonly pageSize: number;
  readonly roots: readonly bigint[];
  readonly lastPage: bigint;
  readonly transaction: bigint;
}

function readMetas(file: number, path: string): Meta[] {
  const first = readMeta(file, 0, path);
  return [first, readMeta(file, first.pageSize, path)];
}

function readMeta(file: number, offset: number, path: string): Meta {
  const page = Buffer.alloc(PAGE_HEADER + META_BYTES);
  if (readSync(file, page, 0, page.length, offset) < page.length) throw damaged(path, "it ends within its first pages");
  const meta = page.subarray(PAGE_HEADER);
  if (meta.readUInt32LE(0) !== MAGIC) throw damaged(path, "it does not begin like an LMDB file");
  if ((meta.readUInt32LE(4) & 0xffff) !== DATA_VERSION) throw damaged(path, "another LMDB version wrote it");
  const pageSize = meta.readUInt32LE(24);
  if (pageSize < 256 || pageSize > 65_536 || (pageSize & (pageSize - 1)) !== 0)
    throw damaged(path, "its page size is absurd");
  return {
    pageSize,
    roots: [meta.readBigUInt64LE(24 + ROOT_IN_DB), meta.readBigUInt64LE(72 + ROOT_IN_DB)],
    lastPage: meta.readBigUInt64LE(120),
    transaction: meta.readBigUInt64LE(128),
  };
}

/** What is wrong with the pages that can be reached from the roots; undefined where nothing is. */
function checkTrees(file: number, meta: Meta): string | undefined {
  const { pageSize } = meta;
  const pages = BigInt(Math.floor(fstatSync(file).size / pageSize));
  const page = Buffer.alloc(pageSize);
  const ahead = meta.roots.filter((root) => root !== NO_ROOT);
  for (let checked = 0; checked < PAGES_CHECKED; checked++) {
    const number = ahead.pop();
    if (number === undefined) return undefined;
    if (number > meta.lastPage || number < 2n) return `a page number (${number}) is absurd`;
    if (number >= pages) return `it was cut short: page ${number} is missing`;
    readSync(file, page, 0, pageSize, Number(number) * pageSize);
    if (page.readBigUInt64LE(0) !== number) return `page ${number} holds something else`;
    try {
      const problem = checkNodes(page, pages, ahead);
      if (problem !== undefined) return `page ${number} ${problem}`;
    } catch (error) {
      if (error instanceof RangeError) return `page ${number} points outside itself`;
      throw error;
    }
  }
  return undefined;
}

/** Pushes the pages below this one onto `ahead`; RangeError where an offset leaves the page. */
function checkNodes(page: Buffer, pages: bigint, ahead: bigint[]): string | undefined {
  const flags = page.readUInt16LE(18);
  if ((flags & (BRANCH | LEAF)) === 0) return "is neither branch nor leaf";
  const nodes = page.readUInt16LE(20) >> 1;
  for (let index = 0; index < nodes; index++) {
    const node = page.readUInt16LE(PAGE_HEADER + 2 * index) + PAGE_HEADER;
    const nodeFlags = page.readUInt16LE(node + 4);
    const low = page.readUInt32LE(node);
    if ((flags & BRANCH) !== 0) {
      ahead.push(BigInt(low) | (BigInt(nodeFlags) << 32n));
      continue;
    }
    const data = node + 8 + page.readUInt16LE(node + 6);
    if ((nodeFlags & IN_OVERFLOW) !== 0) {
      const start = page.readBigUInt64LE(data);
      const end = start + page.readBigUInt64LE(data + 16);
      if (start < 2n || end > pages) return `leads to overflow pages ${start} to ${end}, which are missing`;
    } else if ((nodeFlags & SUB_DATABASE) !== 0) {
      const root = page.readBigUInt64LE(data + ROOT_IN_DB);
      if (root !== NO_ROOT) ahead.push(root);
    } else if (data + low > page.length) {
      return "has a value that ends outside it";
    }
  }
  return undefined;
}
