// One file from a web address to a path: resumed where it broke off, checked against its published checksum, put in place at the end.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { UserError } from "../../../errors.js";
import { diskError } from "./disk-error.js";

/** What is known of a file before it is fetched; one of the checksums, where there is one. Hex. */
export interface FileToFetch {
  readonly name: string;
  readonly bytes: number;
  readonly sha256?: string;
  readonly md5?: string;
}

export interface DownloadSettings {
  readonly onProgress?: (received: number, total: number) => void;
  /** Attempts after which it gives up, each going on where the last one broke off. */
  readonly attempts?: number;
  /** Milliseconds without a byte after which a connection counts as dead. */
  readonly patience?: number;
  /** Milliseconds before the second attempt; doubled each time. */
  readonly wait?: number;
}

const ATTEMPTS = 5;
const PATIENCE = 30_000;
const WAIT = 1_000;

/** What went wrong with one attempt; `again`: another may do better. */
class Broken extends Error {
  constructor(
    message: string,
    readonly again: boolean,
    options?: { cause: unknown },
  ) {
    super(message, options);
  }
}

const resumeSchema = z.object({ url: z.string(), validator: z.string().optional() });

/**
 * `path` gets the file whole or not at all; what has arrived stays in `path`.part for the next call.
 * Throws UserError: download-failed, download-altered, disk-full, folder-unusable.
 */
export async function download(
  url: string,
  path: string,
  file: FileToFetch,
  settings: DownloadSettings = {},
): Promise<void> {
  const { attempts = ATTEMPTS, wait = WAIT } = settings;
  const part = `${path}.part`;
  let failure = "";
  let afresh = false;
  for (let attempt = 0; attempt < attempts; attempt++) {
    if (attempt > 0) await pause(Math.min(wait * 2 ** (attempt - 1), 30_000));
    try {
      const had = await sizeOf(part);
      if (had !== file.bytes) await fetchInto(url, part, file, settings);
      if (await isPublished(part, file)) {
        await rename(part, path);
        await rm(`${part}.json`, { force: true });
        return;
      }
      await forget(part);
      // A part of another version may have been completed: once more from the beginning.
      if (had > 0 && !afresh) {
        afresh = true;
        failure = "what had been fetched before belonged to another file";
        continue;
      }
      throw altered(url, file, `its ${file.sha256 === undefined ? "MD5" : "SHA-256"} is another`);
    } catch (error) {
      if (error instanceof UserError) await forget(part);
      if (!(error instanceof Broken)) throw diskError(error, path, "data");
      failure = error.message;
      if (!error.again) break;
    }
  }
  throw new UserError(
    "download-failed",
    `${url} could not be fetched: ${failure}.`,
    "Run the command again, it goes on where it broke off; or fetch it from elsewhere with --mirror URL.",
  );
}

async function fetchInto(url: string, part: string, file: FileToFetch, settings: DownloadSettings): Promise<void> {
  const abort = new AbortController();
  const patience = settings.patience ?? PATIENCE;
  let timer = setTimeout(() => abort.abort(), patience);
  try {
    const { from, headers } = await resumePoint(url, part, file);
    const response = await fetch(url, { headers, signal: abort.signal });
    const start = startOf(response, from);
    check(response, url, file, start);
    const validator = response.headers.get("etag") ?? response.headers.get("last-modified") ?? undefined;
    await writeFile(`${part}.json`, JSON.stringify({ url, validator }));
    const out = await open(part, start > 0 ? "a" : "w");
    try {
      let received = start;
      for await (const chunk of response.body ?? []) {
        clearTimeout(timer);
        received += chunk.length;
        if (received > file.bytes) throw altered(url, file, `it has more than ${file.bytes} bytes`);
        await out.writeFile(chunk);
        settings.onProgress?.(received, file.bytes);
        timer = setTimeout(() => abort.abort(), patience);
      }
      if (received < file.bytes) throw new Broken(`it ended after ${received} of ${file.bytes} bytes`, true);
    } finally {
      await out.close();
    }
  } catch (error) {
    throw asBroken(error, abort.signal.aborted ? `nothing came for ${patience / 1000} s` : undefined);
  } finally {
    clearTimeout(timer);
  }
}

/** Weak validators do not prove equal bytes: then the range is asked for without, and the checksum decides. */
async function resumePoint(url: string, part: string, file: FileToFetch) {
  const size = await sizeOf(part);
  const note = resumeSchema.safeParse(await jsonOf(`${part}.json`));
  // Unpacked on the way, the bytes would not be the file's.
  const plain = { "accept-encoding": "identity", "user-agent": "convo" };
  if (size === 0 || size >= file.bytes || !note.success) return { from: 0, headers: plain };
  const { validator, url: before } = note.data;
  const strong = validator !== undefined && !validator.startsWith("W/") && before === url;
  return {
    from: size,
    headers: { ...plain, range: `bytes=${size}-`, ...(strong ? { "if-range": validator } : {}) },
  };
}

/** Where the answer's bytes belong: it may be the whole file although a range was asked for. */
function startOf(response: Response, from: number): number {
  if (response.status !== 206) return 0;
  const [, start] = /^bytes (\d+)-/.exec(response.headers.get("content-range") ?? "") ?? [];
  if (Number(start) !== from) throw new Broken("the server sent another range than was asked for", true);
  return from;
}

function check(response: Response, url: string, file: FileToFetch, start: number): void {
  const { status } = response;
  if (status === 429 || status >= 500 || status === 408) throw new Broken(`the server answered ${status}`, true);
  if (status !== 200 && status !== 206) throw new Broken(`the server answered ${status}`, false);
  if (/text\/html/i.test(response.headers.get("content-type") ?? "")) {
    throw new Broken("a web page came instead of the file (a network's login page?)", false);
  }
  const length = Number(response.headers.get("content-length") ?? file.bytes - start);
  if (length + start !== file.bytes) throw altered(url, file, `it has ${length + start} bytes, not ${file.bytes}`);
}

function asBroken(error: unknown, why?: string): unknown {
  if (error instanceof Broken || error instanceof UserError) return error;
  // fetch throws TypeError for whatever the network does; its cause says what. Any other error is the disk's, or a bug.
  const network = error instanceof TypeError || why !== undefined;
  if (!network) return error;
  const cause = error instanceof TypeError && error.cause instanceof Error ? error.cause.message : undefined;
  return new Broken(why ?? cause ?? String(error), true, { cause: error });
}

function altered(url: string, file: FileToFetch, why: string): UserError {
  return new UserError(
    "download-altered",
    `${url} is not the ${file.name} that was published: ${why}.`,
    "Nothing was kept. Try again, or another address with --mirror URL.",
  );
}

async function forget(part: string): Promise<void> {
  await rm(part, { force: true });
  await rm(`${part}.json`, { force: true });
}

async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  return found?.size ?? 0;
}

/** Undefined where it is not there or no JSON: then the file is fetched from the beginning. */
async function jsonOf(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch {
    return undefined;
  }
}

async function isPublished(path: string, { sha256, md5 }: FileToFetch): Promise<boolean> {
  return (
    (sha256 === undefined || (await hashOf(path, "sha256")) === sha256) &&
    (md5 === undefined || (await hashOf(path, "md5")) === md5)
  );
}

export async function sha256Of(path: string): Promise<string> {
  return hashOf(path, "sha256");
}

async function hashOf(path: string, algorithm: "sha256" | "md5"): Promise<string> {
  const hash = createHash(algorithm);
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest("hex");
}
