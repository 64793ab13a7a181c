// Fetches a public data set into a folder: every file checked, an archive unpacked aside and put in place in one step.
import { mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { UserError } from "../../../errors.js";
import { exists } from "../../files.js";
import { type Holder, lockFolder } from "../../folder-lock.js";
import { diskError } from "./disk-error.js";
import { type DownloadSettings, download, sha256Of } from "./download.js";
import type { PublicData, PublicFile } from "./public-data.js";
import { unpack } from "./unpack.js";

export interface GetSettings extends Omit<DownloadSettings, "onProgress"> {
  /** Fetch what is there already, too. */
  readonly force?: boolean;
  /** Folder that holds the files instead of the official addresses. */
  readonly mirror?: string;
  readonly onProgress?: (file: string, received: number, total: number) => void;
  /** One line on what goes on. */
  readonly onNote?: (note: string) => void;
}

const LOCK = ".data-get.lock";

const busy = (folder: string) => (holder: Holder) =>
  new UserError(
    "data-folder-busy",
    holder === undefined
      ? `Another process begins to fetch into ${folder} at this moment.`
      : `Process ${holder.pid} is fetching into ${folder} since ${holder.at}.`,
    "Wait for it, or name another folder with --to DIR.",
  );

/** Returns the absolute folder to train from. Throws UserError, `data-folder-busy` while another process fetches there; what is there already stays until the new one is whole. */
export async function getData(data: PublicData, to: string, settings: GetSettings = {}): Promise<string> {
  const folder = resolve(to);
  const addresses = settings.mirror === undefined ? data.addresses : [mirrorOf(settings.mirror)];
  try {
    await mkdir(folder, { recursive: true });
    const release = await lockFolder(folder, LOCK, busy(folder));
    try {
      if (data.unpacked !== undefined) return await getArchive(data, data.unpacked, folder, addresses, settings);
      for (const file of data.files) await getFile(file, folder, addresses, settings);
      return folder;
    } finally {
      await release();
    }
  } catch (error) {
    throw diskError(error, folder, "data");
  }
}

async function getFile(
  file: PublicFile,
  folder: string,
  addresses: readonly string[],
  settings: GetSettings,
): Promise<string> {
  const path = join(folder, file.name);
  if (settings.force !== true && (await isWhole(path, file))) {
    settings.onNote?.(`${file.name} is there already.`);
    return path;
  }
  const { onProgress, onNote, force, mirror, ...rest } = settings;
  let failure: unknown;
  for (const address of addresses) {
    try {
      await download(`${address}${file.name}`, path, file, {
        ...rest,
        ...(onProgress === undefined
          ? {}
          : { onProgress: (received, total) => onProgress(file.name, received, total) }),
      });
      return path;
    } catch (error) {
      const elsewhere = error instanceof UserError && ["download-failed", "download-altered"].includes(error.code);
      if (!elsewhere) throw error;
      failure = error;
      if (address !== addresses.at(-1)) onNote?.(`${error.what} Trying the next address.`);
    }
  }
  throw failure;
}

async function getArchive(
  { files, name }: PublicData,
  unpacked: { readonly folder: string; readonly images: Readonly<Record<string, number>> },
  folder: string,
  addresses: readonly string[],
  settings: GetSettings,
): Promise<string> {
  const place = join(folder, unpacked.folder);
  if (settings.force !== true && (await hasImages(place, unpacked.images))) {
    settings.onNote?.(`${unpacked.folder} is there already.`);
    return place;
  }
  const [file] = files;
  if (file === undefined) throw new TypeError(`${name} has no file`);
  const archive = await getFile(file, folder, addresses, settings);
  const aside = join(folder, `.${unpacked.folder}.part`);
  const old = join(folder, `.${unpacked.folder}.old`);
  await rm(aside, { recursive: true, force: true });
  await mkdir(aside);
  try {
    settings.onNote?.(`Unpacking ${file.name}.`);
    await unpack(archive, unpacked.folder, aside);
    const fresh = join(aside, unpacked.folder);
    if (!(await hasImages(fresh, unpacked.images))) {
      throw new UserError(
        "archive-unusable",
        `${archive} does not hold the images that ${name} has.`,
        "Fetch it again with --force, or from another address with --mirror URL.",
      );
    }
    await rm(old, { recursive: true, force: true });
    if (await exists(place)) await rename(place, old);
    await rename(fresh, place);
    await rm(old, { recursive: true, force: true });
    await rm(archive);
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
  return place;
}

async function isWhole(path: string, file: PublicFile): Promise<boolean> {
  return (await exists(path)) && (await stat(path)).size === file.bytes && (await sha256Of(path)) === file.sha256;
}

async function hasImages(folder: string, images: Readonly<Record<string, number>>): Promise<boolean> {
  for (const [label, count] of Object.entries(images)) {
    const path = join(folder, label);
    if (!(await exists(path))) return false;
    const found = (await readdir(path)).filter((file) => /\.jpe?g$/i.test(file) && !file.startsWith("."));
    if (found.length !== count) return false;
  }
  return true;
}

function mirrorOf(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !["http:", "https:"].includes(url.protocol)) {
    throw new UserError(
      "mirror-invalid",
      `${JSON.stringify(address.slice(0, 200))} is no web address.`,
      "Give the address of the folder that holds the files, such as https://example.org/mnist/.",
    );
  }
  return url.href.endsWith("/") ? url.href : `${url.href}/`;
}
