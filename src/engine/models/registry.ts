// The models that there are: REGISTRY/NAME/VERSION, with the aliases `champion` and `previous`, and below them what ships.
import { readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { codeOf, UserError } from "../../errors.js";
import { nearest } from "../../nearest.js";
import { ALIASES, type Alias, type Aliases, readAliases, updateAliases } from "./aliases.js";
import { MODEL_NAME, MODEL_VERSION } from "./manifest.js";
import type { ModelManifest } from "./model.js";
import { type OpenedModel, openManifest, openModel } from "./open.js";

/** Models that come with the program; nothing is written there. */
export const SHIPPED_MODELS = fileURLToPath(new URL("../../../assets/models", import.meta.url));

export interface ModelEntry {
  readonly name: string;
  readonly version: string;
  readonly folder: string;
  readonly isShipped: boolean;
  readonly aliases: readonly Alias[];
  /** Its manifest, or what is wrong with it. */
  readonly manifest: ModelManifest | { readonly wrong: UserError };
}

interface Place {
  readonly folder: string;
  readonly isShipped: boolean;
}

/** Holds no state but the folders: several processes may use one registry. */
export class ModelRegistry {
  constructor(
    readonly folder: string,
    readonly shipped: string = SHIPPED_MODELS,
  ) {}

  /** Of every name, newest version first. A damaged model is listed as such and disturbs no other. */
  async list(): Promise<readonly ModelEntry[]> {
    const names = new Set([...(await namesIn(this.folder, MODEL_NAME)), ...(await namesIn(this.shipped, MODEL_NAME))]);
    const entries: ModelEntry[] = [];
    for (const name of [...names].sort()) {
      const aliases = await this.aliases(name);
      for (const [version, { folder, isShipped }] of await this.versions(name)) {
        const own = ALIASES.filter((alias) => aliases[alias] === version);
        const manifest = await openManifest(folder).catch((error: unknown) => {
          if (error instanceof UserError) return { wrong: error };
          throw error;
        });
        entries.push({ name, version, folder, isShipped, aliases: own, manifest });
      }
    }
    return entries;
  }

  /** As they are in effect: without a champion of its own a name is served by what ships, the newest. */
  async aliases(name: string): Promise<Aliases> {
    const aliases = await readAliases(join(this.folder, checkedName(name)));
    if (aliases.champion !== undefined) return aliases;
    const [shipped] = await versionsIn(join(this.shipped, name));
    return shipped === undefined ? aliases : { ...aliases, champion: shipped };
  }

  /**
   * NAME (its champion), NAME@VERSION, NAME@champion or NAME@previous → where it is.
   * Throws UserError `model-not-found`, `model-no-champion`.
   */
  async find(reference: string): Promise<{ readonly name: string; readonly version: string; readonly folder: string }> {
    const at = reference.indexOf("@");
    const name = at === -1 ? reference : reference.slice(0, at);
    const wished = at === -1 ? "champion" : reference.slice(at + 1);
    const versions = await this.versions(name);
    if (versions.size === 0) throw await this.nameUnknown(name);
    const alias = ALIASES.find((known) => known === wished);
    const version = alias === undefined ? wished : (await this.aliases(name))[alias];
    if (version === undefined) {
      throw new UserError(
        "model-no-champion",
        `No version of ${name} is its ${wished}.`,
        `Name one of its versions: ${[...versions.keys()].map((known) => `${name}@${known}`).join(", ")}`,
      );
    }
    const place = versions.get(version);
    if (place === undefined) throw versionUnknown(name, version, [...versions.keys()]);
    return { name, version, folder: place.folder };
  }

  /** Found as `find` does, checked as `openModel` does. */
  async open(reference: string): Promise<OpenedModel> {
    return openModel((await this.find(reference)).folder);
  }

  /** The version goes into service, checked before; what was in service becomes `previous`. */
  async setChampion(name: string, version: string): Promise<Aliases> {
    await this.open(`${checkedName(name)}@${version}`);
    return updateAliases(join(this.folder, name), async () => {
      const { champion, previous } = await this.aliases(name);
      if (champion === version) return { champion, ...(previous === undefined ? {} : { previous }) };
      return { champion: version, ...(champion === undefined ? {} : { previous: champion }) };
    });
  }

  /** The previous version goes into service again, and the present one becomes `previous`. Throws UserError `model-no-previous`. */
  async rollback(name: string): Promise<Aliases> {
    return updateAliases(join(this.folder, checkedName(name)), async () => {
      const { champion, previous } = await this.aliases(name);
      if (champion === undefined || previous === undefined) {
        throw new UserError(
          "model-no-previous",
          `There is no version of ${name} before the present one.`,
          "Choose one by its version: convo models list",
        );
      }
      await this.open(`${name}@${previous}`);
      return { champion: previous, previous: champion };
    });
  }

  /** Throws UserError `model-in-service` for champion and previous, `model-shipped` for what came with the program. */
  async remove(name: string, version: string): Promise<void> {
    await updateAliases(join(this.folder, checkedName(name)), async (aliases) => {
      const place = (await this.versions(name)).get(version);
      if (place === undefined) throw versionUnknown(name, version, [...(await this.versions(name)).keys()]);
      if (place.isShipped) {
        throw new UserError("model-shipped", `${name}@${version} came with the program.`, "It stays.");
      }
      const alias = ALIASES.find((known) => aliases[known] === version);
      if (alias !== undefined) {
        throw new UserError(
          "model-in-service",
          `${name}@${version} is the ${alias} and cannot be deleted.`,
          "Put another version into service first.",
        );
      }
      // Out of sight in one step, so that no half-deleted model is ever listed.
      const aside = join(this.folder, name, `.deleting-${version}`);
      await rename(place.folder, aside);
      await rm(aside, { recursive: true, force: true });
      return aliases;
    });
  }

  /** Newest first; one's own hides what ships under the same version. */
  private async versions(name: string): Promise<ReadonlyMap<string, Place>> {
    const [own, shipped] = [join(this.folder, checkedName(name)), join(this.shipped, name)];
    const places = new Map<string, Place>();
    for (const version of await versionsIn(shipped)) {
      places.set(version, { folder: join(shipped, version), isShipped: true });
    }
    for (const version of await versionsIn(own)) {
      places.set(version, { folder: join(own, version), isShipped: false });
    }
    return new Map([...places].sort(([a], [b]) => (a < b ? 1 : -1)));
  }

  private async nameUnknown(name: string): Promise<UserError> {
    const names = [...new Set((await this.list()).map((entry) => entry.name))];
    const near = nearest(name, names);
    return new UserError(
      "model-not-found",
      `There is no model "${name}".`,
      names.length === 0
        ? "Train one first, such as: convo train digits"
        : `${near === undefined ? "" : `Did you mean ${near}? `}There are: ${names.join(", ")}`,
    );
  }
}

function versionUnknown(name: string, version: string, versions: readonly string[]): UserError {
  return new UserError(
    "model-not-found",
    `There is no version "${version.slice(0, 80)}" of ${name}.`,
    `There are: ${versions.join(", ") || "none"}`,
  );
}

/** A name is a folder's name and nothing more. */
function checkedName(name: string): string {
  if (MODEL_NAME.test(name)) return name;
  throw new UserError(
    "model-not-found",
    `"${name.slice(0, 80)}" is no name of a model.`,
    "Names have a-z, 0-9 and hyphens; see what there is: convo models list",
  );
}

async function versionsIn(folder: string): Promise<string[]> {
  return (await namesIn(folder, MODEL_VERSION)).sort().reverse();
}

/** Folders in a folder whose names have the form; none where it does not exist. */
async function namesIn(folder: string, form: RegExp): Promise<string[]> {
  try {
    const found = await readdir(folder, { withFileTypes: true });
    return found.filter((entry) => entry.isDirectory() && form.test(entry.name)).map((entry) => entry.name);
  } catch (error) {
    const code = codeOf(error);
    if (code === "ENOENT" || code === "ENOTDIR") return [];
    throw error;
  }
}
