// Pictures and files of the messages: served under addresses that cannot be guessed, kept within a bound of memory.
import { createHash, randomBytes } from "node:crypto";
import { MEDIA_BYTES } from "./limits.js";

export interface Medium {
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
  /** Shown in place (a picture that we drew); anything else is offered for download. */
  readonly inline: boolean;
}

/** Bytes by address; the oldest go first when there are too many. */
export interface Media {
  /** The address under which it is served: `/media/<128 random bits>/<name>`. */
  put(medium: Medium): string;
  get(id: string): Medium | undefined;
  /** One message less shows it; shown by none, it is forgotten. */
  release(url: string): void;
}

/** `limit` in bytes. */
export function createMedia(limit: number = MEDIA_BYTES): Media {
  const kept = new Map<string, Medium & { url: string; digest: string; uses: number }>();
  const ids = new Map<string, string>();
  let held = 0;

  const forget = (id: string) => {
    const medium = kept.get(id);
    if (!medium) return;
    kept.delete(id);
    ids.delete(medium.digest);
    held -= medium.bytes.byteLength;
  };

  return {
    put(medium) {
      // The same picture in the next revision of a message keeps its address, so that it does not flicker.
      const digest = digestOf(medium);
      const known = kept.get(ids.get(digest) ?? "");
      if (known) {
        known.uses += 1;
        return known.url;
      }
      const id = randomBytes(16).toString("base64url");
      const url = `/media/${id}/${encodeURIComponent(medium.name.replace(/\p{Cs}/gu, "_"))}`;
      kept.set(id, { ...medium, url, digest, uses: 1 });
      ids.set(digest, id);
      held += medium.bytes.byteLength;
      for (const oldest of kept.keys()) {
        if (held <= limit || kept.size === 1) break;
        forget(oldest);
      }
      return url;
    },
    get: (id) => kept.get(id),
    release(url) {
      const id = url.split("/")[2] ?? "";
      const medium = kept.get(id);
      if (!medium) return;
      medium.uses -= 1;
      if (medium.uses === 0) forget(id);
    },
  };
}

function digestOf(medium: Medium): string {
  const about = JSON.stringify([medium.name, medium.mediaType, medium.inline]);
  return createHash("sha256").update(about).update(medium.bytes).digest("hex");
}
