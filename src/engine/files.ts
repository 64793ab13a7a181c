// Whether a file is there, and that its name still is after a power cut.
import { open, stat } from "node:fs/promises";
import { codeOf } from "../errors.js";

/** So that a new name survives a power cut; Windows cannot open folders and needs none of it. */
export async function flushFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (error: unknown) => {
      if (codeOf(error) === "ENOENT") return false;
      throw error;
    },
  );
}
