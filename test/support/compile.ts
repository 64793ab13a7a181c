// Before the tests: what they run is compiled (see vitest.config.ts), so it is compiled anew where a source is newer.
import { spawnSync } from "node:child_process";
import { readdirSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "../..");
/** Written by every compilation that changes anything; its time says of when dist/ is. */
const BUILT = join(ROOT, "dist/.tsbuildinfo");

/** Throws with the compiler's words where a source has a mistake. */
export default function compile(): void {
  const built = statSync(BUILT, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (newest(join(ROOT, "src")) <= built) return;
  const began = new Date();
  const compiler = [join(ROOT, "node_modules/typescript/bin/tsc"), "-p", "tsconfig.build.json"];
  const { status, stdout, stderr } = spawnSync(process.execPath, compiler, { cwd: ROOT, encoding: "utf8" });
  if (status !== 0) throw new Error(`src/ cannot be compiled:\n${stdout}${stderr}`);
  utimesSync(BUILT, began, began);
}

/** When the youngest file below was changed, in ms since 1970. */
function newest(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true });
  return Math.max(
    ...files.filter((file) => file.isFile()).map((file) => statSync(join(file.parentPath, file.name)).mtimeMs),
  );
}
