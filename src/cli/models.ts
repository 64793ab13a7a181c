// `convo models list|show|promote|rollback|follow`: the trained models, a model's card, and which version serves.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { config as readDotEnv } from "dotenv";
import { readConfig } from "../config.js";
import { writeInterval } from "../engine/models/card.js";
import { communityRegistries } from "../engine/models/community-folder.js";
import type { ModelEntry, ModelRegistry } from "../engine/models/registry.js";
import { runInPlaceOf } from "../engine/queue/refusals.js";
import { type RunQueue, SHARED } from "../engine/queue/run.js";
import { columns } from "./columns.js";
import { recorded, withStore } from "./recorded.js";

export interface ModelsOptions {
  readonly json?: boolean;
  /** Whose models: those that all share by default. */
  readonly community?: string;
}

const SOURCES = { own: "trained here", shared: "shared", shipped: "shipped" } as const;

export async function modelsList({ json, community }: ModelsOptions): Promise<void> {
  const registry = openRegistry(community);
  const entries = await registry.list();
  if (json === true) return printJson(entries.map(entryJson));
  if (entries.length === 0) {
    process.stdout.write(`There is no model in ${onTerminal(registry.folder)} yet. Train one: convo train digits\n`);
    return;
  }
  const rows = entries.map((entry) => {
    const { manifest } = entry;
    const start = [entry.name, entry.version, entry.aliases.join(", ")];
    const source = SOURCES[entry.source];
    if ("wrong" in manifest) return [...start, "damaged", "", "", source];
    const accuracy = manifest.metrics.test?.accuracy;
    return [
      ...start,
      accuracy === undefined ? "not measured" : writeInterval(accuracy),
      String(manifest.labels.length),
      manifest.parameters.toLocaleString("en-GB"),
      source,
    ];
  });
  const heading = ["name", "version", "in service as", "test accuracy (95 %)", "classes", "parameters", "from"];
  process.stdout.write(`${columns([heading, ...rows.map((row) => row.map(inOneLine))], [4, 5])}\n`);
  for (const { manifest } of entries) {
    if ("wrong" in manifest) process.stdout.write(`${onTerminal(manifest.wrong.message)}\n`);
  }
}

export async function modelsShow(reference: string | undefined, options: ModelsOptions): Promise<void> {
  const { json, community } = options;
  const registry = openRegistry(community);
  if (reference === undefined) return modelsList(options);
  const { folder, manifest } = await registry.open(reference);
  if (json === true) return printJson({ folder, ...manifest });
  const card = await readFile(join(folder, "card.md"), "utf8");
  process.stdout.write(`${onTerminal(card)}\nFolder: ${onTerminal(folder)}\n`);
}

/** Puts NAME@VERSION into service, after it was checked; the version before it becomes `previous`. */
export async function modelsPromote(reference: string, { community }: ModelsOptions): Promise<void> {
  await onRecord(`promote ${reference}`, community, async (registry, queue) => {
    const { manifest } = await registry.open(reference).catch(async (error: unknown) => {
      throw (await runInPlaceOf(reference, community ?? SHARED, queue, "convo models promote ")) ?? error;
    });
    await registry.setChampion(manifest.name, manifest.version);
    return [
      `${manifest.name}@${manifest.version} is in service.`,
      `Back: convo models rollback ${manifest.name}${ofCommunity(community)}`,
    ];
  });
}

/** Champion and previous change places. */
export async function modelsRollback(name: string, { community }: ModelsOptions): Promise<void> {
  await onRecord(`rollback ${name}`, community, async (registry) => {
    const { champion } = await registry.rollback(name);
    return [`${name}@${champion ?? ""} is in service again.`];
  });
}

/** The choice made here is given up: what all share serves again; for those that all share, the newest that ships. */
export async function modelsFollow(name: string, { community }: ModelsOptions): Promise<void> {
  await onRecord(`follow ${name}`, community, async (registry) => {
    const { champion } = await registry.follow(name);
    return [`${name} follows again: ${name}@${champion ?? ""} is in service.`];
  });
}

/** `work` resolves with what is said; the first of it is on the audit list, too. */
async function onRecord(
  typed: string,
  community: string | undefined,
  work: (registry: ModelRegistry, queue: RunQueue) => Promise<readonly [string, ...string[]]>,
): Promise<void> {
  const registry = openRegistry(community);
  await withStore(async ({ queue, audit }) => {
    const said = await recorded(
      audit,
      {
        community: community ?? SHARED,
        what: `convo models ${typed}${ofCommunity(community)}`,
        words: ([first]) => first,
      },
      () => work(registry, queue),
    );
    process.stdout.write(`${onTerminal(said.join(" "))}\n`);
  });
}

const ofCommunity = (community: string | undefined): string =>
  community === undefined ? "" : ` --community ${community}`;

function openRegistry(community: string = SHARED): ModelRegistry {
  readDotEnv({ quiet: true });
  return communityRegistries(readConfig(process.env, process.stderr.isTTY === true).models)(community);
}

function entryJson({ name, version, folder, source, aliases, manifest }: ModelEntry): object {
  const shared = { name, version, folder, shipped: source === "shipped", source, aliases };
  if ("wrong" in manifest) return { ...shared, error: { code: manifest.wrong.code, message: manifest.wrong.message } };
  const { labels, parameters, precision, created, metrics } = manifest;
  return { ...shared, labels, parameters, precision, created, test: metrics.test ?? null };
}

function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** Cards and labels come from elsewhere: nothing in them may steer the terminal. Line ends stay. */
function onTerminal(text: string): string {
  return text.replace(/\r\n?/g, "\n").replace(/(?!\n)[\p{Cc}\p{Cf}]/gu, "");
}

function inOneLine(text: string): string {
  return onTerminal(text).replace(/\n/g, " ");
}
