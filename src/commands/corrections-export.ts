// Corrections as an archive: a picture each, and a table of what was said and decided; in parts that every platform takes as a file.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create } from "tar";
import { csv } from "../csv.js";
import type { Correction, Corrections } from "../engine/corrections/correction.js";

/** Bytes of pictures in one part: below what any platform takes as a file of a bot. */
const MOST_BYTES = 7_000_000;

export interface ExportedPart {
  readonly tgz: Uint8Array;
  readonly pictures: number;
  /** Pictures after this part. */
  readonly left: number;
}

/** `from`: how many were in the parts before. */
export async function exportPart(
  corrections: Corrections,
  list: readonly Correction[],
  from: number,
): Promise<ExportedPart> {
  const folder = await mkdtemp(join(tmpdir(), "convo-corrections-"));
  try {
    const names: string[] = [];
    const taken: Correction[] = [];
    let bytes = 0;
    let next = from;
    for (; next < list.length; next++) {
      const correction = list[next];
      if (correction === undefined) break;
      const picture = await corrections.picture(correction.community, correction.id);
      if (picture === undefined) continue;
      if (taken.length > 0 && bytes + picture.bytes.length > MOST_BYTES) break;
      bytes += picture.bytes.length;
      await writeFile(join(folder, fileOf(correction)), picture.bytes);
      names.push(fileOf(correction));
      taken.push(correction);
    }
    await writeFile(join(folder, "corrections.csv"), correctionsCsv(taken));
    const file = join(folder, ".export.tgz");
    await create({ gzip: true, portable: true, cwd: folder, file }, ["corrections.csv", ...names]);
    return { tgz: await readFile(file), pictures: taken.length, left: list.length - next };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Says nothing of who sent them. */
export function correctionsCsv(list: readonly Correction[]): string {
  return csv([
    ["file", "model", "version", "answered", "probability", "said", "state", "label", "day", "answered by"],
    ...list.map((one) => [
      fileOf(one),
      one.model,
      one.version,
      one.answer?.label ?? "",
      one.answer === null ? "" : one.answer.probability.toFixed(4),
      one.label,
      one.state,
      one.review?.label ?? one.label,
      new Date(one.at).toISOString().slice(0, 10),
      answererOf(one),
    ]),
  ]);
}

/** The model that answered, as NAME@VERSION; NAME alone where its version is not known. */
export function answererOf({ answeredBy, model, version }: Correction): string {
  return answeredBy ?? (version === "" ? model : `${model}@${version}`);
}

const fileOf = ({ id }: Correction): string => `${id}.jpg`;
