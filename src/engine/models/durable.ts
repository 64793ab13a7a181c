// Files and folders that are there whole or not at all, also after a power cut: written aside, flushed, renamed.
import { randomBytes } from "node:crypto";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { codeOf, UserError } from "../../errors.js";
import { flushFolder } from "../files.js";

/** A name that `list` never takes for a model. */
const ASIDE = ".writing-";
const NEW_AND_FLUSHED = { flag: "wx", flush: true } as const;

/** Replaces the file in one step. Throws UserError `disk-full` or `not-writable`. */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const aside = join(dirname(path), `${ASIDE}${randomBytes(6).toString("hex")}`);
  try {
    await writeFile(aside, content, NEW_AND_FLUSHED);
    await rename(aside, path);
    await flushFolder(dirname(path));
  } catch (error) {
    await rm(aside, { force: true });
    throw writingFailed(path, error);
  }
}

/**
 * The folder with its files appears in one step, and those above it where they lack. `folder` must not exist.
 * Throws UserError `disk-full`, `not-writable`, or `model-exists` where the folder is there already.
 */
export async function writeFolderWhole(folder: string, files: ReadonlyMap<string, string | Uint8Array>): Promise<void> {
  const aside = join(dirname(folder), `${ASIDE}${randomBytes(6).toString("hex")}`);
  await mkdir(aside, { recursive: true }).catch((error: unknown) => {
    throw writingFailed(folder, error);
  });
  try {
    for (const [name, content] of files) await writeFile(join(aside, name), content, NEW_AND_FLUSHED);
    await flushFolder(aside);
    await rename(aside, folder);
    await flushFolder(dirname(folder));
  } catch (error) {
    await rm(aside, { recursive: true, force: true });
    throw writingFailed(folder, error);
  }
}

function writingFailed(path: string, error: unknown): unknown {
  const code = codeOf(error);
  if (code === "ENOSPC" || code === "EDQUOT") {
    return new UserError("disk-full", `The disk is full: ${path} was not written.`, "Make room and try again.", {
      cause: error,
    });
  }
  if (code === "ENOTEMPTY" || code === "EEXIST") {
    return new UserError(
      "model-exists",
      `${path} is there already.`,
      "A version is never overwritten: save under another version.",
      { cause: error },
    );
  }
  if (code === "EACCES" || code === "EPERM" || code === "EROFS" || code === "ENOTDIR") {
    return new UserError("not-writable", `${path} cannot be written.`, "Check the folder and its rights.", {
      cause: error,
    });
  }
  return error;
}
