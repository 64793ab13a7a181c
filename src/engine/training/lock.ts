// One training a folder: a lock file with the holder's process and its start, so that a dead one's lock is taken over.
import { open, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { codeOf, UserError } from "../../errors.js";
import { isAlive, thisProcess } from "../living.js";

export const LOCK = "training.lock";

const holder = z.object({ pid: z.number().int(), started: z.string(), at: z.string() });

/**
 * Takes the folder (which exists). @returns gives it back
 * @throws UserError `run-folder-busy` while another process trains there
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const file = join(folder, LOCK);
  const mine = { ...(await thisProcess()), at: new Date().toISOString() };
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      const handle = await open(file, "wx");
      try {
        await handle.writeFile(JSON.stringify(mine));
      } finally {
        await handle.close();
      }
      return () => rm(file, { force: true });
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw error;
    }
    const other = await read(file);
    if (other !== undefined && (await isAlive(other))) {
      throw new UserError(
        "run-folder-busy",
        `Process ${other.pid} is training in ${folder} since ${other.at}.`,
        "Wait for it, stop it with Ctrl-C, or choose another folder with --out.",
      );
    }
    await rm(file, { force: true });
  }
  throw new UserError(
    "run-folder-busy",
    `Another process is taking ${folder} at this moment.`,
    "Choose another folder with --out.",
  );
}

/** The process that trains in this folder; undefined where none that lives does. */
export async function holderOf(folder: string): Promise<number | undefined> {
  const other = await read(join(folder, LOCK));
  return other !== undefined && (await isAlive(other)) ? other.pid : undefined;
}

/** A lock that cannot be read was being written when its process died: no one's. */
async function read(file: string): Promise<z.infer<typeof holder> | undefined> {
  try {
    return holder.safeParse(JSON.parse(await readFile(file, "utf8"))).data;
  } catch (error) {
    if (error instanceof SyntaxError || codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}
