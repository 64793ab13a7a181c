// Accepted corrections as a folder that a run trains on: pictures and a list of their labels, made once a run and deleted with its end.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { codeOf } from "../../errors.js";

const LIST = "corrections.json";
const FORM = z.object({
  v: z.literal(1),
  corrections: z.array(
    z.object({
      id: z.string().regex(/^[0-9a-f]+$/),
      /** Of the picture in the folder. */
      file: z.string().regex(/^[0-9a-f]+\.(jpg|png)$/),
      label: z.string().min(1),
      /** Pseudonym of who sent it. */
      person: z.string(),
    }),
  ),
});
export type ExportedCorrection = z.infer<typeof FORM>["corrections"][number];

export const exportedList = (corrections: readonly ExportedCorrection[]): readonly [name: string, text: string] => [
  LIST,
  `${JSON.stringify({ v: 1, corrections })}\n`,
];

/** Undefined where nothing was exported there. */
export async function readExported(folder: string): Promise<readonly ExportedCorrection[] | undefined> {
  try {
    return FORM.parse(JSON.parse(await readFile(join(folder, LIST), "utf8"))).corrections;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}
