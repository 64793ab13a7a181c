// What an image folder must have before it is a data set, and what its reader is told about the rest.
import { UserError } from "../../../errors.js";
import type { FolderScan } from "./folder-scan.js";

/** Images of a class below which it has no useful share in three splits. */
export const SMALLEST_CLASS = 10;
/** Share of the images that may be unreadable, and of the files that may be no images, before it is an error. */
const MOST_UNREADABLE = 0.1;
const MOST_FOREIGN = 0.5;
const LISTED = 3;

export function checkClasses(scan: FolderScan): void {
  if (scan.images.length === 0 && !scan.foreign.some((id) => id.includes("/"))) {
    throw new UserError(
      "classes-missing",
      `${scan.root} holds no folder with images.`,
      "A data set has a folder a class, named like it, with the class's images in it.",
    );
  }
  const counts = countsOf(scan, () => true);
  if (scan.folders.length === 1) {
    const [only = ""] = scan.folders;
    const nested = scan.images.filter(({ id }) => id.split("/").length > 2).length;
    const fix =
      2 * nested > scan.images.length && nested > 0
        ? `It looks as if its folders are the classes: name ${scan.root}/${only}.`
        : "Add a folder for each other class: with one class there is nothing to tell apart.";
    throw new UserError("classes-too-few", `${scan.root} holds one class only: ${show(only)}.`, fix);
  }
  const inFolders = scan.foreign.filter((id) => id.includes("/"));
  if (inFolders.length > MOST_FOREIGN * (inFolders.length + scan.images.length)) {
    throw new UserError(
      "files-foreign",
      `${inFolders.length} of ${inFolders.length + scan.images.length} files are no images: ${listed(inFolders)}.`,
      "Convert them to JPEG, PNG, WebP, GIF, TIFF or AVIF, or name another folder.",
    );
  }
  tooSmall(scan.folders, counts, "");
}

export function checkReadable(scan: FolderScan, unreadable: ReadonlyMap<string, string>): void {
  if (unreadable.size > MOST_UNREADABLE * scan.images.length) {
    const [[id, why] = ["", ""]] = unreadable;
    throw new UserError(
      "images-unreadable",
      `${unreadable.size} of ${scan.images.length} images cannot be read, such as ${show(id)}: ${why}.`,
      "Restore or remove them; a download or a copy may have been cut off.",
    );
  }
  tooSmall(
    scan.folders,
    countsOf(scan, (id) => !unreadable.has(id)),
    unreadable.size > 0 ? " that can be read" : "",
  );
}

export function notesOf(scan: FolderScan, unreadable: ReadonlyMap<string, string>): string[] {
  const notes: string[] = [];
  const { foreign, links } = scan;
  if (foreign.length > 0) notes.push(`Left out, no images: ${foreign.length} (${listed(foreign)}).`);
  if (unreadable.size > 0) {
    const reasons = [...unreadable].map(([id, why]) => `${show(id)} (${why})`);
    notes.push(`Left out, unreadable: ${unreadable.size} (${listed(reasons)}).`);
  }
  if (links.length > 0) {
    notes.push(`Symbolic links out of the folder or to no file, not followed: ${links.length} (${listed(links)}).`);
  }
  return notes;
}

function countsOf(scan: FolderScan, counts: (id: string) => boolean): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const { id, folder } of scan.images) if (counts(id)) found.set(folder, (found.get(folder) ?? 0) + 1);
  return found;
}

function tooSmall(folders: readonly string[], counts: ReadonlyMap<string, number>, which: string): void {
  const small = folders.filter((folder) => (counts.get(folder) ?? 0) < SMALLEST_CLASS);
  if (small.length === 0) return;
  const classes = listed(small.map((folder) => `${show(folder)} has ${counts.get(folder) ?? 0}`));
  throw new UserError(
    "class-too-small",
    `A class needs at least ${SMALLEST_CLASS} images${which}: ${classes}.`,
    "Add images to the class, or remove its folder.",
  );
}

function listed(items: readonly string[]): string {
  const more = items.length > LISTED ? `, and ${items.length - LISTED} more` : "";
  return items.slice(0, LISTED).map(show).join(", ") + more;
}

/** A file's name in one line, without control characters. */
function show(name: string): string {
  return name.replace(/[\p{Cc}\p{Cf}]/gu, "?").slice(0, 200);
}
