// One process a folder: a lock file with the holder's process and its start, so that a dead one's lock is taken over.
import { open, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { codeOf, type UserError } from "../errors.js";
import { isAlive, thisProcess } from "./living.js";

const holder = z.object({ pid: z.number().int(), started: z.string(), at: z.string() });

/** Who has the folder; undefined while it is being taken at this moment. `at` is a moment in ISO 8601. */
export type Holder = { readonly pid: number; readonly at: string } | undefined;

/**
 * Takes the folder (which exists) by the lock file `name`. @returns gives it back
 * @throws what `busy` makes of the holder, while another process has it
 */
export async function lockFolder(
  folder: string,
  name: string,
  busy: (holder: Holder) => UserError,
): Promise<() => Promise<void>> {
  const file = join(folder, name);
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
    if (other !== undefined && (await isAlive(other))) throw busy(other);
    await rm(file, { force: true });
  }
  throw busy(undefined);
}

/** The process that has this folder by the lock file `name`; undefined where none that lives does. */
export async function holderOf(folder: string, name: string): Promise<number | undefined> {
  const other = await read(join(folder, name));
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
