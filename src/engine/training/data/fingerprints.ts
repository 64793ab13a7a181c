// Fingerprints of an image folder's files, kept in the cache by path, size and time so that a second start opens none.
import { randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { sha256 } from "../../hash.js";
import { decodeThumbnail } from "./decode.js";
import type { FolderScan, ImageFile } from "./folder-scan.js";
import { differenceHash, type Fingerprint, HASH_SIZE, THUMBNAIL } from "./near-duplicates.js";

export interface Fingerprints {
  readonly known: ReadonlyMap<string, Fingerprint>;
  /** Id → why it cannot be read, one line. */
  readonly unreadable: ReadonlyMap<string, string>;
  /** Why the cache could not be written; training goes on without. */
  readonly notes: readonly string[];
}

/** A file beyond it is no training picture; reading it whole would cost the memory. */
const MOST_BYTES = 100_000_000;
const word = z.int().min(0).max(0xffffffff);
const entrySchema = z.object({
  size: z.number(),
  changed: z.number(),
  content: z.string().regex(/^[0-9a-f]{64}$/),
  hash: z.tuple([word, word]),
  thumbnail: z.base64(),
});
const indexSchema = z.object({ v: z.literal(1), entries: z.record(z.string(), entrySchema) });
type Entry = z.infer<typeof entrySchema>;

export async function fingerprints(scan: FolderScan, cache: string): Promise<Fingerprints> {
  const folder = join(cache, "image-folders");
  const file = join(folder, `${sha256(scan.root).slice(0, 32)}.json`);
  const kept = await readIndex(file);
  const entries = new Map<string, Entry>();
  const unreadable = new Map<string, string>();
  let fresh = 0;
  let next = 0;
  const work = async (): Promise<void> => {
    for (let image = scan.images[next++]; image !== undefined; image = scan.images[next++]) {
      const old = kept.get(image.id);
      if (old !== undefined && old.size === image.size && old.changed === image.changed) {
        entries.set(image.id, old);
        continue;
      }
      fresh += 1;
      const made = await fingerprint(scan.root, image);
      if (typeof made === "string") unreadable.set(image.id, made);
      else entries.set(image.id, made);
    }
  };
  await Promise.all(Array.from({ length: 2 * availableParallelism() }, work));
  const notes = fresh > 0 || entries.size !== kept.size ? await writeIndex(folder, file, entries) : [];
  const known = new Map(
    [...entries].map(([id, { content, hash, thumbnail }]) => [
      id,
      { content, hash, thumbnail: Buffer.from(thumbnail, "base64") },
    ]),
  );
  return { known, unreadable: new Map([...unreadable].sort(([a], [b]) => (a < b ? -1 : 1))), notes };
}

async function fingerprint(root: string, image: ImageFile): Promise<Entry | string> {
  if (image.size === 0) return "it is empty";
  if (image.size > MOST_BYTES) return `it has more than ${MOST_BYTES / 1_000_000} MB`;
  try {
    const { content, hash, thumbnail } = await fingerprintOf(await readFile(join(root, image.id)));
    const [high, low] = hash;
    return {
      size: image.size,
      changed: image.changed,
      content,
      hash: [high, low],
      thumbnail: Buffer.from(thumbnail).toString("base64"),
    };
  } catch (error) {
    const why = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    return `it is no whole picture: ${why}`;
  }
}

/** Throws sharp's error where the file is no whole picture. */
export async function fingerprintOf(bytes: Buffer): Promise<Fingerprint> {
  const thumbnail = await decodeThumbnail(bytes, THUMBNAIL, THUMBNAIL);
  return { content: sha256(bytes), hash: differenceHash(shrunk(thumbnail)), thumbnail };
}

/** 32 × 32 → 9 × 8 by the mean of each cell. */
function shrunk(thumbnail: Uint8Array): Uint8Array {
  const { width, height } = HASH_SIZE;
  return Uint8Array.from({ length: width * height }, (_, at) => {
    const [row, column] = [Math.floor(at / width), at % width];
    const edge = (cell: number, cells: number): number => Math.round((cell * THUMBNAIL) / cells);
    let [sum, count] = [0, 0];
    for (let y = edge(row, height); y < edge(row + 1, height); y++) {
      for (let x = edge(column, width); x < edge(column + 1, width); x++) {
        sum += thumbnail[y * THUMBNAIL + x] ?? 0;
        count += 1;
      }
    }
    return sum / count;
  });
}

/** Empty where there is none, or it is another version's or damaged: it is made again. */
async function readIndex(file: string): Promise<ReadonlyMap<string, Entry>> {
  try {
    return new Map(Object.entries(indexSchema.parse(JSON.parse(await readFile(file, "utf8"))).entries));
  } catch {
    return new Map();
  }
}

async function writeIndex(folder: string, file: string, entries: ReadonlyMap<string, Entry>): Promise<string[]> {
  const partial = `${file}.${randomUUID()}.part`;
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(partial, JSON.stringify({ v: 1, entries: Object.fromEntries(entries) }));
    await rename(partial, file);
    return [];
  } catch (error) {
    // Nothing is left to remove where the folder itself could not be made.
    await rm(partial, { force: true }).catch(() => undefined);
    const why = error instanceof Error ? error.message : String(error);
    return [`The index of the images could not be kept, so the next start reads them all again: ${why}.`];
  }
}
