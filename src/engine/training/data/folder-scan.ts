// What lies in an image folder: a class a folder, and what is no image. Nothing is opened here, nothing outside is followed.
import { opendir, realpath, stat } from "node:fs/promises";
import { extname, join, relative, resolve, sep } from "node:path";
import { UserError } from "../../../errors.js";

export interface ImageFile {
  /** Path from the folder, with /. */
  readonly id: string;
  /** Name of the class folder. */
  readonly folder: string;
  readonly size: number;
  /** Milliseconds. */
  readonly changed: number;
}

export interface FolderScan {
  /** Resolved: no symbolic link in it. */
  readonly root: string;
  /** Sorted; those that are empty are among them. */
  readonly folders: readonly string[];
  /** Sorted by id. */
  readonly images: readonly ImageFile[];
  /** Ids of files that are no images, by their names; splits.tsv is not among them. */
  readonly foreign: readonly string[];
  /** Symbolic links that were not followed: out of the folder, to a folder, or to nothing. */
  readonly links: readonly string[];
}

/** What sharp reads everywhere. */
const EXTENSIONS = new Set([".jpg", ".jpeg", ".png", ".webp", ".gif", ".tif", ".tiff", ".avif"]);
const HIDDEN = /^(\.|__MACOSX$|Thumbs\.db$|desktop\.ini$|ehthumbs\.db$|Icon\r$)/i;
const DEEPEST = 8;
const MOST_FILES = 1_000_000;

/** Throws UserError: data-missing, data-too-many, data-too-deep. */
export async function scanFolder(folder: string): Promise<FolderScan> {
  const root = await realpath(resolve(folder)).catch((error: NodeJS.ErrnoException) => {
    throw missing(folder, error);
  });
  if (!(await stat(root)).isDirectory()) throw missing(folder);
  const images: ImageFile[] = [];
  const foreign: string[] = [];
  const links: string[] = [];
  const folders = new Set<string>();
  let files = 0;

  const add = async (path: string, id: string): Promise<void> => {
    const [top = "", ...rest] = id.split("/");
    if (rest.length === 0 || !EXTENSIONS.has(extname(id).toLowerCase())) {
      if (id !== "splits.tsv") foreign.push(id);
      return;
    }
    const { size, mtimeMs } = await stat(path);
    images.push({ id, folder: top, size, changed: mtimeMs });
  };
  const walk = async (path: string, prefix: string, depth: number): Promise<void> => {
    if (depth > DEEPEST) {
      throw new UserError(
        "data-too-deep",
        `${path} lies more than ${DEEPEST} folders deep.`,
        "A data set has a folder a class; name the folder that holds those.",
      );
    }
    for await (const entry of await opendir(path)) {
      if (HIDDEN.test(entry.name)) continue;
      const [here, id] = [join(path, entry.name), prefix + entry.name];
      if (entry.isDirectory()) {
        if (depth === 0) folders.add(entry.name);
        await walk(here, `${id}/`, depth + 1);
      } else if (entry.isSymbolicLink() && !(await isFileInside(root, here))) links.push(id);
      else if (entry.isFile() || entry.isSymbolicLink()) {
        files += 1;
        if (files > MOST_FILES) throw tooMany(folder);
        await add(here, id);
      }
    }
  };
  await walk(root, "", 0);
  const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  return {
    root,
    folders: [...folders].sort(byText),
    images: images.sort((a, b) => byText(a.id, b.id)),
    foreign: foreign.sort(byText),
    links: links.sort(byText),
  };
}

async function isFileInside(root: string, link: string): Promise<boolean> {
  // A link to nothing or a circle of links has no real path; it is listed among the links.
  const target = await realpath(link).catch(() => undefined);
  if (target === undefined) return false;
  const inside = relative(root, target);
  return inside !== "" && !inside.startsWith(`..${sep}`) && inside !== ".." && (await stat(target)).isFile();
}

function missing(folder: string, cause?: NodeJS.ErrnoException): UserError {
  const what =
    cause === undefined ? "is a file, not a folder" : cause.code === "EACCES" ? "may not be read" : "is not there";
  return new UserError("data-missing", `${folder} ${what}.`, "Name a folder that holds a folder a class with --data.", {
    cause,
  });
}

function tooMany(folder: string): UserError {
  return new UserError(
    "data-too-many",
    `${folder} holds more than ${MOST_FILES.toLocaleString("en")} files.`,
    "Name the folder of one data set.",
  );
}
