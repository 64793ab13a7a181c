// Before the tests: their temporary files lie in memory where there is room, so that no test waits for a disk; after them, all are removed.
import { chmodSync, mkdtempSync, rmSync, statfsSync } from "node:fs";
import { join } from "node:path";

const MEMORY = "/dev/shm";
/** Bytes; the suite writes a tenth of it. */
const ROOM = 2 * 2 ** 30;

export default function placeTemporaryFiles(): (() => void) | undefined {
  if (process.env.TMPDIR !== undefined || !hasRoom()) return undefined;
  const folder = mkdtempSync(join(MEMORY, "convo-tests-"));
  // As /tmp is: some tests are another user within it.
  chmodSync(folder, 0o1777);
  process.env.TMPDIR = folder;
  return () => {
    delete process.env.TMPDIR;
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
}

/** Linux alone has it, and a container's may be small. */
function hasRoom(): boolean {
  try {
    const { bavail, bsize } = statfsSync(MEMORY);
    return bavail * bsize >= ROOM;
  } catch {
    return false;
  }
}
