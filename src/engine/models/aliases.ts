// Which version of a model is in service (`champion`) and which was before it (`previous`): aliases.json beside the versions.
import { mkdir, open, readFile, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import { codeOf, UserError } from "../../errors.js";
import { writeWhole } from "./durable.js";
import { MODEL_VERSION } from "./manifest.js";

export const ALIASES = ["champion", "previous"] as const;
export type Alias = (typeof ALIASES)[number];
export type Aliases = Partial<Record<Alias, string>>;

const FILE = "aliases.json";
const version = z.string().regex(MODEL_VERSION);
const FORM = z.object({ v: z.literal(1), champion: version.optional(), previous: version.optional() });

/** Of the model whose versions are in `folder`; none where nothing was set. Throws UserError `aliases-damaged`, `models-no-folder`. */
export async function readAliases(folder: string): Promise<Aliases> {
  let text: string;
  try {
    text = await readFile(join(folder, FILE), "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return {};
    if (codeOf(error) === "ENOTDIR") throw noFolder(folder, error);
    throw error;
  }
  try {
    const { champion, previous } = FORM.parse(JSON.parse(text));
    return { ...(champion === undefined ? {} : { champion }), ...(previous === undefined ? {} : { previous }) };
  } catch (error) {
    throw new UserError(
      "aliases-damaged",
      `${join(folder, FILE)} cannot be read.`,
      'Write it again as {"v":1,"champion":"VERSION"}; the versions are the folders beside it.',
      { cause: error },
    );
  }
}

/** Another text after every change; the file itself is not read. */
export async function aliasesStamp(folder: string): Promise<string> {
  try {
    // A change is a new file under the old name.
    const { ino, mtimeNs, size } = await stat(join(folder, FILE), { bigint: true });
    return `${ino}-${mtimeNs}-${size}`;
  } catch (error) {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return "none";
    throw error;
  }
}

/** Said in chat, too: the name of the model alone, no folder of the machine. */
function noFolder(folder: string, cause: unknown): UserError {
  return new UserError(
    "models-no-folder",
    `The versions of ${basename(folder)} cannot be looked up: a file stands where their folder belongs.`,
    `Set CONVO_MODELS to a folder, and see that ${basename(folder)} is a folder in it.`,
    { cause },
  );
}

/** Changes the aliases in one step, one process at a time. */
export async function updateAliases(
  folder: string,
  change: (aliases: Aliases) => Aliases | Promise<Aliases>,
): Promise<Aliases> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    if (codeOf(error) === "EEXIST" || codeOf(error) === "ENOTDIR") throw noFolder(folder, error);
    throw error;
  }
  return locked(join(folder, ".aliases-lock"), async () => {
    const aliases = await change(await readAliases(folder));
    await writeWhole(join(folder, FILE), `${JSON.stringify({ v: 1, ...aliases })}\n`);
    return aliases;
  });
}

/** A change takes milliseconds; a lock this old belongs to a process that died. */
const STALE_MS = 10_000;
const STEP_MS = 20;

async function locked<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  for (const start = Date.now(); ; ) {
    try {
      await (await open(path, "wx")).close();
      break;
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw error;
    }
    const since = await stat(path).then(
      (found) => found.mtimeMs,
      () => Date.now(),
    );
    if (Date.now() - since > STALE_MS) await rm(path, { force: true });
    else if (Date.now() - start > 2 * STALE_MS) {
      throw new UserError("aliases-busy", `${path} is held by another process.`, "Try again in a moment.");
    } else await wait(STEP_MS);
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}
