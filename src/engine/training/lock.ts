// One training a folder.
import { UserError } from "../../errors.js";
import { holderOf as holder, lockFolder as lock } from "../folder-lock.js";

export const LOCK = "training.lock";

/**
 * Takes the folder (which exists). @returns gives it back
 * @throws UserError `run-folder-busy` while another process trains there
 */
export function lockFolder(folder: string): Promise<() => Promise<void>> {
  return lock(folder, LOCK, (other) =>
    other === undefined
      ? new UserError(
          "run-folder-busy",
          `Another process is taking ${folder} at this moment.`,
          "Choose another folder with --out.",
        )
      : new UserError(
          "run-folder-busy",
          `Process ${other.pid} is training in ${folder} since ${other.at}.`,
          "Wait for it, stop it with Ctrl-C, or choose another folder with --out.",
        ),
  );
}

/** The process that trains in this folder; undefined where none that lives does. */
export function holderOf(folder: string): Promise<number | undefined> {
  return holder(folder, LOCK);
}
