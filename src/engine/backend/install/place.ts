// Puts a backend in place in one step: made aside, tried there, and only what computes takes the place of what was there.
import { cp, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { codeOf, UserError } from "../../../errors.js";
import { exists } from "../../files.js";
import { lockFolder } from "../../folder-lock.js";
import { ADDED, INSTALLATION } from "../added.js";
import type { BackendName } from "../backend.js";
import { type Probe, probe } from "../probe.js";
import { CACHE } from "./npm.js";
import { SHARED } from "./offers.js";

export interface PlaceWish {
  /** The folder of the added backends; tests give another below the installation. */
  readonly added?: string;
  /** A software adapter of WebGPU will do; it is called a CPU. */
  readonly allowSoftware?: boolean;
}

/**
 * `make` fills the folder that it is given (a package.json is there). @returns what the probe found.
 * Throws what `make` throws, UserError `backend-fails` where it does not compute here, `backend-busy`, `folder-unusable`,
 * `disk-full`; then everything is as it was.
 */
export async function placeBackend(
  name: BackendName,
  make: (folder: string) => Promise<void>,
  { added = ADDED, allowSoftware = false }: PlaceWish = {},
): Promise<Probe> {
  return held(added, async () => {
    // A folder of its own around it: the probe looks for aside/NAME, as it will look for added/NAME.
    const aside = join(added, ".new");
    const [fresh, place, old] = [join(aside, name), join(added, name), join(added, `.old-${name}`)];
    await rm(aside, { recursive: true, force: true });
    // A process that was killed between the two renames below.
    if ((await exists(old)) && !(await exists(place))) await rename(old, place);
    await rm(old, { recursive: true, force: true });
    try {
      await mkdir(fresh, { recursive: true });
      await writeFile(join(fresh, "package.json"), `${JSON.stringify({ name: `convo-${name}`, private: true })}\n`);
      const settings = join(INSTALLATION, ".npmrc");
      if (await exists(settings)) await cp(settings, join(fresh, ".npmrc"));
      await make(fresh);
      await rm(join(fresh, CACHE), { recursive: true, force: true });
      await shareTfjs(fresh, join(INSTALLATION, "node_modules"));
      const found = await probe(name, { added: aside, allowSoftware });
      if (found.status !== "runs") {
        throw new UserError(
          "backend-fails",
          `${name} was fetched, but does not compute here (${found.status}): ${found.why} It was taken away again.`,
          found.fix,
        );
      }
      if (await exists(place)) await rename(place, old);
      await rename(fresh, place);
      await rm(old, { recursive: true, force: true });
      return found;
    } finally {
      await rm(aside, { recursive: true, force: true });
    }
  });
}

/** @returns whether there was anything to remove. Throws `backend-busy`, `folder-unusable`. */
export async function removeBackend(name: BackendName, added = ADDED): Promise<boolean> {
  if (!(await exists(join(added, name)))) return false;
  await held(added, async () => {
    // With the environment of Python that was made for it.
    for (const folder of [name, `python-${name}`]) await rm(join(added, folder), { recursive: true, force: true });
  });
  return true;
}

async function held<T>(added: string, work: () => Promise<T>): Promise<T> {
  try {
    await mkdir(added, { recursive: true });
    const release = await lockFolder(
      added,
      "backends.lock",
      (holder) =>
        new UserError(
          "backend-busy",
          `${holder === undefined ? "Another process" : `Process ${holder.pid}`} is changing ${added}.`,
          "Wait until it has ended.",
        ),
    );
    try {
      return await work();
    } finally {
      await release();
    }
  } catch (error) {
    throw placeError(error, added);
  }
}

function placeError(error: unknown, added: string): unknown {
  const code = codeOf(error);
  if (code === "ENOSPC" || code === "EDQUOT") {
    return new UserError("disk-full", `The disk is full: ${added} could not be written.`, "Make room and try again.", {
      cause: error,
    });
  }
  if (code === "EACCES" || code === "EPERM" || code === "EROFS") {
    return new UserError(
      "folder-unusable",
      `${added} could not be written (${code}).`,
      "Run it as the user to whom this installation belongs.",
      { cause: error },
    );
  }
  return error;
}

/** What must be there once a process is taken away again: looking upward, Node finds the installation's own. */
async function shareTfjs(folder: string, installed: string): Promise<void> {
  for (const name of SHARED) {
    const [ours, theirs] = [join(installed, name), join(folder, "node_modules", name)];
    if (!(await exists(theirs))) continue;
    const [wanted, found] = [await versionOf(ours), await versionOf(theirs)];
    if (wanted !== found) throw new Error(`${name} ${found} was added to an installation with ${wanted}`);
    await rm(theirs, { recursive: true });
  }
}

async function versionOf(folder: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as { version: string };
  return version;
}
