// What can go wrong with the place where records are kept, said so that an operator can mend it.
import { statfsSync } from "node:fs";
import { dirname } from "node:path";
import { codeOf, UserError } from "../errors.js";

/** Below this a failed write is taken for a full disk: LMDB reports a short write as plain EIO. In bytes. */
const NO_ROOM = 1024 * 1024;

/** LMDB's own return codes that we tell apart; lmdb.h, "Return Codes". */
const MDB_PAGE_NOTFOUND = -30797;
const MDB_CORRUPTED = -30796;
const MDB_PANIC = -30795;
const MDB_VERSION_MISMATCH = -30794;
const MDB_INVALID = -30793;
const MDB_MAP_FULL = -30792;

const DAMAGED: readonly unknown[] = [MDB_PAGE_NOTFOUND, MDB_CORRUPTED, MDB_VERSION_MISMATCH, MDB_INVALID];

export function damaged(file: string, finding: string, cause?: unknown): UserError {
  return new UserError(
    "store-damaged",
    `The store's file ${file} is damaged: ${finding}.`,
    `Stop Convo, move the folder away and put a backup in its place (the newest folder beside it named *.backup-*, or your own).`,
    { cause },
  );
}

export function full(place: string, cause?: unknown): UserError {
  return new UserError(
    "store-full",
    `There is no room left to write to the store ${place}; nothing stored earlier is lost.`,
    "Free some space there; writing works again at once, without a restart.",
    { cause },
  );
}

export function newer(place: string, theirs: number, ours: number): UserError {
  return new UserError(
    "store-newer",
    `The store ${place} was written by a newer Convo (its records have version ${theirs}, this program knows ${ours}).`,
    "Start the newer Convo, or point this one at a backup from before the upgrade.",
  );
}

/** `error`, which happened at `path` of the store in `folder`, as something its reader can mend; unknown ones come back unchanged. */
export function explainFile(error: unknown, folder: string, path = folder): unknown {
  if (error instanceof UserError) return error;
  const code = codeOf(error);
  const options = { cause: error };
  if (code === "ENOSPC" || code === "EDQUOT" || code === 28 || code === 122 || code === MDB_MAP_FULL) {
    return full(folder, error);
  }
  if (code === "EROFS" || code === 30) {
    return new UserError(
      "store-read-only",
      `The store's folder ${folder} lies on a file system that is mounted read-only.`,
      "Remount it for writing, or choose another folder in CONVO_STORE.",
      options,
    );
  }
  if (code === "EACCES" || code === "EPERM" || code === 13 || code === 1) {
    return new UserError(
      "store-permission",
      `This user may not read and write ${path}, which the store needs.`,
      `Give the folder to the user that runs Convo (chown -R), or choose another in CONVO_STORE.`,
      options,
    );
  }
  if (code === "EEXIST" || code === "ENOTDIR" || code === 20) {
    return new UserError(
      "store-folder",
      `The store's path ${path} is, or leads through, something that is not a folder.`,
      "Name a folder in CONVO_STORE; it is made when it does not exist.",
      options,
    );
  }
  if (code === "EIO" || code === 5 || code === MDB_PANIC) {
    if (roomAt(folder) < NO_ROOM) return full(folder, error);
    return new UserError(
      "store-disk",
      `The disk under ${folder} failed to read or write.`,
      "See the system's log (dmesg) for the disk's own message, then restart Convo.",
      options,
    );
  }
  if (DAMAGED.includes(code)) return damaged(path, error instanceof Error ? error.message : String(error), error);
  return error;
}

/** Bytes free for us at `path`; infinite where nobody can say. */
function roomAt(path: string): number {
  for (const place of [path, dirname(path)]) {
    try {
      const { bavail, bsize } = statfsSync(place);
      return bavail * bsize;
    } catch {
      // The folder may not exist yet: its parent answers. Not knowing only costs the better wording above.
    }
  }
  return Number.POSITIVE_INFINITY;
}

/** `error` of a Redis command or connection as something its reader can mend; unknown ones come back unchanged. `place` has no password. */
export function explainRedis(error: unknown, place: string): unknown {
  if (error instanceof UserError || !(error instanceof Error)) return error;
  const options = { cause: error };
  if (/^(NOAUTH|WRONGPASS|NOPERM)\b|AUTH <password>|invalid password|invalid username-password/i.test(error.message)) {
    return new UserError(
      "store-auth",
      `Redis at ${place} does not let us in: ${error.message}.`,
      "Put the user and password into the URL: redis://USER:PASSWORD@HOST:PORT/DATABASE.",
      options,
    );
  }
  if (/^OOM\b/.test(error.message)) return full(place, error);
  if (/^(READONLY|MISCONF|NOREPLICAS)\b/.test(error.message)) {
    return new UserError(
      "store-read-only",
      `Redis at ${place} takes no writes: ${error.message}`,
      "Name the primary in CONVO_STORE, or mend what the message says on the Redis server.",
      options,
    );
  }
  if (/^ERR DB index is out of range|^ERR invalid DB index/i.test(error.message)) {
    return new UserError(
      "store-url",
      `Redis at ${place} has no such database.`,
      "Use a number it has, often 0 to 15.",
      {
        cause: error,
      },
    );
  }
  if (/^LOADING\b/.test(error.message) || isConnectionError(error)) {
    return new UserError(
      "store-unreachable",
      `Redis at ${place} does not answer (${error.message || error.name}).`,
      "Check that it runs and that the URL in CONVO_STORE is right; Convo reconnects by itself.",
      options,
    );
  }
  return error;
}

/** node-redis has a class for each (dist/lib/errors.js); sockets bring Node's errno. */
function isConnectionError(error: Error): boolean {
  const names = [
    "ClientOfflineError",
    "ClientClosedError",
    "DisconnectsClientError",
    "SocketClosedUnexpectedlyError",
    "SocketTimeoutError",
    "ConnectionTimeoutError",
    "ReconnectStrategyError",
    "TimeoutError",
    "AbortError",
  ];
  if (names.includes(error.constructor.name) || names.includes(error.name)) return true;
  const code = codeOf(error);
  if (error instanceof AggregateError)
    return error.errors.some((one) => one instanceof Error && isConnectionError(one));
  return (
    typeof code === "string" && /^(ECONN|ENOTFOUND|EAI_|EHOST|ENET|ETIMEDOUT|EPIPE|ERR_SSL|ERR_TLS|CERT_)/.test(code)
  );
}
