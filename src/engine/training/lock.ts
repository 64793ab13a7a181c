// One training a folder.
import { UserError } from "../../errors.js";
import { lockFolder as lock } from "../folder-lock.js";

export const LOCK = "training.lock";

/**
 * Takes the folder (which exists). @returns gives it back
 * @throws UserError `run-folder-busy` while another process trains there
 */
export function lockFolder(folder: string): Promise<() => Promise<void>> {
  return lock(folder, LOCK, (holder) =>
    holder === undefined
      ? new UserError(
          "run-folder-busy",
          `Another process is taking ${folder} at this moment.`,
          "Choose another folder with --out.",
        )
      : new UserError(
          "run-folder-busy",
          `Process ${holder.pid} is training in ${folder} since ${holder.at}.`,
          "Wait for it, stop it with Ctrl-C, or choose another folder with --out.",
        ),
  );
}
