// The built page (dist/page), read once at the start: what is not among these files cannot be asked for.
import { readdir, readFile } from "node:fs/promises";
import { extname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { UserError } from "../../errors.js";

export interface PageFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly mediaType: string;
  /** Its name changes with its content, so that a browser may keep it for ever. */
  readonly hashed: boolean;
}

/** The same folder from src/bots/playground and from dist/bots/playground. */
const FOLDER = fileURLToPath(new URL("../../../dist/page", import.meta.url));

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".woff2": "font/woff2",
};

/** Files by the path under which they are served; `/` is the page. Throws UserError `page-not-built`. */
export async function readPageFiles(folder: string = FOLDER): Promise<ReadonlyMap<string, PageFile>> {
  const files = new Map<string, PageFile>();
  const found = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of found) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const path = `/${relative(folder, file).split(sep).join("/")}`;
    const mediaType = TYPES[extname(file)] ?? "application/octet-stream";
    const bytes = new Uint8Array(await readFile(file));
    files.set(path === "/index.html" ? "/" : path, { bytes, mediaType, hashed: path.startsWith("/assets/") });
  }
  if (!files.has("/")) {
    throw new UserError("page-not-built", `The playground's page is not in ${folder}.`, "Run `npm run build` first.");
  }
  return files;
}
