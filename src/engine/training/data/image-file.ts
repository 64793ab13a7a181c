// A picture of an image folder, read again while training.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../../../errors.js";
import type { Pixels } from "./data-set.js";
import { decodePicture } from "./decode.js";

/** What ids of corrections begin with; no folder of a class is hidden. */
export const CORRECTED = ".corrections/";

export interface ImageFiles {
  readonly folder: string;
  /** Where corrections are, if any joined. */
  readonly corrected?: string;
}

/** RGB. Throws UserError data-damaged where the file is gone or no longer a picture. */
export async function readImage(files: ImageFiles, id: string, size?: number): Promise<Pixels> {
  const path = placeOf(files, id);
  try {
    return await decodePicture(await readFile(path), size);
  } catch (error) {
    throw new UserError(
      "data-damaged",
      `${path} could be read when the data set was opened, and cannot any more.`,
      "Restore the file, or remove it and start again.",
      { cause: error },
    );
  }
}

function placeOf({ folder, corrected }: ImageFiles, id: string): string {
  return corrected !== undefined && id.startsWith(CORRECTED)
    ? join(corrected, id.slice(CORRECTED.length))
    : join(folder, id);
}
