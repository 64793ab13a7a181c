// A picture of an image folder, read again while training.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../../../errors.js";
import type { Pixels } from "./data-set.js";
import { decodePicture } from "./decode.js";

/** RGB. Throws UserError data-damaged where the file is gone or no longer a picture. */
export async function readImage(folder: string, id: string, size?: number): Promise<Pixels> {
  try {
    return await decodePicture(await readFile(join(folder, id)), size);
  } catch (error) {
    throw new UserError(
      "data-damaged",
      `${join(folder, id)} could be read when the data set was opened, and cannot any more.`,
      "Restore the file, or remove it and start again.",
      { cause: error },
    );
  }
}
