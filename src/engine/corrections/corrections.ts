// The store of corrections: a record and its picture each, which expire together; the picture re-encoded, so that no EXIF is kept.
import { createHash, randomBytes } from "node:crypto";
import sharp from "sharp";
import { UserError } from "../../errors.js";
import { key, under } from "../../store/key-parts.js";
import type { Namespace, Store } from "../../store/store.js";
import type { Correction, Corrections, KeptPicture } from "./correction.js";

const DAY = 24 * 3_600_000;
/** Of a JPEG that is trained on again; above it files grow and nothing is seen. */
const QUALITY = 92;
/** Pixels of the longer side that are kept: training looks at a few hundred. */
const LONGEST_SIDE = 1024;

interface StoredPicture {
  readonly mediaType: KeptPicture["mediaType"];
  readonly base64: string;
}

export function openCorrections(store: Store, now: () => number = Date.now): Corrections {
  // Both by community and id, so that one prefix finds all of a community and a look-up needs no index.
  const records: Namespace<Correction> = store.namespace("corrections");
  const pictures: Namespace<StoredPicture> = store.namespace("correction-pictures");

  return { add, list, get, picture, review, forget, forgetReviewer };

  async function add(
    said: Omit<Correction, "v" | "id" | "at" | "state" | "picture" | "review">,
    bytes: Uint8Array,
    days: number,
    replaces?: string,
  ): Promise<Correction> {
    const kept = await reencoded(bytes);
    const hash = createHash("sha256").update(kept).digest("hex");
    const own = (await list(said.community)).filter(({ person }) => person === said.person);
    const same = own.find((other) => other.picture === hash && other.model === said.model);
    const before = own.find(({ id }) => id === replaces) ?? same;
    if (same !== undefined && before !== undefined && same.id !== before.id) await remove(key(said.community, same.id));
    const correction: Correction = {
      ...said,
      v: 1,
      id: before?.id ?? randomBytes(6).toString("hex"),
      at: now(),
      state: "pending",
      picture: hash,
    };
    const place = key(said.community, correction.id);
    // The picture first: a record without its picture would be of no use, a picture without its record only expires.
    await pictures.set(place, { mediaType: "image/jpeg", base64: kept.toString("base64") }, days * DAY);
    await records.set(place, correction, days * DAY);
    return correction;
  }

  async function list(community: string, state?: Correction["state"]): Promise<readonly Correction[]> {
    const found: Correction[] = [];
    for await (const [, correction] of records.entries(under(community))) {
      if (state === undefined || correction.state === state) found.push(correction);
    }
    return found.toSorted((a, b) => a.at - b.at || a.id.localeCompare(b.id));
  }

  async function get(community: string, id: string): Promise<Correction | undefined> {
    return records.get(key(community, id));
  }

  async function picture(community: string, id: string): Promise<KeptPicture | undefined> {
    const stored = await pictures.get(key(community, id));
    return stored && { mediaType: stored.mediaType, bytes: Buffer.from(stored.base64, "base64") };
  }

  async function review(
    community: string,
    id: string,
    { by, state, label }: { readonly by: string; readonly state: "accepted" | "rejected"; readonly label: string },
  ): Promise<Correction> {
    const after = await records.update(
      key(community, id),
      (current) => current && { ...current, state, review: { by, at: now(), label } },
    );
    if (after !== undefined) return after;
    throw new UserError(
      "correction-not-found",
      "This picture is no longer kept: its time was over, or its owner had it deleted.",
      "See what there is: /corrections list",
    );
  }

  async function forget(community: string, person: string): Promise<number> {
    let count = 0;
    for await (const [place, correction] of records.entries(under(community))) {
      if (correction.person === person && (await remove(place))) count += 1;
    }
    return count;
  }

  async function remove(place: string): Promise<boolean> {
    // The picture first: killed between the two, the record still says what is left to delete.
    await pictures.delete(place);
    return records.delete(place);
  }

  async function forgetReviewer(community: string, person: string, pseudonym: string): Promise<void> {
    for await (const [place, { review: given }] of records.entries(under(community))) {
      if (given?.by !== person) continue;
      await records.update(
        place,
        (current) => current && { ...current, ...(current.review && { review: { ...current.review, by: pseudonym } }) },
      );
    }
  }
}

/** Upright pixels and nothing else: EXIF, profiles, comments and thumbnails stay behind. */
async function reencoded(bytes: Uint8Array): Promise<Buffer> {
  return sharp(bytes)
    .autoOrient()
    .resize({ width: LONGEST_SIDE, height: LONGEST_SIDE, fit: "inside", withoutEnlargement: true })
    .flatten({ background: "white" })
    .toColourspace("srgb")
    .jpeg({ quality: QUALITY, chromaSubsampling: "4:4:4" })
    .toBuffer();
}
