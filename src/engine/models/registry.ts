// The models that there are: REGISTRY/NAME/VERSION, with the aliases `champion` and `previous`; below a community's own those that
// all share, and below them what ships.
import { readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { codeOf, UserError } from "../../errors.js";
import { ALIASES, type Alias, type Aliases, aliasesStamp, readAliases, updateAliases } from "./aliases.js";
import { MODEL_NAME, MODEL_VERSION } from "./manifest.js";
import type { ModelManifest } from "./model.js";
import { type OpenedModel, openManifest, openModel } from "./open.js";
import { followsAlready, nameUnknown, noName, noPrevious, nothingShared, versionUnknown } from "./refusals.js";

/** Models that come with the program; nothing is written there. */
export const SHIPPED_MODELS = fileURLToPath(new URL("../../../assets/models", import.meta.url));

/** Whose a version is: of this registry itself, of those that all communities share, or of the program. */
export type ModelSource = "own" | "shared" | "shipped";

export interface ModelEntry {
  readonly name: string;
  readonly version: string;
  readonly folder: string;
  readonly source: ModelSource;
  readonly aliases: readonly Alias[];
  /** Its manifest, or what is wrong with it. */
  readonly manifest: ModelManifest | { readonly wrong: UserError };
}

interface Place {
  readonly folder: string;
  readonly source: ModelSource;
}

/** Holds no state but the folders: several processes may use one registry. */
export class ModelRegistry {
  /** `shared`: the registry of all, under that of a community; only `folder` is ever written. */
  constructor(
    readonly folder: string,
    readonly shipped: string = SHIPPED_MODELS,
    readonly shared?: string,
  ) {}

  /** All that has a version, without opening any. */
  async names(): Promise<readonly string[]> {
    const names = await Promise.all(this.layers().map(({ folder }) => namesIn(folder, MODEL_NAME)));
    return [...new Set(names.flat())].sort();
  }

  /** Newest first, without opening any. */
  async versionsOf(name: string): Promise<readonly string[]> {
    return [...(await this.versions(name)).keys()];
  }

  /** Of every name, newest version first. A damaged model is listed as such and disturbs no other. */
  async list(): Promise<readonly ModelEntry[]> {
    const entries: ModelEntry[] = [];
    for (const name of await this.names()) {
      const aliases = await this.aliases(name);
      for (const [version, { folder, source }] of await this.versions(name)) {
        const own = ALIASES.filter((alias) => aliases[alias] === version);
        const manifest = await openManifest(folder).catch((error: unknown) => {
          if (error instanceof UserError) return { wrong: error };
          throw error;
        });
        entries.push({ name, version, folder, source, aliases: own, manifest });
      }
    }
    return entries;
  }

  /**
   * As they are in effect: without a champion of its own a name has the shared one's, and else the newest that ships; where it gave
   * its own champion up (`follow`), that one is `previous`.
   */
  async aliases(name: string): Promise<Aliases> {
    const own = await readAliases(join(this.folder, checkedName(name)));
    if (own.champion !== undefined) return own;
    const below = await this.aliasesBelow(name);
    return own.previous === undefined || own.previous === below.champion ? below : { ...below, previous: own.previous };
  }

  /** Whether a name follows the shared aliases: nobody has chosen a champion here, or the choice was given up. */
  async follows(name: string): Promise<boolean> {
    return (
      this.shared !== undefined && (await readAliases(join(this.folder, checkedName(name)))).champion === undefined
    );
  }

  /** Another text after every change of the aliases in effect, by whichever process; costs a look at one or two files. */
  async stamp(name: string): Promise<string> {
    const folders = [this.folder, ...(this.shared === undefined ? [] : [this.shared])];
    return (await Promise.all(folders.map((folder) => aliasesStamp(join(folder, checkedName(name)))))).join(" ");
  }

  /**
   * NAME (its champion), NAME@VERSION, NAME@champion or NAME@previous → where it is.
   * Throws UserError `model-not-found`, `model-no-champion`, and `model-damaged` where an alias names what is not there.
   */
  async find(reference: string): Promise<{ readonly name: string; readonly version: string; readonly folder: string }> {
    const { name, wished } = referenceParts(reference);
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
    if (place === undefined && alias !== undefined) {
      throw new UserError(
        "model-damaged",
        `${name}@${version}, the ${alias} of ${name}, is not there any more.`,
        `Put another into service: ${[...versions.keys()].map((known) => `${name}@${known}`).join(", ")}`,
      );
    }
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
    if ((await this.versions(name)).size === 0) throw await this.nameUnknown(name);
    return updateAliases(join(this.folder, checkedName(name)), async () => {
      const { champion, previous } = await this.aliases(name);
      if (champion === undefined || previous === undefined) throw noPrevious(name);
      await this.open(`${name}@${previous}`);
      return { champion: previous, previous: champion };
    });
  }

  /**
   * The choice made here is given up: what all share serves again, now and whenever it changes, and in the shared registry the newest
   * that ships. What served here becomes `previous`. @returns the aliases in effect
   * Throws UserError `model-follows` where nothing was chosen here, `model-nothing-shared`, and what `open` throws.
   */
  async follow(name: string): Promise<Aliases> {
    if ((await this.versions(name)).size === 0) throw await this.nameUnknown(name);
    if ((await readAliases(join(this.folder, name))).champion === undefined) throw followsAlready(name);
    await updateAliases(join(this.folder, name), async ({ champion: own, previous }) => {
      if (own === undefined) throw followsAlready(name);
      const { champion } = await this.aliasesBelow(name);
      if (champion === undefined) throw nothingShared(name);
      await this.open(`${name}@${champion}`);
      return champion === own ? { ...(previous === undefined ? {} : { previous }) } : { previous: own };
    });
    return this.aliases(name);
  }

  /** Throws UserError `model-in-service` for champion and previous, `model-shipped` for what came with the program. */
  async remove(name: string, version: string): Promise<void> {
    await updateAliases(join(this.folder, checkedName(name)), async (aliases) => {
      const place = (await this.versions(name)).get(version);
      if (place === undefined) throw versionUnknown(name, version, [...(await this.versions(name)).keys()]);
      if (place.source === "shipped") {
        throw new UserError("model-shipped", `${name}@${version} came with the program.`, "It stays.");
      }
      if (place.source === "shared") {
        throw new UserError("model-shared", `${name}@${version} is shared by all communities.`, "It stays.");
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

  /** From the bottom up: what comes later hides what came before. */
  private layers(): readonly Place[] {
    return [
      { folder: this.shipped, source: "shipped" },
      ...(this.shared === undefined ? [] : [{ folder: this.shared, source: "shared" } as const]),
      { folder: this.folder, source: "own" },
    ];
  }

  /** Newest first; one's own hides what is shared or ships under the same version. */
  private async versions(name: string): Promise<ReadonlyMap<string, Place>> {
    const places = new Map<string, Place>();
    for (const { folder, source } of this.layers()) {
      const versions = join(folder, checkedName(name));
      for (const version of await versionsIn(versions)) {
        places.set(version, { folder: join(versions, version), source });
      }
    }
    return new Map([...places].sort(([a], [b]) => (a < b ? 1 : -1)));
  }

  /** What a name without a champion of its own has. */
  private async aliasesBelow(name: string): Promise<Aliases> {
    const shared = this.shared === undefined ? {} : await readAliases(join(this.shared, name));
    if (shared.champion !== undefined) return shared;
    const [shipped] = await versionsIn(join(this.shipped, name));
    return shipped === undefined ? {} : { champion: shipped };
  }

  private async nameUnknown(name: string): Promise<UserError> {
    return nameUnknown(name, [...new Set((await this.list()).map((entry) => entry.name))]);
  }
}

/** `digits@previous` → the name and the version or alias; without one, the champion. Nothing is checked. */
export function referenceParts(reference: string): { readonly name: string; readonly wished: string } {
  const at = reference.indexOf("@");
  return at === -1
    ? { name: reference, wished: "champion" }
    : { name: reference.slice(0, at), wished: reference.slice(at + 1) };
}

/** A name is a folder's name and nothing more. */
function checkedName(name: string): string {
  if (MODEL_NAME.test(name)) return name;
  throw noName(name);
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
