// What a person can do about a full disk or a folder that cannot be written.
import { codeOf, UserError } from "../../../errors.js";

/** The error itself where it is not about the disk. */
export function diskError(error: unknown, path: string): unknown {
  const code = codeOf(error);
  switch (code) {
    case "ENOSPC":
    case "EDQUOT":
      return new UserError(
        "disk-full",
        `The disk is full: ${path} could not be written.`,
        "Make room, or name another folder with --to DIR; what has arrived is kept, and the command goes on from there.",
        { cause: error },
      );
    case "EACCES":
    case "EPERM":
    case "EROFS":
    case "ENOTDIR":
    case "EEXIST":
    case "EISDIR":
      return new UserError(
        "folder-unusable",
        `${path} could not be written (${code}).`,
        "Name a folder that you may write to with --to DIR.",
        { cause: error },
      );
    default:
      return error;
  }
}
