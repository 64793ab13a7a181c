// Where things are kept that can be made again: the operating system's cache folder, never beside a person's data.
import { homedir } from "node:os";
import { join } from "node:path";

/** Absolute; it may not exist yet. XDG on Linux, Library/Caches on macOS, LOCALAPPDATA on Windows. */
export function cacheFolder(): string {
  const { LOCALAPPDATA, XDG_CACHE_HOME } = process.env;
  if (process.platform === "win32") return join(LOCALAPPDATA ?? join(homedir(), "AppData", "Local"), "convo", "cache");
  if (process.platform === "darwin") return join(homedir(), "Library", "Caches", "convo");
  // XDG: a relative path there is invalid and ignored.
  return join(XDG_CACHE_HOME?.startsWith("/") ? XDG_CACHE_HOME : join(homedir(), ".cache"), "convo");
}
