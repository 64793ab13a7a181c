// The models in service of a registry: loaded when first asked for, swapped as soon as an alias changes, without a dropped request.
import type { ModelRegistry } from "../models/registry.js";
import { referenceParts } from "../models/registry.js";
import { type Lease, Sessions } from "./sessions.js";

export type { Lease, ServedModel } from "./sessions.js";

export interface ServingOptions {
  /** Shared by the registries of several communities, so that a version is loaded once. */
  readonly sessions?: Sessions;
  /** Told when a champion cannot be loaded: the old one serves on, or the model is left out. */
  readonly onFailure?: (reference: string, error: unknown) => void;
}

interface InService {
  /** Of the aliases when it was chosen. */
  readonly stamp: string;
  readonly model: Promise<Lease>;
}

/** Holds one model a reference. Whoever changes the aliases, in this process or another, changes what the next request gets. */
export class Serving {
  private readonly inService = new Map<string, InService>();
  /** Why a model is left out, by its name, so that it is told once and not for every picture. */
  private readonly told = new Map<string, string>();
  private readonly sessions: Sessions;

  constructor(
    private readonly registry: ModelRegistry,
    private readonly options: ServingOptions = {},
  ) {
    this.sessions = options.sessions ?? new Sessions();
  }

  /**
   * The champion of a name (`digits`), or a reference as the registry reads it. Loaded at the first call, then kept; a new
   * champion is waited for, and where it is damaged the old one serves on.
   * Throws UserError `model-not-found`, `model-damaged` and what the registry throws; a later call tries again.
   */
  async lease(reference: string): Promise<Lease> {
    const stamp = await this.registry.stamp(referenceParts(reference).name);
    const known = this.inService.get(reference);
    const { model } = known?.stamp === stamp ? known : this.choose(reference, stamp, known?.model);
    const lease = (await model).again();
    this.told.delete(reference);
    // Replaced between the two steps, it is asked for anew.
    return lease ?? this.lease(reference);
  }

  /** Any version for a single look: unless it is in service it is unloaded when the lease is done. Throws like `lease`. */
  async borrow(reference: string): Promise<Lease> {
    return this.sessions.take((await this.registry.find(reference)).folder);
  }

  /** Tells whoever looks after the models that one was left out, once until it is mended or something else is wrong. */
  leftOut(reference: string, error: Error): void {
    if (this.told.get(reference) === error.message) return;
    this.told.set(reference, error.message);
    this.options.onFailure?.(reference, error);
  }

  async close(): Promise<void> {
    const all = [...this.inService.values()];
    this.inService.clear();
    for (const { model } of all) await (await model.catch(() => undefined))?.done();
  }

  private choose(reference: string, stamp: string, before: Promise<Lease> | undefined): InService {
    const chosen = { stamp, model: this.load(reference, before) };
    this.inService.set(reference, chosen);
    chosen.model.catch(() => {
      if (this.inService.get(reference) === chosen) this.inService.delete(reference);
    });
    return chosen;
  }

  private async load(reference: string, before: Promise<Lease> | undefined): Promise<Lease> {
    const old = await before?.catch(() => undefined);
    try {
      const next = await this.sessions.take((await this.registry.find(reference)).folder);
      await old?.done();
      return next;
    } catch (error) {
      if (old === undefined) throw error;
      this.options.onFailure?.(reference, error);
      return old;
    }
  }
}
