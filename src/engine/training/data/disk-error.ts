// What a person can do about a full disk or a folder that cannot be written.
import { codeOf, UserError } from "../../../errors.js";

/** What a person may do about each of the two, where a data set was fetched to and where the cache of features lies. */
const FIXES = {
  data: {
    full: "Make room, or name another folder with --to DIR; what has arrived is kept, and the command goes on from there.",
    unusable: "Name a folder that you may write to with --to DIR.",
  },
  cache: {
    full: "Make room; what was computed so far is kept, and the command goes on from there.",
    unusable: "Mend the rights of the folder, or delete it: it is a cache and is made again.",
  },
} as const;

/** The error itself where it is not about the disk. */
export function diskError(error: unknown, path: string, what: keyof typeof FIXES): unknown {
  const code = codeOf(error);
  switch (code) {
    case "ENOSPC":
    case "EDQUOT":
      return new UserError("disk-full", `The disk is full: ${path} could not be written.`, FIXES[what].full, {
        cause: error,
      });
    case "EACCES":
    case "EPERM":
    case "EROFS":
    case "ENOTDIR":
    case "EEXIST":
    case "EISDIR":
      return new UserError("folder-unusable", `${path} could not be written (${code}).`, FIXES[what].unusable, {
        cause: error,
      });
    default:
      return error;
  }
}
