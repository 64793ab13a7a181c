// One process a folder: a lock file with the holder's process and its start, so that a dead one's lock is taken over.
import { open, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { codeOf, type UserError } from "../errors.js";

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
  const mine = { pid: process.pid, started: await startOf(process.pid), at: new Date().toISOString() };
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

/** A lock that cannot be read was being written when its process died: no one's. */
async function read(file: string): Promise<z.infer<typeof holder> | undefined> {
  try {
    return holder.safeParse(JSON.parse(await readFile(file, "utf8"))).data;
  } catch (error) {
    if (error instanceof SyntaxError || codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

async function isAlive({ pid, started }: { pid: number; started: string }): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (codeOf(error) === "ESRCH") return false;
    if (codeOf(error) !== "EPERM") throw error;
  }
  const now = await startOf(pid);
  return now === "" || started === "" || now === started;
}

/** When a process began, in the kernel's ticks since boot: tells it from a later one with its number. "" where unknown. */
async function startOf(pid: number): Promise<string> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8");
    // After the name in parentheses, which may hold spaces, start time is the 20th field (proc(5): field 22).
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch (error) {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ESRCH") return "";
    throw error;
  }
}
