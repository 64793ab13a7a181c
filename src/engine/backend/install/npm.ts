// npm, the one that came with the running Node: adds packages to a folder, runs one script, asks the registry.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { UserError } from "../../../errors.js";
import { type Bounds, type Outcome, runBounded } from "./bounded.js";

/** npm itself gives up on an address after this many milliseconds, and tries once more. */
const FETCH_TIMEOUT = 30_000;
/** Milliseconds without a byte or a word: longer than npm's own patience, so that it can say what is wrong. */
const STALL = 90_000;
/** A slow school line: 500 MB at 2 Mbit/s. */
const LIMIT = 40 * 60_000;
/** Of a question that only informs. */
const ASK_LIMIT = 15_000;

export type Patience = Pick<Bounds, "signal" | "onGrowth"> & { readonly stall?: number };

/** Adds exact versions to `folder`, without their scripts; its cache is inside, so that growth is progress. */
export function addPackages(
  folder: string,
  packages: Readonly<Record<string, string>>,
  patience: Patience,
): Promise<Outcome> {
  const wanted = Object.entries(packages).map(([name, version]) => `${name}@${version}`);
  return npm(["install", "--ignore-scripts", "--no-package-lock", "--save-exact", ...wanted], folder, patience);
}

/** The install script of one package that is there, and of no other. */
export function runScript(folder: string, name: string, patience: Patience): Promise<Outcome> {
  return npm(["rebuild", "--ignore-scripts=false", "--foreground-scripts", name], folder, patience);
}

const DIST = z.object({ unpackedSize: z.number().positive() });

/** Bytes on disk of one package as the registry tells them; undefined where it does not, or does not answer. */
export async function sizeOnDisk(name: string, version: string, signal?: AbortSignal): Promise<number | undefined> {
  const args = [...npmCommand().args, "view", `${name}@${version}`, "dist", "--json", ...NETWORK];
  const outcome = await runBounded(npmCommand().program, args, {
    cwd: dirname(process.execPath),
    watch: "",
    stall: ASK_LIMIT,
    limit: ASK_LIMIT,
    ...(signal === undefined ? {} : { signal }),
  });
  if (outcome.end !== "done") return undefined;
  const start = outcome.output.indexOf("{");
  try {
    return DIST.safeParse(JSON.parse(outcome.output.slice(start))).data?.unpackedSize;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const NETWORK = ["--fetch-retries=1", "--fetch-retry-mintimeout=1000", `--fetch-timeout=${FETCH_TIMEOUT}`];

async function npm(args: readonly string[], folder: string, patience: Patience): Promise<Outcome> {
  const { program, args: first } = npmCommand();
  const quiet = ["--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"];
  const { stall = STALL, ...rest } = patience;
  const cache = `--cache=${join(folder, CACHE)}`;
  return runBounded(program, [...first, ...args, ...quiet, ...NETWORK, cache], {
    cwd: folder,
    watch: folder,
    stall,
    limit: LIMIT,
    ...rest,
  });
}

/** Inside the folder that packages are added to; of no use afterwards. */
export const CACHE = ".npm-cache";

/** Beside node (Windows), in ../lib (elsewhere), where Debian's own package has it, or that of `npm run`. */
function npmCommand(): { readonly program: string; readonly args: readonly string[] } {
  const beside = dirname(process.execPath);
  const script = [
    join(beside, "node_modules/npm/bin/npm-cli.js"),
    join(beside, "../lib/node_modules/npm/bin/npm-cli.js"),
    "/usr/share/nodejs/npm/bin/npm-cli.js",
    process.env.npm_execpath ?? "",
  ].find((path) => path.endsWith("npm-cli.js") && existsSync(path));
  if (script !== undefined) return { program: process.execPath, args: [script] };
  throw new UserError(
    "npm-missing",
    `There is no npm beside ${process.execPath}.`,
    "Install npm, or run this through it: npx convo backend install …",
  );
}
