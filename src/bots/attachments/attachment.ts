// A file that somebody sent → an Attachment for the commands: downloaded at once, its type told by its content.
import { displayName } from "../../commands/display-name.js";
import type { Attachment } from "../../commands/request.js";
import { UserError } from "../../errors.js";
import { type DownloadPolicy, download, tooLarge } from "./download.js";
import { mediaTypeOf } from "./media-type.js";

/** As the platform announces it; all of it untrusted. */
export interface Announced {
  readonly name: string;
  readonly url: string;
  /** Bytes; what is announced as too large is not even asked for. */
  readonly size: number;
}

/** Files held in memory at once by all downloads that run. */
const MOST_AT_ONCE = 4;
let running = 0;
const waiting: (() => void)[] = [];

/** Throws what `download` throws, and UserError `attachment-html` where a page came instead of a file (a login page, mostly). */
export async function fetchAttachment({ name, url, size }: Announced, policy: DownloadPolicy): Promise<Attachment> {
  if (size > policy.maxBytes) throw tooLarge(policy.maxBytes);
  const bytes = await inTurn(() => download(url, policy));
  const mediaType = mediaTypeOf(bytes);
  if (mediaType === "text/html")
    throw new UserError("attachment-html", "A web page came instead of the file.", "Upload the file itself again.");
  return { name: displayName(name), mediaType, size: bytes.byteLength, read: async () => bytes };
}

async function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
  if (running >= MOST_AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
  else running += 1;
  try {
    return await work();
  } finally {
    // The place goes straight to the next in the line, or is free.
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  }
}
