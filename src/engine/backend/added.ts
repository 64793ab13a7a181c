// Where the optional backends are: a folder each beside node_modules, so that npm ci and npm install leave them alone.
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { BackendName } from "./backend.js";

/** Of this installation: dist and src are beside package.json. */
export const INSTALLATION = join(dirname(fileURLToPath(import.meta.url)), "../../..");

/** `convo backend install` and `convo backend build` put what they add here, and nowhere else. */
export const ADDED = join(INSTALLATION, "backends");

/**
 * The file that `specifier` names. First in what was added for this backend, whose place is `added`/`name`, then, as Node
 * looks upward, in the installation's own node_modules. Throws what Node throws where it is in neither.
 */
export function resolveFor(name: BackendName, specifier: string, added = ADDED): string {
  return createRequire(join(added, name, "package.json")).resolve(specifier);
}
