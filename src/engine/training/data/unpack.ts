// A downloaded .tgz into a folder: nothing lands outside, no links, a bounded number of bytes.
import { extract, list, type ReadEntry } from "tar";
import { codeOf, UserError } from "../../../errors.js";

const MOST_BYTES = 2_000_000_000;
const MOST_ENTRIES = 100_000;

/** `folder`: the one that all entries must lie in. Looks at every entry before the first is written. */
export async function unpack(archive: string, folder: string, into: string): Promise<void> {
  let bytes = 0;
  let entries = 0;
  let problem: string | undefined;
  const look = (entry: ReadEntry): void => {
    bytes += entry.size;
    entries += 1;
    problem ??= problemOf(entry, folder);
    if (bytes > MOST_BYTES || entries > MOST_ENTRIES) problem ??= "it unpacks to more than a data set has";
  };
  try {
    await list({ file: archive, strict: true, onReadEntry: look });
  } catch (error) {
    const isTarError = error instanceof Error && "tarCode" in error;
    if (isTarError || String(codeOf(error)).startsWith("Z_")) throw unusable(archive, "it is damaged", error);
    throw error;
  }
  if (problem === undefined && entries === 0) problem = "it is empty";
  if (problem !== undefined) throw unusable(archive, problem);
  await extract({ file: archive, cwd: into, strict: true, noChmod: true, noMtime: true, preserveOwner: false });
}

function problemOf({ path, type }: ReadEntry, folder: string): string | undefined {
  const parts = path.split(/[/\\]/);
  const name = JSON.stringify(path.slice(0, 100));
  if (parts.includes("..") || parts[0] !== folder) return `${name} would be written outside ${folder}`;
  return type === "File" || type === "Directory" || type === "OldFile" ? undefined : `${name} is a ${type}`;
}

function unusable(archive: string, why: string, cause?: unknown): UserError {
  return new UserError(
    "archive-unusable",
    `${archive} was not unpacked: ${why}.`,
    "Fetch it again with --force, or from another address with --mirror URL.",
    { cause },
  );
}
